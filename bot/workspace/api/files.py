"""Files: the upload in three steps (ask for an address, send the bytes, complete), and what is known of a file after.

Facts: https://docs.slack.dev/messaging/working-with-files. Of an upload that was not finished Slack's pages say nothing;
here it is `file_not_found`.
"""

import mimetypes
from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.belongings import StoredFile
from bot.workspace.errors import SlackError
from bot.workspace.messages import refuse_bad_blocks, stored_text
from bot.workspace.things import Message
from bot.workspace.world import TEAM_ID, Room

LONGEST_FILE = 1_000_000_000


def get_upload_url(call: Call) -> Answer:
    name, length = call.args.text("filename"), call.args.text("length")
    if not name or not length:
        raise SlackError("missing_argument")
    if not length.isdigit() or int(length) < 1:
        raise SlackError("invalid_arguments", messages=["must be greater than 0 [json-pointer:/length]"])
    if int(length) > LONGEST_FILE:
        raise SlackError("file_upload_size_restricted")
    file = StoredFile(
        call.world.serial("F"), name, int(length), call.now, title=name, alt_text=call.args.text("alt_txt")
    )
    with call.world.changing():
        call.world.files[file.id] = file
    return {"ok": True, "upload_url": f"{call.base_url}upload/v1/{file.id}", "file_id": file.id}


def complete(call: Call) -> Answer:
    wanted = call.args.tree("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", messages=["missing required field: files"])
    rooms = [_room_to_share(call, key) for key in _channels(call)]
    files = [_finished(call, item) for item in wanted]
    done = [replace(file, is_complete=True, shared_in=tuple(room.id for room in rooms)) for file in files]
    with call.world.changing():
        call.world.files.update({file.id: file for file in done})
    for room in rooms:
        _share(call, room, done)
    return {"ok": True, "files": [{"id": file.id, "title": file.title} for file in done]}


def info(call: Call) -> Answer:
    file = file_json(_known(call), call)
    return {"ok": True, "file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


def list_files(call: Call) -> Answer:
    found = [file_json(file, call) for file in call.world.files.values() if file.is_complete]
    paging = {"count": 100, "total": len(found), "page": 1, "pages": 1}
    return {"ok": True, "files": found, "paging": paging}


def delete(call: Call) -> Answer:
    file = _known(call)
    with call.world.changing():
        del call.world.files[file.id]
    return {"ok": True}


def old_upload(call: Call) -> Answer:
    """Sunset on 2025-11-12."""
    del call
    raise SlackError("method_deprecated")


def file_json(file: StoredFile, call: Call) -> dict[str, Any]:
    """A file object as Slack writes it, without the fields of previews."""
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    ending = file.name.rpartition(".")[2] if "." in file.name else "binary"
    address = f"{call.base_url}files-pri/{TEAM_ID}-{file.id}/{file.name}"
    rooms = [call.world.rooms[name] for name in file.shared_in if name in call.world.rooms]
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": kind,
        "filetype": ending.lower(),
        "pretty_type": ending.upper(),
        "user": call.bot,
        "user_team": TEAM_ID,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(room.public for room in rooms),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": f"{address}?download=1",
        "permalink": f"{call.base_url}files/{call.bot}/{file.id}/{file.name}",
        "alt_txt": file.alt_text,
        "comments_count": 0,
        "is_starred": False,
        "channels": [room.id for room in rooms if room.public],
        "groups": [room.id for room in rooms if not room.public and not room.is_direct],
        "ims": [room.id for room in rooms if room.is_direct],
        "has_rich_preview": False,
        "file_access": "visible",
    }


def _known(call: Call) -> StoredFile:
    file = call.world.files.get(call.args.needed("file"))
    if file is None or not file.is_complete:
        raise SlackError("file_not_found")
    return file


def _finished(call: Call, item: Any) -> StoredFile:
    name = item.get("id") if isinstance(item, dict) else None
    file = call.world.files.get(str(name))
    if file is None or file.content is None or file.is_complete:
        raise SlackError("file_not_found")
    return replace(file, title=str(item.get("title") or file.name))


def _channels(call: Call) -> list[str]:
    several = [key.strip() for key in call.args.text("channels").split(",") if key.strip()]
    found = [call.args.text("channel_id"), *several] if call.args.has("channel_id") else several
    if len(found) > 1 and call.args.has("thread_ts"):
        raise SlackError("invalid_arguments", messages=["thread_ts needs exactly one channel"])
    return found


def _room_to_share(call: Call, key: str) -> Room:
    if key in call.world.people:
        return call.world.direct(key)
    room = call.joined(key)
    if room.is_archived:
        raise SlackError("is_archived")
    return room


def _share(call: Call, room: Room, files: list[StoredFile]) -> None:
    comment = call.args.text("initial_comment")
    blocks = () if comment else refuse_bad_blocks(call.args.tree("blocks", "invalid_blocks_format"))
    call.world.add(
        Message(
            room.id, call.world.next_ts(), call.bot, stored_text(comment), blocks,
            thread_ts=call.args.text("thread_ts") or None,
            from_bot=True,
            files=tuple(file_json(file, call) for file in files),
        )
    )  # fmt: skip


METHODS = (
    Method("files.getUploadURLExternal", get_upload_url, Tier.FOUR, ("files:write",), reads=True),
    Method("files.completeUploadExternal", complete, Tier.FOUR, ("files:write",)),
    Method("files.info", info, Tier.FOUR, ("files:read",), reads=True),
    Method("files.list", list_files, Tier.THREE, ("files:read",), reads=True),
    Method("files.delete", delete, Tier.THREE, ("files:write",)),
    Method("files.upload", old_upload, Tier.TWO),
)
