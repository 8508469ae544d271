"""How much a commit weighs for the version, and the version that a range of commits asks for."""

from dataclasses import dataclass
from enum import IntEnum

from semver import Version

from bot.domain.convention import Kind
from bot.domain.settling import Entry
from bot.domain.words import CommitLine, ReleaseType


class Weight(IntEnum):
    OTHER = 0
    FIX = 1
    FEATURE = 2
    BREAKING = 3


_WEIGHT_OF_KIND = {
    Kind.FEATURE: Weight.FEATURE,
    Kind.FIX: Weight.FIX,
    Kind.PERFORMANCE: Weight.FIX,
    Kind.SECURITY: Weight.FIX,
    Kind.REVERT: Weight.FIX,
}


def weight_of(entry: Entry) -> Weight:
    """What a change of a range weighs, by what the team's convention takes it for. What was taken back weighs nothing, and
    a merge only where the notes list it in place of its commits."""
    change = entry.change
    if not entry.counts:
        return Weight.OTHER
    if change.breaking:
        return Weight.BREAKING
    if change.is_merge and not entry.listed:
        return Weight.OTHER
    return _WEIGHT_OF_KIND.get(entry.kind, Weight.OTHER)


@dataclass(frozen=True)
class Suggestion:
    """The next version, and the commits that decided it."""

    version: str
    type: ReleaseType
    why: str
    deciders: tuple[CommitLine, ...]
    """At most five, the newest."""
    decided_by: int = 0
    """How many commits there are of the weight that decided."""
    odd_tags: tuple[str, ...] = ()
    """The first few tags that are no versions of this product, and were left aside."""
    odd: int = 0
    """How many of them there are."""
    of: str = ""
    """What it was made from; as long as that stays the same, nothing has to be read again."""


def type_for(top: Weight, previous: Version | None) -> ReleaseType:
    if previous is None:
        return ReleaseType.MINOR
    match top:
        case Weight.BREAKING:
            return ReleaseType.MAJOR if previous.major else ReleaseType.MINOR
        case Weight.FEATURE:
            return ReleaseType.MINOR
        case Weight.FIX | Weight.OTHER:
            return ReleaseType.PATCH


def reason_for(top: Weight, count: int, previous: Version | None) -> str:
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
