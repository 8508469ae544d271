"""Urgent orders go first, and finding the due ones stays quick in a long table."""

import pytest
import sqlalchemy as sa

from bot.domain.orders import ReadGroup, SoundAlarm, TellOfChannel, WriteLog
from bot.domain.words import UserId
from storage.queue import Queue
from storage.store import Store
from tests.storage.builders import LEASE, NOW, A, B, later, put


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine)


@pytest.fixture
def queue(engine: sa.Engine) -> Queue:
    return Queue(engine)


def test_an_urgent_order_overtakes_what_fell_due_before_it(store: Store, queue: Queue) -> None:
    put(store, *(ReadGroup(f"S{n}") for n in range(20)), due=later(-60))
    put(store, SoundAlarm(A, 3), TellOfChannel(B, UserId("U1"), 4))

    assert [c.order for c in queue.claim(NOW, LEASE, 3)] == [
        SoundAlarm(A, 3), TellOfChannel(B, UserId("U1"), 4), ReadGroup("S0"),
    ]  # fmt: skip


def test_an_urgent_order_that_is_not_due_waits_for_its_time(store: Store, queue: Queue) -> None:
    put(store, SoundAlarm(A, 3), due=later(60))
    put(store, ReadGroup("S1"))

    assert [c.order for c in queue.claim(NOW, LEASE, 5)] == [ReadGroup("S1")]
    assert queue.next_due() is not None
    assert queue.claim(later(60), LEASE, 5)[0].order == SoundAlarm(A, 3)


def test_urgent_orders_that_were_put_back_go_before_routine_ones(store: Store, queue: Queue) -> None:
    put(store, SoundAlarm(A, 3))
    (alarm,) = queue.claim(NOW, LEASE, 1)
    queue.put_back(alarm, later(5), "Slack is down.", may_be_done=False)
    put(store, ReadGroup("S1"))

    (first,) = queue.claim(later(5), LEASE, 1)

    assert (first.order, first.failures, first.problem) == (SoundAlarm(A, 3), 1, "Slack is down.")


def test_waiting_for_a_turn_is_no_failure_and_asks_for_no_look(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1))
    (claim,) = queue.claim(NOW, LEASE, 1)

    assert queue.rest(claim, later(1), may_be_done=False)

    assert queue.claim(NOW, LEASE, 1) == []
    (again,) = queue.claim(later(1), LEASE, 1)
    assert (again.failures, again.problem, again.may_be_done) == (0, None, False)


def test_what_rests_is_brought_forward_and_what_is_in_hand_is_not(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(B, 1, 1))
    resting, in_hand = queue.claim(NOW, LEASE, 2)
    queue.put_back(resting, later(300), "shut", may_be_done=False)
    queue.renew([resting, in_hand], later(30))

    with store.transaction() as tx:
        for release in (A, B):
            tx.bring_forward(release, later(1))

    assert [c.order for c in queue.claim(later(1), LEASE, 5)] == [WriteLog(A, 1, 1)]


def test_the_numbers_tell_who_waits_who_rests_and_who_was_given_up(store: Store, queue: Queue) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 2, 2), WriteLog(B, 1, 1), ReadGroup("S1"))
    a, b, group = queue.claim(NOW, LEASE, 5)
    queue.rest(a, later(1), may_be_done=False)
    with store.transaction() as tx:
        tx.give_up(group, "a mistake of ours", NOW)

    assert queue.counts() == {
        ("WriteLog", "waiting"): 1, ("WriteLog", "resting"): 1, ("WriteLog", "claimed"): 1, ("ReadGroup", "failed"): 1,
    }  # fmt: skip
    assert b.order == WriteLog(B, 1, 1)


def test_finding_the_due_orders_reads_no_old_ones(engine: sa.Engine) -> None:
    """The plans use the partial indexes: the table of a million done orders is not read through."""
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL chooses its plan by statistics; the bench measures it there")
    from storage import queue as q

    with engine.connect() as connection:
        for query in (q._LEFT_BEHIND, q._DUE, q._NEXT):
            text = str(query.compile(engine, compile_kwargs={"render_postcompile": True}))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", _values(text)).all()
            steps = [row[3] for row in plan]
            # Of the claimed ones there are only as many as there are hands and lanes that wait.
            whole = [
                step
                for step in steps
                if step.startswith("SCAN orders") and "uq_orders_lane_claimed" not in step
            ]
            assert whole == []


def _values(text: str) -> tuple[object, ...]:
    return tuple("1" for _ in range(text.count("?")))
