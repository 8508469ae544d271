"""What is delivered and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Kind(StrEnum):
    """The three kinds of envelope of Socket Mode; over HTTP each has its own form of body."""

    COMMAND = "slash_commands"
    INTERACTION = "interactive"
    EVENT = "events_api"


@dataclass(frozen=True)
class Envelope:
    """One thing to deliver. `attempt` is 0 at first and 1 to 3 when an event is delivered again, with the reason."""

    id: str
    kind: Kind
    payload: Mapping[str, Any]
    attempt: int = 0
    reason: str = ""


class AckStatus(StrEnum):
    OK = "ok"
    TIMEOUT = "timeout"
    FAILED = "failed"


@dataclass(frozen=True)
class Ack:
    """How the app acknowledged. `latency` in seconds; `body` is None when the acknowledgement carried nothing.

    `reason` is Slack's x-slack-retry-reason; `stop` is true when the app asked for no redelivery. `http_status` is 0
    where there was no HTTP answer.
    """

    status: AckStatus
    latency: float
    body: Mapping[str, Any] | None = None
    reason: str = ""
    stop: bool = False
    http_status: int = 0

    @property
    def ok(self) -> bool:
        return self.status is AckStatus.OK


class Way(Protocol):
    """A way to the app. Blocks until the app has acknowledged or the deadline has passed."""

    def deliver(self, envelope: Envelope) -> Ack: ...
