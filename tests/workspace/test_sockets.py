"""Socket Mode seen from a bare WebSocket: tickets, the greeting, the limit of ten, and one receiver per envelope."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from bot.workspace import Workspace


@pytest.fixture
def ticket(ws: Workspace, request_raw: Any) -> Any:
    """A fresh wss address from apps.connections.open."""

    def fresh() -> str:
        headers = {"Authorization": f"Bearer {ws.app_token}"}
        return str(request_raw(f"{ws.api_url}apps.connections.open", b"", headers).body["url"])

    return fresh


async def _next(socket: ClientConnection) -> dict[str, Any]:
    return dict(json.loads(await asyncio.wait_for(socket.recv(), 5)))


def test_a_ticket_opens_one_connection(ticket: Any) -> None:
    async def story(url: str) -> dict[str, Any]:
        async with connect(url) as first:
            hello = await _next(first)
            with pytest.raises(InvalidStatus):
                await connect(url)
            return hello

    hello = asyncio.run(story(ticket()))

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["debug_info"]["approximate_connection_time"] == 3600


def test_the_eleventh_connection_is_one_too_many(ticket: Any) -> None:
    async def story(urls: list[str]) -> dict[str, Any]:
        sockets = [await connect(url) for url in urls]
        greetings = [await _next(socket) for socket in sockets]
        for socket in sockets:
            await socket.close()
        return greetings[-1]

    last = asyncio.run(story([ticket() for _ in range(11)]))

    assert (last["type"], last["reason"]) == ("disconnect", "too_many_websockets")


def test_each_envelope_goes_to_exactly_one_connection(ws: Workspace, ticket: Any) -> None:
    received: list[dict[str, Any]] = []

    async def answer(socket: ClientConnection) -> None:
        async for frame in socket:
            envelope = json.loads(frame)
            if "envelope_id" in envelope:
                received.append(envelope)
                await socket.send(
                    json.dumps({"envelope_id": envelope["envelope_id"], "payload": {"text": "here"}})
                )

    async def story(urls: list[str]) -> list[Any]:
        sockets = [await connect(url) for url in urls]
        answering = [asyncio.create_task(answer(socket)) for socket in sockets]
        deliveries = [
            await asyncio.to_thread(ws.person("alice").types, "#releases", f"/release {number}")
            for number in range(6)
        ]
        for socket in sockets:
            await socket.close()
        await asyncio.gather(*answering)
        return deliveries

    deliveries = asyncio.run(story([ticket(), ticket()]))

    assert [delivery.reply.plain for delivery in deliveries] == ["here"] * 6
    assert [envelope["payload"]["text"] for envelope in received] == [str(number) for number in range(6)]
    assert {envelope["type"] for envelope in received} == {"slash_commands"}
    assert all(envelope["accepts_response_payload"] for envelope in received)
