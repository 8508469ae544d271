"""Checks 33 to 36: Socket Mode and the ways it breaks, an outage, app_rate_limited, and TCP without delay."""

import asyncio
import http.client
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.workspace import Workspace, WorkspaceSetup

Json = dict[str, Any]
Story = Callable[[list[ClientConnection]], Awaitable[Any]]


def in_a_loop_of_its_own(story: Coroutine[Any, Any, Any]) -> Any:
    """Run it in another thread: where the page was tested before, Chromium's driver has a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, story).result()


def address(ws: Workspace, request: Callable[..., Any]) -> str:
    """A fresh wss address from apps.connections.open."""
    headers = {"Authorization": f"Bearer {ws.app_token}"}
    return str(request(f"{ws.api_url}apps.connections.open", b"", headers).body["url"])


async def heard(connection: ClientConnection) -> Json:
    return dict(json.loads(await asyncio.wait_for(connection.recv(), 5)))


async def acknowledge(connection: ClientConnection, frame: Json) -> None:
    await connection.send(json.dumps({"envelope_id": frame["envelope_id"]}))


@pytest.fixture
def connected(ws: Workspace, request_raw: Callable[..., Any]) -> Callable[[int, Story], Any]:
    """Plays a story with so many greeted connections."""

    def play(number: int, story: Story) -> Any:
        async def run() -> Any:
            connections = [await connect(address(ws, request_raw), close_timeout=0.3) for _ in range(number)]
            for connection in connections:
                await heard(connection)
            try:
                return await story(connections)
            finally:
                await asyncio.gather(*(connection.close() for connection in connections))

        return in_a_loop_of_its_own(run())

    return play


def test_33_a_ticket_opens_one_connection_that_is_greeted(
    ws: Workspace, request_raw: Callable[..., Any]
) -> None:
    async def story(url: str) -> Json:
        async with connect(url) as first:
            greeting = await heard(first)
            with pytest.raises(InvalidStatus) as refused:
                await connect(url)
            assert refused.value.response.status_code == 403
            return greeting

    greeting = in_a_loop_of_its_own(story(address(ws, request_raw)))

    assert (greeting["type"], greeting["num_connections"]) == ("hello", 1)
    assert greeting["connection_info"] == {"app_id": "A0HARBOUR"}
    assert greeting["debug_info"]["approximate_connection_time"] == 3600


def test_33_the_eleventh_connection_is_one_too_many(
    ws: Workspace, connected: Any, request_raw: Callable[..., Any]
) -> None:
    async def story(_: list[ClientConnection]) -> Json:
        eleventh = await connect(address(ws, request_raw))
        frame = await heard(eleventh)
        with pytest.raises(ConnectionClosed):
            await eleventh.recv()
        return frame

    frame = connected(10, story)

    assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")


def test_33_envelopes_go_to_one_connection_each_with_no_pattern(ws: Workspace, connected: Any) -> None:
    received: list[int] = []

    async def listen(number: int, connection: ClientConnection) -> None:
        async for text in connection:
            received.append(number)
            await acknowledge(connection, json.loads(text))

    async def story(connections: list[ClientConnection]) -> None:
        tasks = [asyncio.create_task(listen(*pair)) for pair in enumerate(connections)]
        for number in range(30):
            assert (await asyncio.to_thread(ws.person("alice").types, "#releases", f"/release {number}")).ok
        for task in tasks:
            task.cancel()

    connected(3, story)

    assert (len(received), set(received)) == (30, {0, 1, 2})


def test_33_an_unacknowledged_event_comes_again_with_its_attempt(
    full_setup: Callable[..., WorkspaceSetup], request_raw: Callable[..., Any]
) -> None:
    async def story(ws: Workspace) -> list[Json]:
        async with connect(address(ws, request_raw)) as connection:
            await heard(connection)
            await asyncio.to_thread(ws.person("alice").types, "#releases", "hello")
            frames = [await heard(connection)]
            while len(frames) < 3:
                frames.append(await heard(connection))
            await acknowledge(connection, frames[-1])
            await asyncio.to_thread(
                ws.wait_for, lambda: ws.log[-1].error is None, 5, "the third is acknowledged"
            )
            return frames

    with Workspace.serve(full_setup(ack_seconds=0.2, event_retries=(0.0, 0.0, 0.0))) as ws:
        frames = in_a_loop_of_its_own(story(ws))

    assert [(frame["retry_attempt"], frame["retry_reason"]) for frame in frames] == [
        (0, ""), (1, "timeout"), (2, "timeout"),
    ]  # fmt: skip
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 3
    assert [frame["accepts_response_payload"] for frame in frames] == [False] * 3


def test_33_a_warning_ten_seconds_before_a_refresh_before_the_close(ws: Workspace, connected: Any) -> None:
    async def story(connections: list[ClientConnection]) -> list[str]:
        await asyncio.to_thread(ws.socket_mode.retire)
        reasons = [(await heard(connections[0]))["reason"]]
        ws.clock.advance(9)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connections[0].recv(), 0.1)
        await asyncio.to_thread(ws.clock.advance, 1.5)
        reasons.append((await heard(connections[0]))["reason"])
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(connections[0].recv(), 5)
        return reasons

    assert connected(1, story) == ["warning", "refresh_requested"]


def test_33_during_the_overlap_an_envelope_can_come_on_both_connections(
    ws: Workspace, connected: Any
) -> None:
    ws.faults.set("deliver_on_all_connections")

    async def story(connections: list[ClientConnection]) -> list[Json]:
        typing = asyncio.create_task(
            asyncio.to_thread(ws.person("alice").types, "#releases", "/release ship")
        )
        frames = [await heard(connection) for connection in connections]
        await acknowledge(connections[0], frames[0])
        await acknowledge(connections[1], frames[1])
        assert (await typing).ok
        return frames

    frames = connected(2, story)

    assert frames[0] == frames[1]


@pytest.mark.parametrize(
    ("how", "error"), [("cut_connections", EOFError), ("reset_connections", ConnectionResetError)]
)
def test_33_a_connection_can_end_without_a_close_frame(
    ws: Workspace, connected: Any, how: str, error: type[Exception]
) -> None:
    async def story(connections: list[ClientConnection]) -> ConnectionClosed:
        await asyncio.to_thread(ws.faults.set, how)
        with pytest.raises(ConnectionClosed) as ended:
            await asyncio.wait_for(connections[0].recv(), 5)
        return ended.value

    ended = connected(1, story)

    assert (ended.rcvd, isinstance(ended.__cause__, error)) == (None, True)


def test_33_close_frames_can_stay_unanswered(ws: Workspace, connected: Any) -> None:
    ws.faults.set("leave_closes_unanswered", on=True)

    async def story(connections: list[ClientConnection]) -> int | None:
        await connections[0].close()
        return connections[0].close_code

    assert connected(1, story) == 1006


def test_33_switched_off_it_says_so_and_opens_no_more(
    ws: Workspace, connected: Any, request_raw: Callable[..., Any]
) -> None:
    headers = {"Authorization": f"Bearer {ws.app_token}"}

    async def story(connections: list[ClientConnection]) -> str:
        await asyncio.to_thread(ws.faults.set, "switch_socket_mode", on=False)
        return str((await heard(connections[0]))["reason"])

    reason = connected(1, story)
    refused = request_raw(f"{ws.api_url}apps.connections.open", b"", headers).body
    ws.faults.set("switch_socket_mode", on=True)

    assert (reason, refused) == ("link_disabled", {"ok": False, "error": "forbidden_team"})
    assert address(ws, request_raw).startswith("ws://")


def test_33_connections_open_can_fail_so_many_times(ws: Workspace, request_raw: Callable[..., Any]) -> None:
    headers = {"Authorization": f"Bearer {ws.app_token}"}
    ws.faults.set("error", method="apps.connections.open", error="internal_error", times=2)

    answers = [request_raw(f"{ws.api_url}apps.connections.open", b"", headers).body for _ in range(3)]

    assert [answer.get("error") for answer in answers] == ["internal_error", "internal_error", None]


def test_33_with_no_connection_open_a_command_fails_at_once(ws: Workspace) -> None:
    assert ws.person("alice").types("#releases", "/release status").error == "dispatch_failed"


def test_34_an_outage_lasts_as_long_as_it_was_asked_for(ws: Workspace, do: Any) -> None:
    ws.faults.set("outage", minutes=5)
    down = do("chat.postMessage", channel="C0REL", text="x")
    ws.clock.advance(299)
    still = do("auth.test")
    ws.clock.advance(2)
    up = do("chat.postMessage", channel="C0REL", text="y")

    assert (down.status, down.body, still.status, up.status) == (503, "", 503, 200)
    assert [message.text for message in ws.messages("#releases")] == ["y"]


def test_34_an_outage_can_be_silence(ws: Workspace) -> None:
    ws.faults.set("outage", how="silence")
    connection = http.client.HTTPConnection(ws.api_url.split("/")[2], timeout=0.3)
    connection.request("POST", "/api/auth.test", b"", {"Authorization": f"Bearer {ws.bot_token}"})

    with pytest.raises(TimeoutError):
        connection.getresponse()

    connection.close()


def test_34_response_urls_and_uploads_are_out_too(
    ws: Workspace, app: Any, do: Any, request_raw: Callable[..., Any]
) -> None:
    ws.person("alice").types("#releases", "/release status")
    upload = do.read("files.getUploadURLExternal", filename="a", length=1)["upload_url"]
    ws.faults.set("outage")

    replies = [
        request_raw(app.last()["response_url"], b'{"text":"x"}', {"Content-Type": "application/json"}),
        request_raw(upload, b"x", {}),
    ]

    assert [reply.status for reply in replies] == [503, 503]


def test_35_the_notice_of_too_many_events_has_no_inner_event(ws: Workspace, app: Any) -> None:
    ws.faults.set("too_many_events")

    ws.wait_for(lambda: any(line.kind == "envelope" for line in ws.log), why="the notice is sent")

    body = app.last()
    assert set(body) == {"token", "type", "team_id", "minute_rate_limited", "api_app_id"}
    assert (body["type"], body["minute_rate_limited"] % 60) == ("app_rate_limited", 0)


def test_36_small_answers_are_not_held_back(ws: Workspace) -> None:
    host = ws.api_url.split("/")[2]
    connection = http.client.HTTPConnection(host)
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": "application/json; charset=utf-8"}

    latencies = []
    for number in range(20):
        started = time.perf_counter()
        connection.request("POST", "/api/api.test", json.dumps({"n": number}), headers)
        connection.getresponse().read()
        latencies.append(time.perf_counter() - started)
    connection.close()

    assert statistics.median(latencies) < 0.02
