"""The parts of a product that count their versions by themselves: what the changes of a range ask of each. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from semver import Version

from bot.domain.changes import Suggestion
from bot.domain.next_version import NextVersion, next_version
from bot.domain.release_tags import Line, ReleaseTag
from bot.domain.settling import Entry, LeftOut
from bot.domain.suggesting import suggestion

_NO_LINE = Line((), ())


@dataclass(frozen=True)
class ComponentRead:
    """What the repository says of one component."""

    name: str
    previous: ReleaseTag | None
    """Its last version; None: it has had none."""
    entries: tuple[Entry, ...]
    """The changes that touch it since then, newest first."""
    declared: str | None
    """The version that its file has now; None without such a file."""
    line: Line = _NO_LINE
    """Its own tags."""
    problem: str = ""
    """Why its last version cannot be told."""


@dataclass(frozen=True)
class ComponentNext:
    """A component with its version in the release that these changes make."""

    name: str
    last: str | None
    version: str | None
    """The last version again when nothing touched it; None with a problem."""
    entries: tuple[Entry, ...] = ()
    """The changes that touch it, but those of the bot's own."""
    asked: NextVersion | None = None
    """What its changes ask for; None when there are none."""
    problem: str = ""

    @property
    def commits(self) -> int:
        return len(self.entries)


@dataclass(frozen=True)
class ComponentSeen:
    """The same as the store keeps it."""

    name: str
    last: str | None
    version: str | None
    commits: int
    suggestion: Suggestion | None = None
    problem: str = ""


def component_next(read: ComponentRead) -> ComponentNext:
    """A component that nothing touched stays as it is; a higher version in its file stands, for people wrote it there."""
    last = read.previous.version if read.previous else None
    entries = tuple(entry for entry in read.entries if entry.left_out is not LeftOut.OWN)
    if read.problem:
        return ComponentNext(read.name, last, None, entries, problem=read.problem)
    asked = next_version(read.previous, entries, read.line) if entries or last is None else None
    version = asked.version if asked else Version.parse(last or "")
    if read.declared is not None:
        if not Version.is_valid(read.declared):
            problem = f"its file says “{read.declared[:40]}”, which is no version like 1.4.0"
            return ComponentNext(read.name, last, None, entries, asked, problem)
        version = max(version, Version.parse(read.declared))
    return ComponentNext(read.name, last, str(version), entries, asked)


def as_seen(components: Sequence[ComponentNext]) -> tuple[ComponentSeen, ...]:
    return tuple(
        ComponentSeen(
            c.name,
            c.last,
            c.version,
            c.commits,
            suggestion(c.asked, _NO_LINE, "") if c.asked else None,
            c.problem,
        )
        for c in components
    )
