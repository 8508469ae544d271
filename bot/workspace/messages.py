"""What Slack checks in the content of a message, whichever way it comes, and how it writes messages into answers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.workspace.blockkit import TOTAL_TEXT, Finding, Surface, check_blocks, text_size
from bot.workspace.echo import blocks_given_back, given_back, linked
from bot.workspace.errors import SlackError
from bot.workspace.things import Json, Message
from bot.workspace.world import APP_ID, BOT_ID, TEAM_ID, Room

LONGEST_TEXT = 40_000
LONGEST_UPDATE = 4_000
MOST_ATTACHMENTS = 100
METADATA_BYTES = 4_000
"""Slack does not publish its limit; ours is small, so that nobody comes near."""


def refuse_bad_blocks(blocks: Any) -> tuple[Json, ...]:
    """The blocks, checked. Raises SlackError `invalid_blocks` with every finding, or `msg_blocks_too_long`."""
    if blocks is None:
        return ()
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    findings = check_blocks(blocks, Surface.MESSAGE)
    if findings:
        raise invalid_blocks(findings)
    if text_size(blocks) > TOTAL_TEXT:
        raise SlackError("msg_blocks_too_long")
    return tuple(blocks)


def invalid_blocks(findings: Sequence[Finding], error: str = "invalid_blocks") -> SlackError:
    """The error in the shape Slack's answers were recorded in: `errors` and `response_metadata.messages`."""
    lines = [finding.line for finding in findings]
    return SlackError(error, messages=lines, more={"errors": lines})


def refuse_bad_metadata(metadata: Any) -> Json | None:
    """`event_type` and a flat `event_payload`. Raises SlackError in Slack's three words."""
    if metadata is None or metadata == {}:
        return metadata if metadata is None else {}
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    payload = metadata.get("event_payload")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    if any(isinstance(value, dict) for value in payload.values()) or not all(map(_is_name, payload)):
        raise SlackError("invalid_metadata_schema")
    if len(str(payload).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata


def _is_name(name: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None


def stored_text(text: str) -> str:
    """Text as Slack keeps it: cut at 40,000 characters, bare URLs in angle brackets."""
    return linked(text[:LONGEST_TEXT])


def refuse_bad_attachments(attachments: Any) -> tuple[Json, ...]:
    """Attachments: at most a hundred objects, whose own blocks are checked too. Raises SlackError."""
    if attachments is None:
        return ()
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for item in attachments:
        refuse_bad_blocks(item.get("blocks"))
    return tuple(attachments)


def message_json(message: Message, room: Room) -> dict[str, Any]:
    """A message object as Slack writes it; metadata is added only where it was asked for."""
    replies = room.replies_to(message.ts)
    body: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "text": given_back(message.text),
        "ts": message.ts,
        "team": TEAM_ID,
    }
    if message.from_bot:
        body |= {"bot_id": BOT_ID, "app_id": APP_ID}
    if message.blocks:
        body["blocks"] = blocks_given_back(message.blocks)
    if message.attachments:
        body["attachments"] = [
            {"id": number, **attachment} for number, attachment in enumerate(message.attachments, 1)
        ]
    if message.files:
        body |= {"files": [dict(file) for file in message.files], "upload": False}
    if message.renamed:
        subtype = "group_name" if room.is_private else "channel_name"
        body |= {"subtype": subtype, "old_name": message.renamed[0], "name": message.renamed[1]}
    if message.edited:
        body["edited"] = {"user": message.user, "ts": message.ts}
    if message.pinned:
        body["pinned_to"] = [room.id]
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in message.reactions.items()
        ]
    return {**body, **_thread_fields(message, replies)}


def _thread_fields(message: Message, replies: Sequence[Message]) -> Mapping[str, Any]:
    if message.thread_ts and message.thread_ts != message.ts:
        broadcast = {"subtype": "thread_broadcast"} if message.broadcast else {}
        return {"thread_ts": message.thread_ts, **broadcast}
    if not replies:
        return {}
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len({reply.user for reply in replies}),
        "reply_users": sorted({reply.user for reply in replies}),
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }
