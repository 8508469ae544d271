"""TEST-SOAK: a major release stands on one commit for a while before anybody signs that it was tested."""

from bot.domain.orders import DoWork
from bot.domain.outcomes import Inconclusive, Judged, Passed, Running
from bot.domain.release import Release
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    item = parts.policy_of(release.product).item(order.item)
    work = next((w for w in release.works if w.operation == order.operation), None)
    if item is None or work is None:
        return Inconclusive("The process was changed while this was soaking; run it again.")
    if release.dry_run:
        return Passed("Dry run: the soak was left out.")
    until, now = work.begun_at + item.soak, parts.clock()
    if now < until:
        return Running(f"It soaks until {until:%Y-%m-%d %H:%M} UTC.", until)
    return Passed(f"It has stood on {(order.commit or '')[:7]} since {work.begun_at:%Y-%m-%d %H:%M} UTC.")
