"""What of Slack this bot uses: its command, its address, its methods and events with their scopes.

The manifest is computed from these tables, and the Web API door can call only what stands in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

COMMAND = "/release"
COMMAND_SCOPE = "commands"
EVENTS_PATH = "/slack/events"
"""Where Slack sends everything in HTTP mode: commands, interactions and events."""


class Kind(StrEnum):
    """What a broken connection means: a read can be repeated, a write may have been applied."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Method:
    """A Web API method. `scopes` it needs; with `optional` the bot does without when an admin withholds them.

    `a_minute` is the rate of its tier, for writes that can wait their turn; what answers a person at once has none.
    Source: docs.slack.dev, rate limits.
    """

    name: str
    kind: Kind
    scopes: tuple[str, ...] = ()
    optional: bool = False
    a_minute: int | None = None


@dataclass(frozen=True)
class Event:
    """An event Slack sends to the bot, and the scopes it needs for it."""

    name: str
    scopes: tuple[str, ...] = ()
    optional: bool = False
    """Without its scopes Slack does not send it, and the bot does without or looks by itself from time to time."""


WHO_AM_I = Method("auth.test", Kind.READ)
POST = Method("chat.postMessage", Kind.WRITE, ("chat:write",))
UPDATE = Method("chat.update", Kind.WRITE, ("chat:write",), a_minute=50)
HISTORY = Method("conversations.history", Kind.READ, ("channels:history", "groups:history", "im:history"))
OPEN_DIRECT = Method("conversations.open", Kind.READ, ("im:write",))
"""Opening it twice is opening it once, so a broken call can simply be repeated."""
REPLIES = Method("conversations.replies", Kind.READ, ("channels:history", "groups:history"))
PIN = Method("pins.add", Kind.WRITE, ("pins:write",), optional=True, a_minute=20)
GROUP_MEMBERS = Method("usergroups.users.list", Kind.READ, ("usergroups:read",))
PERSON = Method("users.info", Kind.READ, ("users:read",), optional=True)
OPEN_VIEW = Method("views.open", Kind.WRITE)
UPDATE_VIEW = Method("views.update", Kind.WRITE)
PUBLISH_VIEW = Method("views.publish", Kind.WRITE, a_minute=100)

METHODS: Mapping[str, Method] = {
    method.name: method
    for method in (
        WHO_AM_I,
        POST,
        UPDATE,
        HISTORY,
        REPLIES,
        PIN,
        OPEN_DIRECT,
        PERSON,
        GROUP_MEMBERS,
        OPEN_VIEW,
        UPDATE_VIEW,
        PUBLISH_VIEW,
    )
}

EVENTS: tuple[Event, ...] = (
    Event("app_home_opened"),
    Event("channel_rename", ("channels:read",), optional=True),
    Event("group_rename", ("groups:read",), optional=True),
    Event("subteam_created", ("usergroups:read",)),
    Event("subteam_members_changed", ("usergroups:read",)),
    Event("subteam_updated", ("usergroups:read",)),
    Event("user_change", ("users:read",), optional=True),
)


def required_scopes() -> tuple[str, ...]:
    """The bot scopes nothing works without, sorted."""
    scopes = {COMMAND_SCOPE}
    scopes.update(scope for method in METHODS.values() if not method.optional for scope in method.scopes)
    scopes.update(scope for event in EVENTS if not event.optional for scope in event.scopes)
    return tuple(sorted(scopes))


def optional_scopes() -> tuple[str, ...]:
    """The bot scopes an admin may withhold, sorted."""
    scopes = {scope for method in METHODS.values() if method.optional for scope in method.scopes}
    scopes.update(scope for event in EVENTS if event.optional for scope in event.scopes)
    return tuple(sorted(scopes.difference(required_scopes())))
