"""Orders: one claim each, in the order of their lane, taken over after their lease, fenced against the late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.orders import Order, ReadGroup, RefreshCard, WriteLog
from bot.domain.words import ReleaseId
from storage.queue import Queue
from storage.store import Store

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)
A, B = ReleaseId("shop-1.4.0"), ReleaseId("shop-1.5.0")


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine)


@pytest.fixture
def queue(engine: sa.Engine) -> Queue:
    return Queue(engine)


def put(store: Store, *orders: Order, due: datetime = NOW) -> None:
    with store.transaction() as tx:
        for order in orders:
            tx.order(order, due)


def test_a_lane_is_carried_out_one_after_the_other(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 2, 2), WriteLog(B, 1, 1))

    first = queue.claim(NOW, LEASE, 10)
    assert [c.order for c in first] == [WriteLog(A, 1, 1), WriteLog(B, 1, 1)]
    assert queue.claim(NOW, LEASE, 10) == []
    with store.transaction() as tx:
        assert tx.finish(first[0], NOW)

    assert [c.order for c in queue.claim(NOW, LEASE, 10)] == [WriteLog(A, 2, 2)]


def test_an_order_is_not_claimed_before_it_is_due(store: Store, queue: Queue) -> None:
    put(store, ReadGroup("S1"), due=NOW + timedelta(seconds=5))

    assert queue.claim(NOW, LEASE, 10) == []
    assert not queue.oldest_due(NOW)
    assert queue.next_due(NOW) == NOW + timedelta(seconds=5)
    assert len(queue.claim(NOW + timedelta(seconds=5), LEASE, 10)) == 1


def test_a_claim_that_died_is_taken_over_after_its_lease_and_its_late_result_refused(
    store: Store, queue: Queue
) -> None:
    put(store, WriteLog(A, 1, 1))
    dead = queue.claim(NOW, LEASE, 1)[0]
    assert not dead.may_be_done

    later = NOW + LEASE
    assert queue.claim(later - timedelta(seconds=1), LEASE, 1) == []
    taken = queue.claim(later, LEASE, 1)[0]

    assert taken.attempt == 2
    assert taken.may_be_done
    with store.transaction() as tx:
        assert not tx.finish(dead, later)
        assert tx.finish(taken, later)


def test_a_plain_failure_is_tried_again_without_a_look_and_an_unknown_outcome_with_one(
    store: Store, queue: Queue
) -> None:
    put(store, WriteLog(A, 1, 1))
    claim = queue.claim(NOW, LEASE, 1)[0]
    assert queue.put_back(claim, NOW + timedelta(seconds=1), "Slack is down.", may_be_done=False)
    with store.reading() as tx:
        assert tx.problems(A) == ["Slack is down."]

    again = queue.claim(NOW + timedelta(seconds=1), LEASE, 1)[0]
    assert not again.may_be_done
    assert queue.put_back(again, NOW + timedelta(seconds=2), "cut", may_be_done=True)
    once_more = queue.claim(NOW + timedelta(seconds=2), LEASE, 1)[0]

    assert once_more.may_be_done
    assert queue.put_back(once_more, NOW + timedelta(seconds=3), "down", may_be_done=False)
    assert queue.claim(NOW + timedelta(seconds=3), LEASE, 1)[0].may_be_done


def test_what_waits_behind_a_failed_order_rings_no_alarm(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 2, 2))
    claim = queue.claim(NOW, LEASE, 1)[0]

    queue.put_back(claim, NOW + timedelta(seconds=30), "down", may_be_done=False)

    assert queue.next_due(NOW) == NOW + timedelta(seconds=30)


def test_repeatable_orders_wait_once_and_are_brought_forward(store: Store, queue: Queue) -> None:
    put(store, RefreshCard(A), due=NOW + timedelta(seconds=9))
    put(store, RefreshCard(A), due=NOW)
    put(store, RefreshCard(A), due=NOW + timedelta(seconds=5))

    claims = queue.claim(NOW, LEASE, 10)

    assert [c.order for c in claims] == [RefreshCard(A)]
    put(store, RefreshCard(A))
    with store.transaction() as tx:
        tx.finish(claims[0], NOW)
    assert len(queue.claim(NOW, LEASE, 10)) == 1


def test_many_workers_never_claim_the_same_order(store: Store, engine: sa.Engine) -> None:
    put(store, *(ReadGroup(f"S{n}") for n in range(200)))

    def work(_n: int) -> list[int]:
        mine, mine_queue = [], Queue(engine)
        while claims := mine_queue.claim(NOW, LEASE, 3):
            mine += [c.id for c in claims]
            with store.transaction() as tx:
                assert all(tx.finish(c, NOW) for c in claims)
        return mine

    with ThreadPoolExecutor(6) as pool:
        done = [id_ for ids in pool.map(work, range(6)) for id_ in ids]

    assert len(done) == len(set(done)) == 200
