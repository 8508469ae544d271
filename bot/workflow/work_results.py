"""How far the bot's work for an item is, and what it came to."""

from datetime import datetime

from bot.domain.events import Event
from bot.domain.orders import DoWork, ReadProduct, RefreshCard
from bot.domain.outcomes import Judged, Running
from bot.domain.working import work_ended, work_goes_on
from bot.parts import Parts
from bot.workflow.asking import save
from storage.store import Tx


def work_result(parts: Parts, tx: Tx, order: DoWork, how: Judged | Running, now: datetime) -> None:
    """Running work is looked at again at its time; what has ended is written down."""
    if isinstance(how, Running):
        if tx.save_progress(order, how.progress):
            tx.order(RefreshCard(order.release), now)
        tx.order(order, how.again_at)
        if how.also:
            _goes_on(parts, tx, order, how.also, now)
        return
    tx.forget_progress(order.operation)
    release = tx.release(order.release)
    if release is None:
        return
    step = work_ended(release, order, how, now, parts.policy_of(release.product))
    save(parts, tx, step, order.operation, now)
    if release.product in parts.products:
        tx.order(ReadProduct(release.product), now)  # it may have pushed something


def _goes_on(parts: Parts, tx: Tx, order: DoWork, also: tuple[Event, ...], now: datetime) -> None:
    release = tx.release(order.release)
    if release is not None:
        step = work_goes_on(release, order, also, now, parts.policy_of(release.product))
        save(parts, tx, step, f"{order.operation} {release.events}", now)
