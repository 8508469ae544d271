"""Begin what the bot does for an item, or do it again after it has failed."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.workflow.asking import split_name
from bot.workflow.deciding import run
from commands import Desk, Reply

USAGE = "run [release] <item>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if len(rest) != 1:
        raise NotUnderstood(f"Which item? Write `/release {USAGE}`; the card shows the items.")
    return _answer(desk, name, rest[0].upper())


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    name, _, item = value.partition(" ")
    return _answer(desk, name, item)


def _answer(desk: Desk, name: str | None, item: str) -> Reply:
    def said(release: Release) -> str:
        return f"{item} of {release.id} has begun. Its card says how far it is."

    return Reply(run(desk.parts, desk.asked, name, item, said))
