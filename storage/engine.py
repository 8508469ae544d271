"""One way to open a database. The settings were measured: without them SQLite loses updates or answers "locked"."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

BUSY_MS = 30_000


def open_engine(url: str) -> sa.Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://…`. Creates the folder of an SQLite file if need be."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_size=16, max_overflow=16, pool_pre_ping=True)
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("An SQLite database needs a file: sqlite:///var/harbourmaster.sqlite")
    Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, pool_size=16, max_overflow=16)
    sa.event.listen(engine, "connect", _settings)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _settings(connection: Any, _record: object) -> None:
    # WAL and an immediate write lock: no lost update and no "database is locked" among 8 writers. FULL, because a
    # sign-off that was acknowledged must survive a power cut.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", f"busy_timeout={BUSY_MS}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def is_sqlite(engine: sa.Engine) -> bool:
    return engine.dialect.name == "sqlite"
