"""The time after a deployment in which production is watched, and when a sample is taken in it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Window:
    """Samples are numbered from 0, taken when the window opens, to `last`, taken when it closes."""

    opens: datetime
    length: timedelta
    every: timedelta

    @property
    def closes(self) -> datetime:
        return self.opens + self.length

    @property
    def last(self) -> int:
        return -(-self.length // self.every)

    def due(self, now: datetime) -> int:
        """The latest sample that should have been taken by now. What was missed meanwhile is not made up for."""
        if now >= self.closes:
            return self.last
        return max(0, (now - self.opens) // self.every)

    def at(self, number: int) -> datetime:
        """When this sample is to be taken."""
        return min(self.opens + number * self.every, self.closes)


def in_words(seconds: int) -> str:
    """`90` as `90 s`, `300` as `5 min`, `7200` as `2 h`."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
