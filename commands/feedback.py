"""Show what people say about a release; anybody may say something, and change it."""

from bot.domain.errors import NotUnderstood
from bot.domain.feedback import LONGEST_WORDS, rating_of
from bot.slack.incoming import Values
from bot.views import feedback as views
from bot.views.answers import notice
from bot.views.text import sentence
from bot.workflow.feedback import feedback_on, say
from commands import Desk, Reply

USAGE = "feedback [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"One release at a time: `/release {USAGE}`.")
    release, given = feedback_on(desk.parts, desk.asked, words[0] if words else None)
    return Reply(blocks=views.answers(release, given))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    release, given = feedback_on(desk.parts, desk.asked, value)
    mine = next((one for one in given if one.user == desk.asked.who), None)
    return Reply(modal=views.form(release, mine))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    try:
        rating = rating_of(str(values.get("rating") or ""))
    except NotUnderstood as problem:
        return Reply(errors={"rating": str(problem)})
    words = str(values.get("words") or "")[:LONGEST_WORDS]
    return Reply(update=notice(sentence(say(desk.parts, desk.asked, metadata, rating, words))))
