"""You are back: what waits for you reaches you again."""

from bot.workflow.reminding import back
from commands import Desk, Reply

USAGE = "back"


def typed(desk: Desk, _words: tuple[str, ...]) -> Reply:
    return Reply(back(desk.parts, desk.asked))
