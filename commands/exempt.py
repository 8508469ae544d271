"""Sign that a release may go out inside a freeze, with the reason. It takes several people; the starter is none of them."""

from bot.domain.errors import NotUnderstood
from bot.workflow.asking import split_name
from bot.workflow.planning import except_from
from commands import Desk, Reply

USAGE = "exempt [release] <freeze> <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if len(rest) < 2:
        raise NotUnderstood(
            f'Name the freeze and say why: `/release {USAGE}`. A name of several words stands in quotes: "Year end".'
        )
    return Reply(except_from(desk.parts, desk.asked, name, rest[0], " ".join(rest[1:])))
