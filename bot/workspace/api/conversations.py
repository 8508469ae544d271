"""The part of the conversations family that reads: who is where, and what was said."""

from decimal import Decimal, InvalidOperation
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier, any_room, by_room, page_of
from bot.workspace.errors import SlackError
from bot.workspace.messages import message_json
from bot.workspace.things import Message
from bot.workspace.world import TEAM_ID, Room

SCOPES = {
    "public_channel": "channels:read",
    "private_channel": "groups:read",
    "im": "im:read",
    "mpim": "mpim:read",
}


def info(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    call.needs(by_room("read", room))
    counted = {"num_members": len(room.members)} if call.args.flag("include_num_members") else {}
    return {"ok": True, "channel": {**room_json(room, call.bot), **counted}}


def list_rooms(call: Call) -> Answer:
    rooms = [room for room in _of_types(call) if room.public or call.bot in room.members]
    return _page_of_rooms(call, rooms)


def of_user(call: Call) -> Answer:
    """`users.conversations`: the rooms a person, or else the bot itself, is in."""
    user = call.args.text("user") or call.bot
    if user != call.bot and user not in call.world.people:
        raise SlackError("user_not_found")
    rooms = [
        room for room in _of_types(call) if user in room.members and (room.public or call.bot in room.members)
    ]
    return _page_of_rooms(call, rooms)


def _of_types(call: Call) -> list[Room]:
    wanted = {name.strip() for name in call.args.text("types", "public_channel").split(",")}
    if wanted - set(SCOPES):
        raise SlackError("invalid_types")
    for kind in sorted(wanted):
        call.needs(SCOPES[kind])
    no_archived = call.args.flag("exclude_archived")
    rooms = [room for room in call.world.rooms.values() if _kind(room) in wanted]
    return [room for room in rooms if not (room.is_archived and no_archived)]


def _page_of_rooms(call: Call, rooms: list[Room]) -> Answer:
    page, following = page_of(rooms, call)
    found = [{**room_json(room, call.bot), "num_members": len(room.members)} for room in page]
    return {"ok": True, "channels": found, "response_metadata": {"next_cursor": following}}


def members(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    call.needs(by_room("read", room))
    page, following = page_of(sorted(room.members), call)
    return {"ok": True, "members": page, "response_metadata": {"next_cursor": following}}


def history(call: Call) -> Answer:
    room = _readable(call)
    shown = [post for post in room.posts.values() if _top_level(post) and _between(post, call)]
    page, following = page_of(shown[::-1], call, 999)
    return {
        "ok": True,
        "messages": [_with_metadata(post, room, call) for post in page],
        "has_more": bool(following),
        "pin_count": len(room.pins),
        "response_metadata": {"next_cursor": following},
    }


def replies(call: Call) -> Answer:
    room = _readable(call)
    asked = room.posts.get(call.args.needed("ts"))
    if asked is None:
        raise SlackError("thread_not_found")
    root = asked.thread_ts or asked.ts
    thread = [
        post
        for post in room.posts.values()
        if root in (post.ts, post.thread_ts) and _between(post, call, root)
    ]
    page, following = page_of(thread, call)
    return {
        "ok": True,
        "messages": [_with_metadata(post, room, call) for post in page],
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }


def room_json(room: Room, bot: str) -> dict[str, Any]:
    """A conversation object as Slack writes it (https://docs.slack.dev/reference/objects/conversation-object)."""
    common = {
        "id": room.id,
        "created": room.created,
        "is_archived": room.is_archived,
        "is_im": room.is_im,
        "is_org_shared": False,
        "context_team_id": TEAM_ID,
        "updated": room.created * 1000,
    }
    if room.is_im:
        other = next(member for member in sorted(room.members) if member != bot)
        return {**common, "user": other, "is_user_deleted": False, "priority": 0}
    return {
        **common,
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": not room.is_private and not room.is_mpim,
        "is_group": room.is_mpim,
        "is_mpim": room.is_mpim,
        "is_private": not room.public,
        "is_general": False,
        "is_shared": False,
        "is_ext_shared": False,
        "is_pending_ext_shared": False,
        "is_member": bot in room.members,
        "unlinked": 0,
        "parent_conversation": None,
        "pending_shared": [],
        "pending_connected_team_ids": [],
        "shared_team_ids": [TEAM_ID],
        "previous_names": [],
        "creator": room.creator,
        "topic": {"value": room.topic, "creator": "", "last_set": 0},
        "purpose": {"value": room.purpose, "creator": "", "last_set": 0},
    }


def _kind(room: Room) -> str:
    if room.is_direct:
        return "im" if room.is_im else "mpim"
    return "private_channel" if room.is_private else "public_channel"


def _readable(call: Call) -> Room:
    room = call.room(call.args.needed("channel"))
    call.needs(by_room("history", room))
    if call.bot not in room.members:
        raise SlackError("not_in_channel")
    return room


def _top_level(post: Message) -> bool:
    return post.thread_ts in (None, post.ts) or post.broadcast


def _between(post: Message, call: Call, root: str = "") -> bool:
    """`oldest` and `latest` are exclusive unless `inclusive`; the root of a thread is always shown."""
    ts, oldest, latest = _moment(post.ts), call.args.text("oldest"), call.args.text("latest")
    if call.args.flag("inclusive"):
        after = not oldest or ts >= _moment(oldest, "invalid_ts_oldest")
        before = not latest or ts <= _moment(latest, "invalid_ts_latest")
    else:
        after = not oldest or ts > _moment(oldest, "invalid_ts_oldest")
        before = not latest or ts < _moment(latest, "invalid_ts_latest")
    return post.ts == root or (after and before)


def _moment(ts: str, otherwise: str = "invalid_ts") -> Decimal:
    try:
        return Decimal(ts)
    except InvalidOperation:
        raise SlackError(otherwise) from None


def _with_metadata(post: Message, room: Room, call: Call) -> dict[str, Any]:
    asked = post.metadata and call.args.flag("include_all_metadata")
    return {**message_json(post, room), **({"metadata": post.metadata} if asked else {})}


METHODS = (
    Method("conversations.info", info, Tier.THREE, any_room("read"), reads=True),
    Method("conversations.list", list_rooms, Tier.TWO, any_room("read"), reads=True),
    Method("conversations.members", members, Tier.FOUR, any_room("read"), reads=True),
    Method("conversations.history", history, Tier.THREE, any_room("history"), reads=True),
    Method("conversations.replies", replies, Tier.THREE, any_room("history"), reads=True),
    Method("users.conversations", of_user, Tier.THREE, any_room("read"), reads=True),
)
