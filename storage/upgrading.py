"""Alembic at work: the migrations that bring tables up to date, and the comparison of tables with the models."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from bot.domain.errors import OutsideRefusal
from storage.database import MIGRATIONS, refuse_newer
from storage.engine import is_sqlite

UPGRADE_LOCK = 7_265_617_365  # any number, the same in every replica: two of them must not upgrade at once


def bring_up_to_date(engine: sa.Engine) -> str | None:
    """Run the migrations that are missing; returns the revision before. Raises OutsideRefusal, changing nothing, when
    references would break, and NotUpToDate when a newer version of the program was here."""
    with _ddl_connection(engine) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        refuse_newer(before)  # asked under the lock: replicas of several versions may start at once
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if is_sqlite(engine):
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise OutsideRefusal(
                    f"The upgrade would break {len(broken)} references, so nothing was changed."
                )
    return before


def differences(engine: sa.Engine) -> list[Any]:
    """Where the tables differ from the models, as Alembic describes it."""
    with engine.connect().execution_options(write=False) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, SQLModel.metadata))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
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
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK})
            yield connection
