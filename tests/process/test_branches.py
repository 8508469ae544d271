"""Branches: the release follows its own one as soon as somebody has cut it."""

import pytest

from bot.repository.git import Git
from tests.scenarios.story import Story


def cut(shop: Story, branch: str, at: str) -> None:
    """Somebody makes a branch on the remote."""
    made = Git(shop.stage.folder / "remote" / "shop.git").run("branch", branch, at)
    assert made.code == 0, made.err


@pytest.mark.process("BR-1")
def test_a_release_branch_that_is_cut_is_followed_and_main_goes_on_without_it(shop: Story) -> None:
    release_id = shop.started()
    cut(shop, "release/1.4", "main")
    shop.until_card(lambda text: "on `release/1.4`" in text)

    later = shop.pushes("feat: for the next one", "main")
    repair = shop.pushes("fix: for this one", "release/1.4")

    card = shop.until_card(lambda text: repair[:7] in text).plain
    assert f"`{repair[:7]}` on `release/1.4`, 10 commits since `v1.3.2`" in card
    assert later[:7] not in card
    assert shop.release(release_id).commit == repair


@pytest.mark.process("BH-1", "TH-1", "TH-2", "TH-3", "TH-4")
def test_a_hotfix_branch_from_the_last_tag_is_followed_and_holds_nothing_but_the_repair(shop: Story) -> None:
    shop.until_read()
    cut(shop, "hotfix/1.3.3", "v1.3.2")
    repair = shop.pushes("fix: the hole", "hotfix/1.3.3")

    release_id = shop.hotfix()

    card = shop.until_card(lambda text: repair[:7] in text).plain
    assert f"`{repair[:7]}` on `hotfix/1.3.3`, 1 commit since `v1.3.2`" in card
    assert [line for line in card.splitlines() if line.startswith("• ")] == [
        f"• {repair[:7]} fix: the hole · Rafael Ortiz"
    ]
    assert shop.release(release_id).type == "hotfix"
