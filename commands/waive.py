"""Answer for something that a check has found, by its name and with a reason that is kept."""

from bot.domain.errors import NotUnderstood, OutOfDate
from bot.domain.release import Release
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import split_name
from bot.workflow.deciding import waive
from bot.workflow.looking import findings_of
from commands import Desk, Reply

USAGE = "waive [release] <item> <finding> <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if len(rest) < 3:
        raise NotUnderstood(f"Write `/release {USAGE}`; the card shows what was found, each with its name.")
    return _answer(desk, name, rest[0].upper(), rest[1], " ".join(rest[2:]))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    name, _, item = value.partition(" ")
    found = findings_of(desk.parts, name, item)
    if not found:
        raise OutOfDate(f"{item} has no open finding any more; look at the present card.")
    return Reply(modal=modals.waiver(value, item, found))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    name, _, item = metadata.partition(" ")
    return _answer(desk, name, item, str(values.get("finding") or ""), str(values.get("reason") or ""))


def _answer(desk: Desk, name: str | None, item: str, finding: str, reason: str) -> Reply:
    def said(release: Release) -> str:
        return f"You answer for {finding} of {item} in {release.id}."

    return Reply(waive(desk.parts, desk.asked, name, item, finding, reason[:1000], said))
