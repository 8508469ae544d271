"""The local workspace's own speed: one Web API call on loopback, envelopes through one connection, and its page."""

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from websockets.asyncio.client import ClientConnection, connect

from bench import workspace_page
from bench.table import Table, Target, ms, p50_of, percentile
from bot.workspace import Channel, Person, Workspace, WorkspaceSetup

ROUNDS = 3
CALLS = 300
ENVELOPES = 1000
TYPISTS = 8
CALL_P50 = 2.0
PER_SECOND = 500.0
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*1.4.0* waits for two signatures"}}
MANIFEST = {
    "display_information": {"name": "Bench"},
    "features": {"slash_commands": [{"command": "/release", "description": "Releases"}]},
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "channels:read", "channels:history"]}},
}
METHODS: Sequence[tuple[str, dict[str, object]]] = (
    ("api.test", {}),
    ("chat.postMessage", {"channel": "C0REL", "text": "a card", "blocks": [SECTION] * 10}),
    ("chat.update", {"channel": "C0REL", "ts": "{ts}", "text": "a card", "blocks": [SECTION] * 10}),
)


def measure() -> Iterator[Table]:
    people = [Person(f"U{number:03}", f"person{number}", f"Person {number}") for number in range(TYPISTS)]
    channel = Channel("C0REL", "releases", tuple(person.id for person in people))
    setup = WorkspaceSetup(people, [channel], manifest=MANIFEST, rate_limits=False)
    with Workspace.serve(setup) as ws:
        yield _calls(ws)
    with Workspace.serve(setup) as ws:
        yield asyncio.run(_envelopes(ws))
    yield from workspace_page.measure()


def _calls(ws: Workspace) -> Table:
    rows, targets = [], []
    for method, arguments in METHODS:
        rounds = [_round(ws, method, arguments) for _ in range(ROUNDS)]
        p50, p99 = p50_of(rounds), p50_of(rounds, 99)
        rows.append([method, ms(p50), ms(p99)])
        targets.append(Target(f"{method}: p50 under {CALL_P50:g} ms", f"{ms(p50)} ms", p50 < CALL_P50))
    notes = [f"{ROUNDS} rounds of {CALLS} calls on one kept connection; the middle round counts.", ""]
    return Table("Workspace: one call of the Web API", ("method", "p50 ms", "p99 ms"), rows, notes, targets)


def _round(ws: Workspace, method: str, arguments: object) -> list[float]:
    connection = http.client.HTTPConnection(ws.api_url.split("/")[2])
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": "application/json; charset=utf-8"}
    posts = ws.messages("#releases")
    body = json.dumps(arguments).replace("{ts}", posts[0].ts if posts else "").encode()
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        connection.request("POST", f"/api/{method}", body, headers)
        answer = connection.getresponse().read()
        taken.append((time.perf_counter() - started) * 1000)
        assert answer.startswith(b'{"ok":true'), answer
    connection.close()
    return taken


async def _envelopes(ws: Workspace) -> Table:
    connection = http.client.HTTPConnection(ws.api_url.split("/")[2])
    connection.request("POST", "/api/apps.connections.open", b"", {"Authorization": f"Bearer {ws.app_token}"})
    url = json.loads(connection.getresponse().read())["url"]
    connection.close()
    async with connect(url, compression=None) as socket:
        await socket.recv()
        answering = asyncio.create_task(_acknowledge(socket))
        rounds = [await asyncio.to_thread(_type, ws) for _ in range(ROUNDS)]
        answering.cancel()
    rate = median(ENVELOPES / seconds for seconds, _ in rounds)
    latencies: Sequence[float] = [latency for _, taken in rounds for latency in taken]
    row = [f"{rate:.0f}", ms(percentile(latencies, 50)), ms(percentile(latencies, 99))]
    promise = Target(f"{PER_SECOND:g} envelopes a second", f"{rate:.0f}", rate >= PER_SECOND)
    notes = [
        f"{TYPISTS} people type {ENVELOPES} commands at once; the app acknowledges each on the same connection.",
        "",
    ]
    columns = ("envelopes/s", "ack p50 ms", "ack p99 ms")
    return Table("Workspace: envelopes through one connection", columns, [row], notes, [promise])


async def _acknowledge(socket: ClientConnection) -> None:
    async for text in socket:
        await socket.send(json.dumps({"envelope_id": json.loads(text)["envelope_id"]}))


def _type(ws: Workspace) -> tuple[float, list[float]]:
    """All people type their share; the seconds it took and the milliseconds of each acknowledgement."""
    taken: list[float] = []
    lock = threading.Lock()

    def one(number: int) -> None:
        delivery = ws.people[number % TYPISTS].types("#releases", f"/release {number}")
        assert delivery.ok, delivery.error
        with lock:
            taken.append(delivery.latency * 1000)

    started = time.perf_counter()
    with ThreadPoolExecutor(TYPISTS) as pool:
        list(pool.map(one, range(ENVELOPES)))
    return time.perf_counter() - started, taken


if __name__ == "__main__":
    from bench.table import as_text

    for table in measure():
        print(as_text(table))
