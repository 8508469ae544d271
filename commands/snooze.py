"""Be reminded of nothing for some hours, 4 if you name none."""

from bot.domain.errors import NotUnderstood
from bot.workflow.reminding import snooze
from commands import Desk, Reply

USAGE = "snooze [hours]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    if len(words) > 1:
        raise NotUnderstood(f"“{words[1][:60]}” is too much. Write `/release {USAGE}`.")
    return Reply(snooze(desk.parts, desk.asked, words[0] if words else "4"))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(snooze(desk.parts, desk.asked, value))
