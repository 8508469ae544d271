"""The checks of documentation, named versions and migrations, as people in the channel meet them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.facts.repositories import commit, tag
from tests.scenarios.story import Story, story

CHECKS = ("documentation", "alignment", "migrations")
SETTINGS = """aligned = ["shop.version equal released"]
versions = { "shop.version" = { file = "pyproject.toml", key = "project.version" } }
"""
HOSTILE = "<!channel> <@U0BEN> *x*"


@pytest.fixture
def checked(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, automates=CHECKS, product_settings=SETTINGS) as told:
        yield told


def remote(shop: Story) -> Path:
    return shop.stage.folder / "remote" / "shop.git"


def reviewed(shop: Story) -> str:
    """A hotfix whose migrations the database role has signed."""
    release_id = shop.hotfix()
    shop.until_logged("*PREP-MIG* passed")
    shop.until_card(lambda card: "PREP-4" in card and "database 0 of 1 · missing" in card)
    shop.play((("devi", "approve as database"),))
    shop.until_quiet()
    return release_id


@pytest.mark.process("PREP-4")
def test_a_review_of_migrations_outlives_an_unrelated_commit_and_not_a_changed_file(checked: Story) -> None:
    release_id = reviewed(checked)

    fix = checked.pushes("docs: say it better")
    checked.until(lambda: checked.short_head(release_id) == fix[:7], "the fix is seen")
    checked.until(
        lambda: sum("*PREP-MIG* passed" in line for line in checked.lines()) == 2, "it is read again"
    )
    checked.until_quiet()
    assert "signed by" in next(
        line for line in checked.card().plain.splitlines() if "database 1 of 1" in line
    )
    assert not any("No longer valid" in line for line in checked.lines())

    commit(remote(checked), "fix(db): another type", {"migrations/0006_saved_carts.sql": "-- Why.\nCREATE TABLE c (id bigint);\n"})  # fmt: skip
    told = checked.until_logged("what they rest on has changed")
    assert "@Devi" in told or "@devi" in told
    checked.until_card(lambda card: "database 0 of 1 · again, because what was signed has changed" in card)


@pytest.mark.process("PREP-4")
def test_without_migrations_nobody_is_asked_and_the_card_says_why(checked: Story) -> None:
    checked.until_read()
    tag(remote(checked), "v1.4.0")
    commit(remote(checked), "fix: mend it", {"fixes/a.md": "a"})

    def seen() -> bool:
        with checked.stage.bot.parts.store.reading() as tx:
            facts = tx.product("shop")
        return bool(facts and facts.last_version == "1.4.0")

    checked.until(seen, "the new tag is read")
    assert checked.says("mara", "start shop hotfix").startswith("Started shop-1.4.1")

    card = checked.until_card(lambda text: "not needed: no migrations since v1.4.0" in text)

    assert "no migrations since v1.4.0" in card.plain
    assert "PREP-4" not in checked.says("devi", "mine")


@pytest.mark.process("PLAN-3", "PLAN-4", "DR-1", "DR-2", "DR-3", "DR-4")
def test_planning_with_a_finding_that_is_answered_for_and_a_review_of_four_points(checked: Story) -> None:
    checked.started("shop minor")
    found = checked.until_logged("*PLAN-3* failed")
    checked.until_logged("*PLAN-MIG* passed")
    checked.until_card(lambda card: "DC-1:SHOP_CARD_BANK_URL: No page names SHOP_CARD_BANK_URL" in card)
    assert found
    listed = checked.reply("eli", "findings")
    assert listed is not None
    assert "DC-1:SHOP_CARD_BANK_URL" in listed.plain
    assert "Advice, which stops nothing" in listed.plain.replace("*", "")
    assert checked.says("eli", "waive PLAN-3 DC-1:SHOP_CARD_BANK_URL the bank's page names it").startswith(
        "You answer for DC-1:SHOP_CARD_BANK_URL"
    )
    assert checked.says("devi", "done PLAN-4 as agreed with the bank").startswith("PLAN-4")
    checked.until_quiet()

    checked.until_card(lambda card: "Documentation review" in card)
    checked.clicks("eli", "Approve as docs")
    checked.modal("eli", "Approve as docs")
    eli = checked.ws.person("eli")
    eli.fills("points", ["accuracy", "clarity"])
    refused = eli.submits()
    assert refused.errors == {
        "points": "PLAN-DR asks for an answer to each of its points; open: completeness and consistency."
    }
    eli.fills("points", ["accuracy", "completeness", "consistency", "clarity"])
    assert eli.submits().ok
    checked.until_logged("answering for accuracy, completeness, consistency and clarity")


@pytest.mark.process("VA-1", "VA-4", "CM-1", "CM-2", "CM-3", "CM-4")
def test_the_named_versions_and_the_migration_guide_can_be_read_in_slack(checked: Story) -> None:
    checked.hotfix()
    checked.until_logged("*PREP-VA* failed")
    checked.until_logged("*PREP-MIG* passed")

    versions = checked.says("chloe", "versions")
    guide = checked.says("chloe", "guide shop-1.3.3")

    assert "shop.version 1.4.0" in versions
    assert "“shop.version equal released” is broken: shop.version is 1.4.0 in pyproject.toml at " in versions
    assert "1 of 1 changed since v1.3.2." in versions
    assert "# Migration guide for 1.3.3" in guide
    assert "migrations/0006\\_saved\\_carts.sql" in guide
    assert "A saved cart outlives its visit" in guide
    assert "## Missing" in guide


def test_hostile_text_in_files_is_shown_as_it_is_and_pings_nobody(checked: Story) -> None:
    checked.until_read()
    commit(remote(checked), "feat(db): more", {
        "migrations/0008_more.sql": f"-- {HOSTILE}\nCREATE TABLE more (id int);\n",
        "pyproject.toml": f'[project]\nversion = "{HOSTILE}"\n',
    })  # fmt: skip
    checked.hotfix()
    checked.until_logged("*PREP-VA* failed")
    checked.until_logged("*PREP-MIG* passed")
    checked.until_quiet()
    before = len(checked.ws.notifications)

    versions, findings, guide = (
        checked.says("chloe", command) for command in ("versions", "findings", "guide")
    )

    assert HOSTILE in versions
    assert HOSTILE in findings
    assert "channel" in guide
    assert len(checked.ws.notifications) == before
    assert all(not checked.pinged(post) & {"ben"} or "signed" in post.plain for post in checked.posts())


def test_before_the_bot_has_looked_it_says_so(tmp_path: Path) -> None:
    with story(tmp_path) as by_hand:
        by_hand.hotfix()

        assert by_hand.says("chloe", "versions").startswith(
            "The bot has not read the named versions (PREP-VA) yet."
        )
        assert by_hand.says("chloe", "guide").startswith(
            "The bot has not read the migrations (PREP-MIG) yet."
        )
        assert by_hand.says("chloe", "findings").replace("*", "") == "Open findings of shop-1.3.3: none"
