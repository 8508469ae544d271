"""Show the next six weeks: releases, notices, freezes and holidays."""

from bot.views.announcing import outlook
from bot.workflow.planning import look_ahead
from commands import Desk, Reply

USAGE = "calendar"


def typed(desk: Desk, _words: tuple[str, ...]) -> Reply:
    ahead = look_ahead(desk.parts, desk.asked.now)
    rows = [
        *(
            (release.planned_at, f"🚢 *{release.id}* is planned")
            for release in ahead.releases
            if release.planned_at
        ),
        *(
            (notice.at, f"📣 `{notice.id}` of {release} · {notice.state}")
            for release, notice in ahead.notices
        ),
    ]
    return Reply(blocks=outlook(ahead.first, ahead.last, ahead.calendar, rows, ahead.problems))
