"""How many orders a process takes in hand, and that it gives them back."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bench.quiet import QuietSlack, config_in
from bot.app import assemble
from bot.domain.orders import ShowHome
from bot.domain.words import UserId
from bot.parts import Parts
from bot.ports import Block
from bot.workflow.workers import LEASE, Workers

MANY = 40


class BusySlack(QuietSlack):
    """Keeps every hand busy until it is let go. `everybody` is set as soon as four hands are."""

    def __init__(self) -> None:
        self.everybody, self.go = threading.Barrier(5), threading.Event()

    def publish_home(self, user: str, blocks: Sequence[Block]) -> None:
        del user, blocks
        if not self.go.is_set():
            self.everybody.wait(20)
            self.go.wait(20)


def with_many_orders(folder: Path, slack: BusySlack) -> Parts:
    parts = assemble(config_in(folder, f"sqlite:///{folder}/it.sqlite"), slack=slack).parts
    with parts.store.transaction() as tx:
        for n in range(MANY):
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

    assert claimed(parts) == 12
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
