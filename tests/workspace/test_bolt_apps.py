"""Plain slack_bolt apps, over Socket Mode and over HTTP: commands, clicks, redelivery, refreshes and cut connections."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode.aiohttp import SocketModeHandler
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import DeliveryStatus, Workspace, WorkspaceSetup

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@dataclass
class Echo:
    """A Bolt app that repeats what it hears. While `held` is clear its command handler waits."""

    app: App
    events: list[tuple[str, str | None]] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    failures: int = 0


def echo_app(ws: Workspace) -> Echo:
    client = WebClient(ws.bot_token, base_url=ws.api_url)
    app = App(client=client, signing_secret=ws.signing_secret, process_before_response=True)
    echo = Echo(app)
    echo.held.set()

    @app.command("/release")
    def command(ack: Any, body: Any) -> None:
        echo.held.wait(10)
        ack(f"You said {body['text']}")

    @app.action("approve")
    def approve(ack: Any, body: Any, respond: Any) -> None:
        ack()
        respond(f"Thank you, {body['user']['username']}")

    @app.event("subteam_members_changed")
    def changed(body: Any, request: Any) -> None:
        echo.events.append((body["event_id"], request.headers.get("x-slack-retry-num", [None])[0]))
        if echo.failures:
            echo.failures -= 1
            raise RuntimeError("not this time")

    return echo


@pytest.fixture
def quick(make_setup: Callable[..., WorkspaceSetup]) -> Iterator[Workspace]:
    """A workspace that waits 0.8 s for an acknowledgement and delivers events again at once."""
    setup = make_setup(ack_seconds=0.8, event_retries=(0.0, 0.0, 0.0))
    with Workspace.serve(setup) as ws:
        yield ws


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs coroutines on a loop of its own thread."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield lambda work: asyncio.run_coroutine_threadsafe(work, loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def socket_echo(quick: Workspace, run: Run) -> Iterator[Echo]:
    echo = echo_app(quick)

    async def connect() -> SocketModeHandler:
        client = AsyncWebClient(base_url=quick.api_url)
        handler = SocketModeHandler(echo.app, quick.app_token, web_client=client, ping_interval=0.3)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt left it untyped
        return handler

    handler = run(connect())
    quick.wait_for(lambda: quick.socket_mode.connections == 1, why="the echo app connects")
    yield echo
    run(handler.close_async())


class Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing is printed during tests."""


@pytest.fixture
def http_echo(quick: Workspace) -> Iterator[Echo]:
    echo = echo_app(quick)
    server: WSGIServer = make_server("127.0.0.1", 0, SlackRequestHandler(echo.app), handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    quick.deliver_over_http(f"http://127.0.0.1:{server.server_port}/slack/events")
    yield echo
    echo.held.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["socket_echo", "http_echo"])
def echo(request: pytest.FixtureRequest) -> Echo:
    found: Echo = request.getfixturevalue(request.param)
    return found


def post_card(ws: Workspace, echo: Echo) -> None:
    button = {
        "type": "button",
        "action_id": "approve",
        "text": {"type": "plain_text", "text": "Approve"},
        "value": "1",
    }
    blocks = [{"type": "actions", "elements": [button]}]
    echo.app.client.chat_postMessage(channel="C0REL", text="card", blocks=blocks)


def test_a_command_is_answered(quick: Workspace, echo: Echo) -> None:
    delivery = quick.person("alice").types("#releases", "/release status shop")

    assert delivery.status is DeliveryStatus.ACKNOWLEDGED
    assert delivery.reply is not None
    assert delivery.reply.plain == "You said status shop"
    assert 0 < delivery.latency < 0.8


def test_a_click_is_answered_through_its_response_url(quick: Workspace, echo: Echo) -> None:
    post_card(quick, echo)
    [card] = quick.messages("#releases")

    delivery = quick.person("bob").clicks(card, "approve")

    assert delivery.ok
    assert [message.plain for message in quick.person("bob").sees("#releases")] == [
        "[Approve]",
        "Thank you, bob",
    ]
    assert [message.plain for message in quick.person("alice").sees("#releases")] == ["[Approve]"]


def test_an_event_that_fails_is_delivered_again_with_its_number(quick: Workspace, echo: Echo) -> None:
    echo.failures = 2

    quick.set_group_members("qa", ["alice"])

    quick.wait_for(lambda: len(echo.events) == 3 and _acknowledged(quick), why="the third attempt succeeds")
    assert len({event_id for event_id, _ in echo.events}) == 1
    assert [number for _, number in echo.events][1:] == ["1", "2"]


def _acknowledged(ws: Workspace) -> bool:
    return any(line.kind == "envelope" and line.error is None for line in ws.log)


def test_an_event_can_come_twice_although_it_was_acknowledged(quick: Workspace, echo: Echo) -> None:
    quick.faults.deliver_again()

    quick.set_group_members("qa", ["alice"])

    quick.wait_for(
        lambda: len([line for line in quick.log if line.kind == "envelope"]) == 2, why="the copy arrives"
    )
    assert len(echo.events) == 2
    assert len({event_id for event_id, _ in echo.events}) == 1


def test_too_late_is_operation_timeout_and_the_handler_goes_on(quick: Workspace, http_echo: Echo) -> None:
    http_echo.held.clear()

    delivery = quick.person("alice").types("#releases", "/release status")

    assert (delivery.status, delivery.error) == (DeliveryStatus.TIMEOUT, "operation_timeout")
    assert delivery.latency >= 0.8


def test_a_lost_envelope_is_operation_timeout(quick: Workspace, socket_echo: Echo) -> None:
    quick.faults.lose_deliveries()

    lost = quick.person("alice").types("#releases", "/release status")
    found = quick.person("alice").types("#releases", "/release status")

    assert [lost.error, found.error] == ["operation_timeout", None]


def test_after_a_refresh_the_app_is_there_again(quick: Workspace, socket_echo: Echo) -> None:
    quick.socket_mode.refresh()
    quick.wait_for(lambda: quick.socket_mode.connections == 1, why="the app opens a new connection")

    assert quick.person("alice").types("#releases", "/release status").ok


@pytest.mark.parametrize("how", ["cut", "reset"])
def test_after_a_cut_connection_the_app_comes_back(quick: Workspace, socket_echo: Echo, how: str) -> None:
    getattr(quick.socket_mode, how)()
    gone = quick.person("alice").types("#releases", "/release status")
    quick.wait_for(lambda: quick.socket_mode.connections == 1, timeout=10, why="the app connects again")

    assert gone.error == "dispatch_failed"
    assert quick.person("alice").types("#releases", "/release status").ok
