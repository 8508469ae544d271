"""Everything the page shows one person, as one JSON value."""

from typing import Any

from bot.workspace.parts import Parts
from bot.workspace.people import PersonHandle
from bot.workspace.things import Message, View
from bot.workspace.world import BOT_USER_ID, Room


def page_state(parts: Parts, handle: PersonHandle) -> dict[str, Any]:
    """A consistent snapshot, taken under the workspace's lock."""
    world = parts.world
    with world.changed:
        rooms = [room for room in world.rooms.values() if handle.id in room.members]
        mine = world.direct(handle.id)
        return {
            "revision": world.revision,
            "team": world.setup.team_name,
            "app": {"name": world.app.bot_name, "id": BOT_USER_ID, "home_tab": world.app.home_tab},
            "me": handle.id,
            "people": [
                {"id": person.id, "name": person.name, "real_name": person.real_name}
                for person in world.people.values()
            ],
            "groups": [
                {"handle": group.handle, "name": group.name, "members": len(group.members)}
                for group in world.groups.values()
            ],
            "names": dict(world.names),
            "commands": [
                {"name": item.name, "description": item.description, "usage_hint": item.usage_hint}
                for item in world.app.commands.values()
            ],
            "rooms": [_room(parts, room, handle) for room in [*rooms, *([] if mine in rooms else [mine])]],
            "modal": _view(handle.modal, len(parts.windows.stack(handle.id))),
            "home": _view(handle.home_view, 0),
        }


def _room(parts: Parts, room: Room, handle: PersonHandle) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": parts.world.app.bot_name if room.is_im else room.name,
        "is_private": room.is_private,
        "is_im": room.is_im,
        "is_archived": room.is_archived,
        "members": len(room.members),
        "pings": sum(
            handle.id in item.reached and item.channel == room.id for item in parts.world.notifications
        ),
        "messages": [_message(message) for message in parts.world.visible(room, handle.id)],
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": [dict(block) for block in message.blocks],
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "ephemeral": message.ephemeral_to is not None,
        "pinned": message.pinned,
        "edited": message.edited,
        "from_bot": message.from_bot,
        "reactions": {name: list(users) for name, users in message.reactions.items()},
    }


def _view(view: View | None, depth: int) -> dict[str, Any] | None:
    if view is None:
        return None
    return {
        "id": view.id,
        "hash": view.hash,
        "depth": depth,
        "content": {**view.content, "blocks": [dict(block) for block in view.blocks]},
        "values": {block: dict(actions) for block, actions in view.values.items()},
        "errors": dict(view.errors),
    }
