"""One call of the Web API: who asks, with which arguments, and the declared table entry of its method."""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.workspace.errors import SlackError, missing
from bot.workspace.world import BOT_USER_ID, Room, World

if TYPE_CHECKING:
    from bot.workspace.faults import Faults
    from bot.workspace.limits import Limits
    from bot.workspace.rights import Rights
    from bot.workspace.windows import Windows

Answer = dict[str, Any]


def parsed(text: str | bytes) -> Any:
    """JSON. Raises ValueError also where it is nested too deeply or holds half a character, which nobody could show."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


class Token(StrEnum):
    """Which token a method takes; NONE is a method that needs none."""

    BOT = "bot"
    APP = "app"
    CONFIGURATION = "configuration"
    NONE = "none"


class Tier(StrEnum):
    """Slack's rate tiers, in calls per minute (facts: slackapi/java-slack-sdk, rate_limit_tiers.json)."""

    ONE = "1"
    TWO = "20"
    THREE = "50"
    FOUR = "100"
    SPECIAL = "600"


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call. Forms carry everything as strings, JSON bodies carry real values; both are read."""

    values: Mapping[str, Any]

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A string. Raises SlackError when the JSON body has something else there."""
        value = self.values.get(name, default)
        if value is None:
            return default
        if isinstance(value, bool | dict | list):
            raise SlackError("invalid_arguments", messages=[f"must provide a string [json-pointer:/{name}]"])
        return str(value)

    def needed(self, name: str) -> str:
        """A string that must be there. Raises SlackError `invalid_arguments`."""
        if not self.has(name):
            raise missing(name)
        return self.text(name)

    def flag(self, name: str) -> bool:
        """slack_sdk sends booleans as 1 and 0 in forms and as true and false in JSON."""
        return str(self.values.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to `most`; what is larger becomes `most`, what is no number is an error."""
        if not self.has(name):
            return default
        value = self.text(name)
        if not value.isdigit() or int(value) < 1:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
        return min(int(value), most)

    def tree(self, name: str, otherwise: str) -> Any:
        """JSON that may come as a string or as itself; `otherwise` is Slack's error for a string that is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value or None
        try:
            return parsed(value)
        except ValueError:
            raise SlackError(otherwise) from None


@dataclass(frozen=True)
class Call:
    """What a handler works with."""

    method: "Method"
    args: Arguments
    world: World
    windows: "Windows"
    rights: "Rights"
    limits: "Limits"
    faults: "Faults"
    base_url: str
    new_ticket: Callable[[], str]

    def needs(self, *scopes: str) -> None:
        """Refuse unless one of these scopes is granted. Raises SlackError `missing_scope`."""
        granted = self.world.app.scopes
        if not granted & set(scopes):
            more = {"needed": scopes[0], "provided": ",".join(sorted(granted))}
            raise SlackError("missing_scope", more=more)

    def room(self, key: str) -> Room:
        """The room the bot knows by this id or name. A private one it is not in is as unknown as a missing one."""
        found = self.world.room(key)
        if found is None or (not found.public and self.bot not in found.members):
            raise SlackError("channel_not_found")
        return found

    def joined(self, key: str) -> Room:
        """A room the bot is a member of. Raises SlackError `channel_not_found` or `not_in_channel`."""
        room = self.room(key)
        if self.bot not in room.members:
            raise SlackError("not_in_channel")
        return room

    @property
    def bot(self) -> str:
        return BOT_USER_ID

    @property
    def now(self) -> int:
        """The workspace's time, in whole seconds."""
        return int(self.world.clock.now())


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Method:
    """One entry of the table. One of `scopes` must be granted; `reads` methods ignore JSON bodies, as Slack does."""

    name: str
    handler: Handler
    tier: Tier
    scopes: tuple[str, ...] = ()
    token: Token = Token.BOT
    reads: bool = False


def by_room(family: str, room: Room) -> str:
    """The scope of a conversations method for this kind of room, as `groups:history` for a private channel."""
    kind = "im" if room.is_im else "mpim" if room.is_mpim else "groups" if room.is_private else "channels"
    return f"{kind}:{family}"


def any_room(family: str) -> tuple[str, ...]:
    """The scopes of which a conversations method needs at least one."""
    return tuple(f"{kind}:{family}" for kind in ("channels", "groups", "im", "mpim"))


def page_of(items: list[Any], call: Call, most: int = 1000) -> tuple[list[Any], str]:
    """One page of a list and the cursor of the next, by Slack's `limit` and `cursor`; the cursor means nothing to apps."""
    start = _start(call.args.text("cursor"))
    limit = call.args.number("limit", 100, most)
    more = start + limit < len(items)
    following = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return items[start : start + limit], following


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        found = re.fullmatch(r"next:(\d+)", base64.b64decode(cursor, validate=True).decode())
    except ValueError:
        found = None
    if found is None:
        raise SlackError("invalid_cursor")
    return int(found[1])
