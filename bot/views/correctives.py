"""Corrective actions after a rollback: their lines on its card, the forms, and the message to an owner."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DatePickerElement,
    InputBlock,
    PlainTextInputElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.correctives import LONGEST, correctives_of, due, open_ones
from bot.domain.release import Release
from bot.domain.rollback_events import Corrective
from bot.domain.words import is_user
from bot.views.parts import actions, button, context, section
from bot.views.text import code, escape, foreign, mention

_USUAL_TIME = timedelta(days=14)


def corrective_lines(release: Release) -> list[Block]:
    """What was agreed on, done and open; nothing as long as nothing is."""
    there, left = correctives_of(release), open_ones(release)
    lines = [_line(one, one in left) for one in there]
    return (
        [section(("*Corrective actions*\n" + "\n".join(lines))[:2900], "rollback-correctives")]
        if lines
        else []
    )


def _line(one: Corrective, is_open: bool) -> str:
    said = f"{foreign(one.action)} · {_owner(one)}"
    return f"⬜ {said} until {escape(one.due)} · {code(one.name)}" if is_open else f"✅ {said}"


def _owner(one: Corrective) -> str:
    return mention(one.owner) if is_user(one.owner) else foreign(one.owner)


def corrective_form(release: Release, today: date) -> Mapping[str, Any]:
    """One action, its owner, and its day."""
    blocks = [
        InputBlock(
            label="What is done so that it does not happen again?", block_id="action",
            element=PlainTextInputElement(action_id="action", max_length=LONGEST),
        ),
        InputBlock(
            label="Who does it?", block_id="owner", element=UserSelectElement(action_id="owner"),
            hint="They are told now, and reminded when the day has come.",
        ),
        InputBlock(
            label="Until when?", block_id="due",
            element=DatePickerElement(action_id="due", initial_date=f"{today + _USUAL_TIME}"),
        ),
    ]  # fmt: skip
    return _form(f"action {release.id}", "Corrective action", "Agree on it", blocks)


def done_form(release: Release, name: str) -> Mapping[str, Any]:
    """What was done for one action."""
    blocks = [
        context(code(name), "lead"),
        InputBlock(
            label="What was done?", block_id="reason",
            element=PlainTextInputElement(action_id="reason", multiline=True, max_length=1000),
        ),
    ]  # fmt: skip
    return _form(f"done {release.id} {name}", "Corrective action", "It is done", blocks)


def _form(metadata: str, title: str, submit: str, blocks: list[Any]) -> Mapping[str, Any]:
    view = View(
        type="modal", callback_id="rollback", title=title, submit=submit, close="Back", blocks=blocks,
        private_metadata=metadata,
    )  # fmt: skip
    return dict(view.to_dict())


def to_owner(release: Release, one: Corrective, today: date, untold: str = "") -> tuple[str, list[Block]]:
    """The message to its owner. `untold` says why it stands in the thread and did not reach them directly."""
    text = (
        f"🛠️ {mention(one.owner)}, after the rollback of *{escape(release.product)} {escape(release.version)}* this is yours, "
        f"{escape(due(one, today))}: {foreign(one.action, LONGEST)}"
    )
    if untold:
        text += (
            f"\nThey could not be told directly: {foreign(untold, 300)} If it is the wrong person, agree on it once more with "
            "another one: *Add a corrective action…*."
        )
    row = [
        button("It is done…", "rollback:done", f"{release.id} {one.name}"),
        button("Details", "status", release.id),
    ]
    return text[:3000], [section(text[:3000], "corrective"), actions(row, "ways")]
