"""Replicas of several versions on one database, as they are while they are replaced one by one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from bot.domain.errors import WrittenByNewer
from bot.domain.orders import ReadGroup, WriteLog
from storage.database import NotUpToDate, check, newest, revision, upgrade
from storage.engine import open_engine
from storage.queue import Queue
from storage.store import Store
from storage.tables import HISTORY, ORDERS
from storage.upgrading import UPGRADE_LOCK
from tests.storage.builders import LEASE, NOW, A, begun, later, put

NEWER = "Run the newer version."


def test_what_only_a_newer_version_can_carry_out_is_left_to_it_and_holds_up_its_own_lane_alone(
    engine: sa.Engine,
) -> None:
    store, queue = Store(engine), Queue(engine)
    put(store, WriteLog(A, 1, 1), ReadGroup("S1"))
    of_a_newer_version = {
        "kind": "SingAShanty", "body": "{}", "lane": f"card {A}", "state": "waiting", "due_at": later(-5), "attempts": 0,
        "breaks": 0, "failures": 0, "resting": False, "unsettled": False, "urgency": 1,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(sa.insert(ORDERS), of_a_newer_version)
        connection.execute(
            sa.insert(ORDERS),
            {**of_a_newer_version, "lane": "left behind", "state": "claimed", "lease_until": later(-1)},
        )

    claimed = queue.claim(NOW, LEASE, 10)

    assert [claim.order for claim in claimed] == [ReadGroup("S1")]
    assert queue.oldest_due(NOW) is None
    assert queue.counts()["SingAShanty", "waiting"] == 1


def test_a_release_that_a_newer_version_has_gone_on_with_is_no_mistake_of_ours(engine: sa.Engine) -> None:
    store = Store(engine)
    begun(store)
    with engine.begin() as connection:
        row = dict(connection.execute(sa.select(HISTORY)).mappings().one())
        connection.execute(sa.insert(HISTORY), {**row, "id": 2, "seq": 2, "kind": "SangAShanty"})

    with Store(engine).reading() as tx, pytest.raises(WrittenByNewer, match="Try again in a minute"):
        tx.history(A)


def test_a_database_that_a_newer_version_has_brought_up_to_date_is_left_as_it_is(engine: sa.Engine) -> None:
    _pretend(engine, "9999")

    for look in (upgrade, check):
        with pytest.raises(NotUpToDate, match=f"revision 9999, which a newer version .* {NEWER}"):
            look(engine)

    assert revision(engine) == "9999"


@pytest.mark.postgres
def test_replicas_that_start_at_once_on_an_empty_database_bring_it_up_to_date_once(postgres_url: str) -> None:
    engines = [open_engine(postgres_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(upgrade, engines))

    assert {after for _, after in ends} == {newest()}
    check(engines[0])
    for engine in engines:
        engine.dispose()


@pytest.mark.postgres
def test_an_older_replica_that_waited_for_a_newer_one_to_migrate_stops_with_a_sentence(
    migrated_postgres_url: str,
) -> None:
    newer, older = open_engine(migrated_postgres_url), open_engine(migrated_postgres_url)
    _pretend(newer, "0011")  # both have found that there is something to do
    with ThreadPoolExecutor(1) as pool, newer.begin() as migrating:
        migrating.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
        waits = pool.submit(upgrade, older)
        while not migrating.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar():
            assert not waits.done()
        migrating.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        migrating.commit()

        with pytest.raises(NotUpToDate, match=NEWER):
            waits.result(30)
    for engine in (newer, older):
        engine.dispose()


def _pretend(engine: sa.Engine, version: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :version"), {"version": version})
