"""Connections that are open and dead: a server that never answers a ping, or never says hello."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

import pytest
from aiohttp import web

from bot.slack.socket import Pace, SocketIntake
from tests.slack.setting import Bot

PATIENT_ONLY_A_LITTLE = Pace(ping=0.2, opening=0.4, first_pause=0.05, longest_pause=0.1, beat=0.02)


@dataclass
class SilentSlack:
    """The first connection is dead in the given way; the later ones are well."""

    greets_at_first: bool
    url: str = ""
    connections: list[float] = field(default_factory=list)

    async def open(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"ws://{request.host}/link"})

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        first = not self.connections
        self.connections.append(time.monotonic())
        socket = web.WebSocketResponse(autoping=not first)
        await socket.prepare(request)
        if self.greets_at_first or not first:
            await socket.send_json({"type": "hello"})
        async for _ in socket:
            pass
        return socket


@contextmanager
def serving(slack: SilentSlack) -> Iterator[SilentSlack]:
    loop, started = asyncio.new_event_loop(), Event()
    stop = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/api/apps.connections.open", slack.open)
        app.router.add_get("/link", slack.link)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
        started.set()
        await stop.wait()
        await runner.cleanup()

    thread = Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(5)
    try:
        yield slack
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        loop.close()


@pytest.mark.parametrize("greets_at_first", [True, False])
def test_a_dead_connection_that_is_still_open_is_replaced(greets_at_first: bool) -> None:
    with serving(SilentSlack(greets_at_first)) as slack:
        intake = SocketIntake("xapp-1-x", Bot().app(), slack.url, connections=1, pace=PATIENT_ONLY_A_LITTLE)
        intake.start()
        try:
            until = time.monotonic() + 5
            while len(slack.connections) < 2 or not intake.healthy():
                assert time.monotonic() < until, "the dead connection was kept"
                time.sleep(0.01)
        finally:
            intake.stop()

    assert len(slack.connections) == 2
    assert slack.connections[1] - slack.connections[0] < 2
