"""Every test of this folder runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.engine import open_engine
from tests.databases import migrated_sqlite


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an up-to-date database that nobody has open."""
    if request.param == "sqlite":
        return migrated_sqlite(tmp_path / "it.sqlite")
    return str(request.getfixturevalue("migrated_postgres_url"))


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    """An up-to-date database."""
    made = open_engine(url)
    yield made
    made.dispose()
