"""The fold: a release is what its history leads to, one event after the other. Nothing here decides."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.events import (
    BranchRead,
    Cancelled,
    ChannelFound,
    ChannelLost,
    ChannelMoved,
    Completed,
    CourseEvent,
    EnvironmentTaken,
    Happened,
    Held,
    HotfixBegan,
    ItemDone,
    ItemUndone,
    Lapsed,
    NotesWritten,
    PhaseClosed,
    PhaseReopened,
    Rejected,
    Resumed,
    Signed,
    Started,
    VersionOverridden,
    Voided,
    Waived,
    Withdrawn,
    WordEvent,
    WorkBegun,
    WorkEnded,
    WorkEvent,
)
from bot.domain.fast_track import FastTrackEvent, on_fast_track
from bot.domain.notice_book import NoticeEvent, Rescheduled, noted
from bot.domain.records import Ended, Hold, Override, Rejection, Result, SignOff, Waiver, Work
from bot.domain.release import Release
from bot.domain.rollback import folded
from bot.domain.rollback_events import RollbackEvent
from bot.domain.rollout import rolled
from bot.domain.rollout_events import RolloutEvent
from bot.domain.tag_events import (
    Retried,
    TagEvent,
    TagFailed,
    TagMade,
    TagOrdered,
    TagRehearsed,
    TagRestored,
    TagTampered,
    TagWithheld,
)
from bot.domain.words import Phase, Sha, UserId


def fold(history: Iterable[Happened]) -> Release:
    """The release that this history leads to. Raises ValueError when it does not begin with Started."""
    rows = iter(history)
    first = next(rows, None)
    if first is None or not isinstance(first.what, Started):
        raise ValueError("The history of a release begins with its start.")
    s = first.what
    release = Release(
        id=s.release, product=s.product, version=s.version, type=s.type, tag=s.tag, channel=s.channel,
        starter=first.by, started_at=first.at, why=s.why, planned=s.planned, dry_run=s.dry_run, cause=s.cause,
    )  # fmt: skip
    for happened in rows:
        release = apply(release, happened)
    return release


def apply(release: Release, happened: Happened) -> Release:
    """The release after one more event."""
    return replace(_applied(release, happened), events=release.events + 1)


def _applied(release: Release, happened: Happened) -> Release:
    by, at, what = happened.by, happened.at, happened.what
    if isinstance(what, RollbackEvent):
        return replace(release, rollbacks=folded(release.rollbacks, what, by, at))
    if isinstance(what, RolloutEvent):
        return replace(release, rollouts=rolled(release.rollouts, what, by, at))
    if isinstance(what, FastTrackEvent):
        return replace(release, fast_track=on_fast_track(release.fast_track, what, by, at))
    if isinstance(what, NoticeEvent):
        planned = what.planned if isinstance(what, Rescheduled) else release.planned
        return replace(release, planned=planned, book=noted(release.book, by, at, what))
    if isinstance(what, TagEvent):
        return _with_tag(release, what, at)
    if isinstance(what, WordEvent):
        return _with_word(release, what, by, at)
    if isinstance(what, WorkEvent):
        return _with_work(release, what, by, at)
    return _gone_on(release, what, by, at)


def _gone_on(release: Release, what: CourseEvent, by: UserId, at: datetime) -> Release:  # noqa: C901 - one arm an event, nothing to take out
    match what:
        case Started():
            raise ValueError(f"{release.id} was started twice.")
        case BranchRead() as read:
            return _void(_moved(release, read), read.voided)
        case Lapsed(voided):
            return _void(release, voided)
        case VersionOverridden(reason, suggested):
            return replace(release, override=Override(by, at, suggested, reason))
        case NotesWritten() as notes:
            return replace(release, notes=notes)
        case Held(reason):
            return replace(release, holds=(*release.holds, Hold(by, at, reason)))
        case Resumed(holders):
            return replace(release, holds=tuple(h for h in release.holds if h.by not in holders))
        case PhaseClosed(phase, seals):
            return replace(release, closed=release.closed | {phase}, kept=release.kept | set(seals))
        case PhaseReopened(phase):
            return replace(release, closed=release.closed - {phase})
        case ChannelLost() as lost:
            return replace(release, channel_lost=lost)
        case ChannelFound():
            return replace(release, channel_lost=None)
        case ChannelMoved(channel):
            return replace(release, channel=channel, channel_lost=None)
        case Cancelled(reason):
            return replace(release, ended=Ended(by, at, reason))
        case Completed():
            return replace(release, ended=Ended(by, at, None))
        case EnvironmentTaken() | HotfixBegan():
            return release
        case unknown:
            assert_never(unknown)


def _with_word(release: Release, what: WordEvent, by: UserId, at: datetime) -> Release:
    match what:
        case Signed() as s:
            sign_off = SignOff(by, at, s.item, s.phase, s.role, s.commit, s.digest, s.points, s.stands_in_for)
            return replace(release, sign_offs=(*_without(release.sign_offs, by, s.phase), sign_off))
        case Rejected(phase, role, reason):
            rejections = (*release.rejections, Rejection(by, at, phase, role, reason))
            return replace(release, rejections=rejections, sign_offs=_without(release.sign_offs, by, phase))
        case Withdrawn(phase, was_rejection, of):
            if was_rejection:
                kept = tuple(r for r in release.rejections if not (r.by == (of or by) and r.phase is phase))
                return replace(release, rejections=kept)
            return replace(release, sign_offs=_without(release.sign_offs, by, phase))
        case unknown:
            assert_never(unknown)


def _with_work(release: Release, what: WorkEvent, by: UserId, at: datetime) -> Release:
    match what:
        case ItemDone(item, commit, note, covers, waived):
            result = Result(by, at, item, commit, note, covers, waived)
            return replace(release, results=(*release.results, result))
        case ItemUndone(item):
            return replace(release, results=tuple(r for r in release.results if r.item != item))
        case WorkBegun(item, operation, does, commit):
            return replace(release, works=(*release.works, Work(item, operation, does, commit, by, at)))
        case WorkEnded() as ended:
            works = (
                replace(w, ended=ended, ended_at=at) if w.operation == ended.operation else w
                for w in release.works
            )
            return replace(release, works=tuple(works))
        case Waived(operation=operation, finding=finding, reason=reason):
            waiver = Waiver(by, at, finding, reason)
            works = (
                replace(w, waived=(*w.waived, waiver)) if w.operation == operation else w
                for w in release.works
            )
            return replace(release, works=tuple(works))
        case unknown:
            assert_never(unknown)


def _with_tag(release: Release, what: TagEvent, at: datetime) -> Release:
    kept = release.kept | set(release.tagging.seals if release.tagging else ())
    match what:
        case TagOrdered() as ordered:
            return replace(release, tagging=ordered, tag_failed=None)
        case TagMade() as made:
            return replace(release, tagged=made, tagged_at=at, tag_failed=None, kept=kept | {made.item})
        case TagRehearsed() as rehearsed:
            return replace(release, rehearsed=rehearsed, tagging=None, kept=kept | {rehearsed.item})
        case TagWithheld():
            return replace(release, tagging=None)
        case TagFailed() as failed:
            return replace(release, tagging=None, tag_failed=failed)
        case Retried():
            return replace(release, tag_failed=None)
        case TagTampered() as tampered:
            return replace(release, tampered=tampered)
        case TagRestored():
            return replace(release, tampered=None)
        case unknown:
            assert_never(unknown)


def _moved(release: Release, read: BranchRead) -> Release:
    return replace(
        release, branch=read.branch, commit=read.commit, previous_tag=read.previous_tag, total=read.total,
        moves=(*release.moves, read), stands_for=_stands_for(release, read),
        tag_failed=release.tag_failed if read.commit == release.commit else None,
    )  # fmt: skip


def _stands_for(release: Release, read: BranchRead) -> Sha | None:
    if read.commit == release.commit:
        return release.stands_for
    return release.signed_as if read.carried else None


def _without(sign_offs: tuple[SignOff, ...], by: UserId, phase: Phase) -> tuple[SignOff, ...]:
    return tuple(s for s in sign_offs if not (s.by == by and s.phase is phase))


def _void(release: Release, voided: tuple[Voided, ...]) -> Release:
    gone = {(v.by, v.role, v.phase) for v in voided}
    lapsed = tuple(s for s in release.sign_offs if (s.by, s.role, s.phase) in gone)
    kept = tuple(s for s in release.sign_offs if s not in lapsed)
    return replace(release, sign_offs=kept, lapsed=(*release.lapsed, *lapsed))
