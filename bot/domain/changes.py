"""What a commit's message says about its weight, and the version that a range of commits asks for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from semver import Version

from bot.domain.versions import bumped
from bot.domain.words import CommitLine, ReleaseType

# Conventional Commits 1.0.0: `type(scope)!: description`, and the footer in capitals.
_HEADER = re.compile(r"^(?P<type>[A-Za-z]+)(\([^()\r\n]*\))?(?P<bang>!)?: \S")
_BREAKING_FOOTER = re.compile(r"^BREAKING[ -]CHANGE: \S", re.MULTILINE)


class Weight(IntEnum):
    OTHER = 0
    FIX = 1
    FEATURE = 2
    BREAKING = 3


def weight(commit: CommitLine) -> Weight:
    header = _HEADER.match(commit.subject)
    if (header and header["bang"]) or _BREAKING_FOOTER.search(commit.body):
        return Weight.BREAKING
    match header["type"].lower() if header else "":
        case "feat":
            return Weight.FEATURE
        case "fix" | "perf" | "security":
            return Weight.FIX
        case _:
            return Weight.OTHER


@dataclass(frozen=True)
class Suggestion:
    """The next version, and the commits that decided it (at most five, the newest)."""

    version: str
    type: ReleaseType
    why: str
    deciders: tuple[CommitLine, ...]


def suggest(previous: Version | None, commits: Iterable[CommitLine]) -> Suggestion:
    """The version that these commits ask for after `previous`. Below 1.0.0 a breaking change asks for a minor release."""
    weighed = [(weight(commit), commit) for commit in commits]
    top = max((w for w, _ in weighed), default=Weight.OTHER)
    deciders = tuple(commit for w, commit in weighed if w is top)
    type_ = _type_for(top, previous)
    return Suggestion(str(bumped(previous, type_)), type_, _why(top, len(deciders), previous), deciders[:5])


def _type_for(top: Weight, previous: Version | None) -> ReleaseType:
    if previous is None:
        return ReleaseType.MINOR
    match top:
        case Weight.BREAKING:
            return ReleaseType.MAJOR if previous.major else ReleaseType.MINOR
        case Weight.FEATURE:
            return ReleaseType.MINOR
        case Weight.FIX | Weight.OTHER:
            return ReleaseType.PATCH


def _why(top: Weight, count: int, previous: Version | None) -> str:
    if previous is None:
        return "there is no release tag yet, so this is the first release"
    one = count == 1
    commits = "1 commit" if one else f"{count} commits"
    match top:
        case Weight.BREAKING:
            return f"{commits} {'breaks' if one else 'break'} something"
        case Weight.FEATURE:
            return f"{commits} {'brings' if one else 'bring'} a feature and none breaks anything"
        case Weight.FIX:
            return f"{commits} {'fixes' if one else 'fix'} something, and none brings a feature or breaks anything"
        case Weight.OTHER:
            return "no commit says that it is a feature, a fix or a breaking change"
