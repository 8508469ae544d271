"""Checks 28 to 32: signed requests and forged ones, the forms of bodies, late answers, events again, response URLs."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.workspace import DeliveryStatus, Workspace, WorkspaceSetup
from bot.workspace.delivery.forged import FORGERIES

JSON = {"Content-Type": "application/json"}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "v1"}
CARD = [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]

BLOCKS_OVER_BUDGET = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 5


@dataclass
class Careful:
    """An app that verifies signatures with the SDK and counts what it believed."""

    verifier: SignatureVerifier
    believed: list[bytes] = field(default_factory=list)

    def answer(self, body: bytes, headers: dict[str, str]) -> int:
        """401 unless body, timestamp and signature agree; what the SDK chokes on is not believed either."""
        lower = {name.lower(): value for name, value in headers.items()}
        try:
            good = self.verifier.is_valid(
                body, lower.get("x-slack-request-timestamp", ""), lower.get("x-slack-signature", "")
            )
        except (ValueError, TypeError):
            good = False
        if good:
            self.believed.append(body)
        return 200 if good else 401


def envelopes(ws: Workspace) -> list[str]:
    return [line.detail for line in ws.log if line.kind == "envelope"]


def respond(request_raw: Any, url: str, **body: Any) -> Any:
    return request_raw(url, json.dumps(body).encode(), JSON)


@pytest.fixture
def retrying(
    full_setup: Callable[..., WorkspaceSetup], make_app: Callable[[Workspace], AbstractContextManager[Any]]
) -> Iterator[tuple[Workspace, Any]]:
    """A workspace with Slack's own waits between redeliveries, and a scripted app."""
    with Workspace.serve(full_setup(event_retries=(0.0, 60.0, 300.0))) as ws, make_app(ws) as app:
        yield ws, app


def test_28_a_true_request_is_signed_with_the_real_time(ws: Workspace, app: Any) -> None:
    ws.person("alice").types("#releases", "/release status")

    [request] = app.delivered
    careful = Careful(SignatureVerifier(ws.signing_secret))
    assert careful.answer(request.raw, request.headers) == 200


@pytest.mark.parametrize("name", FORGERIES)
def test_28_a_forged_request_is_recognizable(ws: Workspace, app: Any, name: str) -> None:
    way = ws.deliver_over_http(app.url)
    envelope = ws.person("alice").prepares("#releases", "/release ship")
    app.answers = [(401, None)]

    ack = way.forge(name, envelope)

    [request] = app.delivered
    careful = Careful(SignatureVerifier(ws.signing_secret))
    assert (careful.answer(request.raw, request.headers), careful.believed) == (401, [])
    assert ack.http_status == 401


def test_29_a_new_address_is_tried(ws: Workspace, app: Any) -> None:
    way = ws.deliver_over_http(app.url)
    app.answers = [(200, {"challenge": "3eZbrw"}), (200, "3eZbrw"), (200, "something else"), (200, None)]

    acks = [way.verify_url("3eZbrw").ok for _ in range(3)]
    checked = way.ssl_check()

    assert (acks, checked.ok) == ([True, True, False], True)
    assert json.loads(app.delivered[0].raw)["type"] == "url_verification"
    assert parse_qs(app.delivered[3].raw.decode())["ssl_check"] == ["1"]


def test_29_commands_are_forms_interactions_are_forms_with_json_and_events_are_json(
    ws: Workspace, app: Any, do: Any
) -> None:
    ws.person("alice").types("#releases", "/release status")
    do("chat.postMessage", channel="C0REL", text="x", blocks=CARD)
    ws.wait_for(lambda: len(app.delivered) == 2, why="the bot's own message is an event")
    ws.person("alice").clicks(ws.messages("#releases")[0], "go")

    command, event, click = app.delivered
    assert [request.headers["Content-Type"] for request in app.delivered] == [
        "application/x-www-form-urlencoded", "application/json", "application/x-www-form-urlencoded",
    ]  # fmt: skip
    assert parse_qs(command.raw.decode())["command"] == ["/release"]
    assert json.loads(event.raw)["event"]["bot_id"] == "B0HARBOUR"
    assert json.loads(parse_qs(click.raw.decode())["payload"][0])["type"] == "block_actions"


@pytest.mark.parametrize(
    ("typed", "arrives"),
    [
        ("payload-svc 1.2.3", "payload-svc 1.2.3"),
        ("a & b 100% +1", "a &amp; b 100% +1"),
        ("🚢 ö <b>", "🚢 ö &lt;b&gt;"),
        ("x" * 2000, "x" * 2000),
        ("@bob #releases @qa @nobody", "<@U0BOB|bob> <#C0REL|releases> <!subteam^S0QA|@qa> @nobody"),
    ],
)
def test_29_the_text_of_a_command_arrives_whole(ws: Workspace, app: Any, typed: str, arrives: str) -> None:
    ws.person("alice").types("#releases", f"/release {typed}")

    assert app.last()["text"] == arrives


def test_29_only_what_the_manifest_declares_is_sent(ws: Workspace, app: Any) -> None:
    delivery = ws.person("alice").types("#releases", "/deploy now")

    assert (delivery.status, delivery.error) == (DeliveryStatus.REFUSED, "invalid_command")
    assert app.delivered == []


def test_30_a_late_answer_is_operation_timeout_and_the_person_tries_again(
    full_setup: Callable[..., WorkspaceSetup], make_app: Callable[..., Any]
) -> None:
    with Workspace.serve(full_setup(ack_seconds=0.3)) as ws, make_app(ws) as app:
        app.holding.clear()
        late = ws.person("alice").types("#releases", "/release ship")
        app.holding.set()
        again = ws.person("alice").types("#releases", "/release ship")

    assert (late.status, late.error) == (DeliveryStatus.TIMEOUT, "operation_timeout")
    assert late.latency >= 0.3
    assert again.ok
    assert 0 < again.latency < 0.3
    assert len(app.delivered) == 2


def test_30_a_click_can_come_twice_at_the_same_time(ws: Workspace, app: Any, do: Any) -> None:
    do("chat.postMessage", channel="C0REL", text="x", blocks=CARD)
    ws.faults.set("double_deliveries")

    ws.person("alice").clicks(ws.messages("#releases")[0], "go")

    def clicks() -> list[Any]:
        return [
            request.payload for request in app.delivered if request.payload.get("type") == "block_actions"
        ]

    ws.wait_for(lambda: len(clicks()) == 2, why="the twin arrives")
    assert clicks()[0] == clicks()[1]


def test_30_a_lost_command_is_operation_timeout(
    full_setup: Callable[..., WorkspaceSetup], make_app: Callable[..., Any]
) -> None:
    with Workspace.serve(full_setup(ack_seconds=0.2)) as ws, make_app(ws) as app:
        ws.faults.set("lose_deliveries")
        lost = ws.person("alice").types("#releases", "/release ship")

    assert (lost.error, app.delivered) == ("operation_timeout", [])


def test_31_events_come_again_at_once_after_a_minute_and_after_five(retrying: tuple[Workspace, Any]) -> None:
    ws, app = retrying
    app.answers = [(500, None)] * 4

    ws.person("alice").types("#releases", "hello")
    ws.wait_for(lambda: len(envelopes(ws)) == 2, why="the first retry follows at once")
    for expected in (3, 4):
        ws.clock.advance(60 if expected == 3 else 300)
        ws.wait_for(lambda: len(envelopes(ws)) == expected, why="the next retry")  # noqa: B023  # asked at once
    ws.clock.advance(3600)

    headers = [request.headers for request in app.delivered]
    assert [item.get("X-Slack-Retry-Num") for item in headers] == [None, "1", "2", "3"]
    assert {item.get("X-Slack-Retry-Reason") for item in headers[1:]} == {"http_error"}
    assert len({request.payload["event_id"] for request in app.delivered}) == 1


def test_31_no_retry_is_honoured_where_the_answer_was_an_error(retrying: tuple[Workspace, Any]) -> None:
    ws, app = retrying
    app.answers, app.extra_headers = [(500, None)], {"X-Slack-No-Retry": "1"}

    ws.person("alice").types("#releases", "hello")
    ws.wait_for(lambda: len(envelopes(ws)) == 1, why="the event is sent")
    ws.clock.advance(3600)

    assert len(app.delivered) == 1


def test_31_any_2xx_acknowledges_an_event(retrying: tuple[Workspace, Any]) -> None:
    ws, app = retrying
    app.answers = [(202, None)]

    ws.person("alice").types("#releases", "hello")

    ws.wait_for(lambda: len(envelopes(ws)) == 1, why="the event is sent")
    assert [line.error for line in ws.log if line.kind == "envelope"] == [None]


def test_31_an_event_can_come_again_after_a_good_acknowledgement(retrying: tuple[Workspace, Any]) -> None:
    ws, app = retrying
    ws.faults.set("deliver_again")

    ws.person("alice").types("#releases", "hello")

    ws.wait_for(lambda: len(envelopes(ws)) == 2, why="the copy is sent")
    assert len({request.payload["event_id"] for request in app.delivered}) == 1


def test_31_events_can_come_out_of_order(retrying: tuple[Workspace, Any]) -> None:
    ws, app = retrying
    ws.faults.set("shuffle_events", times=3)

    for word in ("one", "two", "three"):
        ws.person("alice").types("#releases", word)

    ws.wait_for(lambda: len(envelopes(ws)) == 3, why="all are sent")
    assert [request.payload["event"]["text"] for request in app.delivered] == ["three", "two", "one"]


def test_32_a_response_url_works_five_times_and_half_an_hour(
    ws: Workspace, app: Any, request_raw: Callable[..., Any]
) -> None:
    ws.person("alice").types("#releases", "/release status")
    first = app.last()["response_url"]
    ws.person("alice").types("#releases", "/release status")
    second = app.last()["response_url"]

    replies = [respond(request_raw, first, text=str(number)) for number in range(6)]
    ws.clock.advance(30 * 60 + 1)
    late = respond(request_raw, second, text="late")

    assert [(reply.status, reply.body) for reply in replies[:5]] == [(200, "ok")] * 5
    assert (replies[5].status, replies[5].body) == (404, {"ok": False, "error": "used_url"})
    assert (late.status, late.body) == (404, {"ok": False, "error": "expired_url"})


def test_32_an_answer_is_for_one_person_unless_it_says_otherwise(
    ws: Workspace, app: Any, request_raw: Callable[..., Any]
) -> None:
    ws.person("alice").types("#releases", "/release status")
    url = app.last()["response_url"]

    respond(request_raw, url, text="quiet")
    respond(request_raw, url, text="loud", response_type="in_channel")

    assert [message.plain for message in ws.person("alice").sees("#releases")] == ["quiet", "loud"]
    assert [message.plain for message in ws.person("bob").sees("#releases")] == ["loud"]


def test_32_an_answer_can_replace_and_delete_the_message_it_belongs_to(
    ws: Workspace, app: Any, do: Any, request_raw: Callable[..., Any]
) -> None:
    do("chat.postMessage", channel="C0REL", text="x", blocks=CARD)
    ws.person("alice").clicks(ws.messages("#releases")[0], "go")
    [url] = [
        request.payload["response_url"] for request in app.delivered if "response_url" in request.payload
    ]

    respond(request_raw, url, replace_original=True, text="replaced")
    replaced = [message.plain for message in ws.messages("#releases")]
    respond(request_raw, url, delete_original=True)

    assert (replaced, ws.messages("#releases")) == (["replaced"], [])


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        (b"{", 400, "invalid_payload"),
        (b"{}", 400, {"ok": False, "error": "no_text"}),
        (b'{"replace_original":true,"text":"x"}', 400, {"ok": False, "error": "message_not_found"}),
        (
            json.dumps({"blocks": BLOCKS_OVER_BUDGET}).encode(),
            400,
            {"ok": False, "error": "msg_blocks_too_long"},
        ),
    ],
)
def test_32_answers_that_are_refused(
    ws: Workspace, app: Any, request_raw: Callable[..., Any], body: bytes, status: int, answer: Any
) -> None:
    ws.person("alice").types("#releases", "/release status")

    reply = request_raw(app.last()["response_url"], body, JSON)

    assert (reply.status, reply.body) == (status, answer)
