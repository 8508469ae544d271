"""Every test of this folder runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import upgrade
from storage.engine import open_engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An up-to-date database."""
    url = (
        f"sqlite:///{tmp_path}/it.sqlite"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    made = open_engine(url)
    upgrade(made)
    yield made
    made.dispose()
