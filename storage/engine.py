"""One way to open a database. The settings were measured: without them SQLite loses updates or answers "locked"."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa

BUSY_MS = 30_000
LONGEST_SLEEP_S = 10


def open_engine(url: str) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Creates the folder of an SQLite file if need be."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
        sa.event.listen(engine, "connect", _let_no_sleeper_hold_locks)
        return engine
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("An SQLite database needs a file: sqlite:///var/harbourmaster.sqlite")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, pool_size=16, max_overflow=16, execution_options={"turn": Turn()})
    sa.event.listen(engine, "connect", _settings)
    sa.event.listen(engine, "begin", _begin)
    return engine


class Turn:
    """Writers of one process take turns, in the order in which they came.

    SQLite has one writer at a time as well, but lets the others sleep and look again, up to 100 ms a time, and serves
    whoever happens to wake: with 50 requests at once some of them waited for seconds.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=BUSY_MS / 1000):
            raise TimeoutError(f"The database has been busy for {BUSY_MS // 1000} seconds.")

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that may write. It commits when the block ends well and leaves no trace when it raises."""
    with engine.get_execution_options().get("turn", nullcontext()), engine.begin() as connection:
        yield connection


def _settings(connection: Any, _record: object) -> None:
    # WAL and an immediate write lock: no lost update and no "database is locked" among 8 writers. FULL, because a
    # sign-off that was acknowledged must survive a power cut.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _let_no_sleeper_hold_locks(connection: Any, _record: object) -> None:
    # A process that was stopped inside a transaction would keep its rows locked, and the other replicas waiting, for as
    # long as it sleeps. Ours take milliseconds.
    connection.execute(f"SET idle_in_transaction_session_timeout = '{LONGEST_SLEEP_S}s'")
    connection.commit()


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def is_sqlite(engine: sa.Engine) -> bool:
    return engine.dialect.name == "sqlite"
