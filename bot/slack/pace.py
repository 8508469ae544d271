"""The pace at which Slack wants to be called: one post a second to a channel, so many calls of a method a minute, and silence
for as long as a `Retry-After` says. Asked before every call; whoever is too early hears NotYet and sends nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.domain.errors import NotYet
from bot.slack import surface
from bot.slack.surface import Method

POSTS_AT_ONCE = 4
"""Slack lets a small burst through and keeps its size secret; the workspace's stand-in allows five."""
AFTER_NO_WORD = 5.0
"""Seconds to wait after a 429 that does not say for how long."""


class Pace(Protocol):
    """The turns that all replicas share; see `storage.pace`."""

    def take(
        self, key: str, now: datetime, interval: float, at_once: float, unless: str = ""
    ) -> datetime | None:
        """Take a turn, unless something else is closed: None when it is ours, else the moment to ask again."""

    def close(self, key: str, until: datetime) -> None:
        """Nobody takes this before `until`."""

    def closed_until(self, key: str, now: datetime) -> datetime | None:
        """Until when nobody may take this; None when it is open."""


@dataclass(frozen=True)
class Pacing:
    """`scale` multiplies every rate: for a workspace whose limits are scaled."""

    pace: Pace
    clock: Callable[[], datetime]
    scale: float = 1.0

    def take_turn(self, method: Method, arguments: Mapping[str, Any]) -> None:
        """Raises NotYet, with the seconds to wait, when this call would be too early."""
        now = self.clock()
        if (turn := _turn(method, arguments)) is None:
            again_at = self.pace.closed_until(_closed(method), now)
        else:
            key, interval, at_once = turn
            again_at = self.pace.take(
                key, now, interval / self.scale, at_once * self.scale, unless=_closed(method)
            )
        if again_at is not None:
            wait = max(0.0, (again_at - now).total_seconds())
            raise NotYet(
                f"Slack takes calls of `{method.name}` at its own pace; this one goes out in {wait:.0f} s.",
                again_after=wait,
            )

    def silence(self, method: Method, seconds: float | None) -> None:
        """Slack answered 429: no replica calls this method for as long as it said. Other methods go on."""
        after = AFTER_NO_WORD if seconds is None else seconds
        self.pace.close(_closed(method), self.clock() + timedelta(seconds=after))


def _turn(method: Method, arguments: Mapping[str, Any]) -> tuple[str, float, float] | None:
    """What this call takes a turn of, seconds between two turns, and how many may come at once."""
    if method is surface.POST:
        return f"post {arguments.get('channel')}", 1.0, POSTS_AT_ONCE
    if method.a_minute is None:
        return None
    # Half of a minute's calls at once, and the other half as reserve for what Slack counts differently.
    return f"call {method.name}", 60 / method.a_minute, method.a_minute / 2


def _closed(method: Method) -> str:
    return f"429 {method.name}"
