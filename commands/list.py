"""List the open releases and the last ones that are over."""

from bot.views.answers import releases
from bot.workflow.looking import open_and_recent
from commands import Desk, Reply

USAGE = "list"
_RECENT = 5


def typed(desk: Desk, _words: tuple[str, ...]) -> Reply:
    sight = open_and_recent(desk.parts, _RECENT)
    return Reply(blocks=releases(sight.open, sight.over, desk.parts.policy_of, sight.roles))


def clicked(desk: Desk, _action_id: str, _value: str) -> Reply:
    return typed(desk, ())
