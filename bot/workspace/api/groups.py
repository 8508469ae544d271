"""The usergroups family: which groups there are, who is in them, and how an administrator's app changes them."""

import re
from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.errors import SlackError
from bot.workspace.setup import Group
from bot.workspace.world import TEAM_ID


def list_groups(call: Call) -> Answer:
    """Disabled groups, members and their number only where asked for."""
    args = call.args
    leave_out = {
        *(() if args.flag("include_users") else ("users",)),
        *(() if args.flag("include_count") or args.flag("include_users") else ("user_count",)),
    }
    shown = [
        group
        for group in call.world.groups.values()
        if not group.is_disabled or args.flag("include_disabled")
    ]
    found = [
        {name: value for name, value in group_json(group).items() if name not in leave_out} for group in shown
    ]
    return {"ok": True, "usergroups": found}


def list_users(call: Call) -> Answer:
    group = _known(call)
    if group.is_disabled and not call.args.flag("include_disabled"):
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": list(group.members)}


def create(call: Call) -> Answer:
    name = call.args.needed("name")
    handle = call.args.text("handle") or re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")
    groups = call.world.groups.values()
    if any(group.name == name for group in groups):
        raise SlackError("name_already_exists")
    if call.world.group(handle) is not None:
        raise SlackError("handle_already_exists")
    group = Group(call.world.serial("S"), handle, name, description=call.args.text("description"))
    return _kept(call, group)


def update(call: Call) -> Answer:
    group = _known(call)
    handle = call.args.text("handle") or group.handle
    if handle != group.handle and call.world.group(handle) is not None:
        raise SlackError("handle_already_exists")
    name, words = call.args.text("name") or group.name, call.args.text("description") or group.description
    return _kept(call, replace(group, handle=handle, name=name, description=words))


def update_users(call: Call) -> Answer:
    """All members at once; a group is never left empty."""
    users = [name.strip() for name in call.args.needed("users").split(",") if name.strip()]
    if not users:
        raise SlackError("no_users_provided")
    if any(user not in call.world.people for user in users):
        raise SlackError("invalid_users")
    return _kept(call, replace(_known(call), members=tuple(users)))


def enable(call: Call) -> Answer:
    return _kept(call, replace(_known(call), is_disabled=False))


def disable(call: Call) -> Answer:
    return _kept(call, replace(_known(call), is_disabled=True))


def _known(call: Call) -> Group:
    group = call.world.groups.get(call.args.needed("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return group


def _kept(call: Call, group: Group) -> Answer:
    call.world.set_group(group)
    return {"ok": True, "usergroup": group_json(group)}


def group_json(group: Group) -> dict[str, Any]:
    """A user group object as Slack writes it (https://docs.slack.dev/reference/objects/usergroup-object)."""
    return {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 1 if group.is_disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": "U0WORKSPACE",
        "updated_by": "U0WORKSPACE",
        "deleted_by": "U0WORKSPACE" if group.is_disabled else None,
        "prefs": {"channels": [], "groups": []},
        "users": list(group.members),
        "user_count": len(group.members),
        "channel_count": 0,
    }


READ, WRITE = ("usergroups:read",), ("usergroups:write",)
METHODS = (
    Method("usergroups.list", list_groups, Tier.TWO, READ, reads=True),
    Method("usergroups.users.list", list_users, Tier.TWO, READ, reads=True),
    Method("usergroups.create", create, Tier.TWO, WRITE),
    Method("usergroups.update", update, Tier.TWO, WRITE),
    Method("usergroups.users.update", update_users, Tier.TWO, WRITE),
    Method("usergroups.enable", enable, Tier.TWO, WRITE),
    Method("usergroups.disable", disable, Tier.TWO, WRITE),
)
