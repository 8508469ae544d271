"""Slack's side of Socket Mode: tickets, up to ten connections, envelopes, acknowledgements, and the ways it breaks.

Facts: https://docs.slack.dev/apis/events-api/using-socket-mode and the SDK's client code.
"""

import asyncio
import contextlib
import json
import random
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.workspace.delivery.envelope import Ack, AckStatus, Envelope, Kind
from bot.workspace.errors import SlackError
from bot.workspace.faults import Faults
from bot.workspace.wire import IGNORE_CLOSE, cut, reset
from bot.workspace.world import APP_ID, World

MOST_CONNECTIONS = 10
CLOSE_AFTER_REFRESH = 2.0
"""Seconds until Slack itself closes a connection it has asked to refresh, if the client has not."""
WARNING_AHEAD = 10.0
"""Seconds between `warning` and `refresh_requested`."""

T = TypeVar("T")


class Stopped(Exception):
    """The server's loop is gone: the workspace has not started or is at its end."""


@dataclass(eq=False)
class Connection:
    """One open WebSocket. `leaving` is set once the client was told to refresh; it gets envelopes only as a last resort."""

    socket: WebSocket
    leaving: bool = field(default=False)


class SocketMode:
    """All connections of the app. Everything that touches them runs on the server's loop."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []
        self._pending: dict[str, asyncio.Future[Ack]] = {}
        self._sent: dict[str, float] = {}
        self._closers: set[asyncio.Task[None]] = set()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.is_on = True

    @property
    def connections(self) -> int:
        """How many connections are open and not about to leave."""
        return sum(not connection.leaving for connection in self._connections)

    def new_ticket(self) -> str:
        """A ticket for one connection. Raises SlackError when Socket Mode is switched off in the app's settings.

        Slack's page on apps.connections.open names no word for that; `forbidden_team` is the nearest it has.
        """
        if not self.is_on:
            raise SlackError("forbidden_team")
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def endpoint(self, socket: WebSocket) -> None:
        """One connection from its handshake to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            self._world.note("connection", "refused", detail="unknown or used ticket")
            await socket.close(1008)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        socket.scope[IGNORE_CLOSE](lambda: self._faults.leaves_closes_unanswered)
        if len(self._connections) >= MOST_CONNECTIONS:
            await _send(socket, _disconnect("too_many_websockets"))
            await socket.close()
            return
        await self._serve(socket)

    async def _serve(self, socket: WebSocket) -> None:
        connection = Connection(socket)
        self._connections.append(connection)
        await _send(socket, _hello(len(self._connections)))
        self._world.note("connection", "opened")
        try:
            while True:
                self._take(await socket.receive_text())
        except WebSocketDisconnect:
            self._world.note("connection", "closed")
        finally:
            if connection in self._connections:
                self._connections.remove(connection)
            with self._world.changing():
                pass

    def _take(self, text: str) -> None:
        """One frame from the app: an acknowledgement, with or without a payload."""
        try:
            frame = json.loads(text)
        except ValueError:
            self._world.note("refusal", "frame", error="not_json")
            return
        name = str(frame.get("envelope_id", "")) if isinstance(frame, dict) else ""
        latency = time.perf_counter() - self._sent.get(name, time.perf_counter())
        waiting = self._pending.pop(name, None)
        if waiting is None or waiting.done():
            self._world.note("ack", "late or unknown", latency=latency, detail=name)
            return
        body = frame.get("payload")
        waiting.set_result(Ack(AckStatus.OK, latency, body if isinstance(body, dict) else None))

    def deliver(self, envelope: Envelope) -> Ack:
        """Send to exactly one connection and wait for the acknowledgement. Never call this on the server's loop."""
        seconds = self._world.setup.ack_seconds
        try:
            return self._on_loop(self._deliver(envelope), seconds + 2)
        except (Stopped, CancelledError):
            return Ack(AckStatus.FAILED, 0.0, reason="connection_failed")

    async def _deliver(self, envelope: Envelope) -> Ack:
        started = time.perf_counter()
        seconds = self._world.setup.ack_seconds
        waiting: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._pending[envelope.id] = waiting
        self._sent[envelope.id] = started
        try:
            if not await self._send(envelope):
                return Ack(AckStatus.FAILED, time.perf_counter() - started, reason="connection_failed")
            return await asyncio.wait_for(waiting, seconds)
        except TimeoutError:
            return Ack(AckStatus.TIMEOUT, time.perf_counter() - started, reason="timeout")
        finally:
            self._pending.pop(envelope.id, None)

    async def _send(self, envelope: Envelope) -> bool:
        if not self._faults.everywhere.take():
            return await self._send_once(envelope)
        for connection in list(self._connections):
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await _send(connection.socket, _frame(envelope))
        return bool(self._connections)

    async def _send_once(self, envelope: Envelope) -> bool:
        """Any one of the connections, no pattern promised; one that turns out to be dead is skipped."""
        staying = [connection for connection in self._connections if not connection.leaving]
        candidates = staying or list(self._connections)
        random.shuffle(candidates)
        for connection in candidates:
            try:
                await _send(connection.socket, _frame(envelope))
            except (WebSocketDisconnect, RuntimeError):
                continue
            return True
        return False

    def warn(self) -> None:
        """Tell every connection that it will be refreshed in about ten seconds."""
        self._on_loop(self._tell_all("warning"))

    def refresh(self) -> None:
        """Ask every connection to open a new one, as Slack does about once an hour; then close the old ones."""
        self._on_loop(self._refresh())

    def retire(self) -> None:
        """What Slack does about once an hour: warn, ask for new connections ten seconds later, then close the old ones.

        The ten seconds are the workspace clock's.
        """
        self.warn()
        clock = self._world.clock
        clock.at(clock.now() + WARNING_AHEAD, lambda: self._spawn(self._refresh()))

    def disable(self) -> None:
        """Switch Socket Mode off: `link_disabled`, which is fatal for a client, and no new connections."""
        self.is_on = False
        self._on_loop(self._tell_all("link_disabled"))

    def enable(self) -> None:
        """Switch Socket Mode on again."""
        self.is_on = True

    def cut(self) -> None:
        """End every connection with a FIN and no close frame."""
        self._on_loop(self._end(cut))

    def reset(self) -> None:
        """End every connection with an RST."""
        self._on_loop(self._end(reset))

    async def _tell_all(self, reason: str) -> None:
        for connection in list(self._connections):
            await _send(connection.socket, _disconnect(reason))

    async def _refresh(self) -> None:
        for connection in [item for item in self._connections if not item.leaving]:
            connection.leaving = True
            await _send(connection.socket, _disconnect("refresh_requested"))
            self._keep(asyncio.create_task(self._close_later(connection)))

    def _keep(self, task: "asyncio.Task[None]") -> None:
        """Hold a task until it is done; the loop itself holds it only weakly."""
        self._closers.add(task)
        task.add_done_callback(self._closers.discard)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start this on the server's loop, from any thread, without waiting."""
        if self.loop is None or self.loop.is_closed():
            work.close()
            return
        loop = self.loop
        loop.call_soon_threadsafe(lambda: self._keep(loop.create_task(work)))

    async def _close_later(self, connection: Connection) -> None:
        await asyncio.sleep(CLOSE_AFTER_REFRESH)
        if (
            connection.socket.application_state is WebSocketState.CONNECTED
            and connection in self._connections
        ):
            await connection.socket.close()

    async def _end(self, how: Any) -> None:
        for connection in list(self._connections):
            connection.leaving = True
            how(connection.socket.scope)

    def later(self, seconds: float, do: Callable[[], object]) -> None:
        """Call `do` on the server's loop after so many seconds, unless the workspace has stopped by then."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.loop.call_later, seconds, do)

    def _on_loop(self, work: Coroutine[Any, Any, T], seconds: float = 5.0) -> T:
        """Run this on the server's loop and wait. Raises Stopped when there is no such loop any more."""
        if self.loop is None or self.loop.is_closed():
            work.close()
            raise Stopped("The workspace is not running; open it with `with Workspace.serve(…)`.")
        try:
            return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)
        except TimeoutError:
            raise Stopped("The workspace stopped in the middle of a delivery.") from None


async def _send(socket: WebSocket, frame: Mapping[str, Any]) -> None:
    await socket.send_text(json.dumps(frame, ensure_ascii=False))


def _hello(number: int) -> Mapping[str, Any]:
    debug = {
        "host": "applink-local",
        "started": "2026-01-01 00:00:00.000",
        "build_number": 1,
        "approximate_connection_time": 3600,
    }
    return {
        "type": "hello",
        "connection_info": {"app_id": APP_ID},
        "num_connections": number,
        "debug_info": debug,
    }


def _disconnect(reason: str) -> Mapping[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}


def _frame(envelope: Envelope) -> Mapping[str, Any]:
    frame: dict[str, Any] = {
        "envelope_id": envelope.id,
        "payload": envelope.payload,
        "type": str(envelope.kind),
        "accepts_response_payload": envelope.kind is not Kind.EVENT,
    }
    if envelope.kind is Kind.EVENT:
        frame |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return frame
