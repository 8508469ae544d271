"""Show all commands with one sentence each."""

from bot.views.answers import help_text
from commands import Desk, Reply, help_of

USAGE = "help"


def typed(desk: Desk, _words: tuple[str, ...]) -> Reply:
    return Reply(blocks=help_text({name: (str(c.USAGE), help_of(c)) for name, c in desk.commands.items()}))


def clicked(desk: Desk, _action_id: str, _value: str) -> Reply:
    return typed(desk, ())
