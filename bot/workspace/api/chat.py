"""The chat family: post, update, delete, whisper, and the permalink."""

from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.echo import given_back
from bot.workspace.errors import SlackError
from bot.workspace.messages import (
    LONGEST_TEXT,
    LONGEST_UPDATE,
    message_json,
    refuse_bad_attachments,
    refuse_bad_blocks,
    refuse_bad_metadata,
    stored_text,
)
from bot.workspace.things import Json, Message
from bot.workspace.world import Room


def post_message(call: Call) -> Answer:
    room = room_to_post(call)
    drafted = draft(call, room)
    call.limits.per_second(f"chat.postMessage {room.id}")
    shown = _posted_before(call) or call.world.add(drafted, link_names=_linked(call))
    _remember(call, shown)
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
    _refuse_late_edit(call, before)
    drafted = draft(call, room)
    metadata = drafted.metadata if call.args.has("metadata") else before.metadata
    shown = call.world.replace(
        replace(
            before,
            text=drafted.text,
            blocks=drafted.blocks,
            attachments=drafted.attachments,
            edited=before.edited or not drafted.blocks,
            metadata=metadata or None,
        )
    )
    return {
        "ok": True,
        "channel": room.id,
        "ts": shown.ts,
        "text": given_back(shown.text),
        "message": _echo(shown, room),
    }


def delete(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    message = _own_post(call, room, "cant_delete_message")
    call.world.remove(message)
    return {"ok": True, "channel": room.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Answer:
    room = room_to_post(call)
    user = call.args.needed("user")
    if user not in call.world.people or user not in room.members:
        raise SlackError("user_not_in_channel")
    shown = call.world.add(replace(draft(call, room), ephemeral_to=user))
    return {"ok": True, "message_ts": shown.ts}


def get_permalink(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    ts = call.args.needed("message_ts")
    if ts not in room.posts:
        raise SlackError("message_not_found")
    link = f"{call.base_url}archives/{room.id}/p{ts.replace('.', '')}"
    return {"ok": True, "channel": room.id, "permalink": link}


def room_to_post(call: Call) -> Room:
    """Where the bot may write: its rooms, public ones with `chat:write.public`, and anyone's direct messages."""
    key = call.args.needed("channel")
    if key in call.world.people:
        return call.world.direct(key)
    room = call.room(key)
    if room.is_archived:
        raise SlackError("is_archived")
    if call.bot not in room.members and "chat:write.public" not in call.world.app.scopes:
        raise SlackError("not_in_channel")
    _refuse_restricted(room, in_thread=call.args.has("thread_ts"))
    return room


def _refuse_restricted(room: Room, *, in_thread: bool) -> None:
    """A channel may be closed to posts, to posts outside threads, or to threads."""
    match room.restriction:
        case "restricted_action_thread_only_channel" if in_thread:
            return
        case "restricted_action_non_threadable_channel" if not in_thread:
            return
        case "":
            return
        case word:
            raise SlackError(word)


def draft(call: Call, room: Room) -> Message:
    """The message as the arguments describe it, refused where Slack refuses."""
    args = call.args
    blocks, text = refuse_bad_blocks(args.tree("blocks", "invalid_blocks_format")), args.text("text")
    attachments = refuse_bad_attachments(args.tree("attachments", "invalid_attachments"))
    if args.has("markdown_text"):
        if text or blocks:
            raise SlackError("markdown_text_conflict")
        blocks = refuse_bad_blocks([{"type": "markdown", "text": args.text("markdown_text")}])
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text")
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
        metadata=_metadata(call),
        from_bot=True,
        broadcast=args.flag("reply_broadcast"),
        attachments=attachments,
    )


def _metadata(call: Call) -> Json | None:
    checked = refuse_bad_metadata(call.args.tree("metadata", "invalid_metadata_format"))
    return None if call.faults.drops_metadata else checked or None


def _posted_before(call: Call) -> Message | None:
    """The message an earlier call with the same `client_msg_id` made, where the workspace looks at that.

    Raises SlackError with the words of Slack's error list when that message, or its channel, is gone.
    """
    place = call.world.client_msg_ids.get(call.args.text("client_msg_id"))
    if place is None or not call.faults.dedupes_client_msg_ids:
        return None
    room = call.world.rooms.get(place[0])
    if room is None or call.bot not in room.members:
        raise SlackError("duplicate_channel_not_found")
    if place[1] not in room.posts:
        raise SlackError("duplicate_message_not_found")
    return room.posts[place[1]]


def _remember(call: Call, shown: Message) -> None:
    if call.args.has("client_msg_id"):
        call.world.client_msg_ids[call.args.text("client_msg_id")] = (shown.channel, shown.ts)


def _refuse_late_edit(call: Call, message: Message) -> None:
    limit = call.faults.edit_seconds
    if limit and call.world.clock.now() - float(message.ts) > limit:
        raise SlackError("edit_window_closed")


def _thread(call: Call, room: Room) -> str | None:
    thread = call.args.text("thread_ts")
    if not thread:
        return None
    if thread not in room.posts:
        if call.faults.takes_unknown_threads:
            return thread
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
    """The message as the answer carries it. Of metadata the answer tells the type only (python-slack-sdk #1501)."""
    metadata = {"metadata": {"event_type": message.metadata["event_type"]}} if message.metadata else {}
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
