"""Merging without a checkout: what is contained already, a fast-forward, a merge commit, or the conflicts as data."""

import os

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
    ran = scratch.run(
        "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", target, source, seconds=_PATIENCE
    )
    # 0: clean, 1: with conflicts; anything else is a failure.
    if ran.code not in (0, 1):
        raise _failed(ran, source, target)
    raw, *paths = ran.out.rstrip(b"\0").split(b"\0")
    tree = Sha(raw.decode())
    names = list(dict.fromkeys(os.fsdecode(path) for path in paths if path))
    if names and own.settles.keys() >= set(names):
        tree = tree_with(scratch, tree, {name: own.settles[name] for name in names})
    elif ran.code == 1:
        base = scratch.run("merge-base", target, source).text
        files = tuple(_conflict(scratch, base, source, target, name) for name in names[:_MOST_NAMED])
        return Conflicted(files, len(names), Sha(base))
    return Merged(commit_tree(scratch, tree, [target, source], own), MergeWay.COMMIT)


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
    if "usage: git merge-tree" in ran.err:
        return OutsideRefusal(
            "This git cannot merge without a checkout: version 2.38 or newer is needed. Install it, or merge by hand."
        )
    return OutsideError(f"git merge-tree failed: {words_of(ran.err)}. It will be tried again.")
