"""Pause a rollout in stages, let it go on, or abort it. Anyone may pause."""

from bot.domain.errors import NotUnderstood
from bot.workflow import rolling_out
from bot.workflow.asking import split_name
from commands import Desk, Reply

USAGE = "rollout [release] pause [reason] | continue | abort [reason]"
_ACTS = ("pause", "continue", "abort")


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = (None, words) if words and words[0] in _ACTS else split_name(desk.parts, words)
    if not rest or rest[0] not in _ACTS:
        raise NotUnderstood(f"Write `/release {USAGE}`.")
    return _do(desk, rest[0], name, " ".join(rest[1:]))


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    return _do(desk, action_id.partition(":")[2], value, "")


def _do(desk: Desk, act: str, name: str | None, reason: str) -> Reply:
    match act:
        case "pause":
            return Reply(rolling_out.pause(desk.parts, desk.asked, name, reason))
        case "continue":
            return Reply(rolling_out.proceed(desk.parts, desk.asked, name))
        case _:
            return Reply(rolling_out.abort(desk.parts, desk.asked, name, reason))
