"""The database as an operator sees it: bring it up to date, check it, back it up, verify its history."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.domain.errors import OutsideRefusal, UserError
from storage.chain import Head, broken_links
from storage.engine import is_sqlite
from storage.tables import HistoryRow, ReleaseRow

MIGRATIONS = Path(__file__).parent / "migrations"


class NotUpToDate(UserError):
    """The tables are not those that this version of the program works with."""


def upgrade(engine: sa.Engine) -> tuple[str | None, str]:
    """Bring the tables up to date; returns the revision before and after. Safe to call from every replica at start. Raises
    NotUpToDate when a newer version of the program was here."""
    before = revision(engine)
    if before != newest():
        # Alembic is a fifth of all that a start would load, and nearly every start has nothing to migrate.
        from storage.upgrading import bring_up_to_date

        before = bring_up_to_date(engine)
    return before, newest()


def newest() -> str:
    """The revision that this version of the program works with."""
    return max(_known())


def refuse_newer(found: str | None) -> None:
    """Raises NotUpToDate for tables that a newer version of the program has brought up to date."""
    if found is not None and found not in _known():
        raise NotUpToDate(
            f"The database is at revision {found}, which a newer version of Harbourmaster made; this one knows {newest()}. "
            "Run the newer version."
        )


def _known() -> set[str]:
    """Every revision that this version of the program knows: the file of a migration begins with its number."""
    return {file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py")}


def revision(engine: sa.Engine) -> str | None:
    """The revision that the tables are at; None for a database without tables of ours."""
    with engine.connect().execution_options(write=False) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        at: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        return at


def check(engine: sa.Engine) -> None:
    """Raises NotUpToDate, with what to do, when the tables differ from what this version needs."""
    found = revision(engine)
    refuse_newer(found)
    if found != newest():
        at = f"at revision {found}" if found else "empty"
        raise NotUpToDate(
            f"The database is {at}; this version needs {newest()}. Run `harbourmaster db upgrade`."
        )
    from storage.upgrading import differences  # as above

    if different := differences(engine):
        raise NotUpToDate(
            f"The tables differ from this version's in {len(different)} places: {different[0]}."
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
