"""Answer for a version that is lower than the changes of a release ask for, with a reason that is kept."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import split_name
from bot.workflow.deciding import override
from commands import Desk, Reply

USAGE = "override [release] <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if not rest:
        raise NotUnderstood(f"Say why the lower version is enough: `/release {USAGE}`.")
    return _answer(desk, name, " ".join(rest))


def clicked(_desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(modal=modals.reason("override", value))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    return _answer(desk, metadata, str(values.get("reason") or ""))


def _answer(desk: Desk, name: str | None, reason: str) -> Reply:
    def said(release: Release) -> str:
        return f"You answer for {release.version} as the version of {release.id}; it is being compared again."

    return Reply(override(desk.parts, desk.asked, name, reason[:1000], said))
