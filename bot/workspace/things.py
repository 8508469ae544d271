"""The things people and the bot see: messages, views, notifications, and what a delivery came to. All are snapshots."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.workspace.block_ids import elements_of, flat
from bot.workspace.plain import Names, plain_blocks, plain_mrkdwn

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One message as it is at this moment. `ephemeral_to` is the only person who sees it, None for everybody."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    pinned: bool = False
    edited: bool = False
    metadata: Json | None = None
    from_bot: bool = False
    broadcast: bool = False
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    renamed: tuple[str, str] | None = None
    """The old and the new name of the channel, where Slack itself says that somebody has renamed it."""
    names: Names = field(default_factory=dict, compare=False, repr=False)

    @property
    def plain(self) -> str:
        """Everything the message shows, as readable text; mentions by name, buttons as `[Approve]`."""
        if self.blocks:
            return plain_blocks(self.blocks, self.names)
        return plain_mrkdwn(self.text, self.names)

    def buttons_for(self, user: str) -> list[str]:
        """The labels of the buttons this person sees."""
        return [_label(item) for _, item in elements_in(self.blocks, user) if item.get("type") == "button"]


class ViewKind(StrEnum):
    MODAL = "modal"
    HOME = "home"


@dataclass(frozen=True)
class View:
    """A modal or a Home tab as one person sees it. `values` are Slack's state objects by block and action."""

    id: str
    kind: ViewKind
    user: str
    content: Json
    hash: str
    root: str
    previous: str | None = None
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=dict, compare=False, repr=False)

    @property
    def blocks(self) -> tuple[Json, ...]:
        return tuple(self.content.get("blocks", ()))

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

    @property
    def plain(self) -> str:
        """Everything the view shows, as readable text."""
        return plain_blocks(self.blocks, self.names)


class MentionKind(StrEnum):
    USER = "user"
    GROUP = "group"
    CHANNEL = "channel"
    HERE = "here"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Notification:
    """Somebody was pinged: by whom, where, through which mention, and who it reached."""

    kind: MentionKind
    target: str
    reached: tuple[str, ...]
    channel: str
    ts: str
    by: str


class DeliveryStatus(StrEnum):
    """How the app took what a person did. REFUSED never reached the app: the client or Slack said no before."""

    ACKNOWLEDGED = "acknowledged"
    TIMEOUT = "timeout"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True)
class Delivery:
    """What came of one thing a person did. `latency` is in seconds; `error` is the word Slack shows, None if fine.

    `reply` is the message the acknowledgement itself carried; `errors` are a modal's field errors by block_id, `options` what the
    app offered for a select.
    """

    status: DeliveryStatus
    latency: float = 0.0
    error: str | None = None
    reply: Message | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Json, ...] = ()

    @property
    def ok(self) -> bool:
        return self.status is DeliveryStatus.ACKNOWLEDGED and not self.errors


@dataclass(frozen=True)
class LogLine:
    """One thing that happened. `kind` is request, envelope, ack, response, refusal, fault or connection.

    `sent` and `answer` are what was said and what came back, without tokens; None where there was nothing.
    """

    at: float
    kind: str
    name: str
    latency: float | None = None
    error: str | None = None
    detail: str = ""
    sent: Any = field(default=None, compare=False, repr=False)
    answer: Any = field(default=None, compare=False, repr=False)


def elements_in(blocks: tuple[Json, ...], user: str) -> Iterator[tuple[Json, Json]]:
    """Every interactive element this person sees, each with the block it stands in."""
    for block in flat(blocks):
        for element in elements_of(block):
            seen_by = element.get("visible_to_user_ids")
            if "action_id" in element and (not seen_by or user in seen_by):
                yield block, element


def _label(element: Json) -> str:
    return str(element.get("text", {}).get("text", ""))
