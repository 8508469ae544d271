"""A request that comes twice changes once, however it comes: later, at once, or after one that failed."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from bot.domain.course import hold
from bot.domain.release import Release
from bot.domain.words import UserId
from storage.database import verify
from storage.store import Store, Tx
from tests.domain.builders import process
from tests.storage.builders import NOW, begun, held


@pytest.fixture
def store(engine: sa.Engine) -> Store:
    return Store(engine)


def holds(tx: Tx, release_id: str, key: str, by: str) -> str:
    """The way of every use case: answered before? lock, look again, decide, save, remember."""
    before = tx.answer_to(key)
    if before is not None:
        return before
    release = tx.release(release_id)
    assert release is not None
    twin = tx.answer_to(key)
    if twin is not None:
        return twin
    tx.append(hold(release, "wait", UserId(by), NOW, process()), key=key, policy=process())
    tx.remember_answer(key, f"held by {by}", NOW)
    return f"held by {by}"


def read(store: Store, release_id: str) -> Release:
    with store.reading() as tx:
        release = tx.release(release_id)
    assert release is not None
    return release


def test_the_second_delivery_gets_the_first_ones_answer_and_changes_nothing(store: Store) -> None:
    release = begun(store)

    answers = []
    for by in ("U0BEN", "U0ELI"):
        with store.transaction() as tx:
            answers.append(holds(tx, release.id, "delivery 1", by))

    assert answers == ["held by U0BEN", "held by U0BEN"]
    assert [h.by for h in read(store, release.id).holds] == ["U0BEN"]


@pytest.mark.parametrize("round_", range(5))
def test_two_deliveries_at_the_same_moment_change_once(store: Store, round_: int) -> None:
    release, gate = begun(store), threading.Barrier(4)

    def deliver(n: int) -> str:
        gate.wait(timeout=10)
        with store.transaction() as tx:
            return holds(tx, release.id, "delivery 1", f"U0P{n}")

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(deliver, range(4)))

    assert len(answers) == 1
    assert len(read(store, release.id).holds) == 1
    assert verify(store.engine) == (2, [])


def test_a_request_that_failed_may_come_again(store: Store) -> None:
    release = begun(store)

    def fails() -> None:
        with store.transaction() as tx:
            holds(tx, release.id, "delivery 1", "U0BEN")
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fails()
    with store.transaction() as tx:
        assert holds(tx, release.id, "delivery 1", "U0ELI") == "held by U0ELI"

    assert [h.by for h in read(store, release.id).holds] == ["U0ELI"]


def test_an_answer_is_never_overwritten(store: Store) -> None:
    with store.transaction() as tx:
        tx.remember_answer("delivery 1", "first", NOW)

    with pytest.raises(IntegrityError), store.transaction() as tx:
        tx.remember_answer("delivery 1", "second", NOW)

    with store.reading() as tx:
        assert tx.answer_to("delivery 1") == "first"


def test_eight_threads_that_read_and_write_lose_nothing(store: Store) -> None:
    release = begun(store)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: held(store, release.id, f"U0P{n}"), range(64)))

    assert {h.by for h in read(store, release.id).holds} == {f"U0P{n}" for n in range(64)}
    assert verify(store.engine) == (65, [])


def test_a_look_is_one_moment_even_if_others_write_meanwhile(store: Store) -> None:
    release = begun(store)

    with store.reading() as tx:
        first = tx.release(release.id)
        held(store, release.id, "U0BEN")
        second = tx.release(release.id)

    assert first == second
    assert [h.by for h in read(store, release.id).holds] == ["U0BEN"]


def test_a_look_does_not_wait_for_somebody_who_writes(store: Store) -> None:
    release = begun(store)

    with store.transaction() as writing:
        writing.release(release.id)
        writing.remember_answer("k", "not yet", NOW)
        with store.reading() as looking:
            seen = (looking.release(release.id), looking.answer_to("k"))

    assert seen == (release, None)


def test_what_was_rolled_back_is_never_seen_again(store: Store) -> None:
    """A store remembers releases that it folded; one from a transaction that failed must not be among them."""
    release = begun(store)

    def fails() -> None:
        with store.transaction() as tx:
            holds(tx, release.id, "k", "U0BEN")
            assert tx.release(release.id) != release
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fails()

    assert read(store, release.id) == release
    held(store, release.id, "U0ELI")
    assert [h.by for h in read(store, release.id).holds] == ["U0ELI"]


def test_two_stores_on_one_database_see_each_others_steps(store: Store, engine: sa.Engine) -> None:
    release, other = begun(store), Store(engine)

    for n in range(3):
        held(store, release.id, f"U0A{n}")
        held(other, release.id, f"U0B{n}")

    assert read(store, release.id) == read(other, release.id)
    assert read(store, release.id).events == 7
