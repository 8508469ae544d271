"""What the numbered checks share: a workspace whose app has every scope, and calls as JSON or as a form."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.workspace import Workspace, WorkspaceSetup
from bot.workspace.api import METHODS
from bot.workspace.api.call import Token

FORM = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"
EVENTS = ["app_home_opened", "message.channels", "app_mention", "subteam_members_changed"]


def every_scope() -> list[str]:
    """All scopes any method of the table asks for."""
    asked = {scope for method in METHODS.values() if method.token is Token.BOT for scope in method.scopes}
    return sorted({*asked, "commands", "chat:write", "chat:write.public", "chat:write.customize"})


@dataclass(frozen=True)
class Client:
    """Calls methods of one workspace over real HTTP with the bot's token, and hands back status, headers and body."""

    ws: Workspace
    request: Callable[..., Any]

    def __call__(self, method: str, **arguments: Any) -> Any:
        """As JSON."""
        return self.send(method, json.dumps(arguments).encode(), JSON)

    def body(self, method: str, **arguments: Any) -> Any:
        return self(method, **arguments).body

    def read(self, method: str, **arguments: Any) -> Any:
        """The body of a reading method's answer; those take no JSON."""
        return self.send(method, urlencode(arguments).encode(), FORM).body

    def send(self, method: str, body: bytes | None, content_type: str, token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token or self.ws.bot_token}", "Content-Type": content_type}
        return self.request(f"{self.ws.api_url}{method}", body, headers)


@pytest.fixture
def full_setup(make_setup: Callable[..., WorkspaceSetup]) -> Callable[..., WorkspaceSetup]:
    """A setup whose manifest asks for every scope and some events."""

    def make(**changes: Any) -> WorkspaceSetup:
        manifest = make_setup().manifest
        settings = {"interactivity": {"is_enabled": True}, "event_subscriptions": {"bot_events": EVENTS}}
        asked = {**manifest, "settings": settings, "oauth_config": {"scopes": {"bot": every_scope()}}}
        return make_setup(**{"manifest": asked, "event_retries": (), **changes})

    return make


@pytest.fixture
def ws(full_setup: Callable[..., WorkspaceSetup]) -> Iterator[Workspace]:
    without = ("chat:write.public", "chat:write.customize", "users:read.email")
    with Workspace.serve(full_setup(withheld_scopes=without)) as workspace:
        yield workspace


@pytest.fixture
def do(ws: Workspace, request_raw: Callable[..., Any]) -> Client:
    return Client(ws, request_raw)


@pytest.fixture
def client(request_raw: Callable[..., Any]) -> Callable[[Workspace], Client]:
    """Makes a client for a workspace of the test's own."""
    return lambda workspace: Client(workspace, request_raw)
