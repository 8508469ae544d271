"""Dates, freezes and notices: what people decide about them, and looking at them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block

from bot.days import calendar_now, days_now
from bot.domain.calendar import Planned, known_zone, planned
from bot.domain.calendar_days import Calendar, freeze_ends
from bot.domain.errors import NotUnderstood, Refused
from bot.domain.notices import Notice, notices
from bot.domain.orders import ReadCalendar
from bot.domain.people import Roles
from bot.domain.planning import (
    Asking,
    Days,
    cancel_notice,
    edit_notice,
    exception_answer,
    find_notice,
    move_notice,
    nobody_there,
    reschedule,
    sign_exception,
    why_frozen,
)
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import ReleaseId
from bot.effects.telling import notice_text, preview
from bot.parts import Parts
from bot.views.feed import feed
from bot.workflow.asking import Asked, change, named_or_any, named_or_here
from storage.store import Tx

WEEKS_SHOWN = 6
_Decide = Callable[[Release, Asking], Step]
_Answer = Callable[[Release, Days], str]


@dataclass(frozen=True)
class Outlook:
    """The next weeks: what is planned, who is told, and which days are off."""

    first: date
    last: date
    zone: str
    calendar: Calendar
    releases: Sequence[Release]
    notices: Sequence[tuple[ReleaseId, Notice]]
    problems: Sequence[str]


def read_date(parts: Parts, asked: Asked, release: Release, words: Sequence[str]) -> Planned:
    """Read `<date> [time] [zone]`. Raises NotUnderstood with what to write instead."""
    if not 1 <= len(words) <= 3:
        raise NotUnderstood(
            "Write a date and, if you like, a time and a zone: `/release schedule 2026-12-01 14:30 Europe/Berlin`."
        )
    rest = list(words[1:])
    clock = rest.pop(0) if rest and rest[0][:1].isdigit() else None
    zone = known_zone(rest.pop(0)) if rest else str(parts.product(release.product).timezone)
    if rest:
        raise NotUnderstood(f"“{rest[0][:40]}” is one word too many: after the date come a time and a zone.")
    return planned(words[0], clock, zone, asked.now)


def schedule(parts: Parts, asked: Asked, name: str | None, words: Sequence[str]) -> str:
    """Give a release another date."""

    def decide(release: Release, ask: Asking) -> Step:
        return reschedule(release, read_date(parts, asked, release, words), ask)

    def answer(release: Release, days: Days) -> str:
        when = release.planned
        told = len({sent.audience for sent in release.book.told})
        also = f" The new date is told to whoever knew the old one ({told} of the audiences)." if told else ""
        waiting = sum(n.at > asked.now for n in notices(release, days.rules, days.calendar))
        if when is None:
            return f"{release.id} has no date."
        return (
            f"{release.id} is planned for {when.wall} {when.zone}; {waiting} notices lie ahead of it.{also}"
            f"{nobody_there(when, days)}"
        )

    return _change(parts, asked, name, decide, answer)


def except_from(parts: Parts, asked: Asked, name: str | None, freeze: str, reason: str) -> str:
    """Sign that a release may go out inside a freeze."""
    return _change(
        parts, asked, name,
        lambda release, ask: sign_exception(release, freeze, reason, ask),
        lambda release, days: exception_answer(release, freeze, asked.now, days),
    )  # fmt: skip


def edit(parts: Parts, asked: Asked, name: str | None, notice: str, text: str) -> str:
    whose = "your words" if text.strip() else "our words again"

    def answer(release: Release, _days: Days) -> str:
        how = f"`/release announcements {release.id} preview {notice}` shows it."
        return f"The notice {notice} of {release.id} goes out in {whose}. {how}"

    return _change(parts, asked, name, lambda release, ask: edit_notice(release, notice, text, ask), answer)


def move(parts: Parts, asked: Asked, name: str | None, notice: str, words: Sequence[str]) -> str:
    """Send a notice at another time; without words, now."""

    def decide(release: Release, ask: Asking) -> Step:
        to = read_date(parts, asked, release, words).at if words else asked.now
        return move_notice(release, notice, to, ask)

    def answer(release: Release, days: Days) -> str:
        zone = str(parts.product(release.product).timezone)
        at = find_notice(release, notice, days).at.astimezone(ZoneInfo(zone))
        return f"The notice {notice} of {release.id} goes out {f'at {at:%Y-%m-%d %H:%M} {zone}' if words else 'now'}."

    return _change(parts, asked, name, decide, answer)


def call_off(parts: Parts, asked: Asked, name: str | None, notice: str) -> str:
    def answer(release: Release, _days: Days) -> str:
        how = f"`/release announcements {release.id} send {notice}` sends it after all."
        return f"The notice {notice} of {release.id} is cancelled. {how}"

    return _change(parts, asked, name, lambda release, ask: cancel_notice(release, notice, ask), answer)


def _change(parts: Parts, asked: Asked, name: str | None, decide: _Decide, answer: _Answer) -> str:
    seen: list[Days] = []

    def find(tx: Tx) -> Release:
        release = named_or_here(name, asked.channel)(tx)
        seen.append(days_now(parts, tx, release.product, asked.now))
        return release

    def decided(release: Release, roles: Roles, policy: Policy) -> Step:
        return decide(release, Asking(asked.who, asked.now, roles, policy, seen[-1]))

    return change(parts, asked, find, decided, lambda release: answer(release, seen[-1]))


def notices_of(parts: Parts, asked: Asked, name: str | None) -> tuple[Release, tuple[Notice, ...]]:
    """A release and its notices. Raises NotFound or Refused."""
    with parts.store.reading() as tx:
        release = named_or_any(name, asked.channel)(tx)
        days = days_now(parts, tx, release.product, asked.now)
    return release, notices(release, days.rules, days.calendar)


def notice_of(parts: Parts, asked: Asked, name: str | None, id_: str) -> tuple[Release, Notice, str]:
    """A notice, and the zone in which people write when it is to go out."""
    with parts.store.reading() as tx:
        release = named_or_any(name, asked.channel)(tx)
        days = days_now(parts, tx, release.product, asked.now)
    return release, find_notice(release, id_, days), str(parts.product(release.product).timezone)


def preview_of(
    parts: Parts, asked: Asked, name: str | None, id_: str
) -> tuple[Release, Notice, str, list[Block]]:
    """A notice with its text and, exactly as it will look, its blocks."""
    release, notice, _zone = notice_of(parts, asked, name, id_)
    text = notice_text(parts, release, notice, late=False)
    return release, notice, text, preview(parts, release, notice)[1]


def refuse_in_freeze(parts: Parts, tx: Tx, release: Release, now: datetime) -> None:
    """Nothing is shipped inside a freeze. Raises Refused with the window's name and its end."""
    why = why_frozen(release, now, days_now(parts, tx, release.product, now))
    if why is not None:
        raise Refused(f"{release.id} cannot be shipped now: {why}")


def look_ahead(parts: Parts, now: datetime) -> Outlook:
    """The next six weeks, on the clocks of the team's calendar."""
    zone = parts.calendar.zone
    first = now.astimezone(ZoneInfo(zone)).date()
    last = first + timedelta(weeks=WEEKS_SHOWN)
    until = now + timedelta(weeks=WEEKS_SHOWN)
    with parts.store.reading() as tx:
        calendar = calendar_now(parts, tx, now)
        planned_ones = [r for r in tx.open_releases() if r.planned and r.product in parts.products]
        told = [
            (release.id, notice)
            for release in planned_ones
            for notice in _notices(parts, tx, release, now)
            if now <= notice.at <= until
        ]
        problems = [p for s in parts.calendar.sources if (p := tx.problem_of(ReadCalendar(s)))]
    return Outlook(first, last, zone, calendar, planned_ones, told, problems)


def _notices(parts: Parts, tx: Tx, release: Release, now: datetime) -> tuple[Notice, ...]:
    days = days_now(parts, tx, release.product, now)
    return notices(release, days.rules, days.calendar)


def calendar_feed(parts: Parts) -> str:
    """The planned releases and the freezes, as iCalendar text."""
    now = parts.clock()
    with parts.store.reading() as tx:
        return feed(tx.open_releases(), calendar_now(parts, tx, now).freezes, now)


def planned_lines(parts: Parts) -> list[str]:
    """The planned releases and the freezes of the next weeks, for a terminal."""
    ahead = look_ahead(parts, parts.clock())
    lines = [
        (r.planned_at, f"{r.planned.wall} {r.planned.zone}  {r.id}")
        for r in ahead.releases
        if r.planned and r.planned_at
    ]
    for freeze in ahead.calendar.freezes:
        if freeze.ends > parts.clock():
            starts = freeze.starts.astimezone(ZoneInfo(ahead.zone))
            lines.append(
                (
                    freeze.starts,
                    f"{starts:%Y-%m-%d %H:%M} {ahead.zone}  freeze {freeze.name}, until {freeze_ends(freeze, ahead.zone)}",
                )
            )
    return [line for _, line in sorted(lines)] or ["Nothing is planned or frozen."]
