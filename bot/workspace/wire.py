"""Access to the bare TCP connection under a request or a WebSocket, so that a test can cut it, and the loopback guard."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, MutableMapping
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

TRANSPORT = "harbour.transport"
IGNORE_CLOSE = "harbour.ignore_close"


def _with(app: Any, **things: Any) -> Callable[..., Any]:
    async def inner(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        scope.update(things)
        await app(scope, receive, send)

    return inner


class CuttableHttp(H11Protocol):
    """Uvicorn's HTTP protocol that tells the application which connection it answers on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's own narrowing
        super().connection_made(transport)
        self.app = _with(self.app, **{TRANSPORT: transport})


class CuttableWebSocket(WebSocketsSansIOProtocol):
    """Uvicorn's WebSocket protocol that tells the application which connection it answers on, and that can leave the
    other side's close frames unanswered, as Slack at times does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._ignores: Callable[[], bool] = lambda: False
        self.app = _with(self.app, **{TRANSPORT: transport, IGNORE_CLOSE: self._ignore_when})

    def _ignore_when(self, ignores: Callable[[], bool]) -> None:
        self._ignores = ignores

    def handle_close(self, event: Frame) -> None:
        if not self._ignores():
            super().handle_close(event)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket with Nagle's algorithm off; port 0 takes any free one.

    The protocol is named because asyncio sets TCP_NODELAY only on sockets that say they are TCP, and without it each
    call on a kept connection waits about 40 ms for a delayed acknowledgement.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(256)
    return listener


def cut(scope: MutableMapping[str, Any]) -> None:
    """End the TCP connection at once with a FIN: no answer, no close frame."""
    scope[TRANSPORT].abort()


def reset(scope: MutableMapping[str, Any]) -> None:
    """End the TCP connection with an RST, as a crashed machine or a firewall does."""
    raw = scope[TRANSPORT].get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    scope[TRANSPORT].abort()


class PromptServer(uvicorn.Server):
    """Uvicorn that stops at once: a workspace has nothing to finish, and a test suite starts hundreds of them."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leave = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self.should_exit:
            await self.on_tick(0)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leave.wait(), 1.0)

    def leave(self) -> None:
        """Stop, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in [*self.servers, *(sockets or ())]:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = set(self.server_state.tasks)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=1.0)
            for task in late:
                task.cancel()
        await self.lifespan.shutdown()


class LoopbackOnly:
    """Refuses requests with a foreign Host or Origin, so that no web page can reach the workspace through a browser."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_ours(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "foreign host or origin"})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send(
                {"type": "http.response.body", "body": b"This workspace answers to this machine alone.\n"}
            )

    def _is_ours(self, scope: Scope) -> bool:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get(b"origin")
        return headers.get(b"host", "") in self._hosts and (origin is None or origin in self._origins)
