"""What the page shows one person, as JSON values: the rooms and one of them in full, the log and the faults."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.drawing import EMOJI, Tree, Viewer, draw_blocks, draw_message, draw_text
from bot.workspace.fault_list import DeclaredFault
from bot.workspace.parts import Parts
from bot.workspace.people import PersonHandle
from bot.workspace.things import LogLine, Message, View
from bot.workspace.world import BOT_USER_ID, Room, World

MOST_DRAWINGS = 10_000
MOST_LINES = 300
"""The log is shown from its end; further back a person would not read."""


@dataclass(frozen=True)
class Look:
    """What a window looks at: a room by id or name with its latest `limit` posts, a thread, and whether anybody sees it."""

    room: str = ""
    thread: str = ""
    limit: int = 50
    is_seen: bool = True


@dataclass
class Reading:
    """How far each person has read each room, as the ts of the latest post that was shown to them."""

    upto: dict[tuple[str, str], str] = field(default_factory=dict)


@dataclass
class Drawings:
    """Messages that were drawn before, so that a change of one does not draw all of them again."""

    kept: dict[tuple[str, str, str], tuple[Message, Viewer, list[Tree]]] = field(default_factory=dict)

    def of(self, message: Message, viewer: Viewer) -> list[Tree]:
        place = (viewer.user, message.channel, message.ts)
        known = self.kept.get(place)
        if known is not None and known[0] is message and known[1] == viewer:
            return known[2]
        if len(self.kept) > MOST_DRAWINGS:
            self.kept.clear()
        drawn = draw_message(message, viewer)
        self.kept[place] = (message, viewer, drawn)
        return drawn


@dataclass(frozen=True)
class Desk:
    """All that is needed to show one person something."""

    handle: PersonHandle
    viewer: Viewer
    drawings: Drawings


@dataclass(frozen=True)
class PageState:
    """Tells what a window shows. It remembers what was read and drawn, and changes nothing else."""

    parts: Parts
    reading: Reading = field(default_factory=Reading)
    drawings: Drawings = field(default_factory=Drawings)

    def of(self, handle: PersonHandle, look: Look) -> dict[str, Any]:
        """What this person sees now."""
        with self.parts.world.changed:
            desk = Desk(handle, _viewer(self.parts, handle), self.drawings)
            return _page_state(self.parts, desk, look, self.reading)


def _viewer(parts: Parts, handle: PersonHandle) -> Viewer:
    world = parts.world
    return Viewer(
        user=handle.id,
        names=dict(world.names),
        groups=frozenset(group.id for group in world.groups.values() if handle.id in group.members),
        rooms=frozenset(room.id for room in world.rooms.values() if handle.id in room.members),
        own_address=parts.payloads.base_url,
    )


def _page_state(parts: Parts, desk: Desk, look: Look, reading: Reading) -> dict[str, Any]:
    """A consistent snapshot. What it shows counts as read, if somebody looks at it."""
    world, handle = parts.world, desk.handle
    mine = world.direct(handle.id)
    rooms = [room for room in world.rooms.values() if handle.id in room.members]
    shown = next(
        (room for room in rooms if look.room == room.id or (look.room == room.name and not room.is_im)), None
    )
    if shown is None and look.room != "home":
        shown = next((room for room in rooms if not room.is_im), mine)
    if shown is not None and look.is_seen:
        reading.upto[handle.id, shown.id] = max([*shown.posts, *shown.ephemerals], default="")
    return {
        **_surroundings(world, handle),
        "rooms": [_room(world, room, handle.id, reading) for room in rooms],
        "room": _open(world, shown, desk, look.limit) if shown else None,
        "thread": _thread(world, shown, desk, look.thread) if shown and look.thread else None,
        "modal": _view(handle.modal, len(parts.windows.stack(handle.id)), desk.viewer),
        "home": _view(handle.home_view, 0, desk.viewer),
        "faults": parts.faults.now(),
        "ahead": round(world.clock.ahead),
    }


def _surroundings(world: World, handle: PersonHandle) -> dict[str, Any]:
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
            {"handle": group.handle, "id": group.id, "name": group.name, "members": list(group.members)}
            for group in world.groups.values()
        ],
        "names": dict(world.names),
        "commands": [
            {"name": item.name, "description": item.description, "usage_hint": item.usage_hint}
            for item in world.app.commands.values()
        ],
    }


def _room(world: World, room: Room, user: str, reading: Reading) -> dict[str, Any]:
    """A line of the sidebar. `unread` counts posts of others, `pings` those that name this person or are for them alone."""
    upto = reading.upto.get((user, room.id), "")
    unread = 0
    for post in reversed(room.posts.values()):
        if post.ts <= upto:
            break
        unread += post.user != user and _is_on_top(post)
    pings = sum(
        user in item.reached and item.channel == room.id and item.ts > upto for item in world.notifications
    )
    return {
        "id": room.id,
        "name": _name(world, room, user),
        "is_private": room.is_private,
        "is_direct": room.is_direct,
        "is_archived": room.is_archived,
        "unread": unread,
        "pings": unread if room.is_direct else pings,
    }


def _name(world: World, room: Room, user: str) -> str:
    if not room.is_direct:
        return room.name
    return ", ".join(world.names.get(member, member) for member in sorted(room.members - {user}))


def _is_on_top(post: Message) -> bool:
    """Whether a post stands in the channel itself and not only in a thread."""
    return post.thread_ts in (None, post.ts) or post.broadcast


def _open(world: World, room: Room, desk: Desk, limit: int) -> dict[str, Any]:
    posts = [post for post in world.visible(room, desk.handle.id) if _is_on_top(post)]
    return {
        "id": room.id,
        "members": len(room.members),
        "topic": room.topic,
        "pinned": [post.ts for post in posts if post.pinned],
        "older": max(0, len(posts) - limit),
        "messages": [_message(post, room, desk) for post in posts[-limit:]],
    }


def _thread(world: World, room: Room, desk: Desk, root: str) -> list[dict[str, Any]]:
    posts = [post for post in world.visible(room, desk.handle.id) if root in (post.ts, post.thread_ts)]
    return [_message(post, room, desk) for post in posts]


def _message(message: Message, room: Room, desk: Desk) -> dict[str, Any]:
    replies = room.replies_to(message.ts)
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "drawn": desk.drawings.of(message, desk.viewer),
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast and message.thread_ts != message.ts,
        "ephemeral": message.ephemeral_to is not None,
        "pinned": message.pinned,
        "edited": message.edited,
        "from_bot": message.from_bot,
        "reactions": [
            {"emoji": EMOJI.get(name, f":{name}:"), "users": list(users)}
            for name, users in message.reactions.items()
        ],
        "values": desk.handle.chosen_in(message),
        "replies": len(replies),
        "repliers": list(Counter(reply.user for reply in replies))[:4],
        "replied": replies[-1].ts if replies else None,
    }


def _view(view: View | None, depth: int, viewer: Viewer) -> dict[str, Any] | None:
    if view is None:
        return None
    texts = {name: view.content.get(name) for name in ("title", "submit", "close")}
    return {
        "id": view.id,
        "hash": view.hash,
        "depth": depth,
        **{name: draw_text(text, viewer) if text else None for name, text in texts.items()},
        "drawn": draw_blocks(view.blocks, viewer),
        "values": {block: dict(actions) for block, actions in view.values.items()},
        "errors": dict(view.errors),
    }


def log_state(world: World, after: int) -> dict[str, Any]:
    """The lines of the log after the first `after`, oldest first, without what was said in them; `total` is for the next look.

    A log that is shorter than `after` was reset, and comes from its start.
    """
    with world.changed:
        total = len(world.log)
        start = max(0 if after > total else after, total - MOST_LINES)
        lines = [_line(number, world.log[number]) for number in range(start, total)]
    return {"total": total, "was_reset": after > total, "lines": lines}


def _line(number: int, line: LogLine) -> dict[str, Any]:
    return {
        "number": number,
        "at": line.at,
        "kind": line.kind,
        "name": line.name,
        "ms": None if line.latency is None else round(line.latency * 1000, 2),
        "error": line.error,
        "detail": line.detail,
    }


def log_details(world: World, number: int) -> Mapping[str, Any]:
    """What was sent and answered in one line of the log. Raises IndexError when there is no such line."""
    with world.changed:
        line = world.log[number]
    return {"sent": line.sent, "answer": line.answer}


def fault_state(declared: DeclaredFault) -> dict[str, Any]:
    """One fault, as the panel needs it to ask for its arguments."""
    return {
        "name": declared.name,
        "group": declared.group,
        "sentence": declared.sentence,
        "arguments": [
            {
                "name": item.name,
                "kind": str(item.kind),
                "default": item.default,
                "label": item.label,
                "choices": list(item.choices),
            }
            for item in declared.arguments
        ],
    }
