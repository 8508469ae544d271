"""How many orders a process takes in hand, and that it gives them back."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.quiet import QuietSlack, config_in
from bot.app import assemble
from bot.domain.orders import ShowHome
from bot.domain.words import UserId
from bot.parts import Parts
from bot.ports import Block
from bot.workflow.workers import LEASE, THREADS, Workers

MANY = 40


def now() -> datetime:
    return datetime.now(UTC)


class BusySlack(QuietSlack):
    """Keeps every hand busy until it is let go. `everybody` is met as soon as all hands are."""

    def __init__(self, hands: int = THREADS) -> None:
        self.everybody, self.go = threading.Barrier(hands + 1), threading.Event()

    def publish_home(self, user: str, blocks: Sequence[Block]) -> None:
        del user, blocks
        if not self.go.is_set():
            self.everybody.wait(20)
            self.go.wait(20)


def with_many_orders(
    folder: Path, slack: BusySlack, clock: Callable[[], datetime] = now, many: int = MANY
) -> Parts:
    parts = assemble(config_in(folder, f"sqlite:///{folder}/it.sqlite"), slack=slack, clock=clock).parts
    with parts.store.transaction() as tx:
        for n in range(many):
            tx.order(ShowHome(UserId(f"U{n:08d}")), datetime.now(UTC))
    return parts


def claimed(parts: Parts) -> int:
    with parts.store.engine.connect().execution_options(write=False) as connection:
        return int(
            connection.execute(sa.text("SELECT count(*) FROM orders WHERE state = 'claimed'")).scalar_one()
        )


def test_a_busy_process_takes_a_few_orders_more_and_leaves_the_rest_to_others(tmp_path: Path) -> None:
    slack = BusySlack()
    parts = with_many_orders(tmp_path, slack)
    workers = Workers(parts)

    workers.start()
    slack.everybody.wait(20)

    assert claimed(parts) == 20
    slack.go.set()
    workers.stop()


def test_what_a_stopped_process_had_in_hand_can_be_taken_at_once(tmp_path: Path) -> None:
    slack = BusySlack()
    parts = with_many_orders(tmp_path, slack)
    workers = Workers(parts)
    workers.start()
    slack.everybody.wait(20)

    workers.stop(within=0.1)

    taken = parts.queue.claim(datetime.now(UTC), LEASE, MANY)
    assert len(taken) == MANY
    slack.go.set()


def test_a_process_that_slept_longer_than_its_lease_begins_nothing_of_what_it_had_claimed(
    tmp_path: Path,
) -> None:
    """Others have taken it over meanwhile; a message that it posted now would be there twice."""
    slack, slept = BusySlack(hands=1), timedelta()
    parts = with_many_orders(tmp_path, slack, clock=lambda: now() + slept)
    attempts: list[str] = []
    workers = Workers(
        parts, threads=1, lease=timedelta(days=1), attempted=lambda _kind, result: attempts.append(result)
    )
    workers.start()
    slack.everybody.wait(20)
    until = time.monotonic() + 20
    while len(in_hand := workers._claims()) < 2 and time.monotonic() < until:
        time.sleep(0.01)

    slept = timedelta(days=2)
    others = parts.queue.claim(now() + slept, timedelta(days=1), MANY)
    slack.go.set()
    workers.stop()

    assert {claim.id for claim in in_hand} <= {claim.id for claim in others}
    assert len(in_hand) > 1
    assert attempts == ["taken_over"], "the one that had begun, whose result does not count"


def test_a_clock_that_jumps_ahead_makes_a_process_take_nothing_twice(tmp_path: Path) -> None:
    slack, ahead = BusySlack(hands=3), timedelta()
    parts = with_many_orders(tmp_path, slack, clock=lambda: now() + ahead, many=3)
    attempts: list[str] = []
    looked = threading.Event()
    workers = Workers(
        parts,
        when_idle=lambda at: looked.set() if at > now() + timedelta(minutes=1) else None,
        attempted=lambda _kind, result: attempts.append(result),
    )
    workers.start()
    slack.everybody.wait(20)

    ahead = timedelta(hours=1)
    workers.wake()
    assert looked.wait(20)
    slack.go.set()
    workers.stop()

    assert attempts == ["done"] * 3


def test_a_clock_that_is_set_back_keeps_nothing_waiting(tmp_path: Path) -> None:
    slack, ahead = BusySlack(), timedelta(hours=1)
    slack.go.set()
    parts = with_many_orders(tmp_path, slack, clock=lambda: now() + ahead)
    attempts: list[str] = []
    workers = Workers(parts, attempted=lambda _kind, result: attempts.append(result))
    workers.start()
    until = time.monotonic() + 20
    while len(attempts) < MANY and time.monotonic() < until:
        time.sleep(0.01)
    with parts.store.transaction() as tx:
        tx.order(ShowHome(UserId("U1")), now() + ahead)

    ahead = timedelta()
    workers.wake()
    while len(attempts) < MANY + 1 and time.monotonic() < until:
        time.sleep(0.01)
    workers.stop()

    assert attempts == ["done"] * (MANY + 1)


def test_alone_on_a_database_nobody_waits_for_the_lease_of_a_process_that_died(tmp_path: Path) -> None:
    parts = with_many_orders(tmp_path, BusySlack())
    died_with = parts.queue.claim(now(), timedelta(days=1), 3)
    parts.queue.rest(died_with[2], now() + timedelta(hours=1), may_be_done=False)
    parts.store.engine.dispose()

    parts.queue.take_from_the_dead(now() + timedelta(seconds=3))

    after = parts.queue.claim(now() + timedelta(seconds=3), LEASE, MANY)
    assert {(claim.id, claim.attempt, claim.may_be_done) for claim in after if claim.attempt > 1} == {
        (claim.id, 2, True) for claim in died_with[:2]
    }
