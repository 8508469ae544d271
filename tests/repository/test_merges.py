"""Merges without a checkout: contained, fast-forward, merge commit, or conflicts with their owners."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.branch_work import Conflict, Conflicted, Merged, MergeWay
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import Sha
from tests.git_fixtures import Shop, git, land
from tests.repository.branch_things import BINARY, OWN, blob, head_of, put

_OLD_GIT = """#!/bin/sh
for word; do
    case "$word" in
        merge-tree) echo "usage: git merge-tree <base-tree> <branch1> <branch2>" >&2; exit 129 ;;
    esac
done
exec {git} "$@"
"""


@pytest.fixture(params=["git 2.38", "git before 2.38"], autouse=True)
def each_git(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every merge ends the same with a git that cannot merge without a working tree."""
    if request.param == "git 2.38":
        return
    program = tmp_path / "old" / "git"
    program.parent.mkdir()
    program.write_text(_OLD_GIT.format(git=shutil.which("git")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_what_is_contained_already_needs_no_merge(shop: Shop) -> None:
    ahead = land(shop.bare, "feat: more")
    shop.repository.refresh()

    assert shop.repository.merge(shop.head, "main", ahead, OWN) == Merged(ahead, MergeWay.ALREADY)
    assert head_of(shop, "main") == ahead


def test_a_branch_that_only_lags_is_moved_forward(shop: Shop) -> None:
    fixed = put(shop.bare, "release/1.4", {"fix": b"1"})
    shop.repository.refresh()

    assert shop.repository.merge(fixed, "main", shop.head, OWN) == Merged(fixed, MergeWay.FAST_FORWARD)
    assert head_of(shop, "main") == fixed


def test_two_lines_are_joined_by_a_merge_commit_with_both_as_parents(shop: Shop) -> None:
    fixed = put(shop.bare, "release/1.4", {"fix": BINARY})
    ahead = put(shop.bare, "main", {"feature": b"1"})
    shop.repository.refresh()

    done = shop.repository.merge(fixed, "main", ahead, replace(OWN, message="Merge release/1.4 into main"))

    assert done == Merged(Sha(head_of(shop, "main")), MergeWay.COMMIT)
    assert git(shop.bare, "log", "-1", "--format=%P", "main") == f"{ahead} {fixed}"
    assert blob(shop, "main:fix") == BINARY
    assert blob(shop, "main:feature") == b"1"
    shop.repository.refresh()
    assert shop.repository.is_own_commit(done.commit)
    assert shop.repository.merge(fixed, "main", done.commit, OWN).way is MergeWay.ALREADY  # type: ignore[union-attr]  # no conflict


def test_both_sides_of_one_file_are_merged_line_by_line(shop: Shop) -> None:
    lines = [b"%d\n" % number for number in range(20)]
    put(shop.bare, "main", {"list": b"".join(lines)})
    fixed = put(shop.bare, "release/1.4", {"list": b"".join([b"first\n", *lines[1:]])})
    ahead = put(shop.bare, "main", {"list": b"".join([*lines[:-1], b"last\n"])})
    shop.repository.refresh()

    shop.repository.merge(fixed, "main", ahead, OWN)

    assert blob(shop, "main:list") == b"".join([b"first\n", *lines[1:-1], b"last\n"])


def test_a_conflict_names_files_and_owners_and_pushes_nothing(shop: Shop) -> None:
    base = put(shop.bare, "main", {"price": b"1", "größe ü.txt": b"1", "tax": b"1"})
    put(shop.bare, "release/1.4", {"price": b"2", "größe ü.txt": b"2"}, who="Bo")
    fixed = put(shop.bare, "release/1.4", {"tax": b"2"}, who="Cy")
    put(shop.bare, "main", {"price": b"3", "größe ü.txt": b"3"}, who="Dee")
    ahead = put(shop.bare, "main", {"tax": b"3"}, who="Eve")
    shop.repository.refresh()

    done = shop.repository.merge(fixed, "main", ahead, OWN)

    assert done == Conflicted(
        (Conflict("größe ü.txt", "Bo", "Dee"), Conflict("price", "Bo", "Dee"), Conflict("tax", "Cy", "Eve")),
        3,
        base,
    )
    assert head_of(shop, "main") == ahead


def test_a_file_that_one_side_deleted_and_the_other_changed_is_a_conflict(shop: Shop) -> None:
    start = put(shop.bare, "main", {"price": b"1"})
    fixed = put(shop.bare, "release/1.4", {"price": b"2"}, who="Bo")
    shop.repository.refresh()
    ahead = shop.repository.commit_files("main", start, {"price": None}, OWN)
    shop.repository.refresh()

    done = shop.repository.merge(fixed, "main", ahead, OWN)

    assert done == Conflicted((Conflict("price", "Bo", "Harbourmaster"),), 1, start)


def test_a_conflict_in_files_that_are_settled_becomes_a_merge_and_in_any_other_none(shop: Shop) -> None:
    put(shop.bare, "main", {"CHANGELOG.md": b"0", "price": b"0"})
    fixed = put(shop.bare, "release/1.4", {"CHANGELOG.md": b"1", "fix": b"1"})
    ahead = put(shop.bare, "main", {"CHANGELOG.md": b"2"})
    shop.repository.refresh()

    done = shop.repository.merge(fixed, "main", ahead, replace(OWN, settles={"CHANGELOG.md": b"1 and 2"}))
    shop.repository.refresh()
    priced = put(shop.bare, "release/1.4", {"CHANGELOG.md": b"3", "price": b"3"})
    dear = put(shop.bare, "main", {"CHANGELOG.md": b"4", "price": b"4"})
    shop.repository.refresh()
    again = shop.repository.merge(priced, "main", dear, replace(OWN, settles={"CHANGELOG.md": b"3 and 4"}))

    assert isinstance(done, Merged)
    assert blob(shop, f"{done.commit}:CHANGELOG.md") == b"1 and 2"
    assert blob(shop, f"{done.commit}:fix") == b"1"
    assert isinstance(again, Conflicted)
    assert head_of(shop, "main") == dear


def test_a_merge_onto_a_branch_that_has_moved_is_not_pushed(shop: Shop) -> None:
    fixed = put(shop.bare, "release/1.4", {"fix": b"1"})
    shop.repository.refresh()
    moved = put(shop.bare, "main", {"feature": b"1"})

    with pytest.raises(OutsideError, match="looked at again"):
        shop.repository.merge(fixed, "main", shop.head, OWN)

    assert head_of(shop, "main") == moved


def test_lines_without_common_history_are_not_merged(shop: Shop) -> None:
    other = land(shop.bare, "feat: elsewhere", branch="other")
    shop.repository.refresh()

    with pytest.raises(OutsideRefusal, match="have no common history"):
        shop.repository.merge(other, "main", shop.head, OWN)
