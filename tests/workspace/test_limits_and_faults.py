"""Rate limits, and the bad days a test can order."""

import http.client
import json
import statistics
import time
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace import Workspace, WorkspaceSetup


def test_posting_faster_than_one_a_second_is_stopped_and_passes_again_later(
    make_setup: Callable[..., WorkspaceSetup], caller: Any
) -> None:
    with Workspace.serve(make_setup(rate_limits=True)) as ws:
        call = caller(ws)

        replies = [call("chat.postMessage", channel="C0REL", text="x") for _ in range(6)]
        elsewhere = call("chat.postMessage", channel="G0OURS", text="x")
        ws.clock.advance(1)
        later = call("chat.postMessage", channel="C0REL", text="x")

    assert [reply.status for reply in replies] == [200] * 5 + [429]
    assert replies[5].body == {"ok": False, "error": "ratelimited"}
    assert replies[5].headers["retry-after"] == "1"
    assert [elsewhere.status, later.status] == [200, 200]


def test_a_tier_limits_one_method_and_leaves_the_others_alone(
    make_setup: Callable[..., WorkspaceSetup], caller: Any
) -> None:
    with Workspace.serve(make_setup(rate_limits=True)) as ws:
        call = caller(ws)

        lists = [call("usergroups.list").status for _ in range(21)]
        other = call("auth.test").status

    assert (lists, other) == ([200] * 20 + [429], 200)


def test_an_ordered_limit_says_how_long_to_wait(ws: Workspace, call: Any) -> None:
    ws.faults.rate_limit("chat.update", seconds=7, times=2)

    replies = [call("chat.update", channel="C0REL", ts="1.0", text="x") for _ in range(3)]

    assert [reply.headers.get("retry-after") for reply in replies] == ["7", "7", None]


def test_a_write_can_be_applied_without_an_answer(ws: Workspace, call: Any) -> None:
    ws.faults.drop_after_write("chat.postMessage", times=1)

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError, urllib.error.URLError)):
        call("chat.postMessage", channel="C0REL", text="once")

    assert [message.text for message in ws.messages("#releases")] == ["once"]


def test_an_outage_stops_everything_until_it_ends(ws: Workspace, call: Any) -> None:
    ws.faults.outage(True)
    down = call("chat.postMessage", channel="C0REL", text="x").status
    ws.faults.outage(False)
    up = call("chat.postMessage", channel="C0REL", text="x").status

    assert (down, up, len(ws.messages("#releases"))) == (503, 200, 1)


def test_wrong_answers_can_be_ordered_one_by_one(ws: Workspace, call: Any) -> None:
    ws.faults.status("api.test", 500)
    ws.faults.empty_answer("api.test")
    ws.faults.html_answer("api.test")
    ws.faults.error("api.test", "fatal_error")

    replies = [call("api.test") for _ in range(5)]

    assert [reply.status for reply in replies] == [500, 200, 200, 200, 200]
    assert [replies[1].body, replies[2].body[:6], replies[3].body["error"]] == ["", "<html>", "fatal_error"]
    assert replies[4].body == {"ok": True, "args": {}}


def test_calls_on_one_connection_are_not_held_back_by_small_packets(ws: Workspace) -> None:
    connection = http.client.HTTPConnection(ws.api_url.split("/")[2])
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": "application/json; charset=utf-8"}

    latencies = []
    for number in range(10):
        started = time.perf_counter()
        connection.request("POST", "/api/api.test", json.dumps({"n": number}), headers)
        connection.getresponse().read()
        latencies.append(time.perf_counter() - started)
    connection.close()

    assert statistics.median(latencies) < 0.03
