"""Who may deploy to an environment: one operation at a time, the others stand in line. Pure; the line itself is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.words import ReleaseId, UserId


@dataclass(frozen=True)
class InLine:
    """One operation that has, or wants, an environment for itself."""

    operation: str
    release: ReleaseId
    asked_at: datetime
    holds: bool = False
    broken_by: UserId | None = None
    """Who took the environment away from it."""
    broken_why: str = ""


@dataclass(frozen=True)
class Holds:
    """The environment is its own until it leaves."""


@dataclass(frozen=True)
class Waits:
    """`position` is 1 for the next. `behind` is who has the environment."""

    position: int
    behind: InLine


@dataclass(frozen=True)
class Broken:
    """Somebody took the environment away from it."""

    by: UserId
    why: str


Turn = Holds | Waits | Broken


def holder_of(line: Sequence[InLine]) -> InLine | None:
    """Who has the environment."""
    return next((one for one in line if one.holds), None)


def next_of(line: Sequence[InLine]) -> InLine | None:
    """Whose turn it is when nobody has it: whoever has asked first."""
    waiting = [one for one in line if not one.holds and one.broken_by is None]
    return min(waiting, key=lambda one: (one.asked_at, one.operation), default=None)


def turn_of(line: Sequence[InLine], operation: str) -> Turn:
    """How it stands with an operation that is in line. Raises ValueError when it is not."""
    mine = next((one for one in line if one.operation == operation), None)
    if mine is None:
        raise ValueError(f"{operation} does not stand in line.")
    if mine.holds:
        return Holds()
    if mine.broken_by is not None:
        return Broken(mine.broken_by, mine.broken_why)
    waiting = [one for one in line if not one.holds and one.broken_by is None]
    waiting.sort(key=lambda one: (one.asked_at, one.operation))
    return Waits(waiting.index(mine) + 1, holder_of(line) or waiting[0])
