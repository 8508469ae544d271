"""Mark a version that was rolled back as withdrawn, in the manifest on the remote's main branch. It looks there first."""

from bot.actions._releases_file import written
from bot.domain.branch_work import OwnCommit
from bot.domain.errors import NotUnderstood, OutsideRefusal
from bot.domain.orders import RecordWithdrawal
from bot.domain.outcomes import Nothing, Outcome, Recorded
from bot.domain.rollback_events import WithdrawalRecorded
from bot.parts import Parts


def carry_out(parts: Parts, order: RecordWithdrawal) -> Outcome:
    """Raises OutsideError to be tried again, OutsideRefusal when a person has to mend something."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    back = release.withdrawn if release else None
    if release is None or back is None or back.ended_at is None or release.product not in parts.products:
        return Nothing()
    facts, branch = parts.product(release.product).facts, parts.product(release.product).branch
    message = f"chore(release): {facts.manifest} says that {release.tag} is withdrawn"
    try:
        head = written(parts, release, OwnCommit(message, f"{release.id}.withdrawn", back.ended_at))
    except NotUnderstood as problem:
        raise OutsideRefusal(str(problem)) from None
    return Recorded(WithdrawalRecorded(facts.manifest, branch, head))
