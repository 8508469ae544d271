"""What was found out about the target of a rollback, and how its steps ended."""

from datetime import datetime

from bot.domain.orders import ProveTarget, RecordWithdrawal, RefreshCard, RollBack
from bot.domain.outcomes import Failed, Inconclusive, Judged, Outcome, Passed, Recorded, Running, TargetLooked
from bot.domain.rollback import place_in_line
from bot.domain.rolling_back import recorded, step_ended, target_result
from bot.parts import Parts
from bot.workflow.asking import save
from storage.store import Tx


def rollback_result(
    parts: Parts, tx: Tx, order: ProveTarget | RollBack | RecordWithdrawal, outcome: Outcome, now: datetime
) -> None:
    match order, outcome:
        case ProveTarget(), TargetLooked() as looked:
            _target_looked(parts, tx, order.release, looked, now)
        case RollBack() as step, (Passed() | Failed() | Inconclusive() | Running()) as how:
            _step_result(parts, tx, step, how, now)
        case RecordWithdrawal(release_id), Recorded(done):
            release = tx.release(release_id)
            if release is not None:
                policy = parts.policy_of(release.product)
                save(parts, tx, recorded(release, done, policy, now), f"withdrawal {release_id}", now)
        case _:
            pass


def _target_looked(parts: Parts, tx: Tx, release_id: str, looked: TargetLooked, now: datetime) -> None:
    release = tx.release(release_id)
    if release is not None:
        policy = parts.policy_of(release.product)
        step = target_result(release, looked.tag, looked.result, policy, now)
        save(parts, tx, step, f"target {release_id} {release.events}", now)


def _step_result(parts: Parts, tx: Tx, order: RollBack, how: Judged | Running, now: datetime) -> None:
    """Running steps are looked at again at their time; what has ended is written down."""
    if isinstance(how, Running):
        if tx.save_progress(order, how.progress):
            tx.order(RefreshCard(order.release), now)
        tx.order(order, how.again_at)
        return
    tx.forget_progress(order.operation)
    release = tx.release(order.release)
    if release is None:
        return
    step = step_ended(release, order, how, parts.policy_of(release.product), now)
    save(parts, tx, step, order.operation, now)
    mine = step.release.rollbacks[-1] if step.release.rollbacks else None
    if mine is not None and not mine.is_open:
        tx.leave_environment(place_in_line(release.id, mine.number))
