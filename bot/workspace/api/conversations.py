"""The conversations family: who is where, and what was said."""

from decimal import Decimal, InvalidOperation
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier, any_room, by_room, page_of
from bot.workspace.errors import SlackError
from bot.workspace.messages import message_json
from bot.workspace.things import Message
from bot.workspace.world import TEAM_ID, Room


def info(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    call.needs(by_room("read", room))
    counted = {"num_members": len(room.members)} if call.args.flag("include_num_members") else {}
    return {"ok": True, "channel": {**room_json(room, call.bot), **counted}}


def list_rooms(call: Call) -> Answer:
    wanted = {name.strip() for name in call.args.text("types", "public_channel").split(",")}
    unknown = wanted - {"public_channel", "private_channel", "im", "mpim"}
    if unknown:
        raise SlackError("invalid_types")
    rooms = [
        room
        for room in call.world.rooms.values()
        if _kind(room) in wanted
        and (room.public or call.bot in room.members)
        and not (room.is_archived and call.args.flag("exclude_archived"))
    ]
    for room in rooms:
        call.needs(by_room("read", room))
    page, following = page_of(rooms, call)
    found = [room_json(room, call.bot) for room in page]
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


def open_direct(call: Call) -> Answer:
    users = [name.strip() for name in call.args.needed("users").split(",")]
    if any(user not in call.world.people for user in users):
        raise SlackError("user_not_found")
    if len(users) != 1:
        raise SlackError("not_enough_users" if not users else "too_many_users")
    known = f"D{users[0][1:]}" in call.world.rooms
    room = call.world.direct(users[0])
    return {"ok": True, "no_op": known, "already_open": known, "channel": {"id": room.id}}


def join(call: Call) -> Answer:
    room = call.room(call.args.needed("channel"))
    if not room.public:
        raise SlackError("method_not_supported_for_channel_type")
    if room.is_archived:
        raise SlackError("is_archived")
    with call.world.changing():
        room.members.add(call.bot)
    return {"ok": True, "channel": room_json(room, call.bot)}


def room_json(room: Room, bot: str) -> dict[str, Any]:
    """A conversation object as Slack writes it."""
    common = {"id": room.id, "is_im": room.is_im, "is_archived": room.is_archived, "context_team_id": TEAM_ID}
    if room.is_im:
        return {**common, "user": next(member for member in room.members if member != bot), "is_mpim": False}
    return {
        **common,
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": not room.is_private,
        "is_group": False,
        "is_mpim": False,
        "is_private": room.is_private,
        "is_general": False,
        "is_member": bot in room.members,
        "creator": "U0WORKSPACE",
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _kind(room: Room) -> str:
    if room.is_im:
        return "im"
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
    Method("conversations.open", open_direct, Tier.THREE, ("im:write", "mpim:write", "channels:manage")),
    Method("conversations.join", join, Tier.THREE, ("channels:join",)),
)
