"""What Slack makes of a message before it gives it back: emoji as `:name:`, bare URLs as links, defaults filled in."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.workspace.emoji import named

_BARE_URL = re.compile(r"(?<![<|\w])(https?://[^\s<>|]+)")


def linked(text: str) -> str:
    """Bare URLs in angle brackets; entities stay as they are."""
    return _BARE_URL.sub(r"<\1>", text) if "://" in text else text


def given_back(text: str) -> str:
    """The text of a message as Slack answers it."""
    return named(linked(text))


def blocks_given_back(blocks: Sequence[Any]) -> list[Any]:
    """Blocks as Slack answers them: never byte for byte what was sent, so nobody may compare them."""
    return [_changed(block) for block in blocks]


def _changed(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_changed(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    match value.get("type"):
        case "mrkdwn":
            text = str(value.get("text", ""))
            verbatim = bool(value.get("verbatim", False))
            return {**value, "text": named(text if verbatim else linked(text)), "verbatim": verbatim}
        case "plain_text":
            emoji = bool(value.get("emoji", True))
            text = str(value.get("text", ""))
            return {**value, "text": named(text) if emoji else text, "emoji": emoji}
        case _:
            return {name: _changed(item) for name, item in value.items()}
