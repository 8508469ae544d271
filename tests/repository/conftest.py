"""The shop that most tests of this folder begin with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.git_fixtures import Shop, build_shop, open_shop


@pytest.fixture(scope="session")
def built_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a fresh shop, built once: copying them takes a tenth of the time."""
    home = tmp_path_factory.mktemp("shop")
    build_shop(home)
    return home


@pytest.fixture
def shop(built_shop: Path, tmp_path: Path) -> Iterator[Shop]:
    shutil.copytree(built_shop, tmp_path, dirs_exist_ok=True)
    with open_shop(tmp_path) as shop:
        yield shop
