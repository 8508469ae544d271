"""Stop a release until it is resumed, with a reason. Anyone may."""

from bot.domain.release import Release
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import named_or_here, split_name
from bot.workflow.deciding import hold
from commands import Desk, Reply

USAGE = "hold [release] <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        with desk.parts.store.reading() as tx:
            return Reply(modal=modals.reason("hold", named_or_here(name, desk.asked.channel)(tx).id))
    return Reply(hold(desk.parts, desk.asked, name, " ".join(rest), said))


def clicked(_desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(modal=modals.reason("hold", value))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    return Reply(hold(desk.parts, desk.asked, metadata, str(values.get("reason") or ""), said))


def said(release: Release) -> str:
    return f"{release.id} is on hold. Nothing moves until you or a release-manager resume it: `/release resume {release.id}`."
