"""The notes of one release as they are kept: drafted lines, section by section, and the words that people put in their place.
Whatever a commit says is foreign; what an editor writes is Markdown."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from bot.domain.footers import Footers
from bot.domain.markdown import escaped, escaped_lines, inline, plain_words
from bot.domain.messages import Change
from bot.domain.notes import Extra, Heading, Line, Notes, Section, Topic
from bot.domain.trackers import NOWHERE, Trackers
from bot.domain.words import Sha, short

MOST_LINES = 500
"""Lines of one section that are kept; a release has a few dozens."""
LONGEST_SECTION = 40_000
"""Characters of an edited section: more would not fit into a form."""
_LONGEST_SUBJECT = 300
_MOST_CONTRIBUTORS = 200
# What a drafted row has behind its subject, and an edited one mostly still: pull request, issues, id and names.
_BEHIND = re.compile(
    r"(?: \([#!]\d{1,18}\))?(?:, (?:[\w./-]{0,200}#\d{1,18}|[A-Z][A-Z0-9_]{1,30}-\d{1,18}))* \([0-9a-f]{7}, [^()]*\)\s*$"
)


@dataclass(frozen=True)
class Drafted:
    """A change as notes tell it."""

    sha: Sha
    scope: str
    subject: str
    pull_request: str
    issues: tuple[str, ...]
    authors: tuple[str, ...]
    details: tuple[str, ...]
    missing: str = ""
    """The name of its gap, as `CN-3:1a2b3c4`: what has to be written down before the notes go out."""
    why: str = ""
    """What is missing, as a sentence."""


@dataclass(frozen=True)
class Part:
    """One section."""

    topic: Topic
    lines: tuple[Drafted, ...] = ()
    more: int = 0
    """Lines beyond those that are kept."""
    text: str | None = None
    """What somebody wrote in place of the lines they saw; None: nobody has."""
    seen: tuple[Sha, ...] = ()
    """The changes that the editor saw."""

    @property
    def since_edit(self) -> tuple[Drafted, ...]:
        """The changes that nobody has put into words: all of them as long as the section is as it was drafted."""
        return tuple(line for line in self.lines if line.sha not in self.seen)


@dataclass(frozen=True)
class NoteBook:
    """All that the notes of a release are made of, for every audience. It is kept for ever, so what is added needs a default."""

    heading: Heading
    parts: tuple[Part, ...]
    contributors: tuple[str, ...]
    commits: int

    def part(self, topic: Topic) -> Part:
        """An empty one where there is no such section yet: people may write one."""
        return next((part for part in self.parts if part.topic is topic), Part(topic))

    @property
    def digest(self) -> str:
        """Of everything that readers get to see; it stays the same when the branch moves and says nothing new to them."""
        told = {"parts": [asdict(p) for p in self.parts], "contributors": self.contributors}
        about = {"version": self.heading.version, "previous": self.heading.previous}
        return hashlib.sha256(json.dumps({**told, **about}, sort_keys=True).encode()).hexdigest()


def drafted(notes: Notes) -> NoteBook:
    """The book as its commits tell it, bounded."""
    gaps = {(gap.change.sha, gap.missing.value): gap for gap in notes.findings}
    parts = []
    for section in notes.sections:
        about = {Topic.BREAKING: "migration", Topic.DEPRECATIONS: "timeline"}.get(section.topic, "")
        lines = []
        for line in section.lines[:MOST_LINES]:
            gap = gaps.get((line.change.sha, about))
            lines.append(
                _drafted(line, gap_name(about, line.change.sha) if gap else "", gap.sentence if gap else "")
            )
        parts.append(Part(section.topic, tuple(lines), max(0, len(section.lines) - MOST_LINES)))
    contributors = tuple(_cut(name, 100) for name in notes.contributors[:_MOST_CONTRIBUTORS])
    return NoteBook(notes.heading, tuple(parts), contributors, notes.commits)


def gap_name(about: str, sha: Sha) -> str:
    return f"{'CN-3' if about == 'migration' else 'CN-4'}:{short(sha)}"


def _drafted(line: Line, missing: str, why: str) -> Drafted:
    change = line.change
    return Drafted(
        change.sha, _cut(change.scope, 80), _cut(change.subject, _LONGEST_SUBJECT), change.pull_request,
        tuple(_cut(issue, 60) for issue in change.issues[:20]), tuple(_cut(a, 100) for a in change.authors[:10]),
        tuple(_sound(text) for text in line.details[:10]), missing, why,
    )  # fmt: skip


def _cut(text: str, longest: int) -> str:
    whole = " ".join(_sound(text).split())
    return whole if len(whole) <= longest else f"{whole[: longest - 1]}…"


def _sound(text: str) -> str:
    """Text that every database and every encoding can hold."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()


def redrafted(present: NoteBook | None, anew: NoteBook) -> NoteBook:
    """A new draft, in which whatever people wrote stays as they wrote it."""
    edited = {part.topic: part for part in present.parts if part.text is not None} if present else {}
    parts = []
    for topic in Topic:
        part, was = anew.part(topic), edited.get(topic)
        if was is not None:
            part = replace(part, text=was.text, seen=was.seen)
        if part.lines or part.text is not None:
            parts.append(part)
    return replace(anew, parts=tuple(parts))


def with_text(book: NoteBook, topic: Topic, text: str, seen: Iterable[Sha]) -> NoteBook:
    """The same book in which somebody has written this section. `seen` are the changes that stood there for them."""
    there = {part.topic: part for part in book.parts}
    there[topic] = replace(book.part(topic), text=_sound(text).strip("\n"), seen=tuple(seen))
    return replace(book, parts=tuple(there[one] for one in Topic if one in there))


def text_of(part: Part) -> str:
    """The section as an editor sees it: their own words, and behind them what has come in since."""
    drafts = [row for line in part.since_edit for row in rows(line)]
    if part.text is None:
        return "\n".join(drafts)
    return "\n".join([*part.text.split("\n"), *drafts]).strip("\n")


def rows(line: Drafted) -> list[str]:
    """A change as Markdown, its details below it."""
    behind = "".join(
        [
            f" ({line.pull_request})" if line.pull_request else "",
            *(f", {inline(issue)}" for issue in line.issues),
        ]
    )
    scope = f"**{inline(line.scope)}:** " if line.scope else ""
    names = ", ".join(inline(name) for name in line.authors)
    first = f"- {scope}{escaped(line.subject) or '(no message)'}{behind} ({short(line.sha)}, {names})"
    return [first, *(f"  {row}" for text in line.details for row in escaped_lines(text))]


def as_notes(book: NoteBook, extras: Sequence[Extra] = (), trackers: Trackers = NOWHERE) -> Notes:
    """The book as the views and the templates take notes."""
    sections = []
    for part in book.parts:
        lines = tuple(Line(_change(line), line.details) for line in part.since_edit)
        if lines or part.text:
            sections.append(Section(part.topic, lines, part.text, part.more))
    return Notes(book.heading, tuple(sections), tuple(extras), book.contributors, (), book.commits, trackers)


def _change(line: Drafted) -> Change:
    author, *others = line.authors or ("",)
    footers = Footers(issues=line.issues, co_authors=tuple(others))
    return Change(
        line.sha, "", author, "", "0", line.subject, "", line.scope, line.subject, False, line.pull_request, footers
    )  # fmt: skip


def lines_of(part: Part) -> list[str]:
    """The lines of a section in plain words: what people wrote, then what was drafted and nobody has put into words."""
    written = [
        plain_words(_BEHIND.sub("", row[2:]))
        for row in (part.text or "").split("\n")
        if row.startswith(("- ", "* "))
    ]
    drafts = [f"{line.scope}: {line.subject}" if line.scope else line.subject for line in part.since_edit]
    return [*written, *drafts]
