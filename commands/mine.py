"""Show what you can do right now; `/release` alone does the same."""

from bot.views.answers import your_turn
from bot.views.parts import context
from bot.views.text import sentence
from bot.workflow.looking import turns_of
from bot.workflow.reminding import absences
from commands import Desk, Reply

USAGE = "mine"


def typed(desk: Desk, _words: tuple[str, ...]) -> Reply:
    turns, roles = turns_of(desk.parts, desk.asked.who)
    blocks = your_turn([(t.release, t.needs) for t in turns], desk.parts.policy_of, roles, desk.asked.who)
    said = absences(desk.parts, desk.asked)
    return Reply(blocks=[*blocks, *([context(sentence(said), "absences")] if said else [])])


def clicked(desk: Desk, _action_id: str, _value: str) -> Reply:
    return typed(desk, ())
