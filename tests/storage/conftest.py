"""Every test of this folder runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import upgrade
from storage.engine import open_engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/it.sqlite"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def url(empty_url: str) -> str:
    """The address of an up-to-date database that nobody has open."""
    made = open_engine(empty_url)
    upgrade(made)
    made.dispose()
    return empty_url


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    """An up-to-date database."""
    made = open_engine(url)
    yield made
    made.dispose()
