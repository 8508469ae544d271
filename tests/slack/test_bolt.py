"""The Bolt app answers without asking Slack anything, and owns up to its mistakes."""

import json
import re
from typing import Any

import pytest
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse
from structlog.testing import capture_logs

from bot.slack.bolt import dispatch as dispatch_payload
from bot.slack.bolt import make_bolt
from bot.slack.incoming import Answer, Clicked, GroupChanged, HomeOpened, Submitted, Typed
from tests.slack.setting import Bot

COMMAND = {
    "command": "/release",
    "text": "status",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "t",
    "response_url": "https://hooks.example/1",
}
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "trigger_id": "t",
    "response_url": "https://hooks.example/1",
    "container": {"message_ts": "1.2", "channel_id": "C1"},
    "actions": [{"type": "button", "action_id": "sign", "block_id": "b", "value": "v"}],
}
SUBMISSION = {
    "type": "view_submission",
    "user": {"id": "U1"},
    "trigger_id": "t",
    "view": {
        "id": "V1",
        "type": "modal",
        "hash": "h",
        "callback_id": "notes",
        "blocks": [{"type": "input", "block_id": "text"}],
        "state": {"values": {}},
    },
}


def event(inner: dict[str, Any]) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": inner}


def dispatch(bot: Bot, body: dict[str, Any]) -> BoltResponse:
    return dispatch_payload(bot.app(), body)


def test_a_command_is_answered_in_its_acknowledgement() -> None:
    bot = Bot(Answer(text="All good.", blocks=({"type": "divider"},)))

    response = dispatch(bot, COMMAND)

    assert [type(each) for each in bot.heard] == [Typed]
    assert response.status == 200
    assert json.loads(response.body) == {
        "response_type": "ephemeral",
        "text": "All good.",
        "blocks": [{"type": "divider"}],
    }


def test_a_click_is_only_acknowledged() -> None:
    bot = Bot(Answer(text="Signed."))

    response = dispatch(bot, CLICK)

    assert [type(each) for each in bot.heard] == [Clicked]
    assert (response.status, response.body) == (200, "")


def test_a_submission_gets_its_field_errors() -> None:
    bot = Bot(Answer(errors={"text": "Too short."}))

    response = dispatch(bot, SUBMISSION)

    assert [type(each) for each in bot.heard] == [Submitted]
    assert json.loads(response.body) == {"response_action": "errors", "errors": {"text": "Too short."}}


@pytest.mark.parametrize(
    ("inner", "heard"),
    [
        ({"type": "app_home_opened", "user": "U1", "tab": "home"}, [HomeOpened("Ev1", "U1")]),
        ({"type": "subteam_members_changed", "subteam_id": "S1"}, [GroupChanged("Ev1", "S1")]),
        ({"type": "app_home_opened", "user": "U1", "tab": "messages"}, []),
        ({"type": "message", "user": "U1", "text": "hi"}, []),
        ({"type": "app_home_opened", "user": "UBOT", "tab": "home"}, []),
    ],
)
def test_an_event_is_acknowledged_whether_it_matters_or_not(
    inner: dict[str, Any], heard: list[object]
) -> None:
    bot = Bot()

    response = dispatch(bot, event(inner))

    assert bot.heard == heard
    assert (response.status, response.body) == (200, "")


@pytest.mark.parametrize(
    "body",
    [
        {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1},
        {"type": "shortcut", "callback_id": "x", "user": {"id": "U1"}},
        {"type": "block_suggestion", "action_id": "x", "user": {"id": "U1"}},
        {"type": "event_callback"},
        {"type": "something_new"},
        {},
    ],
)
def test_what_nobody_knows_is_acknowledged_and_left_out(body: dict[str, Any]) -> None:
    bot = Bot()

    response = dispatch(bot, body)

    assert bot.heard == []
    assert (response.status, response.body) == (200, "")


def test_it_answers_before_slack_has_told_who_the_bot_is() -> None:
    bot = Bot(Answer(text="Hello."))
    app = make_bolt(bot.deliver, lambda: None)

    response = app.dispatch(BoltRequest(body=COMMAND, mode="socket_mode"))

    assert response.status == 200
    assert len(bot.heard) == 1


def test_a_mistake_of_ours_gives_the_person_a_reference_and_the_log_the_traceback() -> None:
    bot = Bot(breaks_with=ZeroDivisionError("secret detail"))

    with capture_logs() as logs:
        response = dispatch(bot, COMMAND)

    answer = json.loads(response.body)
    [reference] = re.findall(r"reference ([0-9a-f]{8})", answer["text"])
    [entry] = logs
    assert response.status == 200
    assert answer["response_type"] == "ephemeral"
    assert "secret detail" not in response.body
    assert "Traceback" not in response.body
    assert (entry["event"], entry["reference"], entry["kind"]) == ("slack.unexpected", reference, "command")
    assert isinstance(entry["exc_info"], ZeroDivisionError)


def test_a_mistake_in_a_modal_keeps_what_was_typed() -> None:
    bot = Bot(breaks_with=ZeroDivisionError())

    response = dispatch(bot, SUBMISSION)

    answer = json.loads(response.body)
    assert answer["response_action"] == "errors"
    assert re.search(r"reference [0-9a-f]{8}", answer["errors"]["text"])


def test_a_failed_click_is_told_through_its_response_url() -> None:
    bot = Bot(breaks_with=ZeroDivisionError())
    app = bot.app()

    response = app.dispatch(BoltRequest(body=CLICK, mode="socket_mode"))
    app.listener_runner.listener_executor.shutdown(wait=True)

    [(address, sentence)] = bot.told
    assert response.status == 200
    assert address == "https://hooks.example/1"
    assert re.search(r"reference [0-9a-f]{8}", sentence)


def test_a_failed_event_is_asked_for_again() -> None:
    bot = Bot(breaks_with=ZeroDivisionError())

    response = dispatch(bot, event({"type": "subteam_members_changed", "subteam_id": "S1"}))

    assert (response.status, response.body) == (500, "")


def test_a_payload_with_a_part_missing_is_a_mistake_with_a_reference() -> None:
    bot = Bot()

    response = dispatch(bot, {"command": "/release", "text": "status"})

    assert bot.heard == []
    assert re.search(r"reference [0-9a-f]{8}", json.loads(response.body)["text"])


@pytest.mark.parametrize(
    "body",
    [
        {"type": "view_submission", "view": {"callback_id": "notes"}},
        {"type": "view_submission"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [None]},
        {"type": "event_callback", "event": {"type": "message"}, "authorizations": [None]},
        {"type": "event_callback", "event": "message"},
    ],
)
def test_a_payload_that_breaks_bolt_itself_is_refused_and_logged(body: dict[str, Any]) -> None:
    bot = Bot()

    with capture_logs() as logs:
        response = dispatch(bot, body)

    assert bot.heard == []
    assert "Traceback" not in response.body
    assert {entry["log_level"] for entry in logs} <= {"error", "info"}
