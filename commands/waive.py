"""Answer for something that a check has found, by its name and with a reason that is kept; or for leaving out what is owed."""

from bot.domain.errors import NotUnderstood, OutOfDate
from bot.domain.release import Release
from bot.domain.ways import OWED
from bot.slack.incoming import Values
from bot.views import modals
from bot.workflow.asking import split_name
from bot.workflow.deciding import waive, waive_owed
from bot.workflow.looking import findings_of
from commands import Desk, Reply

USAGE = "waive [release] <item> [finding] <reason>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if len(rest) > 1 and _is_owed(rest[0]):
        return _owed_answer(desk, name, rest[0].upper(), " ".join(rest[1:]))
    if len(rest) < 3:
        raise NotUnderstood(
            f"Write `/release {USAGE}`; the card shows what was found, each with its name. What is owed has no finding."
        )
    return _answer(desk, name, rest[0].upper(), rest[1], " ".join(rest[2:]))


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    name, _, item = value.partition(" ")
    if action_id == "waive:owed":
        return Reply(modal=modals.reason("waive", value))
    found = findings_of(desk.parts, name, item)
    if not found:
        raise OutOfDate(f"{item} has no open finding any more; look at the present card.")
    return Reply(modal=modals.waiver(value, item, found))


def submitted(desk: Desk, metadata: str, values: Values) -> Reply:
    name, _, item = metadata.partition(" ")
    reason = str(values.get("reason") or "")
    if _is_owed(item):
        return _owed_answer(desk, name, item, reason)
    return _answer(desk, name, item, str(values.get("finding") or ""), reason)


def _is_owed(item: str) -> bool:
    return item.upper().startswith(f"{OWED}-")


def _answer(desk: Desk, name: str | None, item: str, finding: str, reason: str) -> Reply:
    def said(release: Release) -> str:
        return f"You answer for {finding} of {item} in {release.id}."

    return Reply(waive(desk.parts, desk.asked, name, item, finding, reason[:1000], said))


def _owed_answer(desk: Desk, name: str | None, item: str, reason: str) -> Reply:
    def said(release: Release) -> str:
        return f"You answer for leaving out {item} of {release.id}. `/release undo {item}` opens it again."

    return Reply(waive_owed(desk.parts, desk.asked, name, item, reason[:1000], said))
