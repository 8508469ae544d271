"""Decisions about a release's date and its notices: another date, an exception from a freeze, and what becomes of a notice."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.calendar import Planned
from bot.domain.calendar_days import Calendar, Freeze, freeze_ends
from bot.domain.course import MANAGER, refuse_if_ended
from bot.domain.errors import NotFound, NotUnderstood, Refused, given
from bot.domain.events import Event
from bot.domain.notice_book import (
    FreezeExcepted,
    NoticeCancelled,
    NoticeEdited,
    NoticeMoved,
    NoticeSent,
    NoticeSkipped,
    Rescheduled,
)
from bot.domain.notices import (
    Kind,
    Notice,
    NoticeRules,
    State,
    exception_signers,
    is_excepted,
    notices,
    standing_freeze,
)
from bot.domain.outcomes import NoticeDone
from bot.domain.people import HARBOURMASTER, Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step, no_step, take_step
from bot.domain.words import UserId, people, person

LONGEST_NOTICE = 3_000
"""Characters that people can write in place of a notice; what a field of a modal takes."""


@dataclass(frozen=True)
class Days:
    """What the decisions below look at: the product's rules and the calendar."""

    rules: NoticeRules
    calendar: Calendar
    zone: str
    """On whose clocks the ends of freezes are told."""


def nobody_there(when: Planned | None, days: Days) -> str:
    """What is said behind an answer about a date at which the team does not work; nothing when it does."""
    why = days.calendar.why_nobody_works(when.at) if when else None
    return f" Mind that the team is not at work then: {why}." if why else ""


@dataclass(frozen=True)
class Asking:
    """Who decides, when, and what they may."""

    by: UserId
    at: datetime
    roles: Roles
    policy: Policy
    days: Days


def refuse_frozen(planned: Planned, days: Days) -> None:
    """For a release that does not exist yet, so that nobody can have signed an exception. Raises Refused."""
    refuse_unread(days)
    freeze = days.calendar.freeze_at(planned.at)
    if freeze is not None:
        roles = " or ".join(days.rules.exception_roles)
        raise Refused(
            f"{planned.wall} lies inside the freeze “{freeze.name}”, which ends {freeze_ends(freeze, days.zone)}. Choose a "
            f"later date. Or start the release without a date: when {days.rules.exception_quorum} people of {roles} have "
            f'signed `/release exempt <release> "{freeze.name}" <reason>`, `/release schedule` takes this one.'
        )


def refuse_unread(days: Days) -> None:
    if days.calendar.unread:
        raise Refused(
            f"Nobody knows yet whether this date is free: the calendar {', '.join(days.calendar.unread)} has never been "
            "read. It is tried again every minute; `/release calendar` says what is in the way."
        )


def why_frozen(release: Release, at: datetime, days: Days) -> str | None:
    """Why this release may not go out at this instant; None when it may."""
    freeze = standing_freeze(release, at, days.rules, days.calendar)
    if freeze is None:
        return None
    missing = days.rules.exception_quorum - len(exception_signers(release, freeze))
    roles = " or ".join(days.rules.exception_roles)
    return (
        f"the freeze “{freeze.name}” ends {freeze_ends(freeze, days.zone)}. It goes on before that only by an exception: "
        f'{missing} more of {roles} have to sign `/release exempt {release.id} "{freeze.name}" <reason>`.'
    )


def reschedule(release: Release, planned: Planned, ask: Asking) -> Step:
    """Give a release another date. Everybody who was told the old one is told the new one."""
    refuse_if_ended(release)
    refuse_unread(ask.days)
    reasons = []
    if ask.by != release.starter and not ask.roles.has(ask.by, MANAGER):
        reasons.append(
            f"Only {person(release.starter)}, who started {release.id}, or a {MANAGER} can move its date."
        )
    if release.tagged:
        reasons.append(f"{release.tag} is made already, so the date has no meaning any more.")
    if release.planned == planned:
        reasons.append(f"{release.id} is planned for {planned.wall} {planned.zone} already.")
    why = why_frozen(release, planned.at, ask.days)
    if why is not None:
        reasons.append(f"{planned.wall} {planned.zone} is not free: {why}")
    if reasons:
        raise Refused(*reasons)
    return take_step(release, ask.by, ask.at, ask.policy, Rescheduled(planned, release.planned))


def sign_exception(release: Release, freeze_name: str, reason: str, ask: Asking) -> Step:
    """Sign that a release may go out inside a freeze. Never for one's own release, and once a person."""
    refuse_if_ended(release)
    freeze = _freeze(freeze_name, ask.at, ask.days)
    signed = exception_signers(release, freeze)
    reasons = []
    if not any(ask.roles.has(ask.by, role) for role in ask.days.rules.exception_roles):
        members: set[str] = set()
        for role in ask.days.rules.exception_roles:
            members |= ask.roles.of(role)
        who = people(members - {release.starter}) or "nobody at present"
        reasons.append(
            f"Exceptions are signed by {' or '.join(ask.days.rules.exception_roles)}, and you are in none of them: {who} can."
        )
    if ask.by == release.starter:
        reasons.append(f"You started {release.id}, so others sign its exceptions.")
    if ask.by in signed:
        reasons.append(f"You have signed the exception from “{freeze.name}” already.")
    if reasons:
        raise Refused(*reasons)
    event = FreezeExcepted(freeze.name, freeze.starts, freeze.ends, given(reason))
    return take_step(release, ask.by, ask.at, ask.policy, event)


def exception_answer(release: Release, freeze_name: str, at: datetime, days: Days) -> str:
    """How far the exception is, for whoever has just signed it."""
    freeze = _freeze(freeze_name, at, days)
    if is_excepted(release, freeze, days.rules):
        return f"The exception from “{freeze.name}” is complete: {release.id} may go out inside it."
    missing = days.rules.exception_quorum - len(exception_signers(release, freeze))
    return f"You signed the exception from “{freeze.name}” for {release.id}. {missing} more must sign before it counts."


def _freeze(name: str, at: datetime, days: Days) -> Freeze:
    """The freeze of this name that is on, or the next one."""
    ahead = sorted((f for f in days.calendar.freezes if f.ends > at), key=lambda f: f.starts)
    for freeze in ahead:
        if freeze.name.lower() == name.lower():
            return freeze
    known = ", ".join(dict.fromkeys(f"“{f.name}”" for f in ahead[:10])) or "none at all"
    quotes = " A name of several words stands in quotes." if any(" " in f.name for f in ahead) else ""
    raise NotFound(f"No freeze ahead is called “{name[:60]}”. There is: {known}.{quotes}")


def find_notice(release: Release, id_: str, days: Days) -> Notice:
    """Raises NotFound, naming the notices there are."""
    found = notices(release, days.rules, days.calendar)
    for notice in found:
        if notice.id == id_.lower():
            return notice
    known = ", ".join(f"`{n.id}`" for n in found) or "none, as it has no planned date or no audience"
    raise NotFound(f"{release.id} has no notice “{id_[:60]}”. There is: {known}.")


def edit_notice(release: Release, id_: str, text: str, ask: Asking) -> Step:
    """Say it in other words; no words mean ours again. Moving the date takes the words back, as they may name the old one."""
    notice = _open_notice(release, id_, ask)
    if len(text) > LONGEST_NOTICE:
        raise NotUnderstood(f"A notice has at most {LONGEST_NOTICE:,} characters; this has {len(text):,}.")
    return take_step(release, ask.by, ask.at, ask.policy, NoticeEdited(notice.id, text.strip()))


def move_notice(release: Release, id_: str, to: datetime, ask: Asking) -> Step:
    """Send a notice at another time. A skipped, cancelled or missed one is sent after all."""
    notice = _known_notice(release, id_, ask)
    if notice.state is State.SENT:
        raise Refused(f"{notice.id} has been sent.")
    if notice.kind is Kind.ADVANCE and to >= notice.planned.at:
        raise Refused(
            f"{notice.id} would go out after the planned date, {notice.planned.wall} {notice.planned.zone}."
        )
    return take_step(release, ask.by, ask.at, ask.policy, NoticeMoved(notice.id, to))


def cancel_notice(release: Release, id_: str, ask: Asking) -> Step:
    notice = _open_notice(release, id_, ask)
    return take_step(release, ask.by, ask.at, ask.policy, NoticeCancelled(notice.id))


def _open_notice(release: Release, id_: str, ask: Asking) -> Notice:
    notice = _known_notice(release, id_, ask)
    if notice.state is not State.WAITING:
        raise Refused(
            f"{notice.id} is not waiting any more: {notice.state}. `/release announcements` shows where it stands."
        )
    return notice


def _known_notice(release: Release, id_: str, ask: Asking) -> Notice:
    refuse_if_ended(release)
    notice = find_notice(release, id_, ask.days)
    if ask.by != release.starter and not ask.roles.has(ask.by, MANAGER):
        raise Refused(
            f"The notices of {release.id} belong to {person(release.starter)}, who started it, and to the {MANAGER}s."
        )
    return notice


def notice_result(release: Release, done: NoticeDone, at: datetime, policy: Policy) -> Step:
    """What became of an order for a notice, written down once."""
    settled = [
        d
        for d in release.book.decisions
        if isinstance(d, NoticeSent | NoticeSkipped)
        and (d.notice, d.planned_at) == (done.notice, done.planned_at)
    ]
    event: Event = done.sent or NoticeSkipped(done.notice, done.planned_at, done.why)
    if event in settled or (settled and done.sent is None):
        return no_step(release)
    return take_step(release, HARBOURMASTER, at, policy, event)
