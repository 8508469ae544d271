"""What a release brings, in a few lines, for its tag and for announcements: what its notes put first, or its weightiest changes
where it has no notes. Foreign text, on one line each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.changes import Weight, weight_of
from bot.domain.convention import Convention, where
from bot.domain.messages import change_of
from bot.domain.note_book import NoteBook, lines_of
from bot.domain.notes import Topic
from bot.domain.settling import Entry, judge, settle
from bot.domain.suggesting import clean
from bot.domain.words import CommitLine

_LONGEST = 150


@dataclass(frozen=True)
class Highlights:
    first: tuple[str, ...] = ()
    """At most ten, what weighs most first."""
    breaking: tuple[str, ...] = ()
    """What may break for users."""


def of_notes(book: NoteBook) -> Highlights:
    """What users read first, in the words of whoever wrote it."""
    first = (row for part in book.parts for row in lines_of(part))
    return Highlights(_few(first), _all(lines_of(book.part(Topic.BREAKING))))


def of_changes(entries: Sequence[Entry]) -> Highlights:
    """The weightiest changes of a range, newest first as they came."""
    weighed = [(weight_of(entry), _said(entry)) for entry in entries]
    told = sorted((pair for pair in weighed if pair[0] > Weight.OTHER), key=lambda pair: -pair[0])
    return Highlights(
        _few(said for _, said in told), _all(said for weight, said in told if weight is Weight.BREAKING)
    )


def of_commits(commits: Iterable[CommitLine], convention: Convention) -> Highlights:
    """The same from the commits that history keeps, of which the files are not known any more."""
    return of_changes(settle([judge(change_of(line), convention) for line in commits], convention))


def _said(entry: Entry) -> str:
    change = entry.change
    at = where(change)
    return f"{at}: {change.subject}" if at else change.subject


def _few(rows: Iterable[str]) -> tuple[str, ...]:
    return _all(rows)[:10]


def _all(rows: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_short(clean(row)) for row in rows))


def _short(row: str) -> str:
    return row if len(row) <= _LONGEST else f"{row[: _LONGEST - 1]}…"
