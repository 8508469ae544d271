"""Commands, clicks, triggers and response URLs, delivered as signed HTTP to an app the test scripts."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from bot.workspace import CannotDo, DeliveryStatus, Message, Workspace

JSON_TYPE = {"Content-Type": "application/json"}
BUTTONS = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "approve",
                "text": {"type": "plain_text", "text": "Approve"},
                "value": "v1",
            },
            {
                "type": "button",
                "action_id": "secret",
                "text": {"type": "plain_text", "text": "For Bob"},
                "visible_to_user_ids": ["U0BOB"],
            },
        ],
    }
]


@pytest.fixture
def card(ws: Workspace, call: Any) -> Message:
    """A message of the bot with an Approve button for everybody and one for Bob alone."""
    call("chat.postMessage", channel="C0REL", text="card", blocks=BUTTONS)
    return ws.messages("#releases")[0]


def respond(request_raw: Any, url: str, **body: Any) -> Any:
    return request_raw(url, json.dumps(body).encode(), JSON_TYPE)


def test_a_command_arrives_signed_as_slack_sends_it(ws: Workspace, app: Any) -> None:
    delivery = ws.person("alice").types(
        "#releases", "/release start payload-svc & 100% <b> @bob #releases @qa"
    )

    [request] = app.delivered
    text = b"v0:" + request.headers["X-Slack-Request-Timestamp"].encode() + b":" + request.raw
    signature = "v0=" + hmac.new(ws.signing_secret.encode(), text, hashlib.sha256).hexdigest()
    assert request.headers["X-Slack-Signature"] == signature
    assert request.payload["text"] == (
        "start payload-svc &amp; 100% &lt;b&gt; <@U0BOB|bob> <#C0REL|releases> <!subteam^S0QA|@qa>"
    )
    assert (request.payload["command"], request.payload["user_id"]) == ("/release", "U0ALICE")
    assert (delivery.status, delivery.error, delivery.reply) == (DeliveryStatus.ACKNOWLEDGED, None, None)


def test_without_should_escape_the_words_stay_raw(ws: Workspace, app: Any) -> None:
    ws.person("alice").types("#releases", "/raw @bob <b>")

    assert app.last()["text"] == "@bob <b>"


@pytest.mark.parametrize("answer", ["plain words", {"text": "plain words"}])
def test_the_answer_in_the_acknowledgement_is_for_the_person_alone(
    ws: Workspace, app: Any, answer: Any
) -> None:
    app.answers = [(200, answer)]

    delivery = ws.person("alice").types("#releases", "/release help")

    assert delivery.reply is not None
    assert (delivery.reply.plain, delivery.reply.ephemeral_to) == ("plain words", "U0ALICE")
    assert ws.person("bob").sees("#releases") == []


def test_an_answer_in_channel_shows_the_command_too(ws: Workspace, app: Any) -> None:
    app.answers = [(200, {"response_type": "in_channel", "text": "done"})]

    ws.person("alice").types("#releases", "/release status")

    assert [message.plain for message in ws.person("bob").sees("#releases")] == ["/release status", "done"]


def test_an_answer_with_bad_blocks_is_an_error_for_the_person(ws: Workspace, app: Any) -> None:
    app.answers = [(200, {"blocks": [{"type": "sektion"}]})]

    delivery = ws.person("alice").types("#releases", "/release help")

    assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, "invalid_command_response")
    assert "unsupported type: sektion" in ws.log[-1].detail


def test_an_error_status_is_dispatch_failed(ws: Workspace, app: Any) -> None:
    app.answers = [(404, None)]

    delivery = ws.person("alice").types("#releases", "/release help")

    assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, "dispatch_failed")


def test_nobody_listening_is_dispatch_failed(ws: Workspace) -> None:
    over_sockets = ws.person("alice").types("#releases", "/release help")
    ws.deliver_over_http("http://127.0.0.1:9/nobody")
    over_http = ws.person("alice").types("#releases", "/release help")

    assert [over_sockets.error, over_http.error] == ["dispatch_failed", "dispatch_failed"]


def test_a_command_that_is_not_in_the_manifest_never_reaches_the_app(ws: Workspace, app: Any) -> None:
    delivery = ws.person("alice").types("#releases", "/relase start")

    assert (delivery.status, delivery.error, app.delivered) == (DeliveryStatus.REFUSED, "invalid_command", [])


def test_people_cannot_write_where_they_are_not(ws: Workspace) -> None:
    with pytest.raises(CannotDo, match="carol is not in #releases and cannot write there"):
        ws.person("carol").types("#releases", "hello")
    with pytest.raises(CannotDo, match="bob is not in #ours, which is private"):
        ws.person("bob").sees("#ours")


def test_a_click_arrives_as_slack_sends_it(ws: Workspace, app: Any, card: Message) -> None:
    delivery = ws.person("alice").clicks(card, text="Approve")

    payload = app.last()
    assert delivery.ok
    assert payload["type"] == "block_actions"
    assert payload["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": "C0REL",
        "is_ephemeral": False,
    }
    assert payload["message"]["ts"] == card.ts
    [action] = payload["actions"]
    assert {name: action[name] for name in ("action_id", "block_id", "type", "value")} == {
        "action_id": "approve",
        "block_id": "row",
        "type": "button",
        "value": "v1",
    }


def test_a_button_that_is_not_there_cannot_be_clicked(
    ws: Workspace, app: Any, card: Message, call: Any
) -> None:
    with pytest.raises(CannotDo, match="alice sees 0 buttons"):
        ws.person("alice").clicks(card, "secret")
    call("chat.update", channel="C0REL", ts=card.ts, text="no buttons any more")
    with pytest.raises(CannotDo, match="there are: none"):
        ws.person("bob").clicks(card, "secret")
    assert app.delivered == []


def test_an_old_button_can_be_replayed(ws: Workspace, app: Any, card: Message, call: Any) -> None:
    call("chat.delete", channel="C0REL", ts=card.ts)

    ws.person("bob").clicks_old(card, "approve")

    assert app.last()["actions"][0]["value"] == "v1"


def test_a_trigger_works_once_and_for_three_seconds(
    ws: Workspace, app: Any, card: Message, call: Any
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Why?"}, "blocks": []}
    ws.person("alice").clicks(card, "approve")
    first = app.last()["trigger_id"]
    ws.person("alice").clicks(card, "approve")
    second = app.last()["trigger_id"]

    opened = call("views.open", trigger_id=first, view=view).body["ok"]
    again = call("views.open", trigger_id=first, view=view).body["error"]
    ws.clock.advance(3.1)
    late = call("views.open", trigger_id=second, view=view).body["error"]
    invented = call("views.open", trigger_id="1.2.3", view=view).body["error"]

    assert (opened, again) == (True, "exchanged_trigger_id")
    assert (late, invented) == ("expired_trigger_id", "invalid_trigger_id")


def test_a_response_url_works_five_times(ws: Workspace, app: Any, request_raw: Any) -> None:
    ws.person("alice").types("#releases", "/release status")
    url = app.last()["response_url"]

    replies = [respond(request_raw, url, text=str(number)) for number in range(6)]

    assert [(reply.status, reply.body) for reply in replies[:5]] == [(200, "ok")] * 5
    assert (replies[5].status, replies[5].body) == (404, {"ok": False, "error": "used_url"})
    assert [message.plain for message in ws.person("alice").sees("#releases")] == ["0", "1", "2", "3", "4"]
    assert ws.person("bob").sees("#releases") == []


def test_a_response_url_works_for_thirty_minutes(ws: Workspace, app: Any, request_raw: Any) -> None:
    ws.person("alice").types("#releases", "/release status")
    ws.clock.advance(30 * 60 + 1)

    reply = respond(request_raw, app.last()["response_url"], text="late")

    assert (reply.status, reply.body) == (404, {"ok": False, "error": "expired_url"})


def test_a_response_url_can_replace_and_delete_the_message_with_the_button(
    ws: Workspace, app: Any, card: Message, request_raw: Any
) -> None:
    ws.person("alice").clicks(card, "approve")
    url = app.last()["response_url"]

    respond(request_raw, url, text="replaced", replace_original=True)
    replaced = [message.plain for message in ws.messages("#releases")]
    respond(request_raw, url, delete_original=True)

    assert (replaced, ws.messages("#releases")) == (["replaced"], [])


def test_a_response_url_refuses_bad_blocks_and_nonsense(ws: Workspace, app: Any, request_raw: Any) -> None:
    ws.person("alice").types("#releases", "/release status")
    url = app.last()["response_url"]

    bad_blocks = respond(request_raw, url, blocks=[{"type": "sektion"}])
    nonsense = request_raw(url, b"{", JSON_TYPE)

    assert (bad_blocks.status, bad_blocks.body["error"]) == (400, "invalid_blocks")
    assert (nonsense.status, nonsense.body) == (400, "invalid_payload")


def test_two_people_see_their_own_answers(ws: Workspace, app: Any) -> None:
    app.answers = [(200, {"text": "for Alice"}), (200, {"text": "for Bob"})]

    ws.person("alice").types("#releases", "/release status")
    ws.person("bob").types("#releases", "/release status")

    assert [message.plain for message in ws.person("alice").sees("#releases")] == ["for Alice"]
    assert [message.plain for message in ws.person("bob").sees("#releases")] == ["for Bob"]
