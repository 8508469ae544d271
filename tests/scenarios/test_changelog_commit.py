"""The bot's changelog commit when something comes in between: a cut connection, or an entry that people wrote."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.remote import Fault
from tests.repository.branch_things import put
from tests.scenarios.story import Story, story
from tests.scenarios.test_own_branch import WORKS, hotfix_with, remote


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, automates=WORKS) as told:
        yield told


def test_a_commit_whose_answer_was_lost_is_found_and_not_made_again(shop: Story) -> None:
    release_id = shop.started("shop hotfix")
    shop.until_card(lambda card: "on `hotfix/1.3.3`" in card)
    bare = shop.stage.folder / "remote" / "shop.git"

    with shop.stage.remote.misbehave(Fault.CUT_AFTER_ACCEPT):
        repair = put(bare, "hotfix/1.3.3", {"fix.txt": b"1"})
        shop.until(lambda: remote(shop, "rev-parse", "hotfix/1.3.3") != repair, "the bot's commit arrives")

    shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists the one" in card)
    assert remote(shop, "rev-list", "--count", f"{repair}..hotfix/1.3.3") == "1"
    assert shop.release(release_id).commit == remote(shop, "rev-parse", "hotfix/1.3.3")


def test_commits_without_a_type_stand_where_the_teams_own_convention_puts_them(tmp_path: Path) -> None:
    labels = '[notes]\nlabels = { feat = ["shop/*"] }\n'
    with story(tmp_path, automates=WORKS, settings=labels) as shop:
        shop.started("shop hotfix")
        shop.until_card(lambda card: "on `hotfix/1.3.3`" in card)

        put(
            shop.stage.folder / "remote" / "shop.git",
            "hotfix/1.3.3",
            {"shop/door.py": b"1"},
            says="Widen the door",
        )

        shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists the one" in card)
        text = remote(shop, "show", "hotfix/1.3.3:CHANGELOG.md")
        assert "### Added\n\n- Widen the door (" in text


COMPONENTS = """
[products.shop.components.api]
paths = ["api"]
version = { file = "api/version.json", key = "version" }
changelog = "api/CHANGELOG.md"
[products.shop.components.web]
paths = ["web"]
tag_prefix = "web-v"
changelog = "web/CHANGELOG.md"
"""


@pytest.mark.process("PREP-3")
def test_each_component_that_was_touched_gets_its_entry_and_its_version_in_the_same_commit(
    tmp_path: Path,
) -> None:
    with story(tmp_path, automates=WORKS, settings=COMPONENTS) as shop:
        bare = shop.stage.folder / "remote" / "shop.git"
        put(bare, "main", {"api/version.json": b'{"version": "0.4.0"}'})
        remote(shop, "tag", "-f", "v1.3.2", "main")
        shop.started("shop hotfix")
        shop.until_card(lambda card: "on `hotfix/1.3.3`" in card)

        put(bare, "hotfix/1.3.3", {"api/sum.py": b"1"}, says="fix: the sum")

        shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists the one" in card)
        assert remote(shop, "show", "hotfix/1.3.3:api/version.json") == '{"version": "0.4.1"}'
        assert "## [0.4.1] - " in remote(shop, "show", "hotfix/1.3.3:api/CHANGELOG.md")
        assert "web" not in remote(shop, "ls-tree", "--name-only", "hotfix/1.3.3").split()

        put(bare, "hotfix/1.3.3", {"api/more.py": b"1"}, says="feat: more sums")

        shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists all 2" in card)
        text = remote(shop, "show", "hotfix/1.3.3:api/CHANGELOG.md")
        assert re.findall(r"^## \[(.+?)\]", text, re.MULTILINE) == ["0.5.0"]
        assert remote(shop, "show", "hotfix/1.3.3:api/version.json") == '{"version": "0.5.0"}'
        assert remote(shop, "show", "hotfix/1.3.3:CHANGELOG.md").count("## [1.3.3]") == 1


def test_an_entry_that_people_changed_is_never_replaced_and_what_it_lacks_is_named(shop: Story) -> None:
    hotfix_with(shop, "fix: the hole")
    bare = shop.stage.folder / "remote" / "shop.git"
    polished = remote(shop, "show", "hotfix/1.3.3:CHANGELOG.md").replace("the hole", "the hole, for good")

    first = put(bare, "hotfix/1.3.3", {"CHANGELOG.md": polished.encode()})
    shop.until_card(lambda text: f"`{first[:7]}`" in text and "✅ *PREP-3*" in text and "lists all 2" in text)
    theirs = put(bare, "hotfix/1.3.3", {"more.txt": b"1"})

    card = shop.until_card(lambda text: "🚨 *PREP-3*" in text).plain
    assert f"that somebody else wrote or changed, and it lacks {theirs[:7]}." in card
    assert remote(shop, "rev-parse", "hotfix/1.3.3") == theirs
    whole = polished.replace("- the hole", f"- more ({theirs[:7]}, Ada)\n- the hole")
    last = put(bare, "hotfix/1.3.3", {"CHANGELOG.md": whole.encode()})
    shop.until_card(lambda text: f"`{last[:7]}`" in text and "✅ *PREP-3*" in text)
    assert remote(shop, "rev-parse", "hotfix/1.3.3") == last
