"""The database as an operator sees it: bring it up to date, check it, back it up, verify its history."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session, SQLModel, col, select

from bot.domain.errors import OutsideRefusal, UserError
from storage.chain import Head, broken_links
from storage.engine import is_sqlite
from storage.tables import HistoryRow, ReleaseRow

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 7_265_617_365  # any number, the same in every replica: two of them must not upgrade at once


class NotUpToDate(UserError):
    """The tables are not those that this version of the program works with."""


def upgrade(engine: sa.Engine) -> tuple[str | None, str]:
    """Bring the tables up to date; returns the revision before and after. Safe to call from every replica at start."""
    with _ddl_connection(engine) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if is_sqlite(engine):
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise OutsideRefusal(
                    f"The upgrade would break {len(broken)} references, so nothing was changed."
                )
    return before, newest()


def newest() -> str:
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def check(engine: sa.Engine) -> None:
    """Raises NotUpToDate, with what to do, when the tables differ from what this version needs."""
    with engine.connect().execution_options(write=False) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        revision = context.get_current_revision()
        if revision != newest():
            at = f"at revision {revision}" if revision else "empty"
            raise NotUpToDate(
                f"The database is {at}; this version needs {newest()}. Run `harbourmaster db upgrade`."
            )
        differences = compare_metadata(context, SQLModel.metadata)
        if differences:
            raise NotUpToDate(
                f"The tables differ from this version's in {len(differences)} places: {differences[0]}."
            )


def backup(engine: sa.Engine, to: Path) -> None:
    """Write a consistent copy while the bot runs: SQLite's online backup, or pg_dump. Raises OutsideRefusal if it can't."""
    if to.exists():
        raise OutsideRefusal(f"{to} exists already; a backup overwrites nothing. Name another file.")
    to.parent.mkdir(parents=True, exist_ok=True)
    if is_sqlite(engine):
        with sqlite3.connect(str(engine.url.database)) as source, sqlite3.connect(to) as target:
            source.backup(target)
        return
    pg_dump = shutil.which("pg_dump")
    if pg_dump is None:
        raise OutsideRefusal(
            "pg_dump is not installed here. Install PostgreSQL's client programs, or back up on the server."
        )
    url = engine.url.set(drivername="postgresql")
    # The password goes by the environment: an argument could be read by every user of the machine.
    env = {"PGPASSWORD": url.password or "", "PATH": str(Path(pg_dump).parent)}
    plain = url.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run(
        [pg_dump, "--format=custom", f"--file={to}", plain],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        to.unlink(missing_ok=True)
        raise OutsideRefusal(f"pg_dump could not back up the database: {done.stderr.strip()[:500]}")


def verify(engine: sa.Engine) -> tuple[int, list[str]]:
    """Recompute the chain of the whole history: the number of rows, and every place where it does not hold."""
    with engine.connect().execution_options(write=False) as connection, Session(connection) as session:
        columns = (ReleaseRow.id, ReleaseRow.product, ReleaseRow.events, ReleaseRow.head_hash)
        heads = {
            id_: Head(product, events, hash_)
            for id_, product, events, hash_ in session.exec(select(*columns))
        }
        counted = _Counted(
            session.exec(select(HistoryRow).order_by(HistoryRow.release_id, col(HistoryRow.seq)))
        )
        found = broken_links(counted, heads)
    return counted.rows, found


class _Counted:
    def __init__(self, rows: Iterator[HistoryRow] | sa.ScalarResult[HistoryRow]) -> None:
        self._rows, self.rows = rows, 0

    def __iter__(self) -> Iterator[HistoryRow]:
        for row in self._rows:
            self.rows += 1
            yield row


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def _ddl_connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        if is_sqlite(engine):
            # Batch migrations rebuild tables; with foreign keys on, dropping a parent would delete its children.
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]  # an open connection has a driver
            try:
                with connection.begin():
                    yield connection
            finally:
                raw.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]  # as above
            return
        with connection.begin():
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            yield connection
