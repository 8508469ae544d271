"""The users family: who people are, who the bot is, and where."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.workspace.api.call import Answer, Call, Method, Tier, page_of
from bot.workspace.errors import SlackError
from bot.workspace.setup import Person
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
    more = {"cache_ts": call.now, "response_metadata": {"next_cursor": following}}
    return {"ok": True, "members": page, **more}


def look_up_by_email(call: Call) -> Answer:
    address = call.args.needed("email")
    for person in call.world.people.values():
        if person.address == address:
            return {"ok": True, "user": person_json(person, call.world)}
    raise SlackError("users_not_found")


def profile(call: Call) -> Answer:
    user = call.args.text("user") or call.bot
    if user == call.bot:
        return {"ok": True, "profile": bot_json(call.world)["profile"]}
    if user not in call.world.people:
        raise SlackError("user_not_found")
    return {"ok": True, "profile": person_json(call.world.people[user], call.world)["profile"]}


def presence(call: Call) -> Answer:
    user = call.args.text("user") or call.bot
    if user not in call.world.names:
        raise SlackError("user_not_found")
    return {"ok": True, "presence": "active"}


def bot_info(call: Call) -> Answer:
    if call.args.text("bot", BOT_ID) != BOT_ID:
        raise SlackError("bot_not_found")
    bot = {
        "id": BOT_ID,
        "deleted": False,
        "name": call.world.app.bot_name,
        "updated": 0,
        "app_id": APP_ID,
        "user_id": BOT_USER_ID,
        "icons": {"image_36": "", "image_48": "", "image_72": ""},
    }
    return {"ok": True, "bot": bot}


def team_info(call: Call) -> Answer:
    name = call.world.setup.team_name
    domain = name.lower().replace(" ", "-")
    team = {
        "id": TEAM_ID, "name": name, "domain": domain, "email_domain": "", "url": call.base_url,
        "icon": {"image_default": True},
    }  # fmt: skip
    return {"ok": True, "team": team}


def person_json(person: Person, world: World) -> dict[str, Any]:
    """A user object as Slack writes it, for a person."""
    now = datetime.fromtimestamp(world.clock.now(), ZoneInfo(person.tz))
    offset = now.utcoffset()
    address = {"email": person.address} if "users:read.email" in world.app.scopes else {}
    return {
        "id": person.id,
        "team_id": TEAM_ID,
        "name": person.name,
        "deleted": False,
        "color": "9f69e7",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": now.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": {**_profile(person.real_name, person.name), **address},
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": False,
        "is_app_user": False,
        "is_email_confirmed": True,
        "who_can_share_contact_card": "EVERYONE",
        "updated": 0,
    }


def _profile(real_name: str, shown: str) -> dict[str, Any]:
    return {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": real_name,
        "real_name_normalized": real_name,
        "display_name": shown,
        "display_name_normalized": shown,
        "status_text": "",
        "status_emoji": "",
        "status_expiration": 0,
        "avatar_hash": "g00000000000",
        "first_name": real_name.partition(" ")[0],
        "last_name": real_name.partition(" ")[2],
        "team": TEAM_ID,
    }


def bot_json(world: World) -> dict[str, Any]:
    """The bot's own user object."""
    name = world.app.bot_name
    profile = {**_profile(name, ""), "api_app_id": APP_ID, "bot_id": BOT_ID, "always_active": True}
    return {
        "id": BOT_USER_ID,
        "team_id": TEAM_ID,
        "name": name.lower(),
        "deleted": False,
        "color": "757575",
        "real_name": name,
        "tz": "America/Los_Angeles",
        "tz_label": "Pacific Standard Time",
        "tz_offset": -28800,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": True,
        "is_app_user": False,
        "is_email_confirmed": False,
        "who_can_share_contact_card": "EVERYONE",
        "updated": 0,
    }


METHODS = (
    Method("users.info", info, Tier.FOUR, ("users:read",), reads=True),
    Method("users.list", list_people, Tier.TWO, ("users:read",), reads=True),
    Method("users.lookupByEmail", look_up_by_email, Tier.THREE, ("users:read.email",), reads=True),
    Method("users.profile.get", profile, Tier.FOUR, ("users.profile:read",), reads=True),
    Method("users.getPresence", presence, Tier.THREE, ("users:read",), reads=True),
    Method("bots.info", bot_info, Tier.THREE, ("users:read",), reads=True),
    Method("team.info", team_info, Tier.THREE, ("team:read",), reads=True),
)
