"""A replica hears at once of an order that another one has stored, and again after its connection was cut."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.orders import ReadGroup
from storage.database import upgrade
from storage.engine import open_engine
from storage.store import Store
from storage.wakes import Wakes
from tests.storage.builders import put

PATIENCE = 20


@contextmanager
def listening(engine: sa.Engine, heard: threading.Event) -> Iterator[Wakes]:
    wakes = Wakes(engine, heard.set)
    wakes.start()
    try:
        yield wakes
    finally:
        wakes.stop()


@pytest.fixture
def shared(postgres_url: str) -> Iterator[sa.Engine]:
    engine = open_engine(postgres_url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.mark.postgres
def test_an_order_of_another_replica_is_heard_of_when_it_is_committed(shared: sa.Engine) -> None:
    heard = threading.Event()
    with listening(shared, heard) as wakes:
        assert wakes.listening.wait(PATIENCE)
        heard.clear()

        other = open_engine(shared.url.render_as_string(hide_password=False))
        put(Store(other), ReadGroup("S1"))

        assert heard.wait(PATIENCE)
        heard.clear()
        put(Store(other), ReadGroup("S1"))
        assert heard.wait(PATIENCE), "one that waits already and is brought forward, too"
        other.dispose()


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_anew_and_what_was_missed_is_looked_for(shared: sa.Engine) -> None:
    heard = threading.Event()
    with listening(shared, heard) as wakes:
        assert wakes.listening.wait(PATIENCE)
        heard.clear()
        with shared.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE starts_with(query, 'LISTEN')"
            assert connection.exec_driver_sql(cut).all() == [(True,)]

        assert heard.wait(PATIENCE), "it looks round as soon as it listens again"
        assert wakes.listening.wait(PATIENCE)
        heard.clear()
        put(Store(shared), ReadGroup("S1"))
        assert heard.wait(PATIENCE)


def test_on_sqlite_there_is_nobody_to_listen_to(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/it.sqlite")
    wakes = Wakes(engine, lambda: None)

    wakes.start()
    wakes.stop()

    assert not wakes.listening.is_set()
    engine.dispose()
