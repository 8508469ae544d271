"""The chat family: post, update, delete, whisper, and the permalink."""

from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.errors import SlackError
from bot.workspace.messages import (
    LONGEST_TEXT,
    LONGEST_UPDATE,
    MOST_ATTACHMENTS,
    message_json,
    refuse_bad_blocks,
    refuse_bad_metadata,
    stored_text,
)
from bot.workspace.things import Message
from bot.workspace.world import Room


def post_message(call: Call) -> Answer:
    room = _room_to_post(call)
    draft = _draft(call, room)
    call.limits.per_second(f"chat.postMessage {room.id}")
    shown = call.world.add(draft, link_names=_linked(call))
    answer: Answer = {"ok": True, "channel": room.id, "ts": shown.ts, "message": _echo(shown, room)}
    warnings = _warnings(call, shown)
    if warnings:
        answer |= {"warning": ",".join(warnings), "response_metadata": {"warnings": warnings}}
    return answer


def update(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    before = _own_post(call, room, "cant_update_message")
    text = call.args.text("text")
    if len(text) > LONGEST_UPDATE:
        raise SlackError("msg_too_long")
    draft = _draft(call, room)
    metadata = draft.metadata if call.args.has("metadata") else before.metadata
    shown = call.world.replace(
        replace(
            before,
            text=draft.text,
            blocks=draft.blocks,
            attachments=draft.attachments,
            edited=before.edited or not draft.blocks,
            metadata=metadata or None,
        )
    )
    return {"ok": True, "channel": room.id, "ts": shown.ts, "text": shown.text, "message": _echo(shown, room)}


def delete(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    message = _own_post(call, room, "cant_delete_message")
    call.world.remove(message)
    return {"ok": True, "channel": room.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Answer:
    room = _room_to_post(call)
    user = call.args.needed("user")
    if user not in call.world.people or user not in room.members:
        raise SlackError("user_not_in_channel")
    shown = call.world.add(replace(_draft(call, room), ephemeral_to=user))
    return {"ok": True, "message_ts": shown.ts}


def get_permalink(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    ts = call.args.needed("message_ts")
    if ts not in room.posts:
        raise SlackError("message_not_found")
    link = f"{call.base_url}archives/{room.id}/p{ts.replace('.', '')}"
    return {"ok": True, "channel": room.id, "permalink": link}


def _room_to_post(call: Call) -> Room:
    """Where the bot may write: its rooms, public ones with `chat:write.public`, and anyone's direct messages."""
    key = call.args.needed("channel")
    if key in call.world.people:
        return call.world.direct(key)
    room = call.room(key)
    if room.is_archived:
        raise SlackError("is_archived")
    if call.bot not in room.members and "chat:write.public" not in call.world.app.scopes:
        raise SlackError("not_in_channel")
    return room


def _draft(call: Call, room: Room) -> Message:
    """The message as the arguments describe it, refused where Slack refuses."""
    args = call.args
    blocks, text = refuse_bad_blocks(args.tree("blocks", "invalid_blocks_format")), args.text("text")
    attachments = args.tree("attachments", "invalid_attachments") or []
    if args.has("markdown_text"):
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        blocks = refuse_bad_blocks([{"type": "markdown", "text": args.text("markdown_text")}])
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if (
        args.has("username") or args.has("icon_emoji") or args.has("icon_url")
    ) and call.method.name != "chat.update":
        call.needs("chat:write.customize")
    return Message(
        channel=room.id,
        ts=call.world.next_ts(),
        user=call.bot,
        text=stored_text(text),
        blocks=blocks,
        thread_ts=_thread(call, room),
        metadata=refuse_bad_metadata(args.tree("metadata", "invalid_metadata_format")) or None,
        from_bot=True,
        broadcast=args.flag("reply_broadcast"),
        attachments=tuple(attachments),
    )


def _thread(call: Call, room: Room) -> str | None:
    thread = call.args.text("thread_ts")
    if not thread:
        return None
    if thread not in room.posts:
        raise SlackError("thread_not_found")
    return room.posts[thread].thread_ts or thread


def _own_post(call: Call, room: Room, otherwise: str) -> Message:
    """The bot's own message. An ephemeral one cannot be found this way."""
    message = room.posts.get(call.args.needed("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if not message.from_bot:
        raise SlackError(otherwise)
    return message


def _echo(message: Message, room: Room) -> dict[str, Any]:
    metadata = {"metadata": message.metadata} if message.metadata else {}
    return {**message_json(message, room), **metadata}


def _linked(call: Call) -> str:
    asked = call.args.flag("link_names") or call.args.text("parse") == "full"
    return call.args.text("text") if asked else ""


def _warnings(call: Call, message: Message) -> list[str]:
    found = ["message_truncated"] if len(call.args.text("text")) > LONGEST_TEXT else []
    return [*found, "missing_text_in_message"] if message.blocks and not message.text else found


METHODS = (
    Method("chat.postMessage", post_message, Tier.SPECIAL, ("chat:write",)),
    Method("chat.update", update, Tier.THREE, ("chat:write",)),
    Method("chat.delete", delete, Tier.THREE, ("chat:write",)),
    Method("chat.postEphemeral", post_ephemeral, Tier.FOUR, ("chat:write",)),
    Method("chat.getPermalink", get_permalink, Tier.SPECIAL, reads=True),
)
