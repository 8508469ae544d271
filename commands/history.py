"""Show who did what and when in a release, the latest first."""

from bot.domain.errors import NotUnderstood
from bot.views import answers
from bot.views.log import line
from bot.views.text import moment
from bot.workflow.looking import history_of
from commands import Desk, Reply

USAGE = "history [release] [page]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    page = 1
    if words and words[-1].isdecimal() and len(words[-1]) < 5:
        words, page = words[:-1], int(words[-1])
    if len(words) > 1:
        raise NotUnderstood(f"One release at a time: `/release {USAGE}`.")
    return _show(desk, words[0] if words else None, page)


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    name, _, page = value.partition(" ")
    return _show(desk, name, int(page) if page.isdecimal() and len(page) < 5 else 1)


def _show(desk: Desk, name: str | None, page: int) -> Reply:
    release, rows = history_of(desk.parts, name, desk.asked.channel)
    newest_first = list(reversed(rows))
    pages = max(1, -(-len(rows) // answers.HISTORY_PAGE))
    page = min(max(page, 1), pages)
    shown = newest_first[(page - 1) * answers.HISTORY_PAGE : page * answers.HISTORY_PAGE]
    lines = [f"{row.seq}. {moment(row.happened.at)} {line(row.happened)}" for row in shown]
    return Reply(blocks=answers.history(release, lines, page, pages))
