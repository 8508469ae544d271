"""What the tests of storage begin with: a store with a release in it, and orders in the queue."""

from datetime import UTC, datetime, timedelta

from bot.domain.course import Wanted, hold
from bot.domain.orders import Order
from bot.domain.release import Release
from bot.domain.words import ReleaseId, UserId
from storage.store import Store
from tests.domain.builders import process, start

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
A, B = ReleaseId("shop-1.4.0"), ReleaseId("shop-1.5.0")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def put(store: Store, *orders: Order, due: datetime = NOW) -> None:
    with store.transaction() as tx:
        for order in orders:
            tx.order(order, due)


def begun(store: Store, version: str = "1.4.0", product: str = "shop") -> Release:
    """A release that was started and stored, as the workflow stores it."""
    step = start(Wanted(product, version, None), seen=None)
    with store.transaction() as tx:
        tx.lock_product(product)
        tx.append(step, key=f"start {product} {version}", policy=process())
    return step.release


def held(store: Store, release_id: str, by: str, reason: str = "wait") -> None:
    """One more row in the release's history."""
    with store.transaction() as tx:
        release = tx.release(release_id)
        assert release is not None
        tx.append(hold(release, reason, UserId(by), NOW, process()), key=f"hold {by}", policy=process())
