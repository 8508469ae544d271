"""The version of a release against its commits: what comes next, what is refused, and who answers for less."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.kept_facts import components_told
from bot.repository.git import Git
from tests.repository.branch_things import put
from tests.scenarios.story import PLANNING, Story, story


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Story]:
    """A shop whose versions the bot compares by itself; the rest is done by hand."""
    with story(tmp_path, automates=("version",)) as told:
        yield told


@pytest.mark.process("PREP-1", "VER-2")
def test_the_next_version_is_told_with_the_commits_that_decided_it_and_the_tags_left_aside(
    watched: Story,
) -> None:
    watched.until_read()

    said = watched.says(
        "nils" if "nils" in {p.name for p in watched.ws.people} else "eli", "version"
    ).splitlines()

    assert (
        said[0]
        == "The next version of shop is *1.4.0* (minor): 3 commits bring a feature and none breaks anything."
    )
    assert said[1].startswith("`main`: 9 commits since 1.3.2, read ")
    assert said[2] == "Decided by:"
    assert [line.split(" ", 2)[2] for line in said[3:6]] == [
        "feat(payments): pay by card · Mei Tanaka",
        "feat(db): keep saved carts · Jonas Brandt",
        "feat(cart): save a cart for later · Mei Tanaka",
    ]
    assert said[6] == "Tags left aside, for they are no versions of it: nightly-2026-09-15."


def test_a_product_that_does_not_exist_has_no_next_version(watched: Story) -> None:
    assert watched.says("eli", "version shoe").startswith("There is no product “shoe”.")
    assert watched.says("eli", "version shop now").startswith("One product at a time")


def test_the_commits_of_hostile_authors_are_shown_and_do_nothing(watched: Story) -> None:
    watched.until_read()
    sha = watched.pushes("feat: <!channel> *bold* <@U0BEN> &amp;")

    said = watched.says_until("eli", "version shop", sha[:7])

    assert "<!channel> *bold* <@U0BEN>" in said
    assert {n.kind for n in watched.ws.notifications} <= {"user"}


@pytest.mark.process("PREP-1", "VER-1", "VER-2", "VER-3")
def test_commits_that_raise_the_need_block_the_release_until_a_release_manager_answers_for_it(
    watched: Story,
) -> None:
    bare = Git(watched.stage.folder / "remote" / "shop.git")
    watched.until_read()
    assert bare.run("tag", "v1.4.0", "main").code == 0
    fix = watched.pushes("fix: one thing")
    watched.says_until("eli", "version", "1.4.1")
    release_id = watched.started("shop patch")
    for who, item in (("mara", "PLAN-1"), ("chloe", "PLAN-2"), ("eli", "PLAN-3"), ("devi", "PLAN-4")):
        watched.says(who, f"done {item}")
    watched.says("ben", "approve")
    assert "the changes ask for 1.4.1, because 1 commit fixes something" in watched.until_logged(
        "*PREP-1* passed"
    )
    assert fix[:7] in watched.until_card(lambda card: "✅ *PREP-1*" in card).plain

    feature = watched.pushes("feat: a surprise")
    card = watched.until_card(lambda card: "🚨 *PREP-1*" in card).plain

    assert "VER-2:1.5.0: The changes ask for 1.5.0, because 1 commit brings a feature" in card
    assert feature[:7] in card
    stranger = watched.says("devi", f"override {release_id} it is small")
    assert stranger == "Only a release-manager answers for a version: ask @ben and @mara."
    assert watched.clicks("ben", "Keep this version…").ok
    assert watched.fills("ben", reason="it is behind a flag").ok
    watched.until_card(lambda card: "✅ *PREP-1*" in card and "answered for: it is behind a flag" in card)
    assert "• @ben answers for a version below 1.5.0: it is behind a flag" in watched.lines()

    watched.pushes("feat!: everything is new")
    watched.until_card(lambda card: "🚨 *PREP-1*" in card and "VER-1:2.0.0" in card)
    kept = watched.release(release_id).override
    assert kept is not None
    assert (kept.by, kept.suggested) == ("U0BEN", "1.5.0")


@pytest.mark.process("PREP-1", "VER-1", "VER-3", "TGM-3")
def test_components_are_told_with_the_product_and_read_for_the_release(tmp_path: Path) -> None:
    components = """
[products.shop.components.api]
paths = ["api"]
tag_prefix = "api-v"
[products.shop.components.web]
paths = ["web"]
version = { file = "web/version.json", key = "version" }
"""
    with story(tmp_path, automates=("version",), settings=components) as shop:
        shop.until_read()
        bare = shop.stage.folder / "remote" / "shop.git"
        put(bare, "main", {"web/version.json": b'{"version": "0.4.0"}'}, says="feat: a web <!channel>")
        repair = put(bare, "main", {"api/sum.py": b"1"}, says="fix: the sum")

        said = shop.says_until("eli", "version shop", repair[:7])

        assert (
            "*api*: *0.1.0* (minor), 1 commit: there is no release tag yet, so this is the first release"
            in said
        ), said
        assert "*web*: *0.4.0*" in said, said
        release_id = shop.started()
        shop.play(PLANNING)
        shop.until(lambda: dict(components_told(shop.release(release_id))) != {}, "PREP-1 has read them")
        assert dict(components_told(shop.release(release_id))) == {"api": "0.1.0", "web": "0.4.0"}
