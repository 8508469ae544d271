"""Checks 1 to 9: HTTP status, bodies, tokens, scopes, rate limits and warnings, each with its exact answer."""

import http.client
import json
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.workspace import Workspace, WorkspaceSetup

FORM = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"


def refusal(error: str, *messages: str) -> dict[str, Any]:
    """An answer of Slack's with what it says in `response_metadata`."""
    more = {"response_metadata": {"messages": [f"[ERROR] {line}" for line in messages]}} if messages else {}
    return {"ok": False, "error": error, **more}


def test_01_an_api_error_is_http_200(do: Any) -> None:
    reply = do("chat.postMessage", channel="C0NONE", text="x")

    assert (reply.status, reply.body) == (200, refusal("channel_not_found"))


def test_01_only_a_rate_limit_is_429_and_says_how_long(ws: Workspace, do: Any) -> None:
    ws.faults.rate_limit("auth.test", seconds=30)

    reply = do("auth.test")

    assert (reply.status, reply.headers["retry-after"]) == (429, "30")
    assert reply.body == refusal("ratelimited")


@pytest.mark.parametrize("status", [500, 503])
def test_01_server_errors_can_be_ordered(ws: Workspace, do: Any, status: int) -> None:
    ws.faults.set("status", method="chat.postMessage", status=status)

    reply = do("chat.postMessage", channel="C0REL", text="x")

    assert (reply.status, reply.body, ws.messages("#releases")) == (status, "", [])


def test_01_an_empty_body_comes_after_the_write_and_html_instead_of_it(ws: Workspace, do: Any) -> None:
    ws.faults.set("empty_answer", method="chat.postMessage")
    ws.faults.set("html_answer", method="chat.postMessage")

    empty = do("chat.postMessage", channel="C0REL", text="written")
    page = do("chat.postMessage", channel="C0REL", text="not written")

    assert (empty.status, empty.body) == (200, "")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert [message.text for message in ws.messages("#releases")] == ["written"]


def test_01_a_connection_can_drop_after_the_write(ws: Workspace, do: Any) -> None:
    ws.faults.set("drop_after_write", method="chat.postMessage")

    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError, urllib.error.URLError)):
        do("chat.postMessage", channel="C0REL", text="once")

    assert [message.text for message in ws.messages("#releases")] == ["once"]


def test_01_a_call_can_stall(ws: Workspace) -> None:
    ws.faults.set("stall", method="chat.postMessage")
    impatient = WebClient(ws.bot_token, base_url=ws.api_url, timeout=1)

    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel="C0REL", text="never taken")

    assert ws.messages("#releases") == []


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"channel=C0REL&text=hello"),
        (JSON, b'{"channel":"C0REL","text":"hello"}'),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="channel"\r\n\r\nC0REL\r\n'
            b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--b--\r\n',
        ),
    ],
)
def test_02_arguments_come_as_form_json_or_multipart(
    ws: Workspace, do: Any, content_type: str, body: bytes
) -> None:
    reply = do.send("chat.postMessage", body, content_type)

    assert (reply.body["ok"], [message.text for message in ws.messages("#releases")]) == (True, ["hello"])


def test_02_arguments_come_in_the_query_too(do: Any) -> None:
    reply = do.send("conversations.info?channel=C0REL", None, FORM)

    assert reply.body["channel"]["name"] == "releases"


@pytest.mark.parametrize(
    ("method", "arguments", "answer"),
    [
        ("conversations.history", {"channel": "C0REL"}, refusal("invalid_arguments", "missing required field: channel")),
        ("users.info", {"user": "U0BOB"}, refusal("invalid_arguments", "missing required field: user")),
        ("usergroups.users.list", {"usergroup": "S0QA"}, refusal("invalid_arguments", "missing required field: usergroup")),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}, refusal("missing_argument")),
    ],
)  # fmt: skip
def test_02_reading_methods_ignore_json(
    do: Any, method: str, arguments: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert do.body(method, **arguments) == answer


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{nonsense", "invalid_json"),
        ("application/json", b'{"text":"\\ud800"}', "invalid_json"),
        ("application/json", b"[" * 3000 + b"]" * 3000, "invalid_json"),
        ("application/json", b'"text"', "json_not_object"),
        ("text/plain", b"channel=C0REL", "invalid_post_type"),
        ("", b"channel=C0REL", "missing_post_type"),
        ("multipart/form-data", b"no boundary", "invalid_form_data"),
    ],
)
def test_02_bodies_slack_cannot_read(do: Any, content_type: str, body: bytes, error: str) -> None:
    reply = do.send("chat.postMessage", body, content_type)

    assert (reply.status, reply.body) == (200, refusal(error))


def test_03_the_sdk_is_understood_as_it_speaks(ws: Workspace) -> None:
    sdk = WebClient(ws.bot_token, base_url=ws.api_url)

    opened = WebClient(base_url=ws.api_url).apps_connections_open(app_token=ws.app_token)
    posted = sdk.chat_postMessage(channel="C0REL", text="root")
    reply = sdk.chat_postMessage(channel="C0REL", text="reply", thread_ts=posted["ts"], reply_broadcast=True)
    groups = sdk.usergroups_list(include_users=True)

    assert opened["url"].startswith("ws://127.0.0.1:")
    assert sdk.auth_test()["user_id"] == ws.bot_user_id
    assert (reply["message"]["subtype"], groups["usergroups"][0]["users"]) == ("thread_broadcast", ["U0BOB"])


def test_04_a_token_counts_in_the_header_and_in_a_form_alone(ws: Workspace, request_raw: Any) -> None:
    url, token = f"{ws.api_url}auth.test", ws.bot_token

    answers = [
        request_raw(url, json.dumps({"token": token}).encode(), {"Content-Type": JSON}).body,
        request_raw(f"{url}?token={token}", None, {}).body,
        request_raw(url, b"", {}).body,
        request_raw(url, b"", {"Authorization": "Bearer xoxb-unknown"}).body,
    ]
    in_form = request_raw(url, f"token={token}".encode(), {"Content-Type": FORM}).body

    assert answers == [refusal("not_authed")] * 3 + [refusal("invalid_auth")]
    assert in_form["user_id"] == ws.bot_user_id


@pytest.mark.parametrize("state", ["token_revoked", "account_inactive", "token_expired"])
def test_04_a_token_can_go_bad_and_come_back(ws: Workspace, do: Any, state: str) -> None:
    ws.faults.set("token", state=state)
    bad = do("auth.test")
    ws.faults.set("token", state="good")

    assert (bad.status, bad.body) == (200, refusal(state))
    assert do.body("auth.test")["ok"]


def test_04_an_app_can_revoke_its_own_token(do: Any) -> None:
    answers = [do.body("auth.revoke", test=True), do.body("auth.revoke"), do.body("auth.test")]

    assert answers == [
        {"ok": True, "revoked": False},
        {"ok": True, "revoked": True},
        refusal("token_revoked"),
    ]


def test_05_each_token_opens_its_own_doors(ws: Workspace, do: Any, request_raw: Any) -> None:
    wrong = [
        do.send("apps.connections.open", b"", FORM),
        do.send("auth.test", b"", FORM, token=ws.app_token),
        request_raw(
            f"{ws.api_url}apps.connections.open", f"token={ws.app_token}".encode(), {"Content-Type": FORM}
        ),
        do.send("apps.manifest.validate", b"manifest={}", FORM),
    ]

    assert [reply.body for reply in wrong] == [refusal("not_allowed_token_type")] * 4
    assert do.send("apps.connections.open", b"", FORM, token=ws.app_token).body["ok"]


def test_06_a_missing_scope_is_named_and_every_answer_tells_the_scopes(
    make_setup: Callable[..., WorkspaceSetup], client: Any
) -> None:
    provided = (
        "channels:history,channels:read,chat:write,commands,groups:history,groups:read,im:write,"
        "pins:read,pins:write,reactions:write,usergroups:read,users:read"
    )
    with Workspace.serve(make_setup()) as ws:
        reply = client(ws)("chat.scheduleMessage", channel="C0REL", text="x", post_at="1")
        refused = client(ws).send("files.getUploadURLExternal", b"filename=a&length=1", FORM)

    assert refused.body == {
        "ok": False,
        "error": "missing_scope",
        "needed": "files:write",
        "provided": provided,
    }
    assert (refused.headers["x-oauth-scopes"], refused.headers["x-accepted-oauth-scopes"]) == (
        provided,
        "files:write",
    )
    assert (reply.body["error"], reply.headers["x-oauth-scopes"]) == ("time_in_past", provided)


def test_07_an_unknown_method_is_named(do: Any) -> None:
    reply = do("chat.shout")

    assert (reply.status, reply.body) == (200, {**refusal("unknown_method"), "req_method": "chat.shout"})


def test_08_posts_to_one_channel_are_limited_and_other_channels_are_not(
    full_setup: Callable[..., WorkspaceSetup], client: Any
) -> None:
    with Workspace.serve(full_setup(rate_limits=True)) as ws:
        do = client(ws)

        replies = [do("chat.postMessage", channel="C0REL", text="x") for _ in range(6)]
        elsewhere = do("chat.postMessage", channel="G0OURS", text="x")
        ws.clock.advance(1)
        later = do("chat.postMessage", channel="C0REL", text="x")

    assert [reply.status for reply in replies] == [200] * 5 + [429]
    assert (replies[5].body, replies[5].headers["retry-after"]) == (refusal("ratelimited"), "1")
    assert [elsewhere.status, later.status] == [200, 200]


@pytest.mark.parametrize(
    ("method", "arguments", "at_once"),
    [("usergroups.users.list", "usergroup=S0QA", 20), ("conversations.info", "channel=C0REL", 50)],
)
def test_08_a_tier_limits_its_method_and_no_other(
    full_setup: Callable[..., WorkspaceSetup], client: Any, method: str, arguments: str, at_once: int
) -> None:
    with Workspace.serve(full_setup(rate_limits=True)) as ws:
        do = client(ws)

        statuses = [do.send(method, arguments.encode(), FORM).status for _ in range(at_once + 1)]

        assert statuses == [200] * at_once + [429]
        assert do("auth.test").status == 200


@pytest.mark.parametrize(
    ("method", "content_type", "body", "warnings"),
    [
        ("api.test", "application/json", b"{}", ["missing_charset"]),
        ("api.test", f"{FORM}; charset=utf-8", b"a=1", ["superfluous_charset"]),
        ("api.test", JSON, b"{}", None),
        (
            "chat.postMessage",
            JSON,
            b'{"channel":"C0REL","blocks":[{"type":"divider"}]}',
            ["missing_text_in_message"],
        ),
        (
            "chat.postMessage",
            JSON,
            json.dumps({"channel": "C0REL", "text": "x" * 40_001}).encode(),
            ["message_truncated"],
        ),
    ],
)
def test_09_what_slack_warns_of(
    do: Any, method: str, content_type: str, body: bytes, warnings: list[str] | None
) -> None:
    answer = do.send(method, body, content_type).body

    assert answer["ok"]
    assert answer.get("warning") == (",".join(warnings) if warnings else None)
    assert answer.get("response_metadata", {}).get("warnings") == warnings
