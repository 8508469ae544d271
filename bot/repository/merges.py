"""Merging without a checkout: what is contained already, a fast-forward, a merge commit, or the conflicts as data."""

import os
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.branch_work import Conflict, Conflicted, Merged, MergeWay, OwnCommit
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import Sha
from bot.repository.git import Git, Ran, words_of
from bot.repository.own_commits import commit_tree, tree_with

_PATIENCE = 300.0
_MOST_NAMED = 20


def merge(scratch: Git, source: Sha, target: Sha, own: OwnCommit) -> Merged | Conflicted:
    """What `target` has to become to contain `source`. Makes objects, pushes nothing.

    Raises OutsideRefusal when the two have no common history, OutsideError when git fails.
    """
    if _contains(scratch, target, source):
        return Merged(target, MergeWay.ALREADY)
    if _contains(scratch, source, target):
        return Merged(source, MergeWay.FAST_FORWARD)
    joined = _joined(scratch, source, target)
    tree, names = joined.tree, joined.conflicts
    if names and own.settles.keys() >= set(names):
        tree = tree_with(scratch, tree, {name: own.settles[name] for name in names})
    elif not joined.is_clean:
        base = scratch.run("merge-base", target, source).text
        files = tuple(_conflict(scratch, base, source, target, name) for name in names[:_MOST_NAMED])
        return Conflicted(files, len(names), Sha(base))
    return Merged(commit_tree(scratch, tree, [target, source], own), MergeWay.COMMIT)


@dataclass(frozen=True)
class _Joined:
    """Both sides in one tree. A merge may be unclean without a file in conflict, as git-merge-tree(1) warns."""

    tree: Sha
    is_clean: bool
    conflicts: Sequence[str]


def _joined(scratch: Git, source: Sha, target: Sha) -> _Joined:
    ran = scratch.run(
        "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", target, source, seconds=_PATIENCE
    )
    if "usage: git merge-tree" in ran.err:  # git before 2.38
        return _joined_in_a_worktree(scratch, source, target)
    # 0: clean, 1: with conflicts; anything else is a failure.
    if ran.code not in (0, 1):
        raise _failed(ran, source, target)
    raw, *paths = ran.out.rstrip(b"\0").split(b"\0")
    names = list(dict.fromkeys(os.fsdecode(path) for path in paths if path))
    return _Joined(Sha(raw.decode()), ran.code == 0, names)


def _joined_in_a_worktree(scratch: Git, source: Sha, target: Sha) -> _Joined:
    """The same with `git merge`, in a working tree that holds nothing: git takes a file that is not there for an unchanged
    one, so only what it merges is ever written out."""
    tree = scratch.directory.parent / "worktree"
    tree.mkdir()
    _good(scratch.run("update-ref", "--no-deref", "HEAD", target))
    _good(scratch.run("read-tree", target, seconds=_PATIENCE))
    merging = ("merge", "--no-commit", "--no-ff", "--no-stat", "--quiet", "--end-of-options", source)
    ran = scratch.run(f"--work-tree={tree}", *merging, seconds=_PATIENCE)
    if ran.code not in (0, 1):
        raise _failed(ran, source, target)
    rows = _good(scratch.run("ls-files", "--unmerged", "-z")).out.split(b"\0")
    unmerged = [(row.split(b" "), path) for row, tab, path in (row.partition(b"\t") for row in rows) if tab]
    # A tree cannot hold three sides of a file: ours stands for them, where there is one.
    cleared = [b"0 %b\t%b\0" % (b"0" * len(target), path) for _, path in unmerged]
    ours = [b"%b %b\t%b\0" % (mode, blob, path) for (mode, blob, side), path in unmerged if side == b"2"]
    _good(scratch.run("update-index", "-z", "--index-info", stdin=b"".join([*cleared, *ours])))
    whole = _good(scratch.run("write-tree", "--missing-ok", seconds=_PATIENCE)).text
    return _Joined(Sha(whole), ran.code == 0, list(dict.fromkeys(os.fsdecode(path) for _, path in unmerged)))


def _good(ran: Ran) -> Ran:
    if ran.code != 0:
        raise OutsideError(f"Two branches cannot be merged: {words_of(ran.err)}. It will be tried again.")
    return ran


def _conflict(scratch: Git, base: str, source: Sha, target: Sha, path: str) -> Conflict:
    in_source = _last_author(scratch, f"{base}..{source}", path)
    in_target = _last_author(scratch, f"{base}..{target}", path)
    return Conflict(os.fsencode(path).decode(errors="replace"), in_source, in_target)


def _last_author(scratch: Git, commits: str, path: str) -> str:
    ran = scratch.run(
        "--literal-pathspecs", "log", "--max-count=1", "--no-color", "--no-show-signature", "--no-mailmap",
        "--encoding=UTF-8", "--format=%an", "--end-of-options", commits, "--", path,
        seconds=_PATIENCE,
    )  # fmt: skip
    return ran.text[:100] if ran.code == 0 else ""


def _contains(scratch: Git, head: Sha, commit: Sha) -> bool:
    ran = scratch.run("merge-base", "--is-ancestor", commit, head, seconds=_PATIENCE)
    if ran.code not in (0, 1):
        raise OutsideError(
            f"{commit[:7]} and {head[:7]} cannot be compared: {words_of(ran.err)}. It will be tried again."
        )
    return ran.code == 0


def _failed(ran: Ran, source: Sha, target: Sha) -> Exception:
    if "unrelated histories" in ran.err:
        return OutsideRefusal(
            f"{source[:7]} and {target[:7]} have no common history, so they cannot be merged. "
            "Look whether it is the right repository."
        )
    return OutsideError(f"The merge failed: {words_of(ran.err)}. It will be tried again.")
