"""The rules of a rollback: who may ask for it, to what it may go back, who decides, and the ways on when a step fails."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound, Refused, given
from bot.domain.orders import RollBack
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed
from bot.domain.people import HARBOURMASTER, Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollback import Rollback, Stands, StepTaken, begun
from bot.domain.rollback_events import (
    RollbackAgreed,
    RollbackAsked,
    RollbackDropped,
    RollbackReported,
    RollbackStepEnded,
    RollbackStepSkipped,
    Target,
    TargetChosen,
    TargetProved,
    TargetRefused,
    WithdrawalRecorded,
)
from bot.domain.steps import Step, no_step, take_step
from bot.domain.versions import parse_version
from bot.domain.words import ReleaseId, UserId, Verdict, people, person


@dataclass(frozen=True)
class Around:
    """What has to be known of the product's other releases."""

    open: ReleaseId | None = None
    """A release whose rollback is on."""
    withdrawn: Collection[str] = ()
    """Tags that were rolled back from: none of them is known to be good."""
    newer: ReleaseId | None = None
    """A later version that was tagged and not withdrawn."""


def ask(
    release: Release, asked: RollbackAsked, around: Around, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:  # fmt: skip
    """Ask for a rollback, and agree to it. Nothing happens before enough others agree. Raises Refused with every reason."""
    given(asked.cause)
    reasons = _against_person(by, roles, policy)
    done = next((r for r in reversed(release.rollbacks) if r.stands is Stands.DONE), None)
    reasons += _against_untagged(release)
    reasons += _against_second(release, around)
    if done is not None:
        reasons.append(
            f"{release.id} was rolled back to {done.target.tag} already, and a rollback is not rolled back. "
            "To go forward, start a release; to go further back, roll back the release that serves now."
        )
    if around.newer is not None and done is None:
        reasons.append(f"{around.newer} came after it, and is what serves now. Roll that back.")
    reasons += _against_target(release, asked.target, around)
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, asked)


def agree(release: Release, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """One more person wants it. With enough of them it begins."""
    mine = open_rollback(release)
    reasons = _against_person(by, roles, policy)
    if mine.stands is Stands.PROVING:
        reasons.append(
            f"{mine.target.tag} is still being looked at. Decide when the card says what it means."
        )
    elif mine.stands is not Stands.DECIDING:
        reasons.append("It has been decided already; see the card.")
    if by in mine.agreed:
        reasons.append(f"You agreed already. It takes {policy.rollback_quorum} different people.")
    if reasons:
        raise Refused(*reasons)
    enough = len({*mine.agreed, by}) >= policy.rollback_quorum
    return take_step(release, by, at, policy, RollbackAgreed(enough))


def drop(release: Release, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Do not go back after all. Once a step has begun there is only forward: a half of it must not be left alone."""
    mine = open_rollback(release)
    reasons = _against_person(by, roles, policy)
    if mine.has_begun:
        ways = (
            "Try the step again, skip it, or choose another target."
            if mine.steps
            else "Choose another target."
        )
        reasons.append(f"Its steps have begun, and half a rollback is not left alone. {ways}")
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, RollbackDropped(given(reason)))


def retry(release: Release, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Try the failed step again."""
    mine = open_rollback(release)
    step = _stuck(mine, by, roles, policy)
    return take_step(release, by, at, policy, begun(release.id, mine, step.way))


def skip(release: Release, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Answer for leaving out the failed step, or for having done it by hand."""
    step = _stuck(open_rollback(release), by, roles, policy)
    return take_step(release, by, at, policy, RollbackStepSkipped(step.operation, given(reason)))


def retarget(
    release: Release, chosen: TargetChosen, around: Around, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:  # fmt: skip
    """Another target, when this one cannot be gone back to or a step has failed. It is proved and decided anew."""
    mine = open_rollback(release)
    reasons = _against_person(by, roles, policy) + _against_target(release, chosen.target, around)
    if mine.stands is Stands.RUNNING:
        reasons.append("A step is running. When it has ended, another target can be chosen.")
    if chosen.target == mine.target:
        reasons.append(f"{mine.target.tag} is the target already.")
    given(chosen.reason)
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, chosen)


def report(release: Release, told: RollbackReported, by: UserId, policy: Policy, at: datetime) -> Step:
    """Complete the report. It may be completed again; the latest counts, and history keeps all."""
    if not any(r.stands is Stands.DONE for r in release.rollbacks):
        raise Refused(f"{release.id} was not rolled back, so there is nothing to report.")
    given(told.reason)
    return take_step(release, by, at, policy, told)


def target_result(
    release: Release, tag: str, result: TargetProved | TargetRefused, policy: Policy, at: datetime
) -> Step:
    """What was found out about the target; nothing, when another one is meant by now."""
    mine = release.rollbacks[-1] if release.rollbacks else None
    if mine is None or mine.stands is not Stands.PROVING or mine.target.tag != tag:
        return no_step(release)
    return take_step(release, HARBOURMASTER, at, policy, result)


def step_ended(release: Release, order: RollBack, outcome: Judged, policy: Policy, at: datetime) -> Step:
    """How a step ended: written down once, while it is awaited."""
    if not is_awaited(release, order):
        return no_step(release)
    match outcome:
        case Passed(summary):
            verdict = Verdict.PASSED
        case Failed(summary):
            verdict = Verdict.FAILED
        case Inconclusive(summary):
            verdict = Verdict.INCONCLUSIVE
    return take_step(release, HARBOURMASTER, at, policy, RollbackStepEnded(order.operation, verdict, summary))


def recorded(release: Release, done: WithdrawalRecorded, policy: Policy, at: datetime) -> Step:
    """The manifest on the remote says it: written down once."""
    mine = release.withdrawn
    if mine is None or mine.recorded is not None:
        return no_step(release)
    return take_step(release, HARBOURMASTER, at, policy, done)


def is_awaited(release: Release, order: RollBack) -> bool:
    """Is this step begun, not ended, and of the rollback and target that are meant now?"""
    mine = release.rollbacks[-1] if release.rollbacks else None
    last = mine.steps[-1] if mine and mine.steps else None
    return last is not None and last.operation == order.operation and last.verdict is None


def open_rollback(release: Release) -> Rollback:
    """Raises NotFound when no rollback of this release is on."""
    mine = release.rollbacks[-1] if release.rollbacks else None
    if mine is None or not mine.is_open:
        raise NotFound(f"No rollback of {release.id} is on. `/release rollback {release.id}` asks for one.")
    return mine


def _stuck(mine: Rollback, by: UserId, roles: Roles, policy: Policy) -> StepTaken:
    reasons = _against_person(by, roles, policy)
    step = mine.stuck_at
    if step is None:
        reasons.append("No step of the rollback has failed.")
    if reasons or step is None:
        raise Refused(*reasons)
    return step


def _against_person(by: UserId, roles: Roles, policy: Policy) -> list[str]:
    if any(roles.has(by, role) for role in policy.rollback_roles):
        return []
    who: frozenset[str] = frozenset().union(*(roles.of(role) for role in policy.rollback_roles))
    named = " or ".join(policy.rollback_roles)
    return [f"A rollback belongs to {named}, and you are in neither. Ask {people(who)}."]


def refuse_untagged(release: Release) -> None:
    """Raises Refused when there is nothing to go back from, before anybody fills in a form about it."""
    if reasons := _against_untagged(release):
        raise Refused(*reasons)


def _against_untagged(release: Release) -> list[str]:
    if release.is_out:
        return []
    return [f"{release.tag} was never made, so there is nothing to go back from. Cancel it instead."]


def _against_second(release: Release, around: Around) -> list[str]:
    """Two rollbacks of a product would undo each other. Whoever asks second is told how to join the first."""
    if (mine := release.rollback) is not None:
        return [
            f"{person(mine.by)} has asked to go back from {release.tag} to {mine.target.tag} already. Its card says where that "
            f"stands; `/release rollback {release.id} agree` agrees to it."
        ]
    if around.open is not None:
        return [
            f"A rollback of {around.open} is on already. It is ended, or dropped, before another one begins."
        ]
    return []


def _against_target(release: Release, target: Target, around: Around) -> list[str]:
    if target.tag in around.withdrawn:
        return [f"{target.tag} was withdrawn itself, so it is not known to be good. Choose an older one."]
    if parse_version(target.version) >= parse_version(release.version):
        return [f"{target.tag} is not older than {release.tag}. Going forward is a release of its own."]
    return []
