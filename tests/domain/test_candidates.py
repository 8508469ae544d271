"""Which candidate stands for a commit, and what the next is called."""

import pytest

from bot.domain.candidates import candidates, next_candidate
from tests.domain.builders import C1, C2


@pytest.mark.process("VER-4")
def test_candidates_are_ordered_by_number_and_other_tags_are_left_aside() -> None:
    tags = [
        ("v1.4.0-rc.10", C2), ("v1.4.0-rc.9", C1), ("v1.4.0", C1), ("v1.4.0-rc.01", C1), ("v1.4.0-rc.x", C1),
        ("v1.4.0-rc.2", None), ("v1.4.0-beta.3", C1), ("w1.4.0-rc.3", C1), ("v1.4.0-rc.", C1), ("v1.4.0-rc.²", C1),
    ]  # fmt: skip

    known = candidates("v1.4.0", tags)

    assert [one.tag for one in known] == ["v1.4.0-rc.9", "v1.4.0-rc.10"]
    assert next_candidate("v1.4.0", known) == "v1.4.0-rc.11"
    assert next_candidate("v1.4.0", []) == "v1.4.0-rc.1"
