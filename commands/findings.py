"""Show everything that the checks of a release have found and nobody has answered for."""

from bot.domain.errors import NotUnderstood
from bot.domain.kept_facts import all_advice
from bot.views import kept_facts as views
from bot.workflow.looking import look_at
from commands import Desk, Reply

USAGE = "findings [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"One release at a time: `/release {USAGE}`.")
    sight = look_at(desk.parts, words[0] if words else None, desk.asked.channel)
    advice = all_advice(sight.release, sight.policy)
    return Reply(blocks=views.findings(sight.release, sight.policy, advice))
