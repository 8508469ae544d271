"""Reads the branches of a repository for the report: heads, owners, ages, and how they lie to main. Judges nothing."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.branches import BranchKind, BranchSeen, kind_of
from bot.domain.errors import NotFound, OutsideError
from bot.domain.words import CommitLine, Sha
from bot.repository.commits import parse_log
from bot.repository.git import Git, Ran, safe_sha, words_of

_MOST_UNMERGED = 500
_AT_ONCE = 4
_FORMAT = "%(objectname)%00%(committerdate:unix)%00%(authorname)%00%(refname)%00%(symref)"
_LOG = "--format=tformat:%H%x00%an%x00%ct%x00%s%x00%b"
_PATIENCE = 300.0


@dataclass(frozen=True)
class Head:
    """A branch as the list of refs shows it."""

    name: str
    sha: Sha
    owner: str
    at: datetime


def read_heads(git: Git, below: str) -> list[Head]:
    """The branches below a prefix of refs such as `refs/heads/`, the ones worked on last first. Raises OutsideError."""
    ran = _ran(git, "for-each-ref", "--sort=-committerdate", f"--format={_FORMAT}", "--end-of-options", below)
    heads = []
    for line in ran.text.split("\n"):
        fields = line.split("\0")
        if len(fields) == 5 and not fields[4]:  # `origin/HEAD` only points at another
            sha, seconds, owner, ref, _ = fields
            heads.append(Head(ref.removeprefix(below), Sha(sha), owner, _moment(seconds)))
    return heads


def main_branch(git: Git, heads: Sequence[Head], named: str | None) -> Head:
    """The main branch: the one that is named, else where HEAD points, else `main` or `master`. Raises NotFound."""
    by_name = {head.name: head for head in heads}
    ran = git.run("symbolic-ref", "--quiet", "--short", "HEAD")
    # A checked-out working branch is not main, so the usual names come before HEAD.
    for name in [named] if named else ["main", "master", "trunk", ran.text if ran.code == 0 else ""]:
        if name in by_name:
            return by_name[name]
    raise NotFound(f"The repository has no branch {named or 'main'}. Name the main one with --main.")


def read_branches(git: Git, heads: Sequence[Head], main: Head) -> list[BranchSeen]:
    """Every branch with its place beside main. Raises OutsideError."""
    # One question settles all that were merged; only the others need a count of what they are ahead.
    merged = set(_ran(git, "for-each-ref", f"--merged={main.sha}", "--format=%(objectname)").text.split("\n"))
    shas = list(dict.fromkeys(head.sha for head in heads))
    # A count is a process of its own that mostly waits, so a few of them run side by side.
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        distances = pool.map(lambda sha: _distance(git, main.sha, sha, sha in merged), shas)
        counted = dict(zip(shas, distances, strict=True))
    return [_seen(git, head, main, counted[head.sha]) for head in heads]


def _distance(git: Git, main: Sha, head: Sha, is_merged: bool) -> tuple[int, int]:
    if main == head:
        return 0, 0
    if is_merged:
        ran = _ran(git, "rev-list", "--count", "--end-of-options", main, f"^{head}", "--")
        return int(ran.text), 0
    ran = _ran(git, "rev-list", "--left-right", "--count", "--end-of-options", f"{main}...{head}", "--")
    behind, ahead = ran.text.split()
    return int(behind), int(ahead)


def _seen(git: Git, head: Head, main: Head, distance: tuple[int, int]) -> BranchSeen:
    behind, ahead = distance
    kind = kind_of(head.name, main.name)
    unmerged: tuple[CommitLine, ...] = ()
    lines = from_tag = None
    if kind in (BranchKind.RELEASE, BranchKind.HOTFIX) and ahead:
        unmerged = _unmerged(git, main.sha, head.sha)
    if kind is BranchKind.HOTFIX and ahead:
        base = _base(git, main.sha, head.sha)
        lines = _changed_lines(git, base, head.sha) if base else None
        from_tag = _tag_at(git, base) if base else ""
    return BranchSeen(head.name, head.sha, head.owner, head.at, ahead, behind, unmerged, lines, from_tag)


def _unmerged(git: Git, main: Sha, head: Sha) -> tuple[CommitLine, ...]:
    """Commits of the branch whose change main lacks: a cherry-pick of it onto main counts as merged."""
    ran = _ran(
        git, "log", "-z", "--no-color", "--no-mailmap", "--no-show-signature", "--no-decorate", "--encoding=UTF-8",
        "--cherry-pick", "--right-only", "--no-merges", _LOG, f"--max-count={_MOST_UNMERGED}",
        "--end-of-options", f"{main}...{head}", "--",
    )  # fmt: skip
    return tuple(parse_log([ran.out]))


def _base(git: Git, main: Sha, head: Sha) -> Sha | None:
    """Where a hotfix leaves known ground: the nearest release tag behind it, else its fork from main."""
    ran = git.run(
        "describe",
        "--tags",
        "--abbrev=0",
        "--match=*[0-9]*.[0-9]*",
        "--end-of-options",
        head,
        seconds=_PATIENCE,
    )
    fork = _ran(git, "merge-base", "--", main, head).text
    if ran.code != 0:
        return safe_sha(fork)
    tag = _ran(git, "rev-parse", "--verify", "--end-of-options", f"refs/tags/{ran.text}^{{commit}}").text
    # A branch that left main after the tag starts at the fork, not at the tag.
    behind = git.run("merge-base", "--is-ancestor", "--", fork, tag, seconds=_PATIENCE)
    return safe_sha(tag if behind.code == 0 else fork)


def _tag_at(git: Git, commit: Sha) -> str:
    ran = _ran(git, "for-each-ref", f"--points-at={commit}", "--format=%(refname)", "refs/tags/")
    names = [name.removeprefix("refs/tags/") for name in ran.text.split("\n") if name]
    return next((name for name in names if re.search(r"\d+\.\d+\.\d+", name)), "")


def _changed_lines(git: Git, since: Sha, until: Sha) -> int:
    ran = _ran(
        git,
        "diff-tree",
        "-r",
        "--numstat",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--end-of-options",
        since,
        until,
    )
    counts = [line.split("\t")[:2] for line in ran.text.split("\n")]
    return sum(int(number) for pair in counts for number in pair if number.isdecimal())


def _moment(seconds: str) -> datetime:
    number = int(seconds) if seconds.isdecimal() else 0
    return datetime.fromtimestamp(min(number, 253402300799), UTC)


def _ran(git: Git, *arguments: str) -> Ran:
    ran = git.run(*arguments, seconds=_PATIENCE)
    if ran.code != 0:
        raise OutsideError(
            f"git {arguments[0]} failed in {git.directory}: {words_of(ran.err)}. Look at the repository."
        )
    return ran
