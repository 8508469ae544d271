"""Show where a release stands: every phase with every item, and what is still being tried."""

from bot.domain.errors import NotUnderstood
from bot.views.answers import in_detail
from bot.workflow.looking import look_at
from commands import Desk, Reply

USAGE = "status [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"One release at a time: `/release {USAGE}`.")
    return _show(desk, words[0] if words else None)


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    return _show(desk, value)


def _show(desk: Desk, name: str | None) -> Reply:
    sight = look_at(desk.parts, name, desk.asked.channel)
    return Reply(blocks=in_detail(sight.release, sight.policy, sight.roles, sight.problems))
