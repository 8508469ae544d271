"""Show all commands with one sentence each."""

from bot.views.answers import help_text
from commands import Desk, Reply, help_of

USAGE = "help"
GROUPS = {
    "A release": "start status list mine schedule hold resume cancel move",
    "Doing and signing": "approve done undo run log reject withdraw retry fast-track",
    "What is in it, and what the checks found": "findings waive version override versions notes guide branches manifest history",
    "Who is told, and when": "announcements calendar exempt feedback",
    "Rolling out, and going back": "rollout rollback unlock",
    "You": "away back snooze help",
}
"""The order in which help shows the commands; every one has its place here."""


def typed(desk: Desk, _words: tuple[str, ...]) -> Reply:
    return Reply(
        blocks=help_text(_grouped({n: (str(c.USAGE), help_of(c)) for n, c in desk.commands.items()}))
    )


def clicked(desk: Desk, _action_id: str, _value: str) -> Reply:
    return typed(desk, ())


def _grouped(rows: dict[str, tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    return {group: [rows[name] for name in names.split() if name in rows] for group, names in GROUPS.items()}
