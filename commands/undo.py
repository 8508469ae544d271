"""Open a ticked item again. What was signed on the strength of it no longer counts."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.workflow.asking import split_name
from bot.workflow.deciding import undo
from commands import Desk, Reply

USAGE = "undo [release] <item>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        raise NotUnderstood("Which item? Write `/release undo PLAN-1`; the card shows the items.")
    return _answer(desk, name, rest[0].upper(), " ".join(rest[1:]))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    name, _, item = value.partition(" ")
    return _answer(desk, name, item, "")


def _answer(desk: Desk, name: str | None, item: str, more: str) -> Reply:
    if more:
        raise NotUnderstood(f"“{more[:60]}” is too much. Write `/release {USAGE}`.")

    def said(release: Release) -> str:
        return f"{item} of {release.id} is open again."

    return Reply(undo(desk.parts, desk.asked, name, item, said))
