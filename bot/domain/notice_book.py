"""What was decided about a release's date and its notices: the events, and the book that they fold to."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.domain.calendar import Planned
from bot.domain.words import Audience, ChannelId, Sha, UserId


@dataclass(frozen=True)
class Rescheduled:
    """The release has another date. What was decided about the notices for the old one counts no longer."""

    planned: Planned
    was: Planned | None = None


@dataclass(frozen=True)
class FreezeExcepted:
    """One person signs that this release may go out inside a freeze; with enough of them it may."""

    freeze: str
    starts: datetime
    """With the name it says which window: the same one comes back every year."""
    ends: datetime
    reason: str


@dataclass(frozen=True)
class NoticeSent:
    notice: str
    audience: Audience
    planned_at: datetime
    """The date that the audience was told."""
    channel: ChannelId
    ts: str
    late: bool = False


@dataclass(frozen=True)
class NoticeSkipped:
    """The notice was not sent at its time, and will not be for this date."""

    notice: str
    planned_at: datetime
    why: str


@dataclass(frozen=True)
class NoticeEdited:
    """People have written the notice themselves; an empty text means ours again."""

    notice: str
    text: str


@dataclass(frozen=True)
class NoticeMoved:
    notice: str
    at: datetime


@dataclass(frozen=True)
class NoticeCancelled:
    notice: str


@dataclass(frozen=True)
class Announced:
    """A post about something that happened stands in an audience's channel."""

    post: str
    audience: Audience
    channel: ChannelId
    ts: str


@dataclass(frozen=True)
class PostSkipped:
    """What an audience should have been told was no longer true when it could be said."""

    post: str
    audience: Audience
    why: str


@dataclass(frozen=True)
class MigrationsListed:
    """What operators have to know of the database's migrations since the previous release, at this commit, a line each."""

    commit: Sha
    lines: tuple[str, ...]


NoticeEvent = (
    Rescheduled
    | FreezeExcepted
    | NoticeSent
    | NoticeSkipped
    | NoticeEdited
    | NoticeMoved
    | NoticeCancelled
    | Announced
    | PostSkipped
    | MigrationsListed
)


@dataclass(frozen=True)
class Excepted:
    """One signature under an exception from a freeze."""

    by: UserId
    freeze: str
    starts: datetime


@dataclass(frozen=True)
class NoticeBook:
    """Decisions since the date was last set; who was told what, and exceptions, for good."""

    moves: int = 0
    """How often the date was set anew."""
    moved_at: datetime | None = None
    decisions: tuple[NoticeEvent, ...] = ()
    told: tuple[NoticeSent, ...] = ()
    exceptions: tuple[Excepted, ...] = ()
    dates: tuple[Planned, ...] = ()
    """The dates it had before."""
    migrations: tuple[str, ...] = ()


def noted(book: NoticeBook, by: UserId, at: datetime, event: NoticeEvent) -> NoticeBook:
    """The book after one more event."""
    match event:
        case Rescheduled(was=was):
            dates = (*book.dates, was) if was else book.dates
            return replace(book, moves=book.moves + 1, moved_at=at, decisions=(), dates=dates)
        case FreezeExcepted(freeze, starts):
            return replace(book, exceptions=(*book.exceptions, Excepted(by, freeze, starts)))
        case NoticeSent() as sent:
            return replace(book, told=(*book.told, sent), decisions=(*book.decisions, sent))
        case NoticeSkipped() | NoticeEdited() | NoticeMoved() | NoticeCancelled():
            return replace(book, decisions=(*book.decisions, event))
        case MigrationsListed(_commit, lines):
            return replace(book, migrations=lines)
        case Announced() | PostSkipped():
            return book
        case unknown:
            assert_never(unknown)
