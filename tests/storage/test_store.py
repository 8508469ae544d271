"""State, history, orders and answers: saved together or not at all, and never twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from bot.configured import process_text
from bot.domain.course import hold
from bot.domain.events import Happened, Started
from bot.domain.folding import fold
from bot.domain.policy import read_policy
from bot.domain.release import Release
from bot.domain.steps import Step, first_step
from bot.domain.words import ChannelId, ReleaseId, ReleaseType, UserId
from storage.database import NotUpToDate, backup, check, newest, upgrade, verify
from storage.engine import open_engine
from storage.store import Store

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
POLICY = read_policy(process_text(), {})
MARA = UserId("U0MARA")


def started(version: str = "1.4.0") -> Step:
    event = Started(
        ReleaseId(f"shop-{version}"),
        "shop",
        version,
        ReleaseType.MINOR,
        f"v{version}",
        ChannelId("C0"),
        "by hand",
    )
    return first_step(event, MARA, NOW, POLICY)


def saved(store: Store, step: Step, key: str = "key") -> Release:
    with store.transaction() as tx:
        tx.append(step, key=key, policy=POLICY)
        for order in step.orders:
            tx.order(order, NOW)
    return step.release


def held(store: Store, release_id: str, who: str, key: str) -> None:
    with store.transaction() as tx:
        release = tx.release(release_id)
        assert release is not None
        tx.append(hold(release, "wait", UserId(who), NOW, POLICY), key=key, policy=POLICY)


def test_a_release_is_what_its_history_folds_to(engine: sa.Engine) -> None:
    store = Store(engine)
    release = saved(store, started())
    held(store, release.id, "U0BEN", "k2")

    with store.reading() as tx:
        read = tx.release(release.id)
        history = tx.history(release.id)

    assert read == fold(line.happened for line in history)
    assert [type(line.happened.what).__name__ for line in history] == ["Started", "Held"]
    assert history[0].happened == Happened(MARA, NOW, started().happened[0].what)


def test_a_transaction_that_fails_leaves_nothing(engine: sa.Engine) -> None:
    store = Store(engine)

    def fails_at_the_end() -> None:
        with store.transaction() as tx:
            tx.append(started(), key="k", policy=POLICY)
            tx.remember_answer("k", "done", NOW)
            raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        fails_at_the_end()

    with store.reading() as tx:
        assert tx.open_releases() == []
        assert tx.answer_to("k") is None
    assert verify(engine) == (0, [])


def test_writers_at_once_lose_nothing(engine: sa.Engine) -> None:
    store = Store(engine)
    release = saved(store, started())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: held(store, release.id, f"U0P{n}", f"k{n}"), range(40)))

    with store.reading() as tx:
        read = tx.release(release.id)
    assert read is not None
    assert {h.by for h in read.holds} == {f"U0P{n}" for n in range(40)}
    assert verify(engine) == (41, [])


def test_a_step_on_an_old_release_is_not_saved(engine: sa.Engine) -> None:
    store = Store(engine)
    release = saved(store, started())
    held(store, release.id, "U0BEN", "k2")

    stale = hold(release, "late", UserId("U0ELI"), NOW, POLICY)

    with pytest.raises(RuntimeError, match="changed by somebody else"):
        saved(store, stale, "k3")


@pytest.mark.parametrize("change", ["UPDATE history SET body = '{}'", "DELETE FROM history"])
def test_history_refuses_to_be_changed(engine: sa.Engine, change: str) -> None:
    saved(Store(engine), started())

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.exec_driver_sql(change)


def without_guards(engine: sa.Engine) -> sa.Connection:
    connection = engine.connect()
    if engine.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER history_refuses_update")
        connection.exec_driver_sql("DROP TRIGGER history_refuses_delete")
    else:
        connection.exec_driver_sql("DROP TRIGGER history_refuses_change ON history")
    return connection


TAMPERING = {
    "a body": (
        "UPDATE history SET body = '{}' WHERE seq = 2 AND release_id = 'shop-1.4.0'",
        "row 2: it was changed",
    ),
    "who did it": (
        "UPDATE history SET by = 'U0EVIL' WHERE seq = 2 AND release_id = 'shop-1.4.0'",
        "row 2: it was changed",
    ),
    "a row in the middle": (
        "DELETE FROM history WHERE seq = 2 AND release_id = 'shop-1.4.0'",
        "row 2 is missing",
    ),
    "the last row": (
        "DELETE FROM history WHERE seq = 3 AND release_id = 'shop-1.4.0'",
        "does not end where it did",
    ),
    "a whole release": (
        "DELETE FROM history WHERE release_id = 'shop-1.4.0'; DELETE FROM releases WHERE id = 'shop-1.4.0'",
        "shop-1.5.0: the release of shop that was started before it is missing",
    ),
}


@pytest.mark.parametrize("tampering", TAMPERING.values(), ids=TAMPERING)
def test_verify_finds_what_somebody_changed_in_the_database(
    engine: sa.Engine, tampering: tuple[str, str]
) -> None:
    store = Store(engine)
    for version in ("1.4.0", "1.5.0"):
        release = saved(store, started(version), version)
        held(store, release.id, "U0BEN", f"{version} b")
        held(store, release.id, "U0ELI", f"{version} c")
    assert verify(engine) == (6, [])

    with without_guards(engine) as connection:
        for statement in tampering[0].split("; "):
            connection.exec_driver_sql(statement)
        connection.commit()

    broken = verify(engine)[1]
    assert any(tampering[1] in sentence for sentence in broken), broken


def test_an_upgrade_is_repeatable_and_the_tables_fit(engine: sa.Engine) -> None:
    assert upgrade(engine) == (newest(), newest())

    check(engine)


def test_a_table_that_differs_is_found(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE groups ADD COLUMN extra INTEGER")

    with pytest.raises(NotUpToDate, match="differ"):
        check(engine)


def test_a_backup_of_sqlite_is_a_whole_database(tmp_path) -> None:  # type: ignore[no-untyped-def]
    engine = open_engine(f"sqlite:///{tmp_path}/a.sqlite")
    upgrade(engine)
    saved(Store(engine), started())

    backup(engine, tmp_path / "b.sqlite")

    assert verify(open_engine(f"sqlite:///{tmp_path}/b.sqlite")) == (1, [])


def test_starts_of_two_releases_at_once_are_chained(engine: sa.Engine) -> None:
    store = Store(engine)

    def start(n: int) -> None:
        with store.transaction() as tx:
            tx.lock_product("shop")
            tx.append(started(f"1.{n}.0"), key=f"k{n}", policy=POLICY)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(12)))

    assert verify(engine) == (12, [])


def test_answers_are_forgotten_after_their_time(engine: sa.Engine) -> None:
    store = Store(engine)
    with store.transaction() as tx:
        tx.remember_answer("old", "a", NOW - timedelta(days=3))
        tx.remember_answer("new", "b", NOW)

    with store.transaction() as tx:
        tx.forget_requests(NOW - timedelta(days=2))

    with store.reading() as tx:
        assert (tx.answer_to("old"), tx.answer_to("new")) == (None, "b")
