"""Take back your latest sign-off or rejection, or as a release manager the rejection of somebody who has left the role.

Nothing is taken back that something final rests on.
"""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.domain.words import UserId, person
from bot.slack.incoming import user_in
from bot.workflow.asking import split_name
from bot.workflow.deciding import withdraw, withdraw_for
from commands import Desk, Reply

USAGE = "withdraw [release] [@person]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    whose = user_in(rest[0]) if len(rest) == 1 else None
    if whose is not None and whose != desk.asked.who:
        return _for(desk, name, whose)
    if rest and whose is None:
        raise NotUnderstood(f"There is no open release “{rest[0][:60]}”. Write `/release {USAGE}`.")
    return Reply(withdraw(desk.parts, desk.asked, name, said))


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    if action_id == "withdraw:for":
        name, _, whose = value.partition(" ")
        return _for(desk, name, UserId(whose))
    return Reply(withdraw(desk.parts, desk.asked, value, said))


def _for(desk: Desk, name: str | None, whose: UserId) -> Reply:
    answer = f"The rejection of {person(whose)} is taken back."
    return Reply(withdraw_for(desk.parts, desk.asked, name, whose, lambda _release: answer))


def said(release: Release) -> str:
    return f"What you said about {release.id} is taken back."
