"""What can happen to a deployment in stages; part of the events of its release, and kept for ever like all of them."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.words import ItemId


@dataclass(frozen=True)
class RolloutBegun:
    """A deployment goes out in these stages, in per cent; between two of them it soaks for so many seconds."""

    item: ItemId
    operation: str
    stages: tuple[int, ...]
    soak: int


@dataclass(frozen=True)
class StageReached:
    """A stage is deployed and healthy. `soaks_until` is None for the last one."""

    operation: str
    stage: int
    soaks_until: datetime | None = None


@dataclass(frozen=True)
class RolloutPaused:
    operation: str
    reason: str = ""


@dataclass(frozen=True)
class RolloutContinued:
    operation: str


@dataclass(frozen=True)
class RolloutAborted:
    operation: str
    reason: str = ""


RolloutEvent = RolloutBegun | StageReached | RolloutPaused | RolloutContinued | RolloutAborted
