"""What the scenarios about dates are told with: a clock that is moved by hand, and the channel in which users are told."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.cast import TALK
from tests.scenarios.story import QUICK, Story, story

THERE = f"#{TALK.name}"
TUESDAY = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


class HandClock:
    """A clock that can be set forward, and goes on from there: a card waits a second for its next change."""

    def __init__(self, now: datetime = TUESDAY) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        self._from, self._since = now, time.monotonic()

    def __call__(self) -> datetime:
        return self._from + timedelta(seconds=time.monotonic() - self._since)


class PlannedStory(Story):
    """A story with its clock."""

    clock: HandClock

    def at(self, now: datetime) -> None:
        """It is this time now; the bot looks at its orders."""
        assert now >= self.clock()
        self.clock.set(now)
        self.stage.bot.workers.wake()

    def later(self, **span: int) -> None:
        self.at(self.clock() + timedelta(**span))

    def told(self) -> list[str]:
        """What users were told, oldest first."""
        return [m.plain for m in self.ws.person("chloe").sees(THERE) if not m.ephemeral_to]

    def until_told(self, words: str) -> str:
        """Wait until this is posted, and the bot has written down that it was."""
        self.until(lambda: any(words in text for text in self.told()), f"users are told “{words}”")
        self.until_idle()
        return next(text for text in self.told() if words in text)

    def until_idle(self) -> None:
        """Wait until nothing is due that the bot would have to do."""
        queue = self.stage.bot.parts.queue
        self.until(lambda: not queue.oldest_due(self.clock()) and not self._in_hand(), "nothing is due")

    def until_at_rest(self) -> None:
        """Wait until no try that was begun before is still going on."""
        self.until(lambda: not self._in_hand(), "no order is in hand")

    def _in_hand(self) -> bool:
        return bool(self.stage.bot.workers._claims())


USERS = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
timezone = "America/New_York"
"""


@contextmanager
def planned_story(folder: Path, settings: str = USERS, now: datetime = TUESDAY) -> Iterator[PlannedStory]:
    clock = HandClock(now)
    # Setting the clock forward must not look as if a worker had died over its order, so leases are long.
    with story(folder, QUICK, clock=clock, settings=settings, lease=timedelta(days=1000)) as plain:
        told = PlannedStory(plain.stage)
        told.clock = clock
        yield told
