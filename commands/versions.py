"""Show the named versions of a release, what changed since the last one, and which rules are broken."""

from bot.domain.errors import NotUnderstood
from bot.domain.kept_facts import versions_told, works_that_know
from bot.views import kept_facts as views
from bot.workflow.looking import look_at
from commands import Desk, Reply

USAGE = "versions [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"One release at a time: `/release {USAGE}`.")
    sight = look_at(desk.parts, words[0] if words else None, desk.asked.channel)
    work = works_that_know(sight.release, sight.policy, "versions")
    if work is None:
        return Reply(
            blocks=views.nothing(sight.release, "The bot has not read the named versions (PREP-VA) yet.")
        )
    rows, rules, more = versions_told(work)
    return Reply(blocks=views.versions(sight.release, rows, rules, more, views.when_read(work)))
