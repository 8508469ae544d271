"""One Socket Mode connection from its opening to its end. It never reconnects: `bot.slack.socket` makes a new one."""

import asyncio
import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import structlog
from aiohttp import ClientWSTimeout
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.wire import proxy_for, quiet

log = structlog.get_logger()

CLOSING = 1.0
"""Seconds to wait for the other side's close frame. Slack does not always send one."""


class End(StrEnum):
    """Why a connection is over, or soon will be. The first four are Slack's own words in a `disconnect` message."""

    WARNING = "warning"
    REFRESH = "refresh_requested"
    TOO_MANY = "too_many_websockets"
    SWITCHED_OFF = "link_disabled"
    CLOSED = "closed"


class Connection(SocketModeClient):
    """slack_sdk's aiohttp client, kept to one WebSocket.

    The client's own reconnection closes the old socket before it opens the new one, repeats a used ticket for ever,
    and acknowledges on whichever socket is the present one. So three of its steps are replaced: `connect` tries once,
    a wish to reconnect only ends the connection, and what is received goes straight to `hear`.

    Must be made inside the running loop. `ping_interval` is in seconds; with no sign of life for half as long after a
    ping, aiohttp closes the socket.
    """

    def __init__(
        self,
        app_token: str,
        web_client: AsyncWebClient,
        ping_interval: float,
        hear: Callable[["Connection", SocketModeRequest], None],
    ) -> None:
        super().__init__(app_token, quiet("socket"), web_client, ping_interval=ping_interval)
        self._hear = hear
        self.end: asyncio.Future[End] = asyncio.get_running_loop().create_future()
        self.greeted = False
        """Slack has said hello: from now on it sends envelopes here."""
        self.answering: set[asyncio.Task[None]] = set()
        """Envelopes that came here and are not acknowledged yet."""

    async def connect(self) -> None:
        """Ask for a ticket and open the socket with it.

        Raises SlackApiError, aiohttp.ClientError or OSError; the ticket is spent then, and so is this connection.
        """
        opened = await self.web_client.apps_connections_open(app_token=self.app_token)
        address = str(opened["url"])
        self.current_session = await self.aiohttp_client_session.ws_connect(
            address,
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=proxy_for(address),
            ssl=self.web_client.ssl if self.web_client.ssl is not None else True,
            timeout=ClientWSTimeout(ws_close=CLOSING),
        )
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: ARG002  # slack_sdk's signature
        """slack_sdk calls this when it has received a close frame."""
        self._over(End.CLOSED)

    async def enqueue_message(self, message: str) -> None:
        """slack_sdk calls this with every text frame. Whatever cannot be read is left out; the socket goes on."""
        try:
            frame = json.loads(message)
        except json.JSONDecodeError:
            log.warning("slack.frame_unreadable", length=len(message))
            return
        match frame:
            case {"type": "hello"}:
                self.greeted = True
            case {"type": "disconnect"}:
                self._over(_end_named(frame.get("reason")))
            case {"type": str(kind), "envelope_id": str(envelope_id), "payload": dict(payload)}:
                takes_answer = frame.get("accepts_response_payload") is True
                self._hear(self, SocketModeRequest(kind, envelope_id, payload, takes_answer))
            case _:
                log.info("slack.frame_left_out", length=len(message))

    def is_open(self) -> bool:
        return self.current_session is not None and not self.current_session.closed

    async def finish(self, within: float) -> None:
        """Take in nothing more, wait for what is being answered for at most `within` seconds, and close."""
        if self.message_receiver is not None:
            self.message_receiver.cancel()
        if self.answering:
            await asyncio.wait(self.answering, timeout=within)
        await self.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped

    async def acknowledge(self, frame: str) -> bool:
        """Send an acknowledgement; False when the socket is gone."""
        if self.current_session is None or self.current_session.closed:
            return False
        try:
            await self.current_session.send_str(frame)
        except ConnectionError:
            return False
        return True

    def _over(self, end: End) -> None:
        if not self.end.done():
            self.end.set_result(end)


def _end_named(reason: Any) -> End:
    """A reason Slack invents later is read as the wish for another connection."""
    try:
        return End(reason)
    except ValueError:
        return End.REFRESH
