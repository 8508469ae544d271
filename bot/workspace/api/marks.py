"""Pins and reactions."""

import re
from dataclasses import replace

from bot.workspace.api.call import Answer, Call, Method, Tier, page_of
from bot.workspace.errors import SlackError
from bot.workspace.messages import message_json
from bot.workspace.things import Message
from bot.workspace.world import Room

MOST_PINS = 100
MOST_REACTIONS = 50
"""Different emoji on one message. Slack says there is a limit without saying which."""


def add_pin(call: Call) -> Answer:
    room, message = _marked(call)
    if message.ts in room.pins:
        raise SlackError("already_pinned")
    if len(room.pins) >= MOST_PINS:
        raise SlackError("too_many_pins")
    with call.world.changing():
        room.pins.append(message.ts)
        call.world.replace(replace(message, pinned=True))
    return {"ok": True}


def list_pins(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    items = [
        {
            "type": "message",
            "channel": room.id,
            "created": room.created,
            "created_by": call.bot,
            "message": message_json(room.posts[ts], room),
        }
        for ts in room.pins
    ]
    return {"ok": True, "items": items}


def remove_pin(call: Call) -> Answer:
    room, message = _marked(call)
    if message.ts not in room.pins:
        raise SlackError("no_pin")
    with call.world.changing():
        room.pins.remove(message.ts)
        call.world.replace(replace(message, pinned=False))
    return {"ok": True}


def add_reaction(call: Call) -> Answer:
    _, message = _marked(call)
    name = call.args.needed("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    users = message.reactions.get(name, ())
    if call.bot in users:
        raise SlackError("already_reacted")
    if len(message.reactions) >= MOST_REACTIONS and name not in message.reactions:
        raise SlackError("too_many_emoji")
    call.world.replace(replace(message, reactions={**message.reactions, name: (*users, call.bot)}))
    return {"ok": True}


def remove_reaction(call: Call) -> Answer:
    _, message = _marked(call)
    name = call.args.needed("name").strip(":")
    users = message.reactions.get(name, ())
    if call.bot not in users:
        raise SlackError("no_reaction")
    left = tuple(user for user in users if user != call.bot)
    others = {known: who for known, who in message.reactions.items() if known != name}
    call.world.replace(replace(message, reactions={**others, **({name: left} if left else {})}))
    return {"ok": True}


def get_reactions(call: Call) -> Answer:
    room, message = _marked(call)
    return {"ok": True, "type": "message", "channel": room.id, "message": message_json(message, room)}


def list_reactions(call: Call) -> Answer:
    """What a person, or else the bot itself, has reacted to."""
    user = call.args.text("user") or call.bot
    items = [
        {"type": "message", "channel": room.id, "message": message_json(post, room)}
        for room in call.world.rooms.values()
        if call.bot in room.members
        for post in room.posts.values()
        if any(user in users for users in post.reactions.values())
    ]
    page, following = page_of(items, call)
    return {"ok": True, "items": page, "response_metadata": {"next_cursor": following}}


def _marked(call: Call) -> tuple[Room, Message]:
    room = call.room(call.args.needed("channel"))
    if call.bot not in room.members:
        raise SlackError("not_in_channel")
    message = room.posts.get(call.args.needed("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    return room, message


METHODS = (
    Method("pins.add", add_pin, Tier.TWO, ("pins:write",)),
    Method("pins.remove", remove_pin, Tier.TWO, ("pins:write",)),
    Method("pins.list", list_pins, Tier.TWO, ("pins:read",), reads=True),
    Method("reactions.add", add_reaction, Tier.THREE, ("reactions:write",)),
    Method("reactions.remove", remove_reaction, Tier.TWO, ("reactions:write",)),
    Method("reactions.get", get_reactions, Tier.THREE, ("reactions:read",), reads=True),
    Method("reactions.list", list_reactions, Tier.TWO, ("reactions:read",), reads=True),
)
