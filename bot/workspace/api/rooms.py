"""The part of the conversations family that changes rooms: create, name, describe, invite, remove, archive, join, leave."""

import re

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.api.conversations import room_json
from bot.workspace.errors import SlackError, missing
from bot.workspace.world import Room

LONGEST_NAME = 80
LONGEST_TOPIC = 250
MANAGE = ("channels:manage", "groups:write")
TOPIC = ("channels:manage", "groups:write", "channels:write.topic", "groups:write.topic")
INVITE = ("channels:manage", "groups:write", "channels:write.invites", "groups:write.invites")


def create(call: Call) -> Answer:
    name = _name(call)
    private = call.args.flag("is_private")
    call.needs("groups:write" if private else "channels:manage")
    room = Room(
        call.world.serial("C"), name, {call.bot}, is_private=private, creator=call.bot, created=call.now
    )
    with call.world.changing():
        call.world.rooms[room.id] = room
        call.world.names[room.id] = name
    return {"ok": True, "channel": room_json(room, call.bot)}


def rename(call: Call) -> Answer:
    room = _managed(call)
    call.world.rename(room, _name(call), call.bot)
    return {"ok": True, "channel": room_json(room, call.bot)}


def set_topic(call: Call) -> Answer:
    room, words = _described(call, "topic")
    with call.world.changing():
        room.topic = words
    return {"ok": True, "channel": room_json(room, call.bot)}


def set_purpose(call: Call) -> Answer:
    room, words = _described(call, "purpose")
    with call.world.changing():
        room.purpose = words
    return {"ok": True, "purpose": words, "channel": room_json(room, call.bot)}


def invite(call: Call) -> Answer:
    room = _managed(call)
    users = [name.strip() for name in call.args.needed("users").split(",")]
    if call.bot in users:
        raise SlackError("cant_invite_self")
    if any(user not in call.world.people for user in users):
        raise SlackError("user_not_found")
    if all(user in room.members for user in users):
        raise SlackError("already_in_channel")
    with call.world.changing():
        room.members.update(users)
    return {"ok": True, "channel": room_json(room, call.bot)}


def kick(call: Call) -> Answer:
    room = _managed(call)
    user = call.args.needed("user")
    if user == call.bot:
        raise SlackError("cant_kick_self")
    if user not in call.world.people:
        raise SlackError("user_not_found")
    if user not in room.members:
        raise SlackError("not_in_channel")
    with call.world.changing():
        room.members.discard(user)
    return {"ok": True, "errors": {}}


def archive(call: Call) -> Answer:
    room = call.joined(call.args.needed("channel"))
    if room.is_archived:
        raise SlackError("already_archived")
    call.needs("groups:write" if room.is_private else "channels:manage")
    with call.world.changing():
        room.is_archived = True
    return {"ok": True}


def leave(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    if call.bot not in room.members:
        return {"ok": True, "not_in_channel": True}
    with call.world.changing():
        room.members.discard(call.bot)
    return {"ok": True}


def join(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    if not room.public:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")
    if call.bot in room.members:
        warnings = {
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
        return {"ok": True, "channel": room_json(room, call.bot), **warnings}
    with call.world.changing():
        room.members.add(call.bot)
    return {"ok": True, "channel": room_json(room, call.bot)}


def open_direct(call: Call) -> Answer:
    """A direct conversation with one person, or with several at once, or an old one by its id."""
    if call.args.has("channel"):
        return _opened(call, call.room(call.args.text("channel")), known=True)
    users = [name.strip() for name in call.args.needed("users").split(",") if name.strip()]
    if not users:
        raise SlackError("users_list_not_supplied")
    if any(user not in call.world.people for user in users):
        raise SlackError("user_not_found")
    if len(users) == 1:
        known = f"D{users[0][1:]}" in call.world.rooms
        return _opened(call, call.world.direct(users[0]), known=known)
    call.needs("mpim:write")
    return _opened_group(call, {*users, call.bot})


def close_direct(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    if not room.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    return {"ok": True}


def mark(call: Call) -> Answer:
    call.joined(call.args.needed("channel"))
    call.args.needed("ts")
    return {"ok": True}


def _opened_group(call: Call, members: set[str]) -> Answer:
    for room in call.world.rooms.values():
        if room.is_mpim and room.members == members:
            return _opened(call, room, known=True)
    names = "--".join(sorted(call.world.names[user].lower() for user in members))
    room = Room(call.world.serial("G"), f"mpdm-{names}-1", members, is_mpim=True, created=call.now)
    with call.world.changing():
        call.world.rooms[room.id] = room
        call.world.names[room.id] = room.name
    return _opened(call, room, known=False)


def _opened(call: Call, room: Room, *, known: bool) -> Answer:
    channel = room_json(room, call.bot) if call.args.flag("return_im") else {"id": room.id}
    more = {"no_op": True, "already_open": True} if known else {}
    return {"ok": True, **more, "channel": channel}


def _managed(call: Call) -> Room:
    room = call.joined(call.args.needed("channel"))
    if room.is_direct:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")
    return room


def _described(call: Call, name: str) -> tuple[Room, str]:
    room = _managed(call)
    if name not in call.args.values:
        raise missing(name)
    words = call.args.text(name)
    if len(words) > LONGEST_TOPIC:
        raise SlackError("too_long")
    return room, words


def _name(call: Call) -> str:
    """A channel's name. Raises SlackError in Slack's words (https://docs.slack.dev/reference/methods/conversations.create)."""
    name = call.args.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[\w]", name):
        raise SlackError("invalid_name_punctuation")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")
    if call.world.room(f"#{name}") is not None:
        raise SlackError("name_taken")
    return name


METHODS = (
    Method("conversations.create", create, Tier.TWO, MANAGE),
    Method("conversations.rename", rename, Tier.TWO, MANAGE),
    Method("conversations.setTopic", set_topic, Tier.TWO, TOPIC),
    Method("conversations.setPurpose", set_purpose, Tier.TWO, TOPIC),
    Method("conversations.invite", invite, Tier.THREE, INVITE),
    Method("conversations.kick", kick, Tier.THREE, MANAGE),
    Method("conversations.archive", archive, Tier.TWO, MANAGE),
    Method("conversations.leave", leave, Tier.THREE, MANAGE),
    Method("conversations.join", join, Tier.THREE, ("channels:join",)),
    Method("conversations.open", open_direct, Tier.THREE, ("im:write", "mpim:write", "channels:manage")),
    Method("conversations.close", close_direct, Tier.TWO, ("im:write", "mpim:write")),
    Method("conversations.mark", mark, Tier.THREE, (*MANAGE, "im:write", "mpim:write")),
)
