"""Show what the bot's work for an item, or for a step of a rollback, has printed."""

from bot.domain.errors import NotUnderstood
from bot.views.logs import printed
from bot.workflow.asking import split_name
from bot.workflow.looking import log_of
from commands import Desk, Reply

USAGE = "log [release] <item | step>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if len(rest) != 1:
        raise NotUnderstood(f"Which item? Write `/release {USAGE}`; the card shows the items.")
    release, operation, text = log_of(desk.parts, name, desk.asked.channel, rest[0])
    said = f"{rest[0].upper()} of {release.id} printed:"
    return Reply(said, printed(said, operation, text))
