"""A clock that was set back: nothing that it timed waits for as long as it jumped, and nothing loses its place."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.orders import ReadGroup, RefreshCard, SendNotice, WriteLog
from bot.domain.words import ChannelId
from storage.clocks import last_seen, set_back
from storage.pace import Paces
from storage.queue import Queue
from storage.store import Store
from tests.storage.builders import LEASE, NOW, A, later, put

AHEAD = NOW + timedelta(hours=1)
"""What the clock said before it was set back to NOW."""


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine)


@pytest.fixture
def queue(engine: sa.Engine) -> Queue:
    return Queue(engine)


def test_what_was_due_before_is_due_and_goes_before_what_is_stored_now(
    store: Store, queue: Queue, engine: sa.Engine
) -> None:
    put(store, WriteLog(A, 1, 1), WriteLog(A, 2, 2), due=AHEAD)
    put(store, WriteLog(A, 3, 3), due=NOW)

    set_back(engine, NOW, LEASE)

    told = []
    for _ in range(3):
        (claim,) = queue.claim(NOW, LEASE, 10)
        told.append(claim.order)
        queue.finish(claim, NOW)
    assert told == [WriteLog(A, 1, 1), WriteLog(A, 2, 2), WriteLog(A, 3, 3)]


def test_leases_end_after_a_lease_however_many_replicas_say_so(
    store: Store, queue: Queue, engine: sa.Engine
) -> None:
    put(store, ReadGroup("dead"), ReadGroup("down"))
    dead, down = queue.claim(AHEAD, LEASE, 2)
    queue.put_back(down, AHEAD + timedelta(minutes=5), "Slack is down.", may_be_done=True)

    for _ in range(2):
        set_back(engine, NOW, LEASE)

    assert queue.claim(NOW + LEASE - timedelta(seconds=1), LEASE, 10) == []
    again = queue.claim(NOW + LEASE, LEASE, 10)
    assert {(claim.id, claim.attempt, claim.may_be_done) for claim in again} == {
        (dead.id, 2, True), (down.id, 2, True),
    }  # fmt: skip


def test_a_notice_keeps_the_time_that_people_were_promised(
    store: Store, queue: Queue, engine: sa.Engine
) -> None:
    at = AHEAD + timedelta(hours=1)
    put(store, SendNotice(A, "users-1h", at, ChannelId("C1")), due=at)

    set_back(engine, NOW, LEASE)

    assert queue.claim(NOW, LEASE, 10) == []
    assert queue.next_due(NOW) == at


def test_a_turn_at_slack_that_was_taken_then_keeps_nobody_waiting(engine: sa.Engine) -> None:
    paces = Paces(engine)
    assert paces.take("post C1", AHEAD, 1.0, 1) is None
    paces.close("429 chat.postMessage", AHEAD + timedelta(seconds=30))

    set_back(engine, NOW, LEASE)

    assert paces.take("post C1", NOW, 1.0, 1) is None
    assert paces.take("post C1", NOW, 1.0, 1) == later(1)
    assert paces.closed_until("429 chat.postMessage", NOW) is None


def test_a_bot_that_was_down_meanwhile_sees_it_by_what_ended_last(
    store: Store, queue: Queue, engine: sa.Engine
) -> None:
    assert last_seen(engine) is None
    put(store, RefreshCard(A), WriteLog(A, 1, 1))

    (claim,) = queue.claim(AHEAD, LEASE, 1)
    queue.finish(claim, AHEAD)

    assert last_seen(engine) == AHEAD
