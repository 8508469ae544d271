"""Say no to the present phase, with a reason. It blocks the phase until you withdraw it."""

from bot.domain.release import Release
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import named_or_here, split_name
from bot.workflow.deciding import reject
from commands import Desk, Reply

USAGE = "reject [release] <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        with desk.parts.store.reading() as tx:
            return Reply(modal=modals.reason("reject", named_or_here(name, desk.asked.channel)(tx).id))
    return Reply(reject(desk.parts, desk.asked, name, " ".join(rest), said))


def clicked(_desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(modal=modals.reason("reject", value))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    return Reply(reject(desk.parts, desk.asked, metadata, str(values.get("reason") or ""), said))


def said(release: Release) -> str:
    return f"You rejected {release.id}. It is blocked until you take it back with `/release withdraw {release.id}`."
