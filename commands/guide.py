"""Show the draft of the migration guide of a release, with what is missing in it."""

from bot.domain.errors import NotUnderstood
from bot.domain.kept_facts import works_that_know
from bot.views import kept_facts as views
from bot.workflow.looking import look_at
from commands import Desk, Reply

USAGE = "guide [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"One release at a time: `/release {USAGE}`.")
    sight = look_at(desk.parts, words[0] if words else None, desk.asked.channel)
    work = works_that_know(sight.release, sight.policy, "guide")
    if work is None:
        return Reply(
            blocks=views.nothing(sight.release, "The bot has not read the migrations (PREP-MIG) yet.")
        )
    return Reply(blocks=views.guide(sight.release, work.fact("guide") or "", views.when_read(work)))
