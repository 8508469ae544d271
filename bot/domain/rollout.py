"""A deployment in stages, as data: how far it has come, whether it is paused, and what keeps the next stage from beginning."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.rollout_events import (
    RolloutAborted,
    RolloutBegun,
    RolloutContinued,
    RolloutEvent,
    RolloutPaused,
    StageReached,
)
from bot.domain.words import UserId


@dataclass(frozen=True)
class Stop:
    """Somebody paused or aborted it."""

    by: UserId
    at: datetime
    reason: str


@dataclass(frozen=True)
class Rollout:
    """The facts of one deployment in stages."""

    begun: RolloutBegun
    reached: tuple[StageReached, ...] = ()
    paused: Stop | None = None
    aborted: Stop | None = None

    @property
    def operation(self) -> str:
        return self.begun.operation

    @property
    def number(self) -> int:
        """Which stage is on, counted from 1; the last one when all are reached."""
        return min(len(self.reached) + 1, len(self.begun.stages))

    @property
    def next_stage(self) -> int | None:
        """The stage to be reached next, in per cent; None when it is everywhere."""
        left = self.begun.stages[len(self.reached) :]
        return left[0] if left else None

    @property
    def soaks_until(self) -> datetime | None:
        """When the stage that was reached last has soaked; None before the first one."""
        return self.reached[-1].soaks_until if self.reached else None

    def step(self, number: int) -> str:
        """The operation's name of a stage: its own, so that each is begun once."""
        return f"{self.operation}.{number}"

    @property
    def place(self) -> str:
        """`Stage 2 of 3: 25 %`, of the stage that is on."""
        return self._place(self.number)

    @property
    def place_reached(self) -> str:
        """The same of the stage that was reached last."""
        return self._place(max(len(self.reached), 1))

    def _place(self, number: int) -> str:
        return f"Stage {number} of {len(self.begun.stages)}: {self.begun.stages[number - 1]} %"

    def knows(self, event: object) -> bool:
        """Is this written down already? The bot may look twice at the same."""
        match event:
            case RolloutBegun(operation=operation):
                return operation == self.operation
            case StageReached(operation, stage):
                return operation == self.operation and stage in [r.stage for r in self.reached]
            case _:
                return False


def rolled(rollouts: tuple[Rollout, ...], what: RolloutEvent, by: UserId, at: datetime) -> tuple[Rollout, ...]:  # fmt: skip
    """The rollouts of a release after one more event."""
    if isinstance(what, RolloutBegun):
        return (*rollouts, Rollout(what))
    return tuple(_after(r, what, by, at) if r.operation == what.operation else r for r in rollouts)


def _after(mine: Rollout, what: RolloutEvent, by: UserId, at: datetime) -> Rollout:
    match what:
        case StageReached() as reached:
            return replace(mine, reached=(*mine.reached, reached))
        case RolloutPaused(reason=reason):
            return replace(mine, paused=Stop(by, at, reason))
        case RolloutContinued():
            return replace(mine, paused=None)
        case RolloutAborted(reason=reason):
            return replace(mine, aborted=Stop(by, at, reason))
        case RolloutBegun():
            return mine
