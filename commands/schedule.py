"""Give a release another date, with a time and a zone if you like. Its notices move, and whoever was told is told anew."""

import re

from bot.workflow.asking import split_name
from bot.workflow.planning import schedule
from commands import Desk, Reply

USAGE = "schedule [release] <date> [time] [zone]"
_DAY = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{4}")


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    # `20.12.2026` is no date either, but it is not meant as a release.
    is_day = bool(words) and _DAY.fullmatch(words[0]) is not None
    name, rest = (None, words) if is_day else split_name(desk.parts, words)
    return Reply(schedule(desk.parts, desk.asked, name, rest))
