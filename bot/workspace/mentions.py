"""Finds every mention in a message, in mrkdwn and in rich text, so that tests can say who was pinged and who was not."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.workspace.things import MentionKind

Mention = tuple[MentionKind, str]

_MENTION = re.compile(r"<(?:@([UW][A-Z0-9]+)|!subteam\^([A-Z0-9]+)|!(channel|here|everyone))(?:\|[^<>]*)?>")
_BROADCAST = re.compile(r"(?<![\w@])@(channel|here|everyone)\b")


def mentions_in(text: str, blocks: Sequence[Any]) -> list[Mention]:
    """Each mention once, in order. Text beside blocks counts too: phones show it as the notification."""
    found = [*_in_mrkdwn(text), *(mention for block in blocks for mention in _in_json(block))]
    return list(dict.fromkeys(found))


def linked_names_in(text: str) -> list[Mention]:
    """Plain `@channel` words, which ping only when the app sent `link_names` or `parse=full`."""
    return [(MentionKind(name), name) for name in _BROADCAST.findall(text)]


def _in_mrkdwn(text: str) -> Iterator[Mention]:
    for user, group, broadcast in _MENTION.findall(text):
        if user:
            yield MentionKind.USER, user
        elif group:
            yield MentionKind.GROUP, group
        else:
            yield MentionKind(broadcast), broadcast


def _in_json(value: Any) -> Iterator[Mention]:
    if isinstance(value, list):
        for item in value:
            yield from _in_json(item)
    if not isinstance(value, dict):
        return
    match value.get("type"):
        case "mrkdwn" | "markdown":
            yield from _in_mrkdwn(str(value.get("text", "")))
        case "user":
            yield MentionKind.USER, str(value.get("user_id", ""))
        case "usergroup":
            yield MentionKind.GROUP, str(value.get("usergroup_id", ""))
        case "broadcast":
            yield MentionKind(str(value.get("range", "channel"))), str(value.get("range", "channel"))
        case _:
            for item in value.values():
                yield from _in_json(item)
