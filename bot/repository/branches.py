"""Reads the branches of a repository for the report: heads, owners, ages, and how they lie to main. Judges nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.branches import BranchKind, BranchSeen, kind_of
from bot.domain.errors import NotFound, OutsideError
from bot.domain.words import CommitLine, Sha
from bot.repository.commits import parse_log
from bot.repository.git import Git, Ran, safe_sha, words_of

_MOST_UNMERGED = _MOST_LANDED = 500
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


IsOwn = Callable[[CommitLine], bool]
"""Has the bot made this commit?"""


def nobody(_: CommitLine) -> bool:
    """For a repository of which nothing says by which key the bot signs."""
    return False


def read_branches(git: Git, heads: Sequence[Head], main: Head, is_own: IsOwn = nobody) -> list[BranchSeen]:
    """Every branch with its place beside main. Raises OutsideError."""
    return [_closer(git, seen, main) for seen in place_branches(git, heads, main, is_own)]


def heads_between(git: Git, below: str, since: Sha | None, until: Sha | None) -> set[str]:
    """The names of the branches whose head is not contained in `since`, and is contained in `until`; None asks for nothing."""
    bounds = [*([f"--no-merged={since}"] if since else []), *([f"--merged={until}"] if until else [])]
    ran = _ran(git, "for-each-ref", *bounds, "--format=%(refname)", "--end-of-options", below)
    return {line.removeprefix(below) for line in ran.text.split("\n") if line}


def place_branches(git: Git, heads: Sequence[Head], main: Head, is_own: IsOwn = nobody) -> list[BranchSeen]:
    """Every branch with its place beside main, and nothing that needs the contents of files. Raises OutsideError."""
    releases = [head for head in heads if kind_of(head.name, main.name) is BranchKind.RELEASE]
    places = _places(git, main.sha, [head.sha for head in heads], [head.sha for head in releases])
    return [_placed(git, head, main, places[head.sha], releases, is_own) for head in heads]


def _placed(
    git: Git, head: Head, main: Head, place: "Place", releases: Sequence[Head], is_own: IsOwn
) -> BranchSeen:
    kind = kind_of(head.name, main.name)
    landed: tuple[CommitLine, ...] = ()
    if kind is BranchKind.MAIN:
        landed = tuple(commit for commit in _landed(git, main.sha) if not is_own(commit))
    shares = [(other.name, place.shares[other.sha]) for other in releases if kind is BranchKind.WORK]
    return BranchSeen(
        head.name, head.sha, head.owner, head.at, behind=place.behind, ahead=place.ahead, landed=landed,
        # A branch that is whole in the other one came back there, as a repair does.
        shares=tuple((name, count) for name, count in shares if 0 < count < place.ahead),
    )  # fmt: skip


def _landed(git: Git, main: Sha) -> Iterable[CommitLine]:
    """What came onto main itself, not by way of another branch, since the last release tag; newest first."""
    ran = git.run(
        "describe", "--tags", "--abbrev=0", "--match=*[0-9]*.[0-9]*", "--end-of-options", main, seconds=_PATIENCE
    )  # fmt: skip
    since = [f"^refs/tags/{ran.text}^{{commit}}"] if ran.code == 0 else []
    log = _ran(
        git, "log", "-z", "--no-color", "--no-mailmap", "--no-show-signature", "--no-decorate", "--encoding=UTF-8",
        "--first-parent", _LOG, f"--max-count={_MOST_LANDED}", "--end-of-options", main, *since, "--",
    )  # fmt: skip
    return parse_log([log.out])


def _places(git: Git, main: Sha, heads: Sequence[Sha], others: Sequence[Sha]) -> "dict[Sha, Place]":
    """Where each head lies, from one walk over all the commits: a walk for each branch would take minutes where there are
    thousands."""
    ends = list(dict.fromkeys([main, *heads]))
    ran = git.run(
        "rev-list", "--topo-order", "--parents", "--stdin", stdin="\n".join(ends).encode(), seconds=_PATIENCE
    )
    if ran.code != 0:
        raise OutsideError(
            f"The commits of {git.directory} cannot be listed: {words_of(ran.err)}. Look at the repository."
        )
    return find_places(ran.text.split("\n"), ends, others)


@dataclass(frozen=True)
class Place:
    """How a head lies to main, in commits, and how many of those that main lacks it has together with each other head."""

    behind: int
    ahead: int
    shares: Mapping[Sha, int]


def find_places(lines: Iterable[str], ends: Sequence[Sha], others: Sequence[Sha] = ()) -> dict[Sha, Place]:
    """The place of each end beside the first. `lines` are commits with their parents, children first."""
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
    number_of = {sha: number for number, sha in enumerate(ends)}
    together: list[Counter[Sha]] = [Counter() for _ in ends]
    for mask, count in runs.items():
        counts = shared if mask & 1 else ahead
        in_main += count if mask & 1 else 0
        for number, bit in enumerate(reversed(f"{mask:b}")):
            if bit == "1":
                counts[number] += count
                for other in () if mask & 1 else others:
                    if mask >> number_of[other] & 1:
                        together[number][other] += count
    return {
        sha: Place(in_main - shared[number], ahead[number], together[number])
        for number, sha in enumerate(ends)
    }


def _closer(git: Git, seen: BranchSeen, main: Head) -> BranchSeen:
    """With what release and hotfix branches are asked."""
    kind, head = kind_of(seen.name, main.name), Sha(seen.head)
    if kind in (BranchKind.RELEASE, BranchKind.HOTFIX) and seen.ahead:
        seen = replace(seen, unmerged=_unmerged(git, main.sha, head))
    if kind is BranchKind.HOTFIX and seen.ahead:
        base = _base(git, main.sha, head)
        lines = _changed_lines(git, base, head) if base else None
        seen = replace(seen, lines=lines, from_tag=_tag_at(git, base) if base else "")
    return seen


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
