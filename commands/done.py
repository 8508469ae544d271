"""Tick an item of the present phase, with a note if you like."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import split_name
from bot.workflow.deciding import mark_done
from commands import Desk, Reply

USAGE = "done [release] <item> [note]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        raise NotUnderstood("Which item? Write `/release done PLAN-1`; the card shows the items.")
    return _answer(desk, name, rest[0].upper(), " ".join(rest[1:]))


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    if action_id == "done:instead":
        return Reply(modal=modals.reason("done", value))
    name, _, item = value.partition(" ")
    return _answer(desk, name, item, "")


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    name, _, item = metadata.partition(" ")
    return _answer(desk, name, item, str(values.get("reason") or ""))


def _answer(desk: Desk, name: str | None, item: str, note: str) -> Reply:
    def said(release: Release) -> str:
        return f"{item} of {release.id} is done. `/release undo {item}` opens it again."

    return Reply(mark_done(desk.parts, desk.asked, name, item, note[:1000], said))
