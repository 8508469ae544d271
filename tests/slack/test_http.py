"""The HTTP adapter lets in what Slack signed, and nothing else."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.slack.http import LARGEST_BODY, Unreadable, http_app, is_signed, payload_in
from bot.slack.incoming import Answer, Clicked, GroupChanged, Typed
from tests.slack.setting import FORM, NOW, SECRET, Bot, ask, environ, sign

COMMAND = {
    "command": "/release",
    "text": "status",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "t",
    "response_url": "https://hooks.example/1",
}
SIGNED = "HTTP_X_SLACK_SIGNATURE"
STAMP = "HTTP_X_SLACK_REQUEST_TIMESTAMP"


def form(**changes: str) -> bytes:
    return urlencode(COMMAND | changes).encode()


def served(bot: Bot, **settings: Any) -> Any:
    return http_app(bot.app(), settings.pop("secrets", [SECRET]), clock=lambda: NOW, **settings)


def test_a_signed_command_is_answered() -> None:
    bot = Bot(Answer(text="All good."))

    got = ask(served(bot), environ(form()))

    assert got.status == 200
    assert json.loads(got.body) == {"response_type": "ephemeral", "text": "All good."}
    assert got.headers["Content-Type"].startswith("application/json")
    assert got.headers["Content-Length"] == str(len(got.body))
    assert [type(each) for each in bot.heard] == [Typed]


@pytest.mark.parametrize(
    "text",
    ["payload", "start payload-svc 1.2.3", "payload={}&command=x", "a & b % c = d", "😀 ünï", "x" * 2000, ""],
)
def test_a_command_may_say_anything(text: str) -> None:
    bot = Bot()

    got = ask(served(bot), environ(form(text=text)))

    assert got.status == 200
    [heard] = bot.heard
    assert isinstance(heard, Typed)
    assert heard.text == text


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=20))
def test_every_form_with_a_command_comes_back_as_it_was_sent(fields: dict[str, str]) -> None:
    sent = fields | {"command": "/release"}

    assert payload_in(urlencode(sent).encode(), FORM) == sent


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers() | st.lists(st.text()), max_size=5))
def test_every_interaction_comes_back_as_it_was_sent(payload: dict[str, Any]) -> None:
    body = urlencode({"payload": json.dumps(payload)}).encode()

    assert payload_in(body, FORM) == payload


@given(st.binary(), st.sampled_from([FORM, "application/json", "", "text/plain"]))
def test_no_body_breaks_the_reading(body: bytes, content_type: str) -> None:
    try:
        payload = payload_in(body, content_type)
    except Unreadable:
        return

    assert isinstance(payload, dict)


def test_an_interaction_and_an_event_find_their_way() -> None:
    bot = Bot()
    click = {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "t",
        "actions": [{"type": "button", "action_id": "sign", "block_id": "b", "value": "v"}],
    }
    event = {
        "type": "event_callback",
        "event_id": "Ev1",
        "event": {"type": "subteam_members_changed", "subteam_id": "S1"},
    }

    clicked = ask(served(bot), environ(urlencode({"payload": json.dumps(click)}).encode()))
    told = ask(served(bot), environ(json.dumps(event).encode(), "application/json; charset=utf-8"))

    assert (clicked.status, told.status) == (200, 200)
    assert [type(each) for each in bot.heard] == [Clicked, GroupChanged]


@pytest.mark.parametrize(
    "changes",
    [
        {SIGNED: sign(form(), str(int(NOW)), "another secret")},
        {SIGNED: sign(b"another body", str(int(NOW)))},
        {SIGNED: sign(form(), str(int(NOW)))[:-1]},
        {SIGNED: ""},
        {SIGNED: "v0=é€"},
        {SIGNED: "v0=\u00e9"},
        {STAMP: ""},
        {STAMP: "yesterday"},
        {STAMP: "-1"},
        {STAMP: "1e9"},
        {STAMP: "١٨٠٠٠٠٠٠٠٠"},
        {STAMP: "9" * 400},
        {STAMP: str(int(NOW) - 301), SIGNED: sign(form(), str(int(NOW) - 301))},
        {STAMP: str(int(NOW) + 301), SIGNED: sign(form(), str(int(NOW) + 301))},
    ],
)
def test_what_slack_did_not_sign_just_now_is_refused_without_a_trace_of_its_words(
    changes: dict[str, str],
) -> None:
    bot = Bot()

    with capture_logs() as logs:
        got = ask(served(bot), environ(form(), **changes))

    assert (got.status, got.body) == (401, "")
    assert bot.heard == []
    assert logs == [
        {
            "event": "slack.http_refused",
            "log_level": "warning",
            "status": 401,
            "why": "the signature is missing, wrong or too old",
        }
    ]


def test_requests_without_the_headers_are_refused() -> None:
    bot = Bot()
    request = environ(form())
    del request[SIGNED], request[STAMP]

    assert ask(served(bot), request).status == 401
    assert bot.heard == []


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_a_request_may_be_five_minutes_off(age: int) -> None:
    bot = Bot()
    stamp = str(int(NOW) - age)

    got = ask(served(bot), environ(form(), **{STAMP: stamp, SIGNED: sign(form(), stamp)}))

    assert got.status == 200


@pytest.mark.parametrize(("secret", "status"), [("new", 200), ("old", 200), ("older", 401)])
def test_during_a_rotation_both_secrets_are_good(secret: str, status: int) -> None:
    bot = Bot()
    signature = sign(form(), str(int(NOW)), secret)

    got = ask(served(bot, secrets=["new", "old"]), environ(form(), **{SIGNED: signature}))

    assert got.status == status


@pytest.mark.parametrize("secrets", [[], [""], ["a", ""], ["a", "b", "c"]])
def test_it_does_not_start_without_a_proper_secret(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="Give one signing secret"):
        http_app(Bot().app(), secrets)


@given(st.binary(), st.text(), st.text(st.characters(max_codepoint=255)))
def test_no_header_breaks_the_verification(body: bytes, timestamp: str, signature: str) -> None:
    assert is_signed(body, timestamp, signature, [b"secret"], NOW) is False


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"\xff", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"text=%ff", FORM),
        (b"a=1&" * 101, FORM),
    ],
)
def test_a_signed_body_that_cannot_be_read_is_a_bad_request(body: bytes, content_type: str) -> None:
    bot = Bot()

    got = ask(served(bot), environ(body, content_type))

    assert (got.status, bot.heard) == (400, [])


def test_a_large_body_is_not_read_to_its_end() -> None:
    bot = Bot()
    body = b"x" * (LARGEST_BODY * 3)
    request = environ(body)

    got = ask(served(bot), request)

    assert (got.status, bot.heard) == (413, [])
    assert request["wsgi.input"].tell() == LARGEST_BODY + 1


@pytest.mark.parametrize("length", ["-1", "many", "١"])
def test_a_length_that_is_none_is_a_bad_request(length: str) -> None:
    assert ask(served(Bot()), environ(form(), CONTENT_LENGTH=length)).status == 400


def test_a_chunked_body_is_read_when_the_server_marks_its_end() -> None:
    bot = Bot()
    request = environ(form(), **{"wsgi.input_terminated": True, "wsgi.input": BytesIO(form())})
    del request["CONTENT_LENGTH"]

    assert ask(served(bot), request).status == 200
    assert len(bot.heard) == 1


@pytest.mark.parametrize(
    "request_",
    [
        environ(b"", REQUEST_METHOD="GET", QUERY_STRING="ssl_check=1&token=x"),
        environ(b"ssl_check=1&token=x", **{SIGNED: "", STAMP: ""}),
    ],
)
def test_the_check_of_the_certificate_is_answered_and_does_nothing(request_: dict[str, Any]) -> None:
    bot = Bot()

    got = ask(served(bot), request_)

    assert (got.status, got.body, bot.heard) == (200, "", [])


def test_the_check_of_the_certificate_is_no_way_around_the_signature() -> None:
    bot = Bot()

    ask(served(bot), environ(form(text="ship") + b"&ssl_check=1", **{SIGNED: ""}))

    assert bot.heard == []


def test_slack_may_verify_the_address() -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()

    assert ask(served(Bot()), environ(body, "application/json")).body == "3eZbrw1a"
    assert ask(served(Bot()), environ(body, "application/json", **{SIGNED: ""})).status == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("POST", "/healthz", 405),
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("GET", "/", 404),
        ("POST", "/slack/events/", 404),
    ],
)
def test_each_address_has_its_methods(method: str, path: str, status: int) -> None:
    assert ask(served(Bot()), environ(b"", REQUEST_METHOD=method, PATH_INFO=path)).status == status


def test_what_is_missing_is_said_where_one_asks_for_readiness() -> None:
    wsgi = served(Bot(), missing=lambda: ["The database does not answer."])

    got = ask(wsgi, environ(b"", REQUEST_METHOD="GET", PATH_INFO="/readyz"))

    assert (got.status, got.body) == (503, "The database does not answer.\n")
