"""Going back to an earlier version, as data: what was asked for, who agreed, which steps were taken and how each ended."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.rollback_events import (
    Corrective,
    CorrectiveAgreed,
    CorrectiveDone,
    RollbackAgreed,
    RollbackAsked,
    RollbackDropped,
    RollbackEnded,
    RollbackEvent,
    RollbackReported,
    RollbackStepBegun,
    RollbackStepEnded,
    RollbackStepSkipped,
    Target,
    TargetProved,
    TargetRefused,
    WithdrawalRecorded,
)
from bot.domain.words import ReleaseId, UserId, Verdict


class Way(StrEnum):
    """The steps of a rollback, in their order (RE-1 to RE-5 of docs/process.md)."""

    SHUTDOWN = "shutdown"
    CODE = "code"
    DATABASE = "database"
    RESTART = "restart"
    HEALTH = "health"


class Stands(StrEnum):
    """Where a rollback stands."""

    PROVING = "proving"
    """The target is being looked at; nobody can decide yet."""
    UNUSABLE = "unusable"
    """The target cannot be gone back to; another one can be chosen."""
    DECIDING = "deciding"
    RUNNING = "running"
    STUCK = "stuck"
    """A step failed. It is tried again, skipped with a reason, or another target is chosen."""
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True)
class StepTaken:
    """One attempt at a step."""

    way: Way
    operation: str
    verdict: Verdict | None = None
    """None while it runs."""
    summary: str = ""
    skipped_by: UserId | None = None
    skipped_because: str = ""

    @property
    def is_over(self) -> bool:
        """Nothing keeps the next step from beginning."""
        return self.verdict is Verdict.PASSED or self.skipped_by is not None


@dataclass(frozen=True)
class Rollback:
    """The facts of one rollback. `number` counts the rollbacks of a release, and is part of every operation's name."""

    number: int
    asked: RollbackAsked
    by: UserId
    at: datetime
    target: Target
    """The one that is meant now; another one may have been chosen after a failure."""
    target_no: int = 1
    proved: TargetProved | None = None
    refused: str | None = None
    agreed: tuple[UserId, ...] = ()
    decided_at: datetime | None = None
    ways: tuple[Way, ...] = ()
    steps: tuple[StepTaken, ...] = ()
    """Those towards the present target."""
    has_begun: bool = False
    """Was a step ever begun, towards this target or an earlier one?"""
    dropped: str | None = None
    ended_at: datetime | None = None
    recorded: WithdrawalRecorded | None = None
    report: RollbackReported | None = None
    correctives: tuple[Corrective, ...] = ()
    """What has to be done so that it does not happen again, in the order in which it was agreed on."""
    finished: tuple[CorrectiveDone, ...] = ()
    """Corrective actions that are done."""

    @property
    def stands(self) -> Stands:
        if self.dropped is not None:
            return Stands.DROPPED
        if self.ended_at is not None:
            return Stands.DONE
        if self.refused is not None:
            return Stands.UNUSABLE
        if self.proved is None:
            return Stands.PROVING
        if self.decided_at is None:
            return Stands.DECIDING
        return Stands.STUCK if self.stuck_at else Stands.RUNNING

    @property
    def is_open(self) -> bool:
        return self.stands not in (Stands.DONE, Stands.DROPPED)

    @property
    def stuck_at(self) -> StepTaken | None:
        """The step that keeps it from going on."""
        last = self.steps[-1] if self.steps else None
        return None if last is None or last.verdict is None or last.is_over else last

    @property
    def next_way(self) -> Way | None:
        """The first step of the present target that is not over; None when all of them are."""
        over = {step.way for step in self.steps if step.is_over}
        return next((way for way in self.ways if way not in over), None)


def folded(rollbacks: tuple[Rollback, ...], what: RollbackEvent, by: UserId, at: datetime) -> tuple[Rollback, ...]:  # fmt: skip
    """The rollbacks of a release after one more event."""
    if isinstance(what, RollbackAsked):
        return (*rollbacks, Rollback(len(rollbacks) + 1, what, by, at, what.target, agreed=(by,)))
    if not rollbacks:
        raise ValueError("A rollback begins with being asked for.")
    return (*rollbacks[:-1], _after(rollbacks[-1], what, by, at))


def _after(  # noqa: C901 - one arm an event
    mine: Rollback, what: RollbackEvent, by: UserId, at: datetime
) -> Rollback:
    match what:
        case TargetProved(ways=ways) as proved:
            return replace(mine, proved=proved, refused=None, ways=tuple(Way(way) for way in ways))
        case TargetRefused(why=why):
            return replace(mine, refused=why, proved=None)
        case RollbackAgreed(decides):
            return replace(mine, agreed=(*mine.agreed, by), decided_at=at if decides else mine.decided_at)
        case RollbackDropped(reason):
            return replace(mine, dropped=reason)
        case RollbackStepBegun(way, operation):
            return replace(mine, steps=(*mine.steps, StepTaken(Way(way), operation)), has_begun=True)
        case RollbackStepEnded(operation, verdict, summary):
            steps = (
                replace(s, verdict=verdict, summary=summary) if s.operation == operation else s for s in mine.steps
            )  # fmt: skip
            return replace(mine, steps=tuple(steps))
        case RollbackStepSkipped(operation, reason):
            skipped = (
                replace(s, skipped_by=by, skipped_because=reason) if s.operation == operation else s for s in mine.steps
            )  # fmt: skip
            return replace(mine, steps=tuple(skipped))
        case RollbackEnded():
            return replace(mine, ended_at=at)
        case WithdrawalRecorded() as recorded:
            return replace(mine, recorded=recorded)
        case RollbackReported() as report:
            return replace(mine, report=report, correctives=report.correctives or mine.correctives)
        case CorrectiveAgreed(one):
            others = tuple(c for c in mine.correctives if c.name != one.name)
            finished = tuple(done for done in mine.finished if done.name != one.name)
            return replace(mine, correctives=(*others, one), finished=finished)
        case CorrectiveDone() as done:
            return replace(mine, finished=(*mine.finished, done))
        case _:  # another target: what was done for the first one is not done for this one
            target = what.target
            return replace(
                mine, target=target, target_no=mine.target_no + 1, proved=None, refused=None, steps=(), agreed=(by,),
                decided_at=None,
            )  # fmt: skip


def begun(release: ReleaseId, mine: Rollback, way: Way) -> RollbackStepBegun:
    """The beginning of a step. Its operation's name is new each time."""
    times = len(mine.steps) + 1
    return RollbackStepBegun(way, f"{release}.rollback-{mine.number}.{mine.target_no}.{way}-{times}")


def place_in_line(release: ReleaseId, number: int) -> str:
    """The name under which a rollback as a whole has its environment."""
    return f"{release}.rollback-{number}"


def follow_up(release: ReleaseId, tag: str, rollbacks: tuple[Rollback, ...]) -> RollbackEvent | None:
    """What follows by itself: the next step, or the end."""
    mine = rollbacks[-1] if rollbacks else None
    if mine is None or mine.stands is not Stands.RUNNING:
        return None
    if mine.steps and not mine.steps[-1].is_over:
        return None
    way = mine.next_way
    return RollbackEnded(mine.target.tag, tag) if way is None else begun(release, mine, way)
