"""The HTTP adapter end to end: the local workspace sends, waitress and gunicorn serve."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from bot.slack.http import LARGEST_BODY, http_app
from bot.slack.incoming import Answer, GroupChanged, Incoming, Typed
from bot.slack.server import HttpServer, serve_waitress
from bot.slack.surface import EVENTS_PATH
from bot.workspace import Workspace
from bot.workspace.delivery.envelope import AckStatus
from bot.workspace.delivery.over_http import FORM, signature_headers
from tests.slack.setting import Bot

PROJECT = Path(__file__).resolve().parents[2]


@contextmanager
def served(slack: Workspace, bot: Bot) -> Iterator[HttpServer]:
    server = serve_waitress(http_app(bot.app(), [slack.signing_secret]), "127.0.0.1", 0, threads=4)
    try:
        yield server
    finally:
        server.stop()


def events_url(port: int) -> str:
    return f"http://127.0.0.1:{port}{EVENTS_PATH}"


def test_commands_events_and_redeliveries_come_in_over_http(slack: Workspace) -> None:
    bot = Bot(Answer(text="All good."))

    with served(slack, bot) as server:
        slack.deliver_over_http(events_url(server.port))
        delivery = slack.person("alice").types("#releases", "/release start payload & 100 % 😀 for @bob")
        slack.faults.deliver_again(1)
        slack.set_group_members("qa", ["bob"])
        slack.wait_for(lambda: sum(line.kind == "envelope" for line in slack.log) == 4)

    assert delivery.ok
    assert delivery.latency < 1
    assert delivery.reply is not None
    assert delivery.reply.text == "All good."
    command, *changes = bot.heard
    assert isinstance(command, Typed)
    assert command.words == ("start", "payload", "&", "100", "%", "😀", "for", "<@U0BOB|bob>")
    assert all(isinstance(change, GroupChanged) for change in changes)
    assert (len(changes), len({change.key for change in changes})) == (3, 2)


def test_a_failed_event_is_sent_again_by_slack(slack: Workspace) -> None:
    class Forgetful(Bot):
        def deliver(self, incoming: Incoming) -> Answer:
            self.breaks_with = None if self.heard else ZeroDivisionError()
            return super().deliver(incoming)

    bot = Forgetful()
    with served(slack, bot) as server:
        slack.deliver_over_http(events_url(server.port))
        slack.person("alice").opens_home()
        slack.wait_for(lambda: sum(line.kind == "envelope" for line in slack.log) == 2)

    assert len(bot.heard) == 2
    assert len({incoming.key for incoming in bot.heard}) == 1


@pytest.mark.parametrize(
    "forgery", ["stale", "wrong secret", "tampered", "no headers", "odd time", "odd signature"]
)
def test_a_forged_request_is_refused_and_changes_nothing(old_slack: Workspace, forgery: str) -> None:
    bot = Bot()
    body, now = urlencode({"command": "/release", "text": "ship"}).encode(), str(int(time.time()))
    good = signature_headers(old_slack.signing_secret, body, now)
    headers = {
        "stale": signature_headers(old_slack.signing_secret, body, str(int(now) - 301)),
        "wrong secret": signature_headers("another", body, now),
        "tampered": signature_headers(old_slack.signing_secret, body + b"x", now),
        "no headers": {},
        "odd time": good | {"X-Slack-Request-Timestamp": "soon"},
        "odd signature": good | {"X-Slack-Signature": "v0=\u00e9"},
    }[forgery]

    with served(old_slack, bot) as server:
        way = old_slack.deliver_over_http(events_url(server.port))
        ack = way.send(body, {"Content-Type": FORM, **headers})

    assert (ack.status, ack.body) == (AckStatus.FAILED, {"status": 401})
    assert bot.heard == []


def test_a_body_too_large_is_refused_before_it_is_sent() -> None:
    bot = Bot()
    server = serve_waitress(http_app(bot.app(), ["secret"]), "127.0.0.1", 0)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=5)

    connection.request("POST", EVENTS_PATH, headers={"Content-Length": str(LARGEST_BODY + 1)})
    status = connection.getresponse().status
    connection.close()
    server.stop()

    assert (status, bot.heard) == (413, [])


def test_stopping_finishes_the_request_under_way_and_takes_no_other(old_slack: Workspace) -> None:
    class Slow(Bot):
        is_busy, may_answer = Event(), Event()

        def deliver(self, incoming: Incoming) -> Answer:
            self.is_busy.set()
            self.may_answer.wait(5)
            return super().deliver(incoming)

    bot = Slow(Answer(text="Done."))
    with served(old_slack, bot) as server, ThreadPoolExecutor(2) as pool:
        old_slack.deliver_over_http(events_url(server.port))
        idle = HTTPConnection("127.0.0.1", server.port)
        idle.request("GET", "/healthz")
        assert idle.getresponse().read() == b"ok\n"
        delivery = pool.submit(old_slack.person("alice").types, "#releases", "/release slow")
        assert bot.is_busy.wait(5)
        stopped = pool.submit(server.stop)
        while server.healthy():
            time.sleep(0.005)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", server.port), timeout=1)
        bot.may_answer.set()
        stopped.result()
        idle.close()

        assert delivery.result().ok
        assert not server.healthy()


def test_a_request_on_a_connection_that_was_made_before_the_stop_is_answered(old_slack: Workspace) -> None:
    with served(old_slack, Bot()) as server, ThreadPoolExecutor(1) as pool:
        made = [HTTPConnection("127.0.0.1", server.port, timeout=5) for _ in range(5)]
        for connection in made:
            connection.connect()
        stopped = pool.submit(server.stop)
        while server.healthy():
            time.sleep(0.005)

        for connection in made:
            connection.request("GET", "/healthz")

        assert [connection.getresponse().read() for connection in made] == [b"ok\n"] * 5
        stopped.result()
        for connection in made:
            connection.close()


def test_stopping_twice_is_nothing_special(old_slack: Workspace) -> None:
    with served(old_slack, Bot()) as server:
        assert server.healthy()
        server.stop()
        server.stop()

    assert not server.healthy()


def test_gunicorn_serves_it_from_a_factory(old_slack: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4", "--bind"]
    server = subprocess.Popen(
        [*command, f"127.0.0.1:{port}", "tests.slack.served_app:build()"],
        cwd=PROJECT,
        env=os.environ | {"SIGNING_SECRETS": f"new,{old_slack.signing_secret}", "PYTHONPATH": str(PROJECT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_up(f"http://127.0.0.1:{port}/healthz")
        old_slack.deliver_over_http(events_url(port))
        delivery = old_slack.person("alice").types("#releases", "/release payload")
    finally:
        server.terminate()
        server.wait(10)

    assert delivery.ok
    assert delivery.reply is not None
    assert delivery.reply.text.startswith("You sent ")


def wait_until_up(url: str) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=10):  # noqa: S310  # our own address
                return
        except URLError:
            time.sleep(0.02)
    raise AssertionError(f"{url} never answered")
