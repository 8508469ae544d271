"""End a release before its tag is made, with a reason. For its starter and the release managers."""

from bot.domain.release import Release
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import named_or_here, split_name
from bot.workflow.deciding import cancel
from commands import Desk, Reply

USAGE = "cancel [release] <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        with desk.parts.store.reading() as tx:
            return Reply(modal=modals.reason("cancel", named_or_here(name, desk.asked.channel)(tx).id))
    return Reply(cancel(desk.parts, desk.asked, name, " ".join(rest), said))


def clicked(_desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(modal=modals.reason("cancel", value))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    return Reply(cancel(desk.parts, desk.asked, metadata, str(values.get("reason") or ""), said))


def said(release: Release) -> str:
    return f"{release.id} is cancelled. Its history stays; `/release start` begins anew."
