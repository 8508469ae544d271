"""Types of release: which items each of them has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.story import Story, story

LEFT_OUT_OF_A_PATCH = {"TEST-3", "TEST-5", "POST-3"}
LEFT_OUT_OF_A_HOTFIX = {
    "PLAN-1", "PLAN-2", "PLAN-3", "PLAN-4", "PLAN-GO", "PREP-2", "PREP-4", "PREP-GO", "TEST-2", "TEST-3", "TEST-4", "TEST-5",
    "TEST-GO", "REL-GO", "REL-GO-OPS", "REL-2", "POST-3", "POST-4",
}  # fmt: skip
ONLY_OF_A_MAJOR_ONE = {"PREP-ARCH", "TEST-SOAK"}
OWED = {"PLAN-3", "PREP-2", "PREP-4", "TEST-2", "TEST-3", "TEST-4", "TEST-5", "REL-2"}
ONLY_OF_SHORTER_WAYS = {"HOTFIX-GO", "OWED-PLAN-2", *(f"OWED-{item}" for item in OWED)}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, process=None) as told:
        yield told


def items(shop: Story, version: str) -> set[str]:
    """The items that `/release status` names."""
    return set(re.findall(r"`([A-Z]+-[A-Z0-9-]+)`", shop.says("chloe", f"status {version}")))


@pytest.mark.process("TN-5", "TP-5", "TH-5", "BH-3")
def test_a_minor_release_has_every_item_a_patch_fewer_and_a_hotfix_the_fewest(shop: Story) -> None:
    shop.until_read()
    for words in ("major", "minor", "patch because the features are off"):
        assert shop.says("mara", f"start shop {words}").startswith("Started ")
    every = {str(item.id) for item in shop.stage.bot.parts.policy.items}

    major, minor, patch = (items(shop, version) for version in ("2.0.0", "1.4.0", "1.3.3"))
    assert shop.says("mara", "cancel 1.3.3 as a hotfix").startswith("shop-1.3.3 is cancelled.")
    assert shop.says("mara", "start shop hotfix").startswith("Started shop-1.3.3~2, a hotfix release")
    hotfix = items(shop, "1.3.3")

    assert major == every - ONLY_OF_SHORTER_WAYS
    assert major - minor == ONLY_OF_A_MAJOR_ONE
    assert minor - patch == LEFT_OUT_OF_A_PATCH
    assert every - hotfix == LEFT_OUT_OF_A_HOTFIX | ONLY_OF_A_MAJOR_ONE | {"OWED-PLAN-2"}
