"""Release notes as facts: one set of sections from the changes, and what each audience reads of them. How they look is
decided by templates; texts are foreign and stay as they were written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.convention import Kind, where
from bot.domain.gaps import Gap, gaps
from bot.domain.messages import Change
from bot.domain.settling import Entry
from bot.domain.trackers import NOWHERE, Trackers
from bot.domain.words import Audience


class Topic(StrEnum):
    """The sections of notes. The value is the heading."""

    BREAKING = "Breaking changes"
    SECURITY = "Security"
    FEATURES = "Features"
    FIXES = "Bug fixes"
    PERFORMANCE = "Performance"
    DEPRECATIONS = "Deprecations"
    REVERTS = "Reverts"
    UNCATEGORISED = "Other changes"


@dataclass(frozen=True)
class Heading:
    """What the notes are about."""

    product: str
    version: str
    """As `1.4.0`; `Unreleased` for what has no version yet."""
    previous: str | None
    """The tag where the range begins; None for a first release."""
    date: str
    """As `2026-11-30`."""


@dataclass(frozen=True)
class Line:
    """One change in one section."""

    change: Change
    details: tuple[str, ...] = ()
    """What to do about a breaking change, until when a deprecated thing works: each text may have several lines."""


@dataclass(frozen=True)
class Section:
    topic: Topic
    lines: tuple[Line, ...]
    text: str | None = None
    """What people wrote in place of lines, as Markdown; the lines are then those that came in since."""
    more: int = 0
    """Lines beyond those that are kept."""


@dataclass(frozen=True)
class Extra:
    """A section from elsewhere: a migration guide, differences of an API or of settings."""

    title: str
    lines: tuple[str, ...]
    audiences: frozenset[Audience]


@dataclass(frozen=True)
class Notes:
    """Everything that notes are made of. The findings have to be settled before they go out."""

    heading: Heading
    sections: tuple[Section, ...]
    extras: tuple[Extra, ...]
    contributors: tuple[str, ...]
    findings: tuple[Gap, ...]
    commits: int
    """In the whole range, listed or not."""
    trackers: Trackers = NOWHERE
    """Where the issues are looked up."""


def draft(heading: Heading, entries: Sequence[Entry], extras: Sequence[Extra] = ()) -> Notes:
    """The notes for a range. `entries` are all of its changes, newest first, as `settle` returns them."""
    listed = [entry for entry in entries if entry.listed]
    sections = tuple(
        Section(topic, lines)
        for topic in Topic
        if (lines := tuple(line for entry in listed for line in _lines(entry, topic)))
    )
    return Notes(heading, sections, tuple(extras), _contributors(listed), gaps(entries), commits=len(entries))


def read_by(notes: Notes, audience: Audience) -> Notes:
    """What this audience reads: users all about the product; operators first what they must act on; stakeholders what
    the release is worth."""
    wanted = _READ[audience]
    chosen = [section for topic in wanted for section in notes.sections if section.topic is topic]
    extras = tuple(extra for extra in notes.extras if audience in extra.audiences)
    return replace(notes, sections=tuple(chosen), extras=extras)


_READ: dict[Audience, tuple[Topic, ...]] = {
    Audience.USERS: tuple(Topic),
    Audience.OPERATORS: (
        Topic.BREAKING,
        Topic.SECURITY,
        Topic.DEPRECATIONS,
        Topic.PERFORMANCE,
        Topic.FIXES,
        Topic.REVERTS,
        Topic.FEATURES,
        Topic.UNCATEGORISED,
    ),
    Audience.STAKEHOLDERS: (Topic.FEATURES, Topic.BREAKING, Topic.SECURITY, Topic.PERFORMANCE),
}
_TOPIC_OF_KIND = {
    Kind.SECURITY: Topic.SECURITY,
    Kind.FEATURE: Topic.FEATURES,
    Kind.FIX: Topic.FIXES,
    Kind.PERFORMANCE: Topic.PERFORMANCE,
    Kind.REVERT: Topic.REVERTS,
    Kind.UNCATEGORISED: Topic.UNCATEGORISED,
}


def _lines(entry: Entry, topic: Topic) -> Iterable[Line]:
    """The line of a change in this section, if it stands there. A breaking feature stands in both of its sections."""
    change = entry.change
    if entry.kind is Kind.UNCATEGORISED:
        change = change._replace(scope=where(change))
    match topic:
        case Topic.BREAKING:
            return [Line(change, change.footers.breaking)] if change.breaking else []
        case Topic.DEPRECATIONS:
            return [Line(change, change.footers.deprecated)] if change.deprecated else []
        case Topic.UNCATEGORISED if change.breaking or change.deprecated:
            return []
        case _:
            return [Line(change)] if _TOPIC_OF_KIND.get(entry.kind) is topic else []


def _contributors(listed: Iterable[Entry]) -> tuple[str, ...]:
    """Everybody who took part in a listed change, by name; forges mark what is no person with `[bot]`."""
    names = {
        name
        for entry in listed
        for name in entry.change.authors
        if name and not name.lower().endswith("[bot]")
    }
    return tuple(sorted(names, key=lambda name: (name.casefold(), name)))
