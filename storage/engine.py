"""One way to open a database. The settings were measured: without them SQLite loses updates or answers "locked"."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog

from bot.domain.errors import DatabaseDown

log = structlog.get_logger()

BUSY_MS = 30_000
LONGEST_SLEEP_S = 10
REACH: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 2_000,
}
"""For connections to PostgreSQL, in seconds, and milliseconds for the last: without these a cut network looks like silence
for many minutes. Slack gives us three seconds, and whoever waits is told more by our sentence than by its timeout. A server
that is only busy is not cut off: its kernel confirms what has come.
https://www.postgresql.org/docs/16/libpq-connect.html#LIBPQ-PARAMKEYWORDS"""
_FULL = ("disk is full", "No space left")
"""In the words of SQLite and of PostgreSQL."""
TRUSTED_S = 1.0
"""How long a connection to PostgreSQL that has just been used needs no ping: a server does not restart faster."""


def open_engine(url: str, trusted: float = TRUSTED_S) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Creates the folder of an SQLite file if need be.

    A connection to PostgreSQL that has rested for `trusted` seconds is asked whether it still lives before it is used.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # The last one back is the first one out: few connections do the work, and these have their statements prepared.
        engine = sa.create_engine(
            url,
            pool_size=16,
            max_overflow=16,
            pool_use_lifo=True,
            connect_args=REACH,
        )
        sa.event.listen(engine, "connect", _let_no_sleeper_hold_locks)
        sa.event.listen(engine, "checkin", _note_the_time)
        sa.event.listen(engine, "checkout", _Ping(engine.dialect, trusted))
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
    """One transaction that may write. It commits when the block ends well and leaves no trace when it raises. Raises
    DatabaseDown when the database takes nothing."""
    with (
        told_plainly(),
        engine.get_execution_options().get("turn", nullcontext()),
        engine.begin() as connection,
    ):
        yield connection


@contextmanager
def told_plainly() -> Iterator[None]:
    """What the driver says has addresses in it, and is for the log alone."""
    try:
        yield
    except sa.exc.OperationalError as problem:
        log.error("database.down", why=str(problem.orig).strip())
        full = any(words in str(problem.orig) for words in _FULL)
        what = (
            "could not write to its database: its disk is full"
            if full
            else "gets no answer from its database"
        )
        raise DatabaseDown(
            f"Harbourmaster {what}. Tell whoever runs the bot. When that is mended, look at the release's card before you try "
            "again."
        ) from problem


def answers(engine: sa.Engine) -> bool:
    """Does the database answer at this moment?"""
    try:
        with one_look(engine) as connection:
            connection.exec_driver_sql("SELECT 1")
    except DatabaseDown:
        return False
    return True


@contextmanager
def one_statement(engine: sa.Engine) -> Iterator[sa.Connection]:
    """For one statement that is a transaction by itself: on PostgreSQL it is one round trip, without a BEGIN and a COMMIT."""
    if is_sqlite(engine):
        with writing(engine) as connection:
            yield connection
    else:
        with told_plainly(), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection


@contextmanager
def one_look(engine: sa.Engine) -> Iterator[sa.Connection]:
    """For statements that only read, each of them by itself."""
    only = {"write": False} if is_sqlite(engine) else {"isolation_level": "AUTOCOMMIT"}
    with told_plainly(), engine.connect().execution_options(**only) as connection:
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


def _note_the_time(_connection: Any, record: Any) -> None:
    record.info["back_at"] = time.monotonic()


class _Ping:
    """Asks a connection that has rested whether it still lives, as `pool_pre_ping` asks every one: that would be a
    round trip more for each transaction, a fifth of what an order costs."""

    def __init__(self, dialect: sa.Dialect, trusted: float) -> None:
        self._dialect, self._trusted = dialect, trusted

    def __call__(self, connection: Any, record: Any, _fairy: object) -> None:
        back_at: float | None = record.info.get("back_at")
        if back_at is None or time.monotonic() - back_at < self._trusted:
            return
        try:
            self._dialect.do_ping(connection)
        except self._dialect.loaded_dbapi.Error as gone:
            raise sa.exc.InvalidatePoolError("The database has closed this connection.") from gone


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def is_sqlite(engine: sa.Engine) -> bool:
    return engine.dialect.name == "sqlite"
