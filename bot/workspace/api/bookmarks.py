"""Bookmarks at the head of a channel (https://docs.slack.dev/reference/methods/bookmarks.add)."""

import re
from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.belongings import Bookmark
from bot.workspace.errors import SlackError, missing
from bot.workspace.world import APP_ID, TEAM_ID, Room

MOST_BOOKMARKS = 100
_LINK = re.compile(r"https?://\S+")


def add(call: Call) -> Answer:
    room = call.joined(call.args.needed("channel_id"))
    title = call.args.needed("title")
    if call.args.needed("type") != "link":
        raise SlackError("invalid_bookmark_type")
    if not call.args.has("link"):
        raise missing("link")
    if len(room.bookmarks) >= MOST_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    bookmark = Bookmark(
        call.world.serial("Bk"), room.id, title, _link(call), call.args.text("emoji"), call.now
    )
    return _kept(call, room, bookmark)


def edit(call: Call) -> Answer:
    room, before = _known(call)
    link = _link(call) if call.args.has("link") else before.link
    bookmark = replace(
        before,
        title=call.args.text("title") or before.title,
        link=link,
        emoji=call.args.text("emoji") or before.emoji,
        updated=call.now,
    )
    return _kept(call, room, bookmark)


def list_all(call: Call) -> Answer:
    room = call.room(call.args.needed("channel_id"))
    return {"ok": True, "bookmarks": [_json(call, bookmark) for bookmark in room.bookmarks.values()]}


def remove(call: Call) -> Answer:
    room, bookmark = _known(call)
    with call.world.changing():
        del room.bookmarks[bookmark.id]
    return {"ok": True}


def _known(call: Call) -> tuple[Room, Bookmark]:
    room = call.joined(call.args.needed("channel_id"))
    found = room.bookmarks.get(call.args.needed("bookmark_id"))
    if found is None:
        raise SlackError("not_found")
    return room, found


def _kept(call: Call, room: Room, bookmark: Bookmark) -> Answer:
    with call.world.changing():
        room.bookmarks[bookmark.id] = bookmark
    return {"ok": True, "bookmark": _json(call, bookmark)}


def _link(call: Call) -> str:
    link = call.args.text("link")
    if not _LINK.fullmatch(link):
        raise SlackError("invalid_link")
    return link


def _json(call: Call, bookmark: Bookmark) -> dict[str, Any]:
    return {
        "id": bookmark.id,
        "channel_id": bookmark.channel,
        "title": bookmark.title,
        "link": bookmark.link,
        "emoji": bookmark.emoji,
        "icon_url": None,
        "type": "link",
        "entity_id": None,
        "date_created": bookmark.created,
        "date_updated": bookmark.updated,
        "rank": "U",
        "last_updated_by_user_id": call.bot,
        "last_updated_by_team_id": TEAM_ID,
        "shortcut_id": None,
        "app_id": APP_ID,
    }


METHODS = (
    Method("bookmarks.add", add, Tier.TWO, ("bookmarks:write",)),
    Method("bookmarks.edit", edit, Tier.TWO, ("bookmarks:write",)),
    Method("bookmarks.list", list_all, Tier.THREE, ("bookmarks:read",), reads=True),
    Method("bookmarks.remove", remove, Tier.TWO, ("bookmarks:write",)),
)
