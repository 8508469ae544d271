"""What a release remembers of what people and the bot did: sign-offs, rejections, results, work, holds and its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import WorkEnded
from bot.domain.findings import Finding, Severity
from bot.domain.words import ItemId, Phase, RoleName, Sha, UserId, Verdict

TAIL = "tail"
"""The fact that holds the last lines of what failed work has printed; foreign text."""


@dataclass(frozen=True)
class SignOff:
    by: UserId
    at: datetime
    item: ItemId
    phase: Phase
    role: RoleName
    commit: Sha
    digest: str
    points: tuple[str, ...] = ()
    stands_in_for: tuple[UserId, ...] = ()


@dataclass(frozen=True)
class Rejection:
    by: UserId
    at: datetime
    phase: Phase
    role: RoleName
    reason: str


@dataclass(frozen=True)
class Result:
    by: UserId
    at: datetime
    item: ItemId
    commit: Sha | None
    note: str
    covers: str | None = None
    """What it was done for, when that is less than the commit."""
    waived: bool = False
    """Somebody answers for leaving it out."""


@dataclass(frozen=True)
class Hold:
    by: UserId
    at: datetime
    reason: str


@dataclass(frozen=True)
class Ended:
    by: UserId
    at: datetime
    reason: str | None
    """Why it was cancelled; None when it was completed."""


@dataclass(frozen=True)
class Waiver:
    """Somebody answers for a finding, by its name."""

    by: UserId
    at: datetime
    finding: str
    reason: str


@dataclass(frozen=True)
class Override:
    """Who answers for a version lower than `suggested`, and why."""

    by: UserId
    at: datetime
    suggested: str
    reason: str


@dataclass(frozen=True)
class Work:
    """One time that the bot has done, or is doing, something for an item."""

    item: ItemId
    operation: str
    """The same however often the outside is asked for it, so that nothing is begun twice."""
    does: str
    commit: Sha | None
    by: UserId
    """Who asked for it; the bot's own name when it began by itself."""
    begun_at: datetime
    ended: WorkEnded | None = None
    ended_at: datetime | None = None
    waived: tuple[Waiver, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """None while it runs."""
        return self.ended.verdict if self.ended else None

    @property
    def standing(self) -> tuple[Finding, ...]:
        """The findings that keep it from being good: those that nobody has waived."""
        named = {waiver.finding for waiver in self.waived}
        found = self.ended.found if self.ended else ()
        return tuple(f for f in found if f.severity is not Severity.ADVICE and f.name not in named)

    @property
    def is_good(self) -> bool:
        """It passed, or somebody answers for everything that was found."""
        return self.verdict is Verdict.PASSED or (
            self.ended is not None and bool(self.ended.found) and not self.standing
        )

    def fact(self, name: str) -> str | None:
        """One of the things the work left to know, as the branch it cut or the address it published to."""
        return dict(self.ended.facts).get(name) if self.ended else None


def last_fact(works: Iterable[Work], item: ItemId, name: str) -> str | None:
    """What the last work for an item that has ended left to know, whatever commit it was about: while the bot looks anew,
    what it saw last still stands. None when that work could not tell."""
    last = [work for work in works if work.item == item and work.ended]
    return last[-1].fact(name) if last else None
