"""Urgent orders go first, and finding the due ones stays quick in a long table."""

import pytest
import sqlalchemy as sa

from bot.domain.orders import Announce, ReadGroup, SendNotice, SoundAlarm, TellOfChannel, WriteLog
from bot.domain.posts import Post
from bot.domain.words import Audience, ChannelId, UserId
from storage import claiming as q
from storage.engine import is_sqlite
from storage.queue import Queue
from storage.store import Store
from storage.tables import ORDERS
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


def test_what_audiences_are_told_of_a_rollback_overtakes_the_notices_of_its_channel(
    store: Store, queue: Queue
) -> None:
    def told(post: Post) -> Announce:
        return Announce(A, 7, post, Audience.USERS, ChannelId("C1"))

    put(store, *(SendNotice(B, f"users-{n}bd", NOW, ChannelId("C1")) for n in range(9)), due=later(-60))
    put(store, told(Post.ROLLED_BACK), told(Post.COMPLETED))

    assert [c.order for c in queue.claim(NOW, LEASE, 9)] == [
        told(Post.ROLLED_BACK), SendNotice(B, "users-0bd", NOW, ChannelId("C1")),
    ]  # fmt: skip


def test_the_record_of_what_has_happened_waits_for_what_is_promised_for_a_time(
    store: Store, queue: Queue
) -> None:
    put(store, WriteLog(A, 2, 2), WriteLog(B, 2, 3), due=later(-60))
    notices = [SendNotice(B, f"users-{n}h", NOW, ChannelId(f"C{n}")) for n in range(3)]
    put(store, *notices)

    assert [c.order for c in queue.claim(NOW, LEASE, 4)] == [*notices, WriteLog(A, 2, 2)]


def test_an_urgent_order_that_is_not_due_waits_for_its_time(store: Store, queue: Queue) -> None:
    put(store, SoundAlarm(A, 3), due=later(60))
    put(store, ReadGroup("S1"))

    assert [c.order for c in queue.claim(NOW, LEASE, 5)] == [ReadGroup("S1")]
    assert queue.next_due(NOW) is not None
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
    group, a, b = queue.claim(NOW, LEASE, 5)
    queue.rest(a, later(1), may_be_done=False)
    with store.transaction() as tx:
        tx.give_up(group, "a mistake of ours", NOW)

    assert queue.counts() == {
        ("WriteLog", "waiting"): 1, ("WriteLog", "resting"): 1, ("WriteLog", "claimed"): 1, ("ReadGroup", "failed"): 1,
    }  # fmt: skip
    assert b.order == WriteLog(B, 1, 1)


def test_finding_the_due_orders_reads_no_old_ones(store: Store, engine: sa.Engine) -> None:
    """The plans use the partial indexes: the table of a million done orders is not read through."""
    put(store, *(ReadGroup(f"S{n}") for n in range(50)), due=later(3600))
    _grow_old(engine, 20_000)

    queries = (q.LOOK, q.OLDEST, q.NEXT) if is_sqlite(engine) else (q.CLAIM, q.OLDEST, q.NEXT)
    with engine.connect() as connection:
        plans = [_plan(connection, query) for query in queries]

    # Of the claimed ones there are only as many as there are hands and lanes that wait.
    whole = [
        step
        for plan in plans
        for step in plan
        if "Seq Scan on orders" in step or ("SCAN orders" in step and "uq_orders_lane_claimed" not in step)
    ]
    assert whole == []
    assert all("ix_orders_urgency_waiting" in "\n".join(plan) for plan in plans)


def _grow_old(engine: sa.Engine, rows: int) -> None:
    done = {
        "kind": "ReadGroup", "body": "{}", "lane": "group S1", "state": "done", "due_at": later(-60), "attempts": 1,
        "breaks": 0, "failures": 0, "resting": False, "unsettled": False, "urgency": 1,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(ORDERS), [done] * rows)
        connection.exec_driver_sql("ANALYZE orders")


def _plan(connection: sa.Connection, query: sa.ClauseElement) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    compiled = query.compile(connection, compile_kwargs={"render_postcompile": True})
    values = {"now": NOW, "until": later(60), "most": 5}
    if connection.dialect.name == "sqlite":
        text = str(compiled)
        rows = connection.exec_driver_sql(f"{explain} {text}", tuple("1" for _ in range(text.count("?"))))
        return [row[3] for row in rows]
    return [row[0] for row in connection.exec_driver_sql(f"{explain} {compiled}", compiled.params | values)]
