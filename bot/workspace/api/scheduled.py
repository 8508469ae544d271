"""Scheduled messages: accepted, listed, taken back, and posted when the workspace's clock has come that far.

Facts: https://docs.slack.dev/reference/methods/chat.scheduleMessage and chat.deleteScheduledMessage.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier, page_of
from bot.workspace.api.chat import draft, room_to_post
from bot.workspace.belongings import Scheduled
from bot.workspace.echo import given_back
from bot.workspace.errors import SlackError
from bot.workspace.world import BOT_ID, World

FARTHEST = 120 * 24 * 3600
WINDOW = 5 * 60
MOST_IN_WINDOW = 30
TOO_LATE_TO_DELETE = 60


def schedule(call: Call) -> Answer:
    room = room_to_post(call)
    post_at = _time(call)
    drafted = draft(call, room)
    _refuse_crowd(room.id, post_at, list(call.world.scheduled.values()))
    planned = Scheduled(call.world.serial("Q"), drafted, post_at, call.now, posts=drafted.metadata is None)
    with call.world.changing():
        call.world.scheduled[planned.id] = planned
    call.world.clock.at(post_at, lambda: _post(call.world, planned.id))
    message = {
        "text": given_back(drafted.text),
        "bot_id": BOT_ID,
        "type": "delayed_message",
        "subtype": "bot_message",
        **({"blocks": list(drafted.blocks)} if drafted.blocks else {}),
    }
    common = {"channel": room.id, "scheduled_message_id": planned.id, "post_at": post_at}
    return {"ok": True, **common, "message": message}


def delete(call: Call) -> Answer:
    """Impossible once posted, and in the last sixty seconds before."""
    room = call.room(call.args.needed("channel"))
    planned = call.world.scheduled.get(call.args.needed("scheduled_message_id"))
    if planned is None or planned.message.channel != room.id:
        raise SlackError("invalid_scheduled_message_id")
    if planned.post_at - call.world.clock.now() < TOO_LATE_TO_DELETE:
        raise SlackError("invalid_scheduled_message_id")
    with call.world.changing():
        del call.world.scheduled[planned.id]
    return {"ok": True}


def list_planned(call: Call) -> Answer:
    wanted = call.room(call.args.text("channel")).id if call.args.has("channel") else None
    oldest, latest = call.args.text("oldest"), call.args.text("latest")
    found = [
        planned
        for planned in sorted(call.world.scheduled.values(), key=lambda item: item.post_at)
        if wanted in (None, planned.message.channel)
        and (not oldest or planned.post_at >= float(oldest))
        and (not latest or planned.post_at <= float(latest))
    ]
    page, following = page_of(found, call)
    listed = [_json(planned) for planned in page]
    return {"ok": True, "scheduled_messages": listed, "response_metadata": {"next_cursor": following}}


def _json(planned: Scheduled) -> dict[str, Any]:
    return {
        "id": planned.id,
        "channel_id": planned.message.channel,
        "post_at": planned.post_at,
        "date_created": planned.created,
        "text": given_back(planned.message.text),
    }


def _time(call: Call) -> int:
    """`post_at` in whole seconds. Raises SlackError `invalid_time`, `time_in_past` or `time_too_far`."""
    given = call.args.needed("post_at")
    if not given.isdigit():
        raise SlackError("invalid_time")
    post_at = int(given)
    if post_at <= call.world.clock.now():
        raise SlackError("time_in_past")
    if post_at > call.world.clock.now() + FARTHEST:
        raise SlackError("time_too_far")
    return post_at


def _refuse_crowd(room: str, post_at: int, planned: Sequence[Scheduled]) -> None:
    """No more than thirty in any five minutes of one channel. Raises SlackError `restricted_too_many`."""
    times = [item.post_at for item in planned if item.message.channel == room]
    starts = [start for start in [*times, post_at] if start <= post_at < start + WINDOW]
    if any(sum(start <= time < start + WINDOW for time in times) >= MOST_IN_WINDOW for start in starts):
        raise SlackError("restricted_too_many")


def _post(world: World, name: str) -> None:
    """The time has come. What was deleted, or belongs to a channel closed meanwhile, is not posted."""
    with world.changed:
        planned = world.scheduled.pop(name, None)
        room = world.rooms.get(planned.message.channel) if planned else None
        if planned is None or room is None or room.is_archived or not planned.posts:
            return
        world.add(replace(planned.message, ts=world.next_ts()))


METHODS = (
    Method("chat.scheduleMessage", schedule, Tier.THREE, ("chat:write",)),
    Method("chat.deleteScheduledMessage", delete, Tier.THREE, ("chat:write",)),
    Method("chat.scheduledMessages.list", list_planned, Tier.THREE, reads=True),
)
