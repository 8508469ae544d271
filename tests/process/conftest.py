"""The statements of the process are shown on the same stage as the scenarios."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.story import Story, story


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path) as told:
        yield told
