"""A range of commits: what somebody asks for, and what it turned out to be, read and settled."""

from dataclasses import dataclass, field

from bot.domain.convention import Convention
from bot.domain.release_tags import Line, ReleaseTag
from bot.domain.settling import Entry, LeftOut
from bot.domain.words import Sha


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for."""

    since: str | None = None
    """A tag, branch or commit; None: the last release before `until`."""
    until: str = "HEAD"
    prefix: str | None = None
    """What stands before the version in the tags; None: plain tags, or what the end of the range has."""
    paths: tuple[str, ...] = ()
    """Only changes that touch one of these files or folders: those of a component. Without any, the folder that the prefix
    names counts."""
    convention: Convention = field(default_factory=Convention)


@dataclass(frozen=True)
class Range:
    """A range of commits, read and settled."""

    since: str | None
    """The name of its beginning; None: the whole history."""
    until: str
    end: Sha
    tag: ReleaseTag | None
    """The release tag at its end, if `until` names one."""
    line: Line
    entries: tuple[Entry, ...]
    """All of its changes, newest first."""
    date: int
    """When its last commit was made, seconds since 1970."""

    @property
    def inside(self) -> tuple[Entry, ...]:
        """The changes of the component, or all of them when the range is about the whole repository."""
        return tuple(entry for entry in self.entries if entry.left_out is not LeftOut.ELSEWHERE)
