"""Ranges of real repositories: where they begin, what sibling lines have shipped, and what is listed in the end."""

from pathlib import Path

import pytest

from bot.domain.convention import Convention, Label, Unconventional
from bot.domain.errors import NotFound
from bot.domain.settling import LeftOut
from bot.repository.local import LocalGit, LocalRepository, open_local
from bot.repository.ranges import Range, Wanted, read_everything, read_range
from tests.git_fixtures import git
from tests.repository.histories import History, empty_history


@pytest.fixture
def shop(tmp_path: Path) -> History:
    """A shop with one release, v1.0.0."""
    history = empty_history(tmp_path)
    history.commit("feat: open the shop")
    history.tag("v1.0.0")
    return history


def read(history: History, since: str | None = None, until: str = "HEAD", **more: object) -> Range:
    return read_range(open_local(history.path), Wanted(since=since, until=until, **more))  # type: ignore[arg-type]


def listed(found: Range) -> list[str]:
    return [entry.change.header for entry in found.entries if entry.listed]


def test_a_range_begins_at_the_last_final_release_that_its_end_contains(shop: History) -> None:
    shop.commit("fix: one")
    shop.tag("v1.0.1-rc.1")
    shop.commit("fix: two")
    shop.branch("other", "v1.0.0")
    shop.commit("feat: elsewhere", on="other")
    shop.tag("v1.1.0", on="other")

    found = read(shop)

    assert found.since == "v1.0.0"
    assert listed(found) == ["fix: two", "fix: one"]


def test_a_pre_release_goes_on_from_the_one_before_and_the_release_tells_all(shop: History) -> None:
    shop.commit("fix: one")
    shop.tag("v1.0.1-rc.1")
    shop.commit("fix: two")
    shop.tag("v1.0.1-rc.2")
    shop.tag("v1.0.1")

    assert listed(read(shop, until="v1.0.1-rc.2")) == ["fix: two"]
    assert listed(read(shop, until="v1.0.1")) == ["fix: two", "fix: one"]


def test_without_a_release_the_range_is_the_whole_history(tmp_path: Path) -> None:
    shop = empty_history(tmp_path)
    shop.commit("feat: one")
    shop.commit("feat: two")

    found = read(shop)

    assert (found.since, listed(found)) == (None, ["feat: two", "feat: one"])


def test_what_shipped_on_a_patch_line_is_not_announced_again(shop: History) -> None:
    fixed = shop.commit("fix: the sum")
    shop.commit("feat: gift cards")
    shop.branch("release/1.0", "v1.0.0")
    shop.commit(f"fix: the sum\n\n(cherry picked from commit {fixed})", on="release/1.0")
    shop.commit("fix: only there", on="release/1.0")
    shop.tag("v1.0.1", on="release/1.0")
    shop.tag("v1.1.0")

    by_default = read(shop, until="v1.1.0")
    by_name = read(shop, "v1.0.0", "v1.1.0")
    from_the_sibling = read(shop, "v1.0.1", "v1.1.0")

    assert listed(by_default) == listed(by_name) == listed(from_the_sibling) == ["feat: gift cards"]
    assert by_default.entries[1].left_out is LeftOut.SHIPPED


@pytest.fixture
def on_branches(tmp_path: Path) -> History:
    """A shop whose releases are tagged on branches that nobody merges back."""
    shop = empty_history(tmp_path)
    shop.commit("feat: open the shop")
    shop.branch("1.0.x", "main")
    shop.commit("release: 1.0.0", on="1.0.x", file="r")
    shop.tag("v1.0.0", on="1.0.x")
    shop.commit("feat: gift cards")
    fixed = shop.commit("fix: the sum")
    shop.commit("fix: the sum", on="1.0.x", file="r", picked=fixed)
    shop.tag("v1.0.1", on="1.0.x")
    shop.branch("1.1.x", "main")
    shop.commit("release: 1.1.0", on="1.1.x", file="r")
    shop.tag("v1.1.0", on="1.1.x")
    shop.commit("feat: vouchers")
    return shop


def test_releases_that_nobody_merges_back_follow_on_each_other_by_version(on_branches: History) -> None:
    first, patch, second, ahead = (
        read(on_branches, until=name) for name in ("v1.0.0", "v1.0.1", "v1.1.0", "main")
    )

    assert (first.since, listed(first)) == (None, ["feat: open the shop"])
    assert (patch.since, listed(patch)) == ("v1.0.0", ["fix: the sum"])
    assert (second.since, listed(second)) == ("v1.0.1", ["feat: gift cards"])
    assert (ahead.since, listed(ahead)) == ("v1.1.0", ["feat: vouchers"])


def test_an_old_release_on_the_main_line_is_no_beginning_when_what_it_asks_for_is_tagged(
    on_branches: History,
) -> None:
    git(on_branches.path, "tag", "--delete", "v1.0.1")
    git(on_branches.path, "update-ref", "refs/tags/v1.0.0", "main~3")
    on_branches.branch("1.0.y", "v1.0.0")
    on_branches.commit("feat: only there", on="1.0.y", file="u")

    main, line, before = (read(on_branches, until=name) for name in ("main", "1.0.y", "main~1"))

    assert (main.since, listed(main)) == ("v1.1.0", ["feat: vouchers"])
    assert line.since == "v1.0.0", "a line of its own, on which nothing of the higher release came before"
    assert before.since == "v1.0.0", "the release that it asks for holds it"


def test_what_came_before_every_release_begins_at_none(on_branches: History) -> None:
    found = read(on_branches, until="main~3")

    assert (found.since, listed(found)) == (None, ["feat: open the shop"])


def test_releases_of_another_history_are_no_beginning(on_branches: History) -> None:
    git(on_branches.path, "update-ref", "-d", "refs/heads/main")
    on_branches.commit("feat: begin anew", on="main")

    assert read(on_branches, until="main").since is None


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("fix: the sum (#10)", "fix: the sum (#10) (#20)"),
        ("fix: the sum (#10)", "[1.0] fix: the sum (#10) (#20)"),
        ("fix: the sum (#10)", "fix: the sum (backport #10) (#20)"),
        ("fix: the sum (#10) (#20)", "fix: the sum (#10)"),
    ],
)
def test_what_a_bot_brought_to_the_patch_line_is_not_announced_again(
    shop: History, here: str, there: str
) -> None:
    shop.commit(here)
    shop.commit("fix: the sum (#30)")
    shop.branch("release/1.0", "v1.0.0")
    shop.commit(there, on="release/1.0")
    shop.tag("v1.0.1", on="release/1.0")
    shop.tag("v1.1.0")

    assert listed(read(shop, until="v1.1.0")) == ["fix: the sum (#30)"]


def test_only_pre_releases_inside_a_range_announce_what_comes_next(shop: History) -> None:
    shop.commit("feat: gift cards")
    shop.tag("v1.1.0-rc.1")
    shop.branch("next", "main")
    shop.commit("feat!: another shop", on="next")
    shop.tag("v2.0.0-beta.1", on="next")
    shop.commit("fix: the sum")

    assert read(shop).line.ahead == {"v1.1.0-rc.1"}
    assert read(shop, until="next").line.ahead == {"v1.1.0-rc.1", "v2.0.0-beta.1"}
    assert read(shop, until="v1.0.0").line.ahead == frozenset()


def test_what_shipped_there_later_or_on_a_higher_line_is_announced(shop: History) -> None:
    fixed = shop.commit("fix: the sum")
    shop.tag("v1.1.0")
    shop.branch("release/1.0", "v1.0.0")
    shop.commit(f"fix: the sum\n\n(cherry picked from commit {fixed})", on="release/1.0")
    shop.tag("v1.0.1", on="release/1.0")

    assert listed(read(shop, until="v1.1.0")) == ["fix: the sum"]
    assert listed(read(shop, until="v1.0.1")) == ["fix: the sum"]


def patch_line_merged_back(shop: History, said: str = "", kept: bool = True) -> History:
    """A fix on main that went out with v1.0.1 from its own line, which was then merged back; and a feature on main."""
    fixed = shop.commit("fix: the sum")
    shop.branch("release/1.0", "v1.0.0")
    shop.commit(
        f"fix: the sum{said.format(fixed)}", on="release/1.0", file="r", picked=fixed if kept else None
    )
    shop.commit("fix: only there", on="release/1.0", file="s")
    shop.tag("v1.0.1", on="release/1.0")
    shop.commit("Merge branch 'release/1.0'", merging="release/1.0")
    shop.commit("feat: gift cards")
    return shop


@pytest.mark.parametrize(
    ("said", "kept"),
    [("", True), ("\n\n(cherry picked from commit {})", False)],
    ids=["by its author", "by its id"],
)
def test_what_shipped_on_a_line_that_was_merged_back_is_not_announced_again(
    shop: History, said: str, kept: bool
) -> None:
    patch_line_merged_back(shop, said, kept)
    shop.tag("v1.1.0")

    found = read(shop, until="v1.1.0")

    assert (found.since, listed(found)) == ("v1.0.1", ["feat: gift cards"])
    assert [entry.left_out for entry in found.entries] == [None, LeftOut.MERGE, LeftOut.BROUGHT_BACK]
    assert [entry.counts for entry in found.entries] == [True, False, False], "the last release has it"


def test_another_change_of_the_same_header_is_announced(shop: History) -> None:
    patch_line_merged_back(shop, kept=False)

    assert listed(read(shop)) == ["feat: gift cards", "fix: the sum"]


def test_a_pick_and_its_original_that_meet_in_one_range_are_told_once(shop: History) -> None:
    patch_line_merged_back(shop)

    found = read(shop, "v1.0.0")

    assert sorted(listed(found)) == ["feat: gift cards", "fix: only there", "fix: the sum"]
    assert [entry.left_out for entry in found.entries].count(LeftOut.PICKED_TWICE) == 1


def test_what_was_taken_back_on_the_line_that_was_merged_back_is_announced(shop: History) -> None:
    fixed = shop.commit("fix: the sum")
    shop.branch("release/1.0", "v1.0.0")
    picked = shop.commit("fix: the sum", on="release/1.0", file="r", picked=fixed)
    shop.commit(shop.reverts(picked, "fix: the sum"), on="release/1.0", file="r")
    shop.tag("v1.0.1", on="release/1.0")
    shop.commit("Merge branch 'release/1.0'", merging="release/1.0")

    assert listed(read(shop)) == ["fix: the sum"]


def test_a_merge_that_breaks_something_by_its_own_message_is_listed(shop: History) -> None:
    shop.branch("next", "main")
    shop.commit("feat: another way", on="next", file="g")
    shop.commit("Merge branch 'next'\n\nBREAKING CHANGE: the old way is gone", merging="next")

    found = read(shop)

    assert listed(found) == ["Merge branch 'next'", "feat: another way"]
    assert found.entries[0].change.footers.breaking == ("the old way is gone",)


def test_a_merge_that_repeats_what_its_commits_break_is_left_out(shop: History) -> None:
    shop.branch("next", "main")
    shop.commit("feat: another way\n\nBREAKING CHANGE: the old way is gone", on="next", file="g")
    shop.commit("Merge branch 'next'\n\nBREAKING CHANGE: the old way is gone", merging="next")

    assert listed(read(shop)) == ["feat: another way"]


def test_pull_requests_that_were_merged_into_another_one_speak_for_themselves(shop: History) -> None:
    shop.branch("develop", "main")
    shop.branch("topic", "main")
    shop.commit("typo", on="topic", file="t")
    shop.commit(
        "Merge pull request #1 from ada/topic\n\nAdd gift cards", on="develop", merging="topic", file="d"
    )
    shop.commit("Mend the sum (#2)", on="develop", file="e")
    shop.commit("Straight to develop", on="develop", file="e")
    shop.commit("Merge pull request #3 from ada/develop\n\nSummer", merging="develop")

    found = read(shop, convention=Convention(unconventional=Unconventional.PULL_REQUESTS))

    assert [entry.change.subject for entry in found.entries if entry.listed] == [
        "Summer",
        "Mend the sum",
        "Add gift cards",
    ]


@pytest.mark.parametrize(
    ("until", "subject"), [("HEAD~1", "fix: one"), ("main^", "fix: one"), ("v1.0.0~0", "feat: open the shop")]
)
def test_a_commit_is_named_by_how_far_it_lies_before_another(shop: History, until: str, subject: str) -> None:
    shop.commit("fix: one")
    shop.commit("fix: two")

    local = open_local(shop.path)
    assert git(shop.path, "log", "-1", "--format=%s", local.commit(until, local.tags())) == subject


@pytest.mark.parametrize("until", ["HEAD~9", "v1.0.0^2", "main~1~9", "--output=x~1"])
def test_what_lies_before_the_beginning_is_refused_in_a_sentence(shop: History, until: str) -> None:
    with pytest.raises(NotFound, match=r"goes further back than the history|has no tag, branch or commit"):
        read(shop, until=until)


def test_what_was_taken_back_on_the_sibling_line_has_not_shipped(shop: History) -> None:
    shop.commit("fix: the sum")
    shop.branch("release/1.0", "v1.0.0")
    picked = shop.commit("fix: the sum", on="release/1.0")
    shop.commit(shop.reverts(picked, "fix: the sum"), on="release/1.0")
    shop.tag("v1.0.1", on="release/1.0")
    shop.tag("v1.1.0")

    assert listed(read(shop, until="v1.1.0")) == ["fix: the sum"]


def test_before_the_tag_is_made_the_sibling_line_counts_as_well(shop: History) -> None:
    shop.commit("fix: the sum")
    shop.commit("feat: gift cards")
    shop.branch("release/1.0", "v1.0.0")
    shop.commit("fix: the sum", on="release/1.0")
    shop.tag("v1.0.1", on="release/1.0")

    assert listed(read(shop)) == ["feat: gift cards"]


def test_pairs_cancel_and_the_revert_of_something_released_is_listed(shop: History) -> None:
    old = shop.commit("feat: old")
    shop.tag("v1.1.0")
    again = shop.commit("feat: old")
    new = shop.commit("feat: new")
    shop.commit(shop.reverts(new, "feat: new"))
    shop.commit(shop.reverts(old, "feat: old"))

    found = read(shop)

    assert listed(found) == ['Revert "feat: old"', "feat: old"]
    assert again in {entry.change.sha for entry in found.entries if entry.listed}


def test_breaking_notes_in_build_and_refactor_commits_are_listed(shop: History) -> None:
    shop.commit("build: Node 20\n\nBREAKING CHANGE: update Node")
    shop.commit("refactor(api): names\n\nBREAKING CHANGE: use the new ones")
    shop.commit("refactor: only inside")
    shop.commit("docs: x\n\nDEPRECATED: y until 3.0")

    assert listed(read(shop)) == ["docs: x", "refactor(api): names", "build: Node 20"]


def test_merges_are_left_out_and_what_they_bring_is_listed(shop: History) -> None:
    shop.branch("topic", "main")
    shop.commit("feat: gifts", on="topic", file="g")
    shop.commit("fix: meanwhile")
    shop.commit("Merge pull request #1 from ada/topic\n\nfeat: the title", merging="topic")

    assert sorted(listed(read(shop))) == ["feat: gifts", "fix: meanwhile"]


def test_a_component_has_its_own_tags_and_paths(tmp_path: Path) -> None:
    shop = empty_history(tmp_path)
    shop.commit("feat: a", file="api/a")
    shop.tag("api@1.0.0")
    shop.commit("feat: b", file="api/b")
    shop.commit("feat: w", file="web/w")
    shop.tag("api@1.1.0")
    shop.tag("web@1.1.0")

    found = read(shop, until="api@1.1.0", paths=("api",))
    [(newest, changes), (first, _)] = read_everything(
        open_local(shop.path), Wanted(prefix="api@", paths=("api/",))
    )

    assert (found.since, listed(found)) == ("api@1.0.0", ["feat: b"])
    assert (newest.version, first.version) == ("1.1.0", "1.0.0")
    assert [entry.change.header for entry in changes] == ["feat: b"]
    assert newest.date is not None
    assert newest.date > "2026", "its tag is on a commit of another component"


@pytest.mark.parametrize("path", ["api", "api/", "./api", "./api/", "web/../api"])
def test_a_path_may_be_written_as_a_shell_completes_it(shop: History, path: str) -> None:
    shop.commit("fix: b", file="api/b")
    shop.commit("fix: w", file="web/w")

    assert listed(read(shop, paths=(path,))) == ["fix: b"]
    assert listed(read(shop, paths=(path, "."))) == ["fix: w", "fix: b"]


@pytest.mark.parametrize(
    ("file", "prefix"), [("api/f", "api@"), ("packages/api/f", "@ada/api@"), ("libs/api/f", "api-v")]
)
def test_the_folder_of_a_component_is_found_by_the_name_in_its_tags(
    tmp_path: Path, file: str, prefix: str
) -> None:
    shop = empty_history(tmp_path)
    shop.commit("feat: a", file=file)
    shop.tag(f"{prefix}1.0.0")
    shop.commit("fix: b", file=file)
    shop.commit("fix: elsewhere", file="web/f")
    shop.tag(f"{prefix}1.0.1")
    shop.tag("web-v0.1.0")

    found = read(shop, until=f"{prefix}1.0.1")

    assert listed(found) == ["fix: b"]
    assert [entry.left_out for entry in found.entries] == [LeftOut.ELSEWHERE, None]
    assert [entry.change.header for entry in found.inside] == ["fix: b"]


def test_a_product_that_is_tagged_by_its_name_is_no_component_of_itself(tmp_path: Path) -> None:
    shop = empty_history(tmp_path)
    shop.commit("feat: a", file="shop/f")
    shop.tag("shop-v1.0.0")
    shop.commit("fix: its requirements", file="setup.cfg")
    shop.tag("nightly")
    shop.tag("shop-v1.0.1")

    assert listed(read(shop, until="shop-v1.0.1")) == ["fix: its requirements"]


def test_labels_by_path_and_pull_requests_stand_in_for_the_convention(shop: History) -> None:
    shop.commit("Write it down", file="docs/a")
    shop.commit("Gift cards", file="src/a")
    labels = Convention(labels=(Label("src/*", "feat"),))
    everything = Convention(unconventional=Unconventional.LIST)

    assert listed(read(shop)) == []
    assert listed(read(shop, convention=labels)) == ["Gift cards"]
    assert listed(read(shop, convention=everything)) == ["Gift cards", "Write it down"]


def test_the_whole_history_stands_release_by_release_with_every_commit_once(shop: History) -> None:
    shop.branch("release/1.0", "v1.0.0")
    shop.commit("fix: there", on="release/1.0", file="r")
    shop.tag("v1.0.1", on="release/1.0")
    shop.commit("feat: here")
    shop.commit("Merge branch 'release/1.0'", merging="release/1.0")
    shop.tag("v1.1.0-rc.1")
    shop.tag("v1.1.0")
    shop.tag("latest")
    shop.commit("chore: later")

    parts = [
        (title.version, [entry.change.header for entry in entries])
        for title, entries in read_everything(open_local(shop.path), Wanted())
    ]

    assert parts == [
        ("Unreleased", ["chore: later"]),
        ("1.1.0", ["Merge branch 'release/1.0'", "feat: here"]),
        ("1.0.1", ["fix: there"]),
        ("1.0.0", ["feat: open the shop"]),
    ]


def test_a_tag_that_leads_to_no_commit_is_no_release(shop: History) -> None:
    blob = git(shop.path, "hash-object", "-w", "--stdin", stdin=b"x")
    git(shop.path, "update-ref", "refs/tags/v9.0.0", blob)
    shop.commit("fix: one")

    assert read(shop).since == "v1.0.0"
    assert [title.version for title, _ in read_everything(open_local(shop.path), Wanted())] == [
        "Unreleased",
        "1.0.0",
    ]


def test_it_reads_from_a_work_tree_a_folder_inside_and_a_linked_one_and_writes_nothing(
    shop: History, tmp_path: Path
) -> None:
    shop.commit("fix: one", file="sub/f")
    tree, linked = tmp_path / "tree", tmp_path / "linked"
    git(tmp_path, "clone", "--quiet", str(shop.path), str(tree))
    git(tree, "worktree", "add", "--quiet", "--detach", str(linked))
    (tree / "sub" / "f").touch()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    for folder in (tree, tree / "sub", linked, linked / "sub"):
        assert listed(read_range(open_local(folder), Wanted())) == ["fix: one"]

    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_folder_that_is_no_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="is not in a git repository"):
        open_local(tmp_path)
    with pytest.raises(NotFound, match="is not a folder"):
        open_local(tmp_path / "gone")


def test_an_empty_repository_has_nothing_to_tell(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="has no commit yet"):
        read(empty_history(tmp_path))


def test_the_bots_own_mirror_is_read_the_same_way(shop: History, tmp_path: Path) -> None:
    shop.commit("fix: one")
    mirror = tmp_path / "mirror.git"
    git(tmp_path, "init", "--bare", "--quiet", str(mirror))
    refs = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/remote-tags/*")
    git(mirror, "fetch", "--quiet", "--no-tags", str(shop.path), *refs)

    found = read_range(LocalRepository(LocalGit(mirror), "refs/remote-tags/"), Wanted(until="main"))

    assert (found.since, listed(found)) == ("v1.0.0", ["fix: one"])


def test_many_reverts_of_older_commits_are_all_listed(shop: History) -> None:
    old = [shop.commit(f"fix: number {n}") for n in range(12)]
    shop.tag("v1.1.0")
    again = [shop.commit(f"fix: number {n}") for n in range(12)]
    for n, commit in enumerate(old):
        shop.commit(shop.reverts(commit, f"fix: number {n}"))

    found = read(shop)

    assert len(listed(found)) == len(old) + len(again)
    [(_, unreleased), *_] = read_everything(open_local(shop.path), Wanted())
    assert [entry for entry in unreleased if not entry.listed] == []
