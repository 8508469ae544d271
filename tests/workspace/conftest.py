"""A small workspace for each test, a plain HTTP client for its Web API, and a scripted app that answers its deliveries."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from bot.workspace import Channel, Group, Person, Workspace, WorkspaceSetup

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Harbourmaster"},
    "features": {
        "app_home": {"home_tab_enabled": True},
        "bot_user": {"display_name": "harbourmaster"},
        "slash_commands": [
            {"command": "/release", "description": "Releases", "usage_hint": "help", "should_escape": True},
            {"command": "/raw", "description": "Raw words", "should_escape": False},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "channels:history",
                "channels:read",
                "chat:write",
                "commands",
                "groups:history",
                "groups:read",
                "im:write",
                "pins:read",
                "usergroups:read",
                "users:read",
            ],
            "bot_optional": ["pins:write", "reactions:write"],
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened", "subteam_members_changed"]},
    },
}


@dataclass(frozen=True)
class Reply:
    """What came back from the Web API: status, headers in lower case, and the JSON body."""

    status: int
    headers: Mapping[str, str]
    body: Any


def send(url: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
    """One real HTTP request; an error status is an answer like any other."""
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310  # the workspace's own address
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310  # the same
            return _reply(response.status, response.headers.items(), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return _reply(error.code, error.headers.items(), error.read())


def _reply(status: int, headers: Any, raw: bytes) -> Reply:
    lower = {name.lower(): value for name, value in headers}
    is_json = lower.get("content-type", "").startswith("application/json")
    return Reply(status, lower, json.loads(raw) if is_json else raw.decode())


Call = Callable[..., Reply]


@pytest.fixture(scope="session")
def make_setup() -> Callable[..., WorkspaceSetup]:
    """A setup with two people, a public, a foreign, a private and an archived channel, and a group; anything can be changed."""

    def make(**changes: Any) -> WorkspaceSetup:
        usual: dict[str, Any] = {
            "people": [
                Person("U0ALICE", "alice", "Alice Doe", "Europe/Berlin"),
                Person("U0BOB", "bob", "Bob Roe"),
                Person("U0CAROL", "carol", "Carol Poe"),
            ],
            "channels": [
                Channel("C0REL", "releases", ("U0ALICE", "U0BOB")),
                Channel("C0FAR", "far", ("U0ALICE",)),
                Channel("G0SECRET", "secret", ("U0ALICE",), is_private=True),
                Channel("G0OURS", "ours", ("U0ALICE",), is_private=True),
                Channel("C0OLD", "old", ("U0ALICE",), is_archived=True),
            ],
            "groups": [Group("S0QA", "qa", "Quality", ("U0BOB",))],
            "manifest": MANIFEST,
            "bot_in_channels": ["releases", "ours", "old"],
            "rate_limits": True,
        }
        return WorkspaceSetup(**{**usual, **changes})

    return make


@pytest.fixture
def ws(make_setup: Callable[..., WorkspaceSetup]) -> Iterator[Workspace]:
    with Workspace.serve(make_setup()) as workspace:
        yield workspace


@pytest.fixture
def caller() -> Callable[[Workspace], Call]:
    """Makes a function that calls a method of this workspace with JSON and the bot's token."""

    def make(workspace: Workspace) -> Call:
        def call(method: str, **arguments: Any) -> Reply:
            headers = {"Authorization": f"Bearer {workspace.bot_token}"}
            if arguments.pop("as_form", False):
                form = {
                    name: value if isinstance(value, str) else json.dumps(value)
                    for name, value in arguments.items()
                }
                headers["Content-Type"] = "application/x-www-form-urlencoded"
                return send(workspace.api_url + method, urlencode(form).encode(), headers)
            headers["Content-Type"] = "application/json; charset=utf-8"
            return send(workspace.api_url + method, json.dumps(arguments).encode(), headers)

        return call

    return make


@pytest.fixture
def call(ws: Workspace, caller: Callable[[Workspace], Call]) -> Call:
    return caller(ws)


@pytest.fixture
def read(ws: Workspace) -> Call:
    """Calls a reading method with a GET query, as JSON bodies do not count there."""

    def get(method: str, **arguments: Any) -> Reply:
        headers = {"Authorization": f"Bearer {ws.bot_token}"}
        return send(f"{ws.api_url}{method}?{urlencode(arguments)}", None, headers)

    return get


@pytest.fixture(scope="session")
def request_raw() -> Callable[..., Reply]:
    return send


@dataclass
class Delivered:
    """One request the scripted app received."""

    headers: Mapping[str, str]
    raw: bytes

    @property
    def payload(self) -> dict[str, Any]:
        if self.headers["Content-Type"].startswith("application/json"):
            return dict(json.loads(self.raw))
        form = {
            name: values[0] for name, values in parse_qs(self.raw.decode(), keep_blank_values=True).items()
        }
        return dict(json.loads(form["payload"])) if "payload" in form and "command" not in form else form


@dataclass
class ScriptedApp:
    """An app over HTTP whose next answers the test decides: a status and a JSON body, a text, or nothing."""

    url: str = ""
    answers: list[tuple[int, Any]] = field(default_factory=list)
    delivered: list[Delivered] = field(default_factory=list)
    holding: threading.Event = field(default_factory=threading.Event)
    extra_headers: dict[str, str] = field(default_factory=dict)

    def last(self) -> dict[str, Any]:
        return self.delivered[-1].payload


@pytest.fixture(scope="session")
def make_app() -> Callable[[Workspace], AbstractContextManager[ScriptedApp]]:
    """Runs a scripted app, to which this workspace delivers, until the block ends."""
    return scripted_app


@pytest.fixture
def app(ws: Workspace) -> Iterator[ScriptedApp]:
    """The scripted app, and the workspace delivering to it."""
    with scripted_app(ws) as script:
        yield script


@contextmanager
def scripted_app(ws: Workspace) -> Iterator[ScriptedApp]:
    script = ScriptedApp()
    script.holding.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server looks for
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            script.delivered.append(Delivered(dict(self.headers.items()), raw))
            script.holding.wait(10)
            status, answer = script.answers.pop(0) if script.answers else (200, None)
            body = (
                b""
                if answer is None
                else answer.encode()
                if isinstance(answer, str)
                else json.dumps(answer).encode()
            )
            self.send_response(status)
            kind = "text/plain" if isinstance(answer, str) else "application/json"
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                **script.extra_headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing is printed during tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}/slack/events"
    ws.deliver_over_http(script.url)
    try:
        yield script
    finally:
        script.holding.set()
        server.shutdown()
        thread.join()
        server.server_close()
