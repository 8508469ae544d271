"""The rules of a deployment in stages: who pauses, continues and aborts it, and what keeps the next stage from beginning."""

from datetime import datetime

from bot.domain.course import MANAGER
from bot.domain.errors import NotFound, Refused
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollout import Rollout
from bot.domain.rollout_events import RolloutAborted, RolloutContinued, RolloutPaused
from bot.domain.steps import Step, take_step
from bot.domain.words import UserId, people, person


def pause(release: Release, reason: str, by: UserId, policy: Policy, at: datetime) -> Step:
    """Begin no further stage. Anyone may: stopping is always safe. A stage that has begun is brought to its end."""
    mine = rollout_on(release)
    if mine.paused is not None:
        raise Refused(
            f"It is paused already, by {person(mine.paused.by)}. `/release rollout {release.id} continue` goes on."
        )
    return take_step(release, by, at, policy, RolloutPaused(mine.operation, reason.strip()[:500]))


def proceed(release: Release, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Lift the pause."""
    mine = rollout_on(release)
    reasons = _against_person(release, mine, by, roles, policy)
    if mine.paused is None:
        reasons.append("It is not paused. The next stage begins by itself when this one has soaked.")
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, RolloutContinued(mine.operation))


def abort(release: Release, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """End it where it stands. What runs is stopped, and what is out stays out until somebody rolls it back."""
    mine = rollout_on(release)
    reasons = _against_person(release, mine, by, roles, policy)
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, RolloutAborted(mine.operation, reason.strip()[:500]))


def rollout_on(release: Release) -> Rollout:
    """The one that runs. Raises NotFound, with the ways on when the last one has halted."""
    mine = rollout_running(release)
    if mine is None and release.is_open and (halted := _halted(release)) is not None:
        raise NotFound(
            f"Nothing of {release.id} is being rolled out now: it has halted ({halted.place}). "
            f"`/release run {release.id} {halted.begun.item}` goes on from there; "
            f"`/release rollback {release.id}` asks to go back."
        )
    if mine is None or not release.is_open:
        raise NotFound(f"Nothing of {release.id} is being rolled out in stages now.")
    if mine.aborted is not None:
        raise Refused(f"{person(mine.aborted.by)} has aborted it.")
    return mine


def rollout_running(release: Release) -> Rollout | None:
    """The rollout whose work has not ended; None when there is none."""
    running = {work.operation for work in release.works if work.ended is None}
    return next((r for r in reversed(release.rollouts) if r.operation in running), None)


def _halted(release: Release) -> Rollout | None:
    """The last one, if it has ended before it was everywhere, and nobody has brought it to its end by hand."""
    last = release.rollouts[-1] if release.rollouts else None
    if last is None or last.next_stage is None or release.result(last.begun.item) is not None:
        return None
    return last


def stage_out(release: Release) -> int:
    """How many per cent have it for good, after all rollouts so far; 0: no stage is complete."""
    return max((r.stage for rollout in release.rollouts for r in rollout.reached), default=0)


def rollout_of(release: Release, operation: str) -> Rollout | None:
    return next((r for r in release.rollouts if r.operation == operation), None)


def why_to_wait(release: Release, mine: Rollout) -> str | None:
    """What keeps the next stage from beginning, of what people did; None when nothing does."""
    if mine.paused is not None:
        since = f"{mine.paused.at:%Y-%m-%d %H:%M} UTC"
        return f"paused since {since}" + (f": {mine.paused.reason}" if mine.paused.reason else "")
    if release.rollback is not None:
        return "a rollback is being decided"
    if release.holds:
        hold = release.holds[0]
        return f"{release.id} is on hold since {hold.at:%Y-%m-%d %H:%M} UTC: {hold.reason}"
    return None


def _against_person(release: Release, mine: Rollout, by: UserId, roles: Roles, policy: Policy) -> list[str]:
    item = policy.item(mine.begun.item)
    role = item.role if item else MANAGER
    if roles.has(by, role) or roles.has(by, MANAGER):
        return []
    return [
        f"The rollout of {release.id} belongs to {role}, and you are not in it. Ask {people(roles.of(role))}."
    ]
