"""The users and usergroups families: who people are and which groups they belong to."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.workspace.api.call import Answer, Call, Method, Tier, page_of
from bot.workspace.errors import SlackError
from bot.workspace.setup import Group, Person
from bot.workspace.world import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, World


def info(call: Call) -> Answer:
    user = call.args.needed("user")
    if user == BOT_USER_ID:
        return {"ok": True, "user": bot_json(call.world)}
    if user not in call.world.people:
        raise SlackError("user_not_found")
    return {"ok": True, "user": person_json(call.world.people[user], call.world)}


def list_people(call: Call) -> Answer:
    everybody = [person_json(person, call.world) for person in call.world.people.values()]
    page, following = page_of([*everybody, bot_json(call.world)], call)
    return {"ok": True, "members": page, "response_metadata": {"next_cursor": following}}


def list_groups(call: Call) -> Answer:
    with_users = call.args.flag("include_users")
    groups = [group_json(group) for group in call.world.groups.values()]
    for group in groups if not with_users else ():
        del group["users"]
    return {"ok": True, "usergroups": groups}


def list_group_users(call: Call) -> Answer:
    group = call.world.groups.get(call.args.needed("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": list(group.members)}


def person_json(person: Person, world: World) -> dict[str, Any]:
    """A user object as Slack writes it, for a person."""
    now = datetime.fromtimestamp(world.clock.now(), ZoneInfo(person.tz))
    offset = now.utcoffset()
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.name,
        "deleted": False,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": now.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {"real_name": person.real_name, "display_name": person.name, "team": TEAM_ID},
        "is_admin": False,
        "is_owner": False,
        "is_bot": False,
        "is_app_user": False,
        "updated": 0,
    }


def bot_json(world: World) -> dict[str, Any]:
    """The bot's own user object."""
    name = world.app.bot_name
    profile = {"real_name": name, "display_name": "", "api_app_id": APP_ID, "bot_id": BOT_ID, "team": TEAM_ID}
    return {
        "id": BOT_USER_ID,
        "team_id": TEAM_ID,
        "name": name.lower(),
        "deleted": False,
        "real_name": name,
        "profile": profile,
        "is_bot": True,
        "is_app_user": False,
        "updated": 0,
    }


def group_json(group: Group) -> dict[str, Any]:
    """A user group object as Slack writes it."""
    return {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": 0,
        "date_update": 0,
        "date_delete": 0,
        "users": list(group.members),
        "user_count": len(group.members),
    }


METHODS = (
    Method("users.info", info, Tier.FOUR, ("users:read",), reads=True),
    Method("users.list", list_people, Tier.TWO, ("users:read",), reads=True),
    Method("usergroups.list", list_groups, Tier.TWO, ("usergroups:read",), reads=True),
    Method("usergroups.users.list", list_group_users, Tier.TWO, ("usergroups:read",), reads=True),
)
