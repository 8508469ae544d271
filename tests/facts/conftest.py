"""An empty bare repository, and a way to write a configuration beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.git_fixtures import bare_repository


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    return bare_repository(tmp_path / "shop.git")


@pytest.fixture
def configured(tmp_path: Path) -> Callable[[str], Path]:
    """Write these lines below [products.shop]; nothing else of the file is needed here."""

    def configured_(text: str) -> Path:
        file = tmp_path / "harbourmaster.toml"
        file.write_text(f"[products.shop]\n{text}")
        return file

    return configured_
