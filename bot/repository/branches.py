"""Reads the branches of a repository for the report: heads, owners, ages, and how they lie to main. Judges nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.branches import BranchKind, BranchSeen, kind_of
from bot.domain.errors import NotFound, OutsideError
from bot.domain.words import CommitLine, Sha
from bot.repository.commits import parse_log
from bot.repository.git import Git, Ran, safe_sha, words_of

_MOST_UNMERGED = 500
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
    counted = _distances(git, main.sha, [head.sha for head in heads])
    return [_seen(git, head, main, counted[head.sha]) for head in heads]


def place_branches(git: Git, heads: Sequence[Head], main: Head) -> list[BranchSeen]:
    """Every branch with its place beside main, and nothing that needs the contents of files. Raises OutsideError."""
    counted = _distances(git, main.sha, [head.sha for head in heads])
    return [
        BranchSeen(
            head.name, head.sha, head.owner, head.at, behind=counted[head.sha][0], ahead=counted[head.sha][1]
        )
        for head in heads
    ]


def _distances(git: Git, main: Sha, heads: Sequence[Sha]) -> dict[Sha, tuple[int, int]]:
    """How far behind and ahead of main each head is, from one walk over all the commits: a walk for each branch would
    take minutes where there are thousands."""
    ends = list(dict.fromkeys([main, *heads]))
    ran = git.run(
        "rev-list", "--topo-order", "--parents", "--stdin", stdin="\n".join(ends).encode(), seconds=_PATIENCE
    )
    if ran.code != 0:
        raise OutsideError(
            f"The commits of {git.directory} cannot be listed: {words_of(ran.err)}. Look at the repository."
        )
    return count_distances(ran.text.split("\n"), ends)


def count_distances(lines: Iterable[str], ends: Sequence[Sha]) -> dict[Sha, tuple[int, int]]:
    """Behind and ahead of the first end, for each end. `lines` are commits with their parents, children first."""
    # Every end is a bit; a commit has the bits of the ends that reach it. Runs of commits share their bits, so the
    # bits are counted once for each such run and not once for each commit.
    bits: dict[str, int] = {sha: 1 << number for number, sha in enumerate(ends)}
    runs: Counter[int] = Counter()
    for line in lines:
        sha, *parents = line.split(" ")
        mask = bits.pop(sha, 0)
        runs[mask] += 1
        for parent in parents:
            bits[parent] = bits.get(parent, 0) | mask
    in_main, ahead, shared = 0, [0] * len(ends), [0] * len(ends)
    for mask, count in runs.items():
        counts = shared if mask & 1 else ahead
        in_main += count if mask & 1 else 0
        for number, bit in enumerate(reversed(f"{mask:b}")):
            if bit == "1":
                counts[number] += count
    return {sha: (in_main - shared[number], ahead[number]) for number, sha in enumerate(ends)}


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
