"""The release's own branch, from the freeze to the merge back, as people see it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.remote import Fault
from bot.repository.git import Git
from tests.git_fixtures import git, land
from tests.repository.branch_things import put
from tests.scenarios.story import HOTFIX_AFTER_TAG, HOTFIX_TESTING, PLANNING, SHIPPING, Story, story

PREPARED = (("mara", "done PREP-1"), ("eli", "approve"), ("devi", "approve"))
WORKS = ("freeze", "cut-hotfix", "changelog", "merge-back")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, automates=WORKS) as told:
        yield told


def remote(shop: Story, *arguments: str) -> str:
    ran = Git(shop.stage.folder / "remote" / "shop.git").run(*arguments)
    assert ran.code == 0, ran.err
    return ran.text


def frozen(shop: Story) -> str:
    release_id = shop.started()
    assert (
        shop.says("mara", "run PLAN-1") == f"PLAN-1 of {release_id} has begun. Its card says how far it is."
    )
    shop.until_card(lambda card: "on `release/1.4`" in card)
    return release_id


@pytest.mark.process("PLAN-1", "BR-1")
def test_the_freeze_cuts_the_branch_at_the_recorded_commit_and_shows_the_scope(shop: Story) -> None:
    release_id = shop.started()
    head = str(shop.release(release_id).commit)

    shop.says("mara", "run PLAN-1")

    said = shop.until_logged("is cut at")
    assert f"release/1.4 is cut at {head[:7]}: 9 commits since v1.3.2" in said
    assert remote(shop, "rev-parse", "release/1.4") == head
    later = shop.pushes("feat: for the next one", "main")
    repair = shop.pushes("fix: for this one", "release/1.4")
    card = shop.until_card(lambda text: repair[:7] in text).plain
    assert later[:7] not in card
    assert shop.release(release_id).commit == repair
    assert "no repair" not in card


@pytest.mark.process("BR-2")
def test_a_feature_that_lands_on_the_frozen_branch_is_flagged_at_once_until_it_is_reverted(
    shop: Story,
) -> None:
    frozen(shop)

    feature = shop.pushes("feat: one more thing <!channel>", "release/1.4")

    card = shop.until_card(lambda text: "came onto" in text).plain
    assert "⚠️ 1 commit came onto `release/1.4` after it was cut, and is no repair:" in card
    said = shop.until_logged("No repair")
    assert f"⚠️ No repair, and the branch was cut already: `{feature[:7]}` feat: one more thing" in said
    shop.pushes(f"revert: feat: one more thing\n\nThis reverts commit {feature}.", "release/1.4")
    shop.until_card(lambda text: "came onto" not in text)


@pytest.mark.process("BR-2")
def test_labels_by_path_say_which_commits_without_a_type_are_repairs(tmp_path: Path) -> None:
    labels = '[notes]\nlabels = { feat = ["shop/*"], docs = ["docs/*"] }\n'
    with story(tmp_path, automates=WORKS, settings=labels) as shop:
        frozen(shop)
        bare = shop.stage.folder / "remote" / "shop.git"
        page = put(bare, "release/1.4", {"docs/door.md": b"1"}, says="Say it better")
        shop.until_card(lambda card: page[:7] in card)

        door = put(bare, "release/1.4", {"shop/door.py": b"1"}, says="Widen the door")

        card = shop.until_card(lambda text: "came onto" in text).plain
        assert "1 commit came onto `release/1.4` after it was cut, and is no repair:" in card
        assert f"• {door[:7]} Widen the door" in card


@pytest.mark.process("PREP-3")
def test_the_changelog_and_the_version_are_one_commit_on_the_release_branch(shop: Story) -> None:
    release_id = frozen(shop)
    shop.play(PLANNING[1:])

    said = shop.until_logged("Written as")

    shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists all" in card)
    head = str(shop.release(release_id).commit)
    assert f"Written as {head[:7]}: CHANGELOG.md" in said
    assert (
        remote(shop, "log", "-1", "--format=%an %s", head)
        == "Harbourmaster chore(release): changelog and version 1.4.0"
    )
    text = remote(shop, "show", f"{head}:CHANGELOG.md")
    for sha in remote(shop, "rev-list", f"v1.3.2..{head}^").split():
        assert sha[:7] in text


def test_a_late_fix_is_brought_into_the_entry_by_a_second_commit(shop: Story) -> None:
    frozen(shop)
    shop.play(PLANNING[1:])
    shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists all" in card)
    first = shop.until_logged("Written as")

    fix = shop.pushes("fix: late", "release/1.4")

    shop.until_card(lambda card: "lists all 10 commits" in card)
    again = [line for line in shop.thread() if "Written as" in line]
    assert len(again) == 2
    assert first != again[1]
    assert fix[:7] in remote(shop, "show", "release/1.4:CHANGELOG.md")
    assert remote(shop, "show", "release/1.4:CHANGELOG.md").count("## [1.4.0]") == 1


def hotfix_with(shop: Story, subject: str) -> str:
    release_id = shop.started("shop hotfix")
    shop.until_card(lambda card: "on `hotfix/1.3.3`" in card)
    repair = shop.pushes(subject, "hotfix/1.3.3")
    shop.until_card(lambda card: repair[:7] in card)
    shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists the one" in card)
    return release_id


@pytest.mark.process("BH-1", "BH-2")
def test_a_hotfix_is_cut_from_the_latest_tag_and_flagged_when_it_is_large(tmp_path: Path) -> None:
    with story(tmp_path, automates=WORKS, product_settings="hotfix_lines = 2\n") as shop:
        shop.started("shop hotfix")

        said = shop.until_logged("begins at v1.3.2")

        assert "hotfix/1.3.3 begins at v1.3.2" in said
        assert remote(shop, "rev-parse", "hotfix/1.3.3") == remote(shop, "rev-parse", "v1.3.2^{commit}")
        shop.until_card(lambda card: "on `hotfix/1.3.3`" in card and "waits for the first commit" in card)
        shop.pushes("fix: the hole", "hotfix/1.3.3")
        shop.until_card(lambda card: "⚠️ This hotfix changes 3 lines in 1 file" in card)


@pytest.mark.process("BH-3", "BH-4", "BR-4", "TGM-3")
def test_after_the_tag_a_hotfix_goes_back_to_main_and_to_open_releases(shop: Story) -> None:
    frozen(shop)
    shop.play(PLANNING[1:])
    shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists all" in card)
    release_id = hotfix_with(shop, "fix: the hole")
    shipped(shop, release_id)

    said = shop.until_logged("is in main by")

    commit = shop.release(release_id).commit
    for branch in ("main", "release/1.4"):
        assert remote(shop, "merge-base", "--is-ancestor", str(commit), branch) == ""
    assert "v1.3.3 is in main by a merge commit" in said
    assert "v1.3.3 is in release/1.4 by a merge commit" in said
    headings = re.findall(r"^## \[(.+?)\]", remote(shop, "show", "release/1.4:CHANGELOG.md"), re.MULTILINE)
    assert headings == ["1.4.0", "1.3.3"]
    assert '"tag": "v1.3.3"' in remote(shop, "show", "main:releases.json")


@pytest.mark.process("BR-4", "BH-4")
def test_a_conflict_names_files_and_owners_and_becomes_a_task_until_somebody_has_merged(shop: Story) -> None:
    release_id = hotfix_with(shop, "fix: the hole")
    land(shop.stage.folder / "remote" / "shop.git", "feat: other", branch="main")
    put(shop.stage.folder / "remote" / "shop.git", "main", {"fixes/fix-the-hole.md": b"mine"}, who="Dee")
    shipped(shop, release_id)

    card = shop.until_card(lambda text: "conflict in 1 file" in text).plain

    before = remote(shop, "rev-parse", "main")
    assert (
        "main:conflict:fixes/fix-the-hole.md: last changed by Rafael Ortiz in v1.3.3, and by Dee in main."
        in card
    )
    assert "releases.json" not in remote(shop, "ls-tree", "--name-only", "main")
    commit = str(shop.release(release_id).commit)
    bare = shop.stage.folder / "remote" / "shop.git"
    merged = git(bare, "commit-tree", "-p", before, "-p", commit, "-m", "by hand", f"{before}^{{tree}}")
    remote(shop, "update-ref", "refs/heads/main", merged)
    shop.says("mara", "run REL-MERGE")
    shop.until_card(lambda text: "✅ *REL-MERGE*" in text and "main has v1.3.3 already" in text)
    assert '"tag": "v1.3.3"' in remote(shop, "show", "main:releases.json")


def signed_before_the_changelog(shop: Story) -> str:
    """A hotfix whose migrations were signed while the remote refused the bot's commit, which then came. Returns the log."""
    release_id = shop.started("shop hotfix")
    shop.until_card(lambda card: "on `hotfix/1.3.3`" in card)
    with shop.stage.remote.misbehave(Fault.REFUSE):
        repair = put(shop.stage.folder / "remote" / "shop.git", "hotfix/1.3.3", {"fix.txt": b"1"})
        shop.until_card(lambda card: repair[:7] in card and "🚨 *PREP-3*" in card)
        shop.until(shop._card_has_caught_up, "the card shows the commit")
        assert shop.says("devi", "approve as database").startswith("You signed")
    shop.says("mara", f"run {release_id} PREP-3")
    shop.until_card(lambda card: "✅ *PREP-3*" in card and "lists the one" in card)
    return "\n".join(shop.thread())


def test_sign_offs_stay_when_only_the_bots_own_files_changed_and_the_team_wants_that(tmp_path: Path) -> None:
    with story(tmp_path, automates=WORKS, product_settings="carry_over = true\n") as shop:
        log = signed_before_the_changelog(shop)

        assert "Sign-offs stay: by commits of the bot alone, and only in `CHANGELOG.md`." in log
        assert "No longer valid" not in log
        assert "1 of 1 · signed by @devi" in shop.card().plain
        shop.pushes("docs: somebody else's", "hotfix/1.3.3")
        shop.until_logged("No longer valid")


def test_without_that_policy_the_changelog_voids_sign_offs_like_any_commit(shop: Story) -> None:
    log = signed_before_the_changelog(shop)

    assert "No longer valid" in log
    assert "Sign-offs stay" not in log


def shipped(shop: Story, release_id: str) -> None:
    play(shop, release_id, PREPARED, HOTFIX_TESTING, SHIPPING)
    shop.until_logged("is on the remote")
    play(shop, release_id, HOTFIX_AFTER_TAG)


def play(shop: Story, name: str, *parts: tuple[tuple[str, str], ...]) -> None:
    """The lines of a story, for one of several open releases."""
    for who, command in (line for part in parts for line in part):
        word, _, rest = command.partition(" ")
        shop.until(shop._card_has_caught_up, "the card shows the commit")
        said = shop.says(who, f"{word} {name} {rest}".strip())
        assert said.startswith(("You signed", f"{rest} is done", f"{rest} of")), f"{who}: {command} → {said}"


@pytest.mark.process("BF-2", "BF-3")
def test_the_branch_report_names_bad_names_and_laggards_with_their_owners(tmp_path: Path) -> None:
    with story(tmp_path, automates=WORKS, product_settings="far_behind = 3\n") as shop:
        bare = shop.stage.folder / "remote" / "shop.git"
        commit = git(bare, "commit-tree", "-p", "main~5", "-m", "half done", "main~5^{tree}")
        git(bare, "branch", "wip<!channel>", commit)

        answer = shop.says_until("mara", "branches", "wip")

    assert "*shop* has 2 branches; about 1 of them:" in answer
    assert "• The name of wip<!channel> (last worked on by Ada) does not say what it is about." in answer
    assert "• wip<!channel> (last worked on by Ada) is 5 commits behind main." in answer


@pytest.mark.process("TGM-3")
def test_the_manifest_is_served_before_and_after_a_release(shop: Story) -> None:
    shop.until_read()
    assert shop.says("mara", "manifest").startswith("No release of *shop* has a tag yet.")
    release_id = hotfix_with(shop, "fix: the hole")
    shipped(shop, release_id)

    answer = shop.says("mara", "manifest shop")

    assert "🏷️ `v1.3.3` hotfix · released 20" in answer
    assert "`harbourmaster releases shop` prints it" in answer
