"""What can happen to a rollback; part of the events of its release, and kept for ever like all of them."""

import re
from dataclasses import dataclass

from bot.domain.words import Sha, UserId, Verdict

_LONGEST_NAME = 40


@dataclass(frozen=True)
class Target:
    """The version to go back to. Its commit is read with the proof of its signature."""

    tag: str
    version: str


@dataclass(frozen=True)
class RollbackAsked:
    """Somebody wants to go back, and agrees to it by asking."""

    target: Target
    cause: str
    evidence: str
    impact: str


@dataclass(frozen=True)
class TargetProved:
    """The target's tag was read from the remote and its signature verified. `database` is `restore`, `keep` or `unknown`;
    `irreversible` names what going back cannot undo (foreign text), as far as that is known."""

    tag: str
    commit: Sha
    signer: str
    database: str
    irreversible: tuple[str, ...]
    ways: tuple[str, ...]
    """The steps that this product needs."""


@dataclass(frozen=True)
class TargetRefused:
    """The target cannot be gone back to."""

    tag: str
    why: str


@dataclass(frozen=True)
class TargetChosen:
    """Another target, after the first proved unusable or a step failed. Whoever chooses it agrees to it."""

    target: Target
    reason: str


@dataclass(frozen=True)
class RollbackAgreed:
    """One more person agrees; `decides`: with this one there are enough."""

    decides: bool = False


@dataclass(frozen=True)
class RollbackDropped:
    reason: str


@dataclass(frozen=True)
class RollbackStepBegun:
    way: str
    operation: str


@dataclass(frozen=True)
class RollbackStepEnded:
    operation: str
    verdict: Verdict
    summary: str


@dataclass(frozen=True)
class RollbackStepSkipped:
    """Somebody did the step by hand, or answers for leaving it out."""

    operation: str
    reason: str


@dataclass(frozen=True)
class RollbackEnded:
    """Every step is over: the earlier version serves again, and this one is withdrawn. Its tag stays."""

    tag: str
    withdrawn: str
    dry_run: bool = False


@dataclass(frozen=True)
class WithdrawalRecorded:
    """The manifest of releases on the remote's `branch` says at `commit` that the version is withdrawn."""

    file: str
    branch: str
    commit: Sha


@dataclass(frozen=True)
class Corrective:
    """Something that has to be done so that it does not happen again. `due` is a day, YYYY-MM-DD."""

    action: str
    owner: UserId
    due: str

    @property
    def name(self) -> str:
        """The name by which people speak of it: its first words. It stays the same as long as its words do."""
        return re.sub(r"\W+", "-", self.action.lower())[:_LONGEST_NAME].strip("-") or "it"


@dataclass(frozen=True)
class RollbackReported:
    """The report as it was completed by a person. Corrective actions have events of their own; older reports hold them."""

    reason: str
    impact: str
    correctives: tuple[Corrective, ...]
    plan: str
    """How and when the version is released again."""


@dataclass(frozen=True)
class CorrectiveAgreed:
    """A corrective action was agreed on; under a name that is there already, it has another owner or day from now on."""

    agreed: Corrective


@dataclass(frozen=True)
class CorrectiveDone:
    """A corrective action is done; the note says what was done."""

    name: str
    note: str


RollbackEvent = (
    RollbackAsked
    | TargetProved
    | TargetRefused
    | TargetChosen
    | RollbackAgreed
    | RollbackDropped
    | RollbackStepBegun
    | RollbackStepEnded
    | RollbackStepSkipped
    | RollbackEnded
    | WithdrawalRecorded
    | RollbackReported
    | CorrectiveAgreed
    | CorrectiveDone
)
