"""PLAN-RR: what was agreed on after a rollback is done, or somebody answers for going without it."""

from bot.domain.correctives import findings
from bot.domain.kept_facts import kept
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Passed
from bot.domain.release import Release
from bot.parts import Parts

_MOST_RELEASES = 200


def carry_out(parts: Parts, release: Release, order: DoWork) -> Passed | Failed:
    """Look at the reports of this product's last rollbacks."""
    with parts.store.reading() as tx:
        known = tx.releases_of(release.product, _MOST_RELEASES)
    today = parts.clock().astimezone(parts.product(release.product).timezone).date()
    # Who has answered for one in this release need not do so again.
    answered = {waiver.finding for work in release.works if work.item == order.item for waiver in work.waived}
    found = [one for one in findings(known, order.item, today) if one.name not in answered]
    if not found:
        return Passed("No corrective action is open.")
    return Failed("What was agreed on after a rollback is still open.", kept(found, order.item))
