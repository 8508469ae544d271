"""One line for everything that can happen to a release: in the thread of its card, and in `/release history`."""

from collections.abc import Collection, Sequence
from typing import assert_never

from slack_sdk.models.blocks import Block

from bot.domain.events import (
    BranchRead,
    Cancelled,
    ChannelFound,
    ChannelLost,
    ChannelMoved,
    Completed,
    CourseEvent,
    EnvironmentTaken,
    Event,
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
from bot.domain.fast_track import FastTrackEvent
from bot.domain.notice_book import NoticeEvent
from bot.domain.records import TAIL
from bot.domain.rollback_events import RollbackEvent
from bot.domain.rollout_events import RolloutEvent
from bot.domain.tag_events import TagEvent
from bot.domain.words import Verdict, short
from bot.views import rollback_log, rollout_log, tag_log
from bot.views.branch import branch_remarks, hotfix_remark
from bot.views.fast_track import fast_track_said
from bot.views.note_versions import about_notes
from bot.views.notice_log import about_notices
from bot.views.parts import commit_list, section
from bot.views.text import counted, escape, foreign, in_place_of, mention, room, sentence

_COMMITS_LISTED = 10
_VERDICT = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.INCONCLUSIVE: "is inconclusive, which is no pass",
}


def log_entry(happened: Sequence[Happened], awaited: Collection[str] = ()) -> tuple[str, list[Block]]:
    """The text and blocks of one step for the thread: a line an event, the commits that came in, if it is about those, and a
    call for those whom a rollback waits for from here on, where there are any."""
    text = "\n".join(line(one) for one in happened)
    blocks: list[Block] = [section(text[:3000], "lines")]
    if awaited:
        call = rollback_log.calling(awaited)
        text = f"{text[: 2999 - len(call)]}\n{call}"
        blocks.append(section(call[:3000], "awaited"))
    for one in happened:
        match one.what:
            case BranchRead(lines=lines, new=new) if lines and new:
                blocks.append(commit_list(lines[:_COMMITS_LISTED], "commits"))
                if new > _COMMITS_LISTED:
                    blocks.append(
                        section(f"… and {counted(new - _COMMITS_LISTED, 'more commit')}.", "more-commits")
                    )
            case _:
                pass
    return text[:3000], blocks


def line(happened: Happened) -> str:
    """What happened, in one sentence of mrkdwn."""
    return f"{mark(happened.what)} {_said(mention(happened.by), happened.what)}"


def mark(event: Event) -> str:
    if isinstance(event, RollbackEvent):
        return rollback_log.mark(event)
    if isinstance(event, RolloutEvent):
        return rollout_log.mark(event)
    if isinstance(event, FastTrackEvent):
        return "⏩"
    if isinstance(event, TagEvent):
        return tag_log.mark(event)
    match event:
        case Signed() | ItemDone() | PhaseClosed():
            return "✅"
        case Rejected() | Held():
            return "⛔"
        case ChannelLost():
            return "🚨"
        case WorkEnded(verdict=verdict):
            return "✅" if verdict is Verdict.PASSED else "🚨"
        case Completed():
            return "🎉"
        case BranchRead(voided=voided) | Lapsed(voided) if voided:
            return "🔁"
        case _:
            return "•"


def _said(who: str, event: Event) -> str:
    if isinstance(event, RollbackEvent):
        return rollback_log.said(who, event)
    if isinstance(event, RolloutEvent):
        return rollout_log.said(who, event)
    if isinstance(event, FastTrackEvent):
        return fast_track_said(who, event)
    if isinstance(event, NoticeEvent):
        return about_notices(who, event)
    if isinstance(event, TagEvent):
        return tag_log.said(who, event)
    if isinstance(event, WordEvent):
        return _word(who, event)
    if isinstance(event, WorkEvent):
        return _work(who, event)
    return _course(who, event)


def _course(who: str, event: CourseEvent) -> str:  # noqa: C901 - one arm an event, nothing to take out
    match event:
        case Started(version=version, type=type_, why=why, product=product, dry_run=dry_run, cause=cause):
            what = "a dry run of " if dry_run else ""
            kind = f"{type_} release" + (f" because of {cause.in_words}" if cause else "")
            return f"{who} started {what}{escape(product)} {escape(version)}, a {kind} ({escape(why)})."
        case BranchRead() as read:
            return _branch(read)
        case Lapsed(voided):
            return (
                f"No longer valid, because what they rest on has changed: the sign-offs of {_signers(voided)}. "
                "Please look again and sign again."
            )
        case VersionOverridden(reason, suggested):
            return f"{who} answers for a version below {escape(suggested)}: {foreign(reason, 500)}"
        case NotesWritten() as notes:
            return about_notes(who, notes)
        case Held(reason):
            return f"{who} put the release on hold: {foreign(reason, 500)}"
        case Resumed(holders):
            others = [mention(h) for h in holders]
            return f"{who} resumed it (held by {', '.join(others)})."
        case Cancelled(reason):
            return f"{who} cancelled the release: {foreign(reason, 500)}"
        case PhaseClosed(phase):
            return f"{phase.capitalize()} is complete."
        case PhaseReopened(phase):
            return f"{phase.capitalize()} is open again: what it rested on has changed."
        case ChannelLost(why=why):
            return f"The bot could not write here: {sentence(why, 500)} What it had to say has waited."
        case ChannelFound():
            return "The bot can write here again."
        case ChannelMoved(channel, was):
            return f"{who} moved the release from {room(was)} to {room(channel)}."
        case EnvironmentTaken(environment, operation, reason):
            return f"{who} took {escape(environment)} away from `{escape(operation)}`: {foreign(reason, 500)}"
        case HotfixBegan() as began:
            return hotfix_remark(who, began)
        case Completed():
            return "The release is complete."
        case unknown:
            assert_never(unknown)


def _word(who: str, event: WordEvent) -> str:
    match event:
        case Signed(item, phase, role, commit, points=points, stands_in_for=others):
            answering = f", answering for {', '.join(points[:-1])} and {points[-1]}" if points else ""
            return f"{who}{in_place_of(others)} signed *{item}* ({phase}) as {role}, at `{short(commit)}`{answering}."
        case Rejected(phase, role, reason):
            return f"{who} rejected {phase} as {role}: {foreign(reason, 500)}"
        case Withdrawn(phase, was_rejection, of):
            whose = f"the {'rejection' if was_rejection else 'sign-off'} of {mention(of)}" if of else None
            own = "their rejection" if was_rejection else "their sign-off"
            return f"{who} withdrew {whose or own} of {phase}" + (", who has left the role." if of else ".")
        case unknown:
            assert_never(unknown)


def _work(who: str, event: WorkEvent) -> str:
    match event:
        case ItemDone(item, note=note, waived=True):
            return f"{who} answers for leaving out *{item}*: {foreign(note, 500)}"
        case ItemDone(item, commit, note):
            at = f" at `{short(commit)}`" if commit else ""
            return f"{who} did *{item}*{at}" + (f": {foreign(note, 500)}" if note else ".")
        case ItemUndone(item):
            return f"{who} opened *{item}* again."
        case WorkBegun(item=item, commit=commit):
            return f"*{item}* has begun" + (f", at `{short(commit)}`." if commit else ".")
        case WorkEnded(item=item, verdict=verdict, summary=summary, facts=facts):
            return (
                f"*{item}* {_VERDICT[verdict]}: {foreign(summary, 500)}{_printed(dict(facts).get(TAIL, ''))}"
            )
        case Waived(item=item, finding=finding, reason=reason):
            return f"{who} answers for `{escape(finding)[:120]}` of *{item}*: {foreign(reason, 500)}"
        case unknown:
            assert_never(unknown)


def _branch(read: BranchRead) -> str:
    where = f"`{escape(read.branch)}` is at `{short(read.commit)}`"
    since = (
        f", {counted(read.total, 'commit')} since `{escape(read.previous_tag)}`" if read.previous_tag else ""
    )
    if read.rewritten:
        return f"{where}{since}: its history was rewritten.{branch_remarks(read)}{_voided(read.voided)}"
    came = f". {counted(read.new, 'new commit')}" if read.new not in (0, read.total) else ""
    return f"{where}{since}{came}.{branch_remarks(read)}{_voided(read.voided)}"


def _voided(voided: Sequence[Voided]) -> str:
    if not voided:
        return ""
    return (
        f"\nNo longer valid, because they were for another commit: the sign-offs of {_signers(voided)}. "
        "Please look again and sign again."
    )


def _signers(voided: Sequence[Voided]) -> str:
    return ", ".join(f"{mention(v.by)} ({v.role}, {v.phase})" for v in voided)


def _printed(tail: str) -> str:
    """The last lines that something has printed, each quoted on a line of its own."""
    return "".join(f"\n> {foreign(line)}" for line in tail.splitlines() if line.strip())
