"""Rules about branches: their names, how far they lag, what may land on a release branch, how large a hotfix may be.
Everything git knows comes in as values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.findings import Finding, Severity
from bot.domain.messages import change_of
from bot.domain.words import CommitLine, short

MOST_BRANCHES = 40
"""How many branches the kept report names."""
_MOST_NAMED = 10
_RELEASE = re.compile(r"release/v?(\d+)\.(\d+)(?:\.\d+)?")
_HOTFIX = re.compile(r"hotfix/v?\d+\.\d+\.\d+")
_HEADER = re.compile(r"([A-Za-z]+)(?:\([^()\r\n]*\))?(!)?: \S")
_REPAIRS = frozenset({"fix", "perf", "security", "revert", "docs", "test", "chore", "ci", "build"})
"""What may go into a release after the freeze. Documentation, tests and the build's own upkeep change no behaviour."""


class BranchKind(StrEnum):
    MAIN = "main"
    RELEASE = "release"
    HOTFIX = "hotfix"
    WORK = "work"


@dataclass(frozen=True)
class BranchSeen:
    """What git knows of a branch. `name`, `owner` and the commits are foreign text.

    `ahead` and `behind` count commits against main. `unmerged` are the commits of a release or hotfix branch that
    main lacks, newest first, bar those whose change main has under another id. `lines` are a hotfix's changed lines,
    `from_tag` the release tag it starts at, empty when there is none; None where that was not looked at. `landed` are what
    came onto main itself since the last release tag, newest first, without the bot's own. `shares` says of a working
    branch how many commits it has together with a release branch, and main has not.
    """

    name: str
    head: str
    owner: str
    at: datetime
    ahead: int
    behind: int
    unmerged: tuple[CommitLine, ...] = ()
    lines: int | None = None
    from_tag: str | None = None
    landed: tuple[CommitLine, ...] = ()
    shares: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class BranchRules:
    """`fits` are the names that the team's rule accepts; the others are limits in commits and lines."""

    main: str
    fits: frozenset[str]
    hotfix_lines: int
    far_behind: int


@dataclass(frozen=True)
class BranchJudged:
    seen: BranchSeen
    kind: BranchKind
    has_good_name: bool

    @property
    def is_merged(self) -> bool:
        return self.kind is not BranchKind.MAIN and self.seen.ahead == 0


@dataclass(frozen=True)
class BranchLine:
    """One branch in the report that the store keeps. `name`, `owner` and `says` hold foreign text."""

    name: str
    owner: str
    at: datetime
    ahead: int
    behind: int
    says: tuple[str, ...]


@dataclass(frozen=True)
class BranchesSeen:
    """The report as of one look: the branches there is something to say about, and how many there are in all."""

    read_at: datetime
    digest: str
    """Of all the heads, so that the same ones are not looked at again."""
    main: str
    total: int
    lines: tuple[BranchLine, ...]
    more: int = 0
    """How many branches there was something to say about beyond `lines`."""


def report_of(seen: Iterable[BranchSeen], rules: BranchRules, at: datetime, digest: str) -> BranchesSeen:
    """The report on these branches, the ones worked on last first; bounded, for the store keeps it."""
    all_ = [judged(each, rules) for each in seen]
    said = [(each.seen, branch_findings(each, rules)) for each in all_]
    lines = [
        BranchLine(
            b.name[:120], b.owner[:100], b.at, b.ahead, b.behind, tuple(f.sentence[:300] for f in found)
        )
        for b, found in said
        if found
    ]
    kept = tuple(lines[:MOST_BRANCHES])
    return BranchesSeen(at, digest, rules.main, len(all_), kept, len(lines) - len(kept))


def kind_of(name: str, main: str) -> BranchKind:
    if name == main:
        return BranchKind.MAIN
    if _RELEASE.fullmatch(name):
        return BranchKind.RELEASE
    return BranchKind.HOTFIX if _HOTFIX.fullmatch(name) else BranchKind.WORK


def judged(seen: BranchSeen, rules: BranchRules) -> BranchJudged:
    kind = kind_of(seen.name, rules.main)
    return BranchJudged(seen, kind, kind is not BranchKind.WORK or seen.name in rules.fits)


def is_repair(commit: CommitLine) -> bool:
    """Whether a commit may land after the freeze. A breaking change never may; a commit without a type is not known to."""
    if commit.subject.startswith(("Merge ", "Revert ")):
        return True
    header = _HEADER.match(commit.subject)
    return header is not None and header[2] is None and header[1].lower() in _REPAIRS


def not_repairs(commits: Iterable[CommitLine]) -> tuple[CommitLine, ...]:
    """The commits after the freeze that are no repairs (BR-2)."""
    return tuple(commit for commit in commits if not is_repair(commit))


def branch_findings(branch: BranchJudged, rules: BranchRules) -> tuple[Finding, ...]:
    """What is to be said about one branch."""
    match branch.kind:
        case BranchKind.MAIN:
            return tuple(_about_main(branch))
        case BranchKind.WORK:
            return tuple(_about_work(branch, rules))
        case BranchKind.RELEASE:
            return (*_about_merge_back(branch, "BR-4"), *_about_features(branch))
        case BranchKind.HOTFIX:
            return (*_about_merge_back(branch, "BH-4"), *_about_hotfix(branch, rules))


def _about_main(branch: BranchJudged) -> Iterable[Finding]:
    """What came without a pull request. Where none of them came by one, the team does not work with them, or git does not say."""
    alone = [commit for commit in branch.seen.landed if not change_of(commit).pull_request]
    if len(alone) == len(branch.seen.landed):
        return
    for commit in alone[:_MOST_NAMED]:
        sentence = f"{short(commit.sha)} by {commit.author} came onto {branch.seen.name} without a pull request: {commit.subject}"
        yield Finding(f"BM-4:{short(commit.sha)}", "BM-4", Severity.ADVICE, sentence, commit=commit.sha)
    if len(alone) > _MOST_NAMED:
        sentence = (
            f"{len(alone) - _MOST_NAMED} more commits came onto {branch.seen.name} without a pull request."
        )
        yield _finding("BM-4", branch.seen, sentence)


def _about_work(branch: BranchJudged, rules: BranchRules) -> Iterable[Finding]:
    seen = branch.seen
    if not branch.has_good_name:
        sentence = f"The name of {seen.name} (last worked on by {seen.owner}) does not say what it is about."
        yield _finding("BF-2", seen, sentence)
    for other, count in seen.shares:
        what = "1 commit" if count == 1 else f"{count} commits"
        sentence = (
            f"{seen.name} (last worked on by {seen.owner}) has {what} of {other} that {rules.main} does not have; "
            f"a working branch starts from {rules.main}."
        )
        yield _finding("BF-1", seen, sentence)
    if seen.behind >= rules.far_behind and not branch.is_merged:
        sentence = (
            f"{seen.name} (last worked on by {seen.owner}) is {seen.behind} commits behind {rules.main}."
        )
        yield _finding("BF-3", seen, sentence)


def _about_merge_back(branch: BranchJudged, item: str) -> Iterable[Finding]:
    seen = branch.seen
    if seen.unmerged:
        named = ", ".join(short(commit.sha) for commit in seen.unmerged[:5])
        count = len(seen.unmerged)
        what = "1 commit" if count == 1 else f"{count} commits"
        yield _finding(item, seen, f"{seen.name} has {what} that main does not have: {named}. Merge it back.")


def _about_features(branch: BranchJudged) -> Iterable[Finding]:
    for commit in not_repairs(branch.seen.unmerged):
        sentence = f"{short(commit.sha)} by {commit.author} came onto {branch.seen.name} and is no repair: {commit.subject}"
        yield Finding(f"BR-2:{short(commit.sha)}", "BR-2", Severity.ADVICE, sentence, commit=commit.sha)


def _about_hotfix(branch: BranchJudged, rules: BranchRules) -> Iterable[Finding]:
    seen = branch.seen
    if seen.lines is not None and seen.lines > rules.hotfix_lines:
        sentence = f"{seen.name} changes {seen.lines} lines; a hotfix should change no more than {rules.hotfix_lines}."
        yield _finding("BH-2", seen, sentence)
    if seen.from_tag == "":
        yield _finding("BH-1", seen, f"{seen.name} does not start at a release tag.")


def _finding(item: str, seen: BranchSeen, sentence: str) -> Finding:
    return Finding(f"{item}:{seen.name}", item, Severity.ADVICE, sentence, commit=seen.head)
