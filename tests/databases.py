"""Databases that are up to date already: migrated once in a process, and copied for each test."""

import tempfile
from functools import cache
from pathlib import Path

from storage.database import upgrade
from storage.engine import open_engine


def migrated_sqlite(file: Path) -> str:
    """Make `file` a database without a release in it; its address."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_migrated())
    return f"sqlite:///{file}"


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory(prefix="hm-") as folder:
        engine = open_engine(f"sqlite:///{folder}/template.sqlite")
        upgrade(engine)
        engine.dispose()  # the last connection writes everything into the one file
        return Path(folder, "template.sqlite").read_bytes()
