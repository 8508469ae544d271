"""Pins and reactions."""

from dataclasses import replace

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.errors import SlackError
from bot.workspace.messages import message_json
from bot.workspace.things import Message
from bot.workspace.world import Room

MOST_PINS = 100


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
            "created_by": call.bot,
            "message": message_json(room.posts[ts], room),
        }
        for ts in room.pins
    ]
    return {"ok": True, "items": items}


def add_reaction(call: Call) -> Answer:
    _, message = _marked(call)
    name = call.args.needed("name").strip(":")
    users = message.reactions.get(name, ())
    if call.bot in users:
        raise SlackError("already_reacted")
    call.world.replace(replace(message, reactions={**message.reactions, name: (*users, call.bot)}))
    return {"ok": True}


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
    Method("pins.list", list_pins, Tier.TWO, ("pins:read",), reads=True),
    Method("reactions.add", add_reaction, Tier.THREE, ("reactions:write",)),
)
