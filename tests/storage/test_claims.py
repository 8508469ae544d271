"""Claims: one at a time in a lane, never the same twice, taken over from the dead, and fenced against the late."""

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from bot.domain.lanes import lane
from bot.domain.orders import ReadGroup, RefreshCard, WriteLog
from bot.domain.words import ReleaseId
from storage.engine import open_engine
from storage.queue import Queue
from storage.store import Store
from tests.storage.builders import LEASE, NOW, A, B, later, put


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine)


@pytest.fixture
def queue(engine: sa.Engine) -> Queue:
    return Queue(engine)


def test_orders_are_claimed_in_the_order_in_which_they_fell_due(store: Store, queue: Queue) -> None:
    put(store, ReadGroup("S3"), due=later(-1))
    put(store, ReadGroup("S2"), due=later(-2))
    put(store, ReadGroup("S1"), ReadGroup("S0"), due=later(-3))

    claims = queue.claim(NOW, LEASE, 10)

    assert [c.order for c in claims] == [ReadGroup("S1"), ReadGroup("S0"), ReadGroup("S2"), ReadGroup("S3")]


def test_no_more_is_claimed_than_was_asked_for(store: Store, queue: Queue) -> None:
    put(store, *(ReadGroup(f"S{n}") for n in range(5)))

    assert [len(queue.claim(NOW, LEASE, 2)) for _ in range(4)] == [2, 2, 1, 0]


def test_an_order_with_an_earlier_time_does_not_overtake_the_one_in_hand(store: Store, queue: Queue) -> None:
    """A request may have read its clock, and then have waited for the lock, while a worker claimed."""
    put(store, RefreshCard(A))
    (in_hand,) = queue.claim(NOW, LEASE, 10)
    put(store, RefreshCard(A), WriteLog(A, 1, 1), due=later(-1))

    overtaking = queue.claim(NOW, LEASE, 10)

    assert overtaking == []
    assert not queue.oldest_due(NOW)
    with store.transaction() as tx:
        assert tx.finish(in_hand, NOW)
    assert [c.order for c in queue.claim(NOW, LEASE, 10)] == [RefreshCard(A)]


def test_an_order_that_was_left_behind_is_taken_over_before_one_with_an_earlier_time(
    store: Store, queue: Queue
) -> None:
    put(store, RefreshCard(A))
    queue.claim(NOW, LEASE, 10)
    put(store, WriteLog(A, 1, 1), due=later(-1))

    (taken_over,) = queue.claim(NOW + LEASE, LEASE, 10)

    assert (taken_over.order, taken_over.attempt) == (RefreshCard(A), 2)


def test_the_next_alarm_is_the_end_of_the_lease_that_its_lane_waits_for(store: Store, queue: Queue) -> None:
    put(store, RefreshCard(A))
    queue.claim(NOW, LEASE, 10)
    put(store, WriteLog(A, 1, 1), due=later(-1))

    assert queue.next_due(NOW) == NOW + LEASE


def test_an_empty_queue_rings_no_alarm(queue: Queue) -> None:
    assert queue.next_due(NOW) is None
    assert not queue.oldest_due(NOW)


def test_orders_of_other_lanes_do_not_wait(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 2, 2), WriteLog(B, 1, 1))

    assert [c.order for c in queue.claim(NOW, LEASE, 10)] == [WriteLog(A, 1, 1), WriteLog(B, 1, 1)]


def test_a_renewed_claim_is_not_taken_over(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1))
    (claim,) = queue.claim(NOW, LEASE, 1)

    queue.renew([claim], later(120))

    assert queue.claim(later(119), LEASE, 1) == []
    assert len(queue.claim(later(120), LEASE, 1)) == 1


def test_whoever_lost_a_claim_can_neither_keep_nor_end_it(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1))
    (lost,) = queue.claim(NOW, LEASE, 1)
    (mine,) = queue.claim(later(60), LEASE, 1)

    queue.renew([lost], later(9000))
    put_back = queue.put_back(lost, later(9000), "late", may_be_done=True)
    with store.transaction() as tx:
        finished, given_up = tx.finish(lost, NOW), tx.give_up(lost, "late", NOW)

    assert (put_back, finished, given_up) == (False, False, False)
    assert queue.next_due(NOW) == later(60) + LEASE
    with store.transaction() as tx:
        assert tx.finish(mine, NOW)


def test_an_order_is_ended_once(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1))
    (claim,) = queue.claim(NOW, LEASE, 1)

    with store.transaction() as tx:
        ended = [tx.finish(claim, NOW), tx.finish(claim, NOW), tx.give_up(claim, "x", NOW)]

    assert ended == [True, False, False]


def test_a_result_that_is_not_committed_ends_nothing(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1))
    (claim,) = queue.claim(NOW, LEASE, 1)

    def breaks() -> None:
        with store.transaction() as tx:
            assert tx.finish(claim, NOW)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        breaks()

    assert [c.attempt for c in queue.claim(later(60), LEASE, 1)] == [2]


def test_an_order_that_is_given_up_lets_its_lane_go_on_and_stays_to_be_read(
    store: Store, queue: Queue
) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 2, 2))
    (claim,) = queue.claim(NOW, LEASE, 1)

    with store.transaction() as tx:
        assert tx.give_up(claim, "a “bug” 💥", NOW)

    assert [c.order for c in queue.claim(NOW, LEASE, 1)] == [WriteLog(A, 2, 2)]
    with store.reading() as tx:
        assert tx.problems(A) == ["a “bug” 💥"]


def test_a_repeatable_order_waits_beside_the_one_in_hand_but_never_beside_another(
    store: Store, queue: Queue
) -> None:
    put(store, RefreshCard(A))
    (in_hand,) = queue.claim(NOW, LEASE, 1)
    put(store, RefreshCard(A), RefreshCard(A))
    put(store, RefreshCard(A), due=later(-5))

    with store.transaction() as tx:
        tx.finish(in_hand, NOW)

    assert [(c.order, c.due_at) for c in queue.claim(NOW, LEASE, 10)] == [(RefreshCard(A), later(-5))]
    assert queue.claim(later(600), LEASE, 10)[0].attempt == 2


def test_the_log_is_written_once_for_every_step(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 1, 1))

    assert len(queue.claim(NOW, LEASE, 1)) == 1
    assert queue.next_due(NOW) == NOW + LEASE


def test_done_orders_are_forgotten_and_no_others(store: Store, queue: Queue) -> None:
    put(store, *(ReadGroup(f"S{n}") for n in range(4)))
    done, failed, in_hand = queue.claim(NOW, LEASE, 3)
    with store.transaction() as tx:
        tx.finish(done, NOW)
        tx.give_up(failed, "x", NOW)

    queue.forget_done(later(1))

    with store.engine.connect() as connection:
        states = connection.exec_driver_sql("SELECT state FROM orders ORDER BY id").scalars().all()
    assert states == ["failed", "claimed", "waiting"]
    assert in_hand.order == ReadGroup("S2")


def test_threads_never_hold_two_orders_of_one_lane(store: Store, engine: sa.Engine) -> None:
    releases = [ReleaseId(f"shop-1.{n}.0") for n in range(5)]
    put(store, *(WriteLog(r, n, n) for n in range(1, 9) for r in releases))
    in_hand: set[str] = set()
    both_at_once: list[str] = []
    done: Counter[int] = Counter()
    guard = threading.Lock()

    def work(_n: int) -> None:
        queue = Queue(engine)
        while queue.oldest_due(NOW):
            for claim in queue.claim(NOW, LEASE, 1):
                with guard:
                    both_at_once.extend({lane(claim.order)} & in_hand)
                    in_hand.add(lane(claim.order))
                with store.transaction() as tx:
                    with guard:
                        in_hand.discard(lane(claim.order))
                    done[claim.id] += tx.finish(claim, NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    assert both_at_once == []
    assert (len(done), set(done.values())) == (40, {1})


def test_processes_never_claim_the_same_order(url: str) -> None:
    engine = open_engine(url)
    put(Store(engine), *(ReadGroup(f"S{n}") for n in range(60)))
    engine.dispose()

    claimer = [sys.executable, "-m", "tests.storage.claimer", url, NOW.isoformat()]
    workers = [subprocess.Popen(claimer, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    printed = [worker.communicate(timeout=60)[0].splitlines() for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0, 0]
    claimed = [line.split() for lines in printed for line in lines]
    assert len({id_ for id_, _attempt in claimed}) == len(claimed) == 60
    assert {attempt for _id, attempt in claimed} == {"1"}
