"""How a team says in its commits what they are: the kinds of change, which of them are listed, and what becomes of commits
that follow no convention. The defaults are those of Conventional Commits and the tools around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.domain.footers import NO_FOOTERS
from bot.domain.messages import Change


class Kind(StrEnum):
    """What a change is for its readers."""

    __hash__ = str.__hash__  # an enum's own runs in Python, and every change is looked up by its kind

    FEATURE = "feature"
    FIX = "fix"
    PERFORMANCE = "performance"
    SECURITY = "security"
    REVERT = "revert"
    OTHER = "other"
    """A type that readers do not follow, as `chore`."""
    UNCATEGORISED = "uncategorised"
    """It says no type at all."""


class Unconventional(StrEnum):
    """What the notes do with a commit that says no type."""

    LEAVE_OUT = "leave-out"
    LIST = "list"
    PULL_REQUESTS = "pull-requests"
    """The title of the merged pull request is listed in place of its commits; commits without one are listed themselves."""


CONVENTIONAL_TYPES: Mapping[str, Kind] = {
    "feat": Kind.FEATURE,
    "feature": Kind.FEATURE,
    "fix": Kind.FIX,
    "perf": Kind.PERFORMANCE,
    "security": Kind.SECURITY,
    "revert": Kind.REVERT,
}


UNFOLLOWED_TYPES = frozenset(
    [
        "build",
        "chore",
        "ci",
        "cleanup",
        "dep",
        "deps",
        "doc",
        "docs",
        "example",
        "examples",
        "format",
        "internal",
        "lint",
        "merge",
        "misc",
        "refactor",
        "release",
        "style",
        "test",
        "tests",
        "tooling",
        "typo",
        "wip",
    ]
)
"""The types that teams use for what readers do not follow. Any other word before a colon, as the `net` of `net: mend it`, says
where something changed and not what kind of change it is."""

_TYPES = frozenset(CONVENTIONAL_TYPES) | UNFOLLOWED_TYPES


def where(change: Change) -> str:
    """Where something changed, as its header says: its scope, or the word before the colon when that is no type."""
    if not change.type or change.type in _TYPES:
        return change.scope
    return f"{change.type}({change.scope})" if change.scope else change.type


# Looking a member up in its enum costs more than the rest of what is asked about a change, of which there are 80,000.
_OTHER, _FIX, _UNCATEGORISED = Kind.OTHER, Kind.FIX, Kind.UNCATEGORISED


@dataclass(frozen=True)
class Label:
    """Commits that say no type and touch such a path count as this type, as `feat`."""

    pattern: str
    """A glob over the whole path, as `src/payments/*`; a star crosses folders."""
    type: str


@dataclass(frozen=True)
class Convention:
    """A team's convention."""

    types: Mapping[str, Kind] = field(default_factory=lambda: CONVENTIONAL_TYPES)
    """The types that are listed, in small letters, and what they are."""
    unconventional: Unconventional = Unconventional.LEAVE_OUT
    labels: tuple[Label, ...] = ()
    """The first one that fits counts."""
    own: frozenset[str] = frozenset({"harbourmaster@localhost"})
    """The e-mail addresses under which the bot itself commits."""

    def kind(self, change: Change, paths: Sequence[str] = ()) -> Kind:
        """What this change is; `paths` are the files that it touches, for the labels."""
        kind = self.types.get(change.type)
        if kind is None:
            return _OTHER if change.type in UNFOLLOWED_TYPES else self._labelled(paths)
        if kind is _FIX and (
            change.scope == "security" or "CVE-" in change.subject or "GHSA-" in change.subject
        ):
            return Kind.SECURITY
        return kind

    def wants_paths(self, change: Change) -> bool:
        """Does a label by path say what this change is?"""
        return bool(self.labels) and change.type not in self.types and change.type not in UNFOLLOWED_TYPES

    def lists(self, change: Change, kind: Kind) -> bool:
        """Is this change for the readers of notes? One that breaks or deprecates something always is."""
        if kind is _OTHER or (kind is _UNCATEGORISED and self.unconventional is Unconventional.LEAVE_OUT):
            return change.bang or (
                change.footers is not NO_FOOTERS and (change.breaking or change.deprecated)
            )
        return True

    def _labelled(self, paths: Sequence[str]) -> Kind:
        for label in self.labels:
            if any(fnmatchcase(path, label.pattern) for path in paths):
                return self.types.get(label.type, Kind.OTHER)
        return Kind.UNCATEGORISED
