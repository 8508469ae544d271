"""What a workspace starts with: people, channels, groups, and the app as its manifest describes it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Person:
    """A member of the workspace; `id` is a Slack user id (`U…`), `name` the short name without `@`.

    `email` is made from the name when it is not given.
    """

    id: str
    name: str
    real_name: str
    tz: str = "UTC"
    email: str = ""

    @property
    def address(self) -> str:
        return self.email or f"{self.name}@harbour.example"


@dataclass(frozen=True)
class Channel:
    """A channel; `name` without `#`, `members` are user ids."""

    id: str
    name: str
    members: Sequence[str] = ()
    is_private: bool = False
    is_archived: bool = False


@dataclass(frozen=True)
class Group:
    """A user group; `id` is `S…`, `handle` without `@`, `members` are user ids. A disabled group pings nobody."""

    id: str
    handle: str
    name: str
    members: Sequence[str] = ()
    description: str = ""
    is_disabled: bool = False


@dataclass(frozen=True)
class WorkspaceSetup:
    """Everything the workspace needs to know before it starts. Durations are in seconds.

    `bot_in_channels` names (or ids) the channels the bot has joined; None means all of them.
    `withheld_scopes` are optional scopes the administrator did not grant.
    `rate_scale` multiplies Slack's rates: 10 allows ten times as many calls.
    `event_retries` are the waits before the three redeliveries of an event (Slack: at once, 1 min, 5 min).
    """

    people: Sequence[Person]
    channels: Sequence[Channel]
    groups: Sequence[Group] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
    bot_in_channels: Collection[str] | None = None
    withheld_scopes: Collection[str] = ()
    rate_limits: bool = True
    rate_scale: float = 1.0
    ack_seconds: float = 3.0
    event_retries: Sequence[float] = (0.0, 60.0, 300.0)
    team_name: str = "Harbour"


@dataclass(frozen=True)
class SlashCommand:
    """One slash command of the manifest. `url` is where it is sent over HTTP, if the manifest says so."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True)
class InstalledApp:
    """The app as the manifest describes it, once installed."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    commands: Mapping[str, SlashCommand]
    events: frozenset[str]
    interactive: bool
    home_tab: bool


def install(manifest: Mapping[str, Any], withheld: Collection[str]) -> InstalledApp:
    """Read the parts of the manifest the workspace acts on (schema: slackapi/manifest-schema 2.0.0)."""
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    name = str(manifest.get("display_information", {}).get("name", "Test app"))
    granted = {*scopes.get("bot", ()), *scopes.get("bot_optional", ())}
    return InstalledApp(
        name=name,
        bot_name=str(features.get("bot_user", {}).get("display_name", name)),
        scopes=frozenset(granted - set(withheld)),
        commands={item["command"]: _command(item) for item in features.get("slash_commands", ())},
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
        home_tab=bool(features.get("app_home", {}).get("home_tab_enabled", False)),
    )


def _command(item: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(
        name=str(item["command"]),
        description=str(item.get("description", "")),
        usage_hint=str(item.get("usage_hint", "")),
        should_escape=bool(item.get("should_escape", False)),
    )


def mistakes_in(setup: WorkspaceSetup) -> list[str]:
    """Sentences about people or channels that are named but do not exist."""
    people = {person.id for person in setup.people}
    channels = {channel.id for channel in setup.channels} | {channel.name for channel in setup.channels}
    found = [
        f"#{channel.name} has a member {member} who is not among the people."
        for channel in setup.channels
        for member in channel.members
        if member not in people
    ]
    found += [
        f"@{group.handle} has a member {member} who is not among the people."
        for group in setup.groups
        for member in group.members
        if member not in people
    ]
    found += [
        f"The bot should be in {name}, but there is no such channel."
        for name in setup.bot_in_channels or ()
        if name not in channels
    ]
    return found
