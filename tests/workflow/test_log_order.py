"""The thread of a release tells what happened in its order, also when the clocks of two replicas do not agree on it."""

from pathlib import Path

from bench.quiet import QuietSlack, config_in
from bot.app import assemble
from bot.domain.course import hold, resume
from bot.domain.orders import WriteLog
from bot.domain.people import Roles
from bot.domain.words import UserId
from bot.workflow.asking import save
from tests.storage.builders import LEASE, A, begun, later

EVA = UserId("U0EVA")


def test_who_waited_for_the_lock_with_an_older_time_is_told_behind_the_one_who_had_it(tmp_path: Path) -> None:
    parts = assemble(config_in(tmp_path, f"sqlite:///{tmp_path}/it.sqlite"), slack=QuietSlack()).parts
    begun(parts.store)
    policy = parts.policy_of("shop")
    with parts.store.transaction() as tx:
        release = tx.release(A)
        assert release is not None
        save(parts, tx, hold(release, "wait", EVA, later(2), policy), "first", later(2))
    with parts.store.transaction() as tx:
        release = tx.release(A)
        assert release is not None
        save(parts, tx, resume(release, EVA, Roles({}), later(1), policy), "second", later(1))

    told: list[int] = []
    for _ in range(9):
        for claim in parts.queue.claim(later(60), LEASE, 9):
            if isinstance(claim.order, WriteLog):
                told.append(claim.order.first)
            parts.queue.finish(claim, later(60))

    assert told == sorted(told)
    assert len(told) == 2
