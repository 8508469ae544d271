"""Be left alone until a day; somebody of your role can be asked in your place."""

import re

from bot.domain.calendar import planned
from bot.domain.errors import NotUnderstood
from bot.domain.words import UserId
from bot.workflow.reminding import away, zone_of
from commands import Desk, Reply

USAGE = "away until <date> [time] [@somebody]"
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(\|[^>]*)?>")
_MOST_WORDS = 2


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    named = [found for word in words if (found := _MENTION.fullmatch(word))]
    rest = [word for word in words if not _MENTION.fullmatch(word)]
    if rest[:1] == ["until"]:
        rest = rest[1:]
    if not rest or len(rest) > _MOST_WORDS or len(named) > 1:
        raise NotUnderstood(f"Write `/release {USAGE}`, as `/release away until 2026-12-24 @ada`.")
    zone = zone_of(desk.parts, desk.asked.who)
    until = planned(rest[0], rest[1] if len(rest) > 1 else "09:00", zone, desk.asked.now)
    stands_in = UserId(named[0][1]) if named else None
    return Reply(away(desk.parts, desk.asked, until.at, f"{until.wall} {until.zone}", stands_in))
