"""What Slack sends, as values, and what the acknowledgement may carry. No payload goes further than this file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.words import ChannelId, UserId
from bot.ports import Block

Values = Mapping[str, str | tuple[str, ...] | None]
"""What stands in the fields of a modal, by block_id: one value, several, or None for an empty field."""

ROOM = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>")
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
WORD = re.compile(r'<[^<>]+>|"([^"]*)"|[“„”]([^“”]*)[“”]|(?:(?!<[^<>]+>)\S)+')
"""A reference in Slack's angle brackets (which may hold spaces), a quoted text, or anything without a space."""


@dataclass(frozen=True)
class Typed:
    """Somebody typed the command. `text` is as Slack sends it: `&`, `<` and `>` escaped, mentions as `<@U1|name>`."""

    key: str
    user: UserId
    channel: ChannelId
    text: str
    trigger_id: str
    response_url: str

    @property
    def words(self) -> tuple[str, ...]:
        """The text in words, unescaped; quotes keep a text with spaces together."""
        return words_of(self.text)


@dataclass(frozen=True)
class Clicked:
    """Somebody used a button or a menu. `channel` and `message_ts` are None on the Home tab and in a modal.

    `selected` is what a menu or picker now shows; empty for a button. `response_url` is None where Slack sends none.
    """

    key: str
    user: UserId
    channel: ChannelId | None
    action_id: str
    value: str | None
    message_ts: str | None
    trigger_id: str
    response_url: str | None
    selected: tuple[str, ...] = ()
    view_id: str | None = None


@dataclass(frozen=True)
class Submitted:
    """Somebody submitted a modal.

    The key is the view with its hash: a second try after a lost acknowledgement carries the same one. So does a
    second try after field errors, which is why a refused submission must not be remembered under its key.
    """

    key: str
    user: UserId
    callback_id: str
    private_metadata: str
    values: Values
    view_id: str
    trigger_id: str


@dataclass(frozen=True)
class Closed:
    """Somebody closed a modal that asked to be told."""

    key: str
    user: UserId
    callback_id: str
    private_metadata: str
    view_id: str


@dataclass(frozen=True)
class HomeOpened:
    """Somebody opened the bot's Home tab."""

    key: str
    user: UserId


@dataclass(frozen=True)
class GroupChanged:
    """A Slack user group was made, renamed, switched off, or has other members."""

    key: str
    group: str


@dataclass(frozen=True)
class PersonChanged:
    """Something about a person is other than before; most often their status. `zone` is where they are now, if Slack says."""

    key: str
    user: UserId
    zone: str | None


@dataclass(frozen=True)
class ChannelRenamed:
    """A channel has another name than before, which Slack does not say here. `name` is foreign text."""

    key: str
    channel: ChannelId
    name: str


Incoming = Typed | Clicked | Submitted | Closed | HomeOpened | GroupChanged | PersonChanged | ChannelRenamed


@dataclass(frozen=True)
class Answer:
    """What the acknowledgement carries; see `bot.slack.answers` for how.

    `text` and `blocks` answer a command, to its author alone. `errors` (a sentence by block_id) keep a modal open;
    `view` replaces it; `closes_all` closes every modal of the stack. An empty answer only acknowledges.
    """

    text: str = ""
    blocks: Sequence[Block] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    view: Mapping[str, Any] | None = None
    closes_all: bool = False


Deliver = Callable[[Incoming], Answer]
"""What the bot does with something that came in. Must answer within a few milliseconds, and may run in any thread."""


def words_of(text: str) -> tuple[str, ...]:
    """Split a command's text as a person means it. Never raises; an open quote is a character like any other."""
    return tuple(_unescaped(_bare(match)) for match in WORD.finditer(text))


def user_in(word: str) -> UserId | None:
    """The person a word mentions, in both of Slack's forms: `<@U123>` and `<@U123|name>`."""
    match = MENTION.fullmatch(word)
    return UserId(match[1]) if match else None


def channel_in(word: str) -> ChannelId | None:
    """The channel a word names, in both of Slack's forms: `<#C123>` and `<#C123|name>`."""
    match = ROOM.fullmatch(word)
    return ChannelId(match[1]) if match else None


def typed(body: Mapping[str, Any]) -> Typed:
    """A slash command. The trigger_id is unique to one sending of it."""
    return Typed(
        key=body["trigger_id"],
        user=UserId(body["user_id"]),
        channel=ChannelId(body["channel_id"]),
        text=body.get("text", ""),
        trigger_id=body["trigger_id"],
        response_url=body["response_url"],
    )


def clicked(body: Mapping[str, Any]) -> Clicked:
    """A block_actions payload; Slack sends one action in each."""
    action = body["actions"][0]
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    chosen = chosen_in(action)
    return Clicked(
        key=body["trigger_id"],
        user=UserId(body["user"]["id"]),
        channel=ChannelId(channel) if channel else None,
        action_id=action["action_id"],
        value=action.get("value"),
        message_ts=container.get("message_ts"),
        trigger_id=body["trigger_id"],
        response_url=body.get("response_url") or None,
        selected=_several(chosen) if action.get("type") != "button" else (),
        view_id=(body.get("view") or {}).get("id"),
    )


def submitted(body: Mapping[str, Any]) -> Submitted:
    """A view_submission payload."""
    view = body["view"]
    return Submitted(
        key=f"{view['id']}:{view['hash']}" if view.get("hash") else body["trigger_id"],
        user=UserId(body["user"]["id"]),
        callback_id=view["callback_id"],
        private_metadata=view.get("private_metadata", ""),
        values=values_in(view),
        view_id=view["id"],
        trigger_id=body["trigger_id"],
    )


def closed(body: Mapping[str, Any]) -> Closed:
    """A view_closed payload. It has no trigger_id, and a view is closed once."""
    view = body["view"]
    return Closed(
        key=f"{view['id']}:closed",
        user=UserId(body["user"]["id"]),
        callback_id=view["callback_id"],
        private_metadata=view.get("private_metadata", ""),
        view_id=view["id"],
    )


def happened(body: Mapping[str, Any]) -> HomeOpened | GroupChanged | PersonChanged | ChannelRenamed | None:
    """An event the bot subscribes to; None for one that says nothing new, as the Messages tab being opened."""
    event, key = body["event"], body["event_id"]
    match event["type"]:
        case "app_home_opened" if event.get("tab") == "home":
            return HomeOpened(key=key, user=UserId(event["user"]))
        case "subteam_members_changed":
            return GroupChanged(key=key, group=event["subteam_id"])
        case "user_change":
            person = event["user"]
            return PersonChanged(key=key, user=UserId(person["id"]), zone=person.get("tz") or None)
        case "subteam_created" | "subteam_updated":
            return GroupChanged(key=key, group=event["subteam"]["id"])
        case "channel_rename" | "group_rename":
            room = event["channel"]
            return ChannelRenamed(key=key, channel=ChannelId(room["id"]), name=str(room["name"]))
        case _:
            return None


def values_in(view: Mapping[str, Any]) -> Values:
    """The state of a modal by block_id. An actions block with several elements gets `block_id/action_id` for each."""
    found: dict[str, str | tuple[str, ...] | None] = {}
    for block_id, elements in (view.get("state") or {}).get("values", {}).items():
        for action_id, element in elements.items():
            key = block_id if len(elements) == 1 else f"{block_id}/{action_id}"
            found[key] = chosen_in(element)
    return found


def chosen_in(element: Mapping[str, Any]) -> str | tuple[str, ...] | None:
    """What one input, menu or picker holds. None when it is empty, or of a kind this bot does not use."""
    for one in (
        "value",
        "selected_date",
        "selected_time",
        "selected_user",
        "selected_conversation",
        "selected_channel",
    ):
        if element.get(one) is not None:
            return str(element[one])
    if element.get("selected_date_time") is not None:
        return str(element["selected_date_time"])
    if isinstance(element.get("selected_option"), dict):
        return str(element["selected_option"]["value"])
    for several in ("selected_users", "selected_conversations", "selected_channels"):
        if isinstance(element.get(several), list):
            return tuple(str(each) for each in element[several])
    if isinstance(element.get("selected_options"), list):
        return tuple(str(option["value"]) for option in element["selected_options"])
    return None


def _several(chosen: str | tuple[str, ...] | None) -> tuple[str, ...]:
    match chosen:
        case None:
            return ()
        case str():
            return (chosen,)
        case tuple():
            return chosen


def _bare(match: re.Match[str]) -> str:
    """The word without its quotes."""
    straight, curly = match[1], match[2]
    return straight if straight is not None else curly if curly is not None else match[0]


def _unescaped(word: str) -> str:
    """Slack escapes exactly these three; `&amp;` comes last, or `&amp;lt;` would turn into `<`.

    Source: docs.slack.dev, formatting message text.
    """
    return word.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
