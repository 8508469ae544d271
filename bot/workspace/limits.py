"""Slack's rate limits as token buckets: one per method, and one per channel for posting."""

import math
from dataclasses import dataclass

from bot.workspace.clock import WorkspaceClock
from bot.workspace.errors import RateLimited

POSTS_AT_ONCE = 5
"""How many posts to one channel Slack lets through before one per second holds; Slack keeps the true number secret."""


@dataclass(frozen=True)
class Bucket:
    left: float
    at: float


class Limits:
    """Counts calls and raises RateLimited. `scale` multiplies every rate; a scale of 0 switches the limits off."""

    def __init__(self, clock: WorkspaceClock, scale: float) -> None:
        self._clock = clock
        self._scale = scale
        self._buckets: dict[str, Bucket] = {}

    def per_minute(self, name: str, calls: int) -> None:
        """A method of a tier: `calls` a minute, all of which may come at once."""
        self._take(name, calls / 60, calls)

    def per_second(self, name: str) -> None:
        """One a second with a small burst, as chat.postMessage to one channel."""
        self._take(name, 1.0, POSTS_AT_ONCE)

    def _take(self, name: str, rate: float, size: float) -> None:
        if self._scale == 0:
            return
        now, full = self._clock.elapsed(), size * self._scale
        before = self._buckets.get(name, Bucket(full, now))
        left = min(full, before.left + (now - before.at) * rate * self._scale)
        if left < 1:
            self._buckets[name] = Bucket(left, now)
            raise RateLimited(max(1, math.ceil((1 - left) / (rate * self._scale))))
        self._buckets[name] = Bucket(left - 1, now)
