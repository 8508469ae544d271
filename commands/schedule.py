"""Give a release another date, with a time and a zone if you like. Its notices move, and whoever was told is told anew."""

from bot.workflow.asking import split_name
from bot.workflow.planning import schedule
from commands import Desk, Reply

USAGE = "schedule [release] <date> [time] [zone]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    return Reply(schedule(desk.parts, desk.asked, name, rest))
