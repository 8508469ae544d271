"""An empty repository with the gates before it."""

from pathlib import Path

import pytest

from tests.gates.gated import Gated
from tests.git_fixtures import bare_repository


@pytest.fixture
def gated(tmp_path: Path) -> Gated:
    return Gated(bare_repository(tmp_path / "shop.git"), tmp_path)
