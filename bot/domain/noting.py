"""What people and the bot do to the notes of a release: drafted, edited, brought back; and what is missing in them still."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.course import MANAGER, refuse_if_ended
from bot.domain.errors import OutOfDate, Refused
from bot.domain.events import Event, NotesWritten
from bot.domain.findings import Finding, Severity
from bot.domain.gaps import says_how, says_when
from bot.domain.note_book import LONGEST_SECTION, Drafted, NoteBook, Part, redrafted, rows, with_text
from bot.domain.notes import Topic
from bot.domain.people import HARBOURMASTER, Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.steps import Step, no_step, take_step, work_begun
from bot.domain.words import ItemKind, Sha, UserId, people, person, short

DOES = "notes"
"""The name under which the process lets the bot draft notes and check them."""


@dataclass(frozen=True)
class NoteVersion:
    """The notes as they were at one time, by whom."""

    number: int
    by: UserId
    at: datetime
    book: NoteBook


@dataclass(frozen=True)
class VersionLine:
    """One version without its book."""

    number: int
    by: UserId
    at: datetime


@dataclass(frozen=True)
class Edit:
    """What somebody wrote into the form for one section."""

    topic: Topic
    text: str
    version: int
    """The version that the form showed."""
    basis: str
    """The mark of the section's text in it."""
    seen: tuple[Sha, ...]


@dataclass(frozen=True)
class Written:
    """A step and the version to be kept with it; None: the notes say what they said before."""

    step: Step
    version: NoteVersion | None


def wants_draft(release: Release) -> bool:
    """Are the notes missing, or about another commit than the release?"""
    if not release.is_open or release.is_pinned or release.commit is None:
        return False
    return release.notes is None or release.notes.commit != release.commit


def draft_done(
    release: Release, present: NoteVersion | None, commit: Sha, anew: NoteBook, policy: Policy, at: datetime
) -> Written:  # fmt: skip
    """Keep a new draft, unless the release has moved on meanwhile. What people wrote stays."""
    if not wants_draft(release) or release.commit != commit:
        return Written(no_step(release), None)
    book = redrafted(present.book if present else None, anew)
    return _written(release, present, book, (HARBOURMASTER, at, policy), ("drafted", ""))


def edit(
    release: Release, present: NoteVersion | None, wanted: Edit, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Written:  # fmt: skip
    """Put an editor's words in place of a section. Raises OutOfDate when somebody else wrote there meanwhile."""
    present = _open_to(release, present, by, roles, policy)
    part = present.book.part(wanted.topic)
    if mark_of(part) != wanted.basis:
        raise OutOfDate(
            f"{_whose(present)} wrote “{wanted.topic}” meanwhile: version {present.number}, you began with "
            f"{wanted.version}. Your text stands here still: copy it, open the notes again, and put both together."
        )
    if len(wanted.text) > LONGEST_SECTION:
        raise Refused(
            f"A section holds {LONGEST_SECTION:,} characters; this has {len(wanted.text):,}. Shorten it."
        )
    book = with_text(present.book, wanted.topic, wanted.text, wanted.seen)
    return _written(release, present, book, (by, at, policy), ("edited", str(wanted.topic)))


def restore(
    release: Release, present: NoteVersion | None, old: NoteVersion, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Written:  # fmt: skip
    """Bring back what people had written in an older version. Changes that have come in since then stay listed."""
    present = _open_to(release, present, by, roles, policy)
    texts = {part.topic: part for part in old.book.parts if part.text is not None}
    bare = redrafted(None, _without_texts(present.book))
    book = redrafted(_book_of(present.book, tuple(texts.values())), bare)
    return _written(release, present, book, (by, at, policy), ("restored", str(old.number)))


def _book_of(book: NoteBook, parts: tuple[Part, ...]) -> NoteBook:
    return NoteBook(book.heading, parts, book.contributors, book.commits)


def _without_texts(book: NoteBook) -> NoteBook:
    return _book_of(book, tuple(Part(p.topic, p.lines, p.more) for p in book.parts))


def mark_of(part: Part) -> str:
    """By which a form knows whether somebody wrote in the section meanwhile; new changes do not count."""
    return "-" if part.text is None else hashlib.sha256(part.text.encode()).hexdigest()[:16]


def _open_to(
    release: Release, present: NoteVersion | None, by: UserId, roles: Roles, policy: Policy
) -> NoteVersion:
    """The present notes. Raises Refused with every reason why this person may not write them now."""
    refuse_if_ended(release)
    if present is None or release.notes is None:
        raise Refused(f"The notes of {release.id} are not drafted yet. Try again in a moment.")
    reasons = [f"{release.id} is on hold by {people([h.by])}: {h.reason}" for h in release.holds]
    item = check_of(release, policy)
    if item is None:
        raise Refused(f"The bot does not draft the notes of {release.product}: they are written elsewhere.")
    if any(i.id in release.sealed for i in signed_by(release, policy)) or release.is_pinned:
        reasons.append(f"The notes of {release.id} are closed: its tag rests on them.")
    if not (roles.has(by, item.role) or roles.has(by, MANAGER)):
        reasons.append(
            f"{item.role} writes the notes, and you are not in it. Ask {people(roles.of(item.role))}."
        )
    if reasons:
        raise Refused(*reasons)
    return present


def _written(
    release: Release, present: NoteVersion | None, book: NoteBook, who: tuple[UserId, datetime, Policy], how: tuple[str, str]
) -> Written:  # fmt: skip
    by, at, policy = who
    digest = book.digest
    is_new = present is None or present.book.digest != digest
    if not is_new and present is not None and how[0] != "drafted":
        raise Refused(f"Nothing is different from version {present.number}.")
    number = 1 if present is None else present.number + is_new
    commit = release.commit if how[0] == "drafted" else release.notes.commit if release.notes else None
    events: list[Event] = [NotesWritten(number, digest, how[0], how[1], commit or Sha(""))]
    item = check_of(release, policy)
    work = release.work(item) if item else None
    if item is not None and work is not None and is_new and how[0] != "drafted":
        events.append(work_begun(release, item))  # what was checked is not what stands there now
    step = take_step(release, by, at, policy, *events)
    return Written(step, NoteVersion(number, by, at, book) if is_new else None)


def check_of(release: Release, policy: Policy) -> Item | None:
    """The item with which the bot checks the notes; None where it does not draft them."""
    return next((i for i in policy.of(release.way) if i.does == DOES), None)


def signed_by(release: Release, policy: Policy) -> tuple[Item, ...]:
    """The sign-offs that are about the notes."""
    return tuple(i for i in policy.of(release.way) if i.kind is ItemKind.SIGN_OFF and i.covers == DOES)


def missing(book: NoteBook) -> tuple[Finding, ...]:
    """What has to be written down, or answered for by name, before the notes go out."""
    return tuple(
        Finding(line.missing, "CN-CHECK", Severity.BLOCKS, line.why)
        for part in book.parts
        for line in part.lines
        if line.missing and not _is_written(part, line)
    )


def _is_written(part: Part, line: Drafted) -> bool:
    """Does an editor's text say it? What stands with the commit's id counts, beyond what the draft said there itself."""
    if part.text is None or line.sha not in part.seen:
        return False
    says = says_how if part.topic is Topic.BREAKING else says_when
    drafted = set(rows(line))
    return any(
        says("\n".join(_beyond(row, rows(line)[0]) for row in entry if row not in drafted))
        for entry in _entries(part.text)
        if short(line.sha) in "\n".join(entry)
    )


def _beyond(row: str, drafted: str) -> str:
    return row.replace(drafted, "")


def _entries(text: str) -> Sequence[Sequence[str]]:
    """The text by its list items, each with the lines below it."""
    entries: list[list[str]] = [[]]
    for row in text.split("\n"):
        if row.startswith(("- ", "* ", "#")):
            entries.append([])
        entries[-1].append(row)
    return entries


def _whose(version: NoteVersion) -> str:
    return "Harbourmaster" if version.by == HARBOURMASTER else person(version.by)
