"""The notices of a release as rows with buttons, a preview, the form to edit one, and the calendar of the next weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    PlainTextInputElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.domain.calendar_days import Calendar
from bot.domain.notices import Kind, Notice, State
from bot.domain.planning import LONGEST_NOTICE
from bot.domain.release import Release
from bot.views.parts import actions, button, context, section
from bot.views.text import counted, escape, foreign, moment, sentence

_ROWS = 12
_LINES_A_SECTION = 10
_MOST_LINES = 60
_MARK = {
    State.WAITING: "🕙",
    State.SENT: "✅",
    State.SKIPPED: "⏭️",
    State.CANCELLED: "🗑️",
    State.MISSED: "⌛",
}


def rows(release: Release, notices: Sequence[Notice]) -> list[Block]:
    """A row for each notice: when, for whom, where, and how it stands."""
    planned = release.planned
    if planned is None:
        how = f"`/release schedule {release.id} 2026-12-01 14:30` gives it one"
        return [
            section(
                f"*{escape(release.id)}* has no planned date, so nobody is told ahead of it; {how}.", "none"
            )
        ]
    blocks: list[Block] = [
        section(
            f"*Notices of {escape(release.id)}*, planned for {escape(planned.wall)} {escape(planned.zone)}",
            "head",
        )
    ]
    if release.holds and release.is_open:
        blocks.append(context("On hold: what falls due before it is resumed is not sent.", "held"))
    for n, notice in enumerate(notices[:_ROWS]):
        blocks.append(section(_row(_as_it_ends(release, notice)), f"notice-{n}"))
        if release.is_open:
            blocks.append(actions(_buttons(release, notice), f"notice-{n}-do"))
    if len(notices) > _ROWS:
        blocks.append(context(f"… and {counted(len(notices) - _ROWS, 'more notice')}.", "more"))
    if not notices:
        blocks.append(
            context("No audience is to be told ahead; docs/announcements.md says how to name one.", "none")
        )
    return blocks


def _as_it_ends(release: Release, notice: Notice) -> Notice:
    """What waits for its time when a release is over is never sent, but for the word that it does not come."""
    if release.is_open or notice.state is not State.WAITING or notice.kind is Kind.CALLED_OFF:
        return notice
    return replace(notice, state=State.SKIPPED, why="the release is over")


def _row(notice: Notice) -> str:
    why = f": {sentence(notice.why, 300)}" if notice.why else ""
    own = ", in your words" if notice.text else ""
    return (
        f"{_MARK[notice.state]} `{escape(notice.id)}` · {moment(notice.at)} · {notice.plan.audience} in "
        f"<#{escape(notice.plan.channel)}> · {notice.state}{why}{own}"
    )


def _buttons(release: Release, notice: Notice) -> list[Any]:
    value = f"{release.id} {notice.id}"
    look = button("Preview", "announcements:preview", value)
    send = button("Send now", "announcements:send", value)
    match notice.state:
        case State.WAITING:
            edit = button("Edit…", "announcements:edit", value)
            move = button("Move…", "announcements:move", value)
            return [look, edit, move, send, button("Cancel", "announcements:cancel", value)]
        case State.SENT:
            return [look]
        case _:
            return [look, send]


def preview(release: Release, notice: Notice, blocks: Sequence[Block]) -> list[Block]:
    """A notice as it will look, between two lines that say what it is."""
    where = f"<#{escape(notice.plan.channel)}>"
    head = f"`{escape(notice.id)}` of {escape(release.id)}, as it goes to {where} at {moment(notice.at)}:"
    return [context(head, "preview-head"), *blocks]


def move_form(release: Release, notice: Notice, zone: str) -> Mapping[str, Any]:
    """Choose when a notice goes out, on the clocks of `zone`."""
    here = notice.at.astimezone(ZoneInfo(zone))
    blocks: list[Block] = [
        context(f"`{escape(notice.id)}` of `{escape(release.id)}`", "notice"),
        InputBlock(
            label="Day", block_id="date",
            element=DatePickerElement(action_id="date", initial_date=f"{here:%Y-%m-%d}"),
        ),
        InputBlock(
            label="Time", block_id="time", hint=f"In {zone}."[:150],
            element=TimePickerElement(action_id="time", initial_time=f"{here:%H:%M}"),
        ),
    ]  # fmt: skip
    return View(
        type="modal", callback_id="announcements", title="Move the notice", submit="Move", close="Back",
        private_metadata=f"{release.id} {notice.id}", blocks=blocks,
    ).to_dict()  # fmt: skip


def form(release: Release, notice: Notice, text: str) -> Mapping[str, Any]:
    """Write a notice in other words; an empty field means ours."""
    field = PlainTextInputElement(
        action_id="text",
        multiline=True,
        max_length=LONGEST_NOTICE,
        initial_value=text[:LONGEST_NOTICE] or None,
    )
    blocks: list[Block] = [
        context(f"`{escape(notice.id)}` of `{escape(release.id)}`", "notice"),
        InputBlock(
            label="What it says", block_id="text", element=field, optional=True,
            hint="Empty it to have our words again. Moving the date of the release does so too.",
        ),
    ]  # fmt: skip
    return View(
        type="modal", callback_id="announcements", title="Edit the notice", submit="Keep", close="Back",
        private_metadata=f"{release.id} {notice.id}", blocks=blocks,
    ).to_dict()  # fmt: skip


def outlook(
    first: date, last: date, calendar: Calendar, planned: Sequence[tuple[datetime, str]], problems: Sequence[str]
) -> list[Block]:  # fmt: skip
    """The next weeks in the order of time. `planned` are instants, each with a line of ours."""
    zone = ZoneInfo(calendar.zone)
    begins = datetime.combine(first, time(), zone).astimezone(UTC)
    ends = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    dated = [(at, f"{moment(at)} {said}") for at, said in planned if begins <= at < ends]
    dated += [
        (
            max(f.starts, begins),
            f"🧊 *{foreign(f.name, 80)}*: frozen from {moment(f.starts)} until {moment(f.ends)}",
        )
        for f in calendar.freezes
        if f.starts < ends and f.ends > begins
    ]
    dated += [
        (
            datetime.combine(h.day, time(), zone).astimezone(UTC),
            f"🏖️ {h.day:%a %Y-%m-%d} {foreign(h.name, 120)}",
        )
        for h in calendar.between(first, last)
    ]
    lines = [line for _, line in sorted(dated)] or ["Nothing is planned, frozen or off."]
    shown = lines[:_MOST_LINES]
    blocks: list[Block] = [section(f"*{first} to {last}* ({escape(calendar.zone)})", "head")]
    blocks += [
        section("\n".join(shown[n : n + _LINES_A_SECTION])[:2_900], f"lines-{n}")
        for n in range(0, len(shown), _LINES_A_SECTION)
    ]
    if len(lines) > len(shown):
        blocks.append(context(f"… and {counted(len(lines) - len(shown), 'more line')}.", "more"))
    if calendar.unread or problems:
        unread = [f"{name} has never been read." for name in calendar.unread]
        blocks.append(
            context("\n".join(f"⚠️ {sentence(p, 300)}" for p in [*problems, *unread][:5]), "problems")
        )
    return blocks
