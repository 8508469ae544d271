"""What several tests of this room share: a workspace, signed requests, a bot that remembers what came in."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication

from slack_bolt import App

from bot.slack.bolt import make_bolt
from bot.slack.incoming import Answer, Incoming
from bot.slack.manifest import manifest
from bot.slack.surface import EVENTS_PATH
from bot.workspace import Channel, Group, Person, WorkspaceSetup

NOW = 1_800_000_000.0
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = "application/x-www-form-urlencoded"


def workspace_setup(**changes: Any) -> WorkspaceSetup:
    """Two people, a channel for every way to be refused, and no rate limits."""
    setup = WorkspaceSetup(
        people=[Person("U0ALICE", "alice", "Alice Doe"), Person("U0BOB", "bob", "Bob Roe")],
        channels=[
            Channel("C0REL", "releases", members=("U0ALICE", "U0BOB")),
            Channel("C0OLD", "old", members=("U0ALICE",), is_archived=True),
            Channel("C0OUT", "outside", members=("U0ALICE",)),
            Channel("G0SECRET", "secret", members=("U0ALICE",), is_private=True),
        ],
        groups=[Group("S0QA", "qa", "QA", members=("U0ALICE",))],
        manifest=manifest(),
        bot_in_channels=("releases", "old"),
        rate_limits=False,
    )
    return replace(setup, **changes)


@dataclass
class Bot:
    """A bot that answers everything in the same way and remembers what it was given."""

    answer: Answer = field(default_factory=Answer)
    heard: list[Incoming] = field(default_factory=list)
    breaks_with: Exception | None = None
    told: list[tuple[str, str]] = field(default_factory=list)

    def deliver(self, incoming: Incoming) -> Answer:
        self.heard.append(incoming)
        if self.breaks_with is not None:
            raise self.breaks_with
        return self.answer

    def tell(self, response_url: str, sentence: str) -> None:
        self.told.append((response_url, sentence))

    def app(self) -> App:
        return make_bolt(self.deliver, lambda: "UBOT", tell=self.tell)


@dataclass(frozen=True)
class Got:
    """What a WSGI app answered."""

    status: int
    headers: dict[str, str]
    body: str


def sign(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return "v0=" + digest.hexdigest()


def environ(body: bytes, content_type: str = FORM, **changes: Any) -> dict[str, Any]:
    """A well-signed request as a WSGI server hands it over, with changes."""
    timestamp = str(int(NOW))
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": EVENTS_PATH,
        "QUERY_STRING": "",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp,
        "HTTP_X_SLACK_SIGNATURE": sign(body, timestamp),
        "wsgi.input": BytesIO(body),
    } | changes


def ask(wsgi: WSGIApplication, request: dict[str, Any]) -> Got:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    body = b"".join(wsgi(request, start_response)).decode()
    [(status, headers)] = started
    return Got(int(status.split()[0]), dict(headers), body)
