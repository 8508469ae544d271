"""The Web API's refusals, word for word, and what a well-formed call gets."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace import Workspace, WorkspaceSetup

PROVIDED = (
    "channels:history,channels:read,chat:write,commands,groups:history,groups:read,im:write,"
    "pins:read,pins:write,reactions:write,usergroups:read,users:read"
)
JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}


def test_an_unknown_method_is_named(call: Any) -> None:
    reply = call("chat.shout")

    assert (reply.status, reply.body) == (
        200,
        {"ok": False, "error": "unknown_method", "req_method": "chat.shout"},
    )


def test_no_token_is_not_authed(ws: Workspace, request_raw: Any) -> None:
    reply = request_raw(f"{ws.api_url}auth.test", b"{}", JSON_TYPE)

    assert reply.body == {"ok": False, "error": "not_authed"}


def test_a_wrong_token_is_invalid_auth(ws: Workspace, request_raw: Any) -> None:
    reply = request_raw(f"{ws.api_url}auth.test", b"{}", {**JSON_TYPE, "Authorization": "Bearer xoxb-wrong"})

    assert reply.body == {"ok": False, "error": "invalid_auth"}


def test_a_token_in_a_json_body_or_in_the_query_does_not_count(ws: Workspace, request_raw: Any) -> None:
    in_json = request_raw(f"{ws.api_url}auth.test", json.dumps({"token": ws.bot_token}).encode(), JSON_TYPE)
    in_query = request_raw(f"{ws.api_url}auth.test?token={ws.bot_token}", None, {})

    assert [in_json.body["error"], in_query.body["error"]] == ["not_authed", "not_authed"]


def test_a_token_in_a_form_counts(ws: Workspace, request_raw: Any) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    reply = request_raw(f"{ws.api_url}auth.test", f"token={ws.bot_token}".encode(), headers)

    assert reply.body["user_id"] == ws.bot_user_id


def test_app_tokens_and_bot_tokens_do_not_stand_in_for_each_other(ws: Workspace, request_raw: Any) -> None:
    with_bot = request_raw(
        f"{ws.api_url}apps.connections.open", b"", {"Authorization": f"Bearer {ws.bot_token}"}
    )
    with_app = request_raw(f"{ws.api_url}auth.test", b"", {"Authorization": f"Bearer {ws.app_token}"})

    assert [with_bot.body, with_app.body] == [{"ok": False, "error": "not_allowed_token_type"}] * 2


def test_a_missing_scope_says_what_is_needed_and_what_is_there(
    make_setup: Callable[..., WorkspaceSetup], caller: Any
) -> None:
    with Workspace.serve(make_setup(withheld_scopes=["pins:write"])) as ws:
        reply = caller(ws)("pins.add", channel="C0REL", timestamp="1.0")

    without = PROVIDED.replace("pins:write,", "")
    assert reply.body == {"ok": False, "error": "missing_scope", "needed": "pins:write", "provided": without}
    assert reply.headers["x-oauth-scopes"] == without
    assert reply.headers["x-accepted-oauth-scopes"] == "pins:write"


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{nonsense", "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("text/plain", b"channel=C0REL", "invalid_post_type"),
        ("", b"channel=C0REL", "missing_post_type"),
        ("multipart/form-data", b"no boundary", "invalid_form_data"),
    ],
)
def test_a_body_slack_cannot_read_is_refused(
    ws: Workspace, request_raw: Any, content_type: str, body: bytes, error: str
) -> None:
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": content_type}

    reply = request_raw(f"{ws.api_url}chat.postMessage", body, headers)

    assert reply.body == {"ok": False, "error": error}


def test_reading_methods_ignore_json_bodies(call: Any) -> None:
    reply = call("conversations.history", channel="C0REL")

    assert reply.body == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["[ERROR] missing required field: channel"]},
    }


def test_json_without_charset_is_warned_about(ws: Workspace, request_raw: Any) -> None:
    headers = {"Authorization": f"Bearer {ws.bot_token}", "Content-Type": "application/json"}

    reply = request_raw(f"{ws.api_url}api.test", b"{}", headers)

    assert reply.body["warning"] == "missing_charset"
    assert reply.body["response_metadata"] == {"warnings": ["missing_charset"]}


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NONE", "channel_not_found"),
        ("#nowhere", "channel_not_found"),
        ("G0SECRET", "channel_not_found"),
        ("C0FAR", "not_in_channel"),
        ("C0OLD", "is_archived"),
    ],
)
def test_where_the_bot_may_not_write(call: Any, channel: str, error: str) -> None:
    assert call("chat.postMessage", channel=channel, text="hello").body == {"ok": False, "error": error}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "no_text"),
        ({"text": "   "}, "no_text"),
        ({"text": "a", "markdown_text": "b"}, "markdown_text_conflict"),
        ({"text": "a", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "a", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"text": "a", "username": "Somebody else"}, "missing_scope"),
        ({"blocks": "[oops"}, "invalid_blocks_format"),
        ({"text": "a", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        (
            {"text": "a", "metadata": {"event_type": "x", "event_payload": {"a": {"b": 1}}}},
            "invalid_metadata_schema",
        ),
        (
            {"text": "a", "metadata": {"event_type": "x", "event_payload": {"a": "b" * 5000}}},
            "metadata_too_large",
        ),
    ],
)
def test_what_a_message_may_not_be(call: Any, arguments: dict[str, Any], error: str) -> None:
    assert call("chat.postMessage", channel="C0REL", **arguments).body["error"] == error


def test_more_than_fifty_blocks_are_refused_in_the_recorded_shape(call: Any) -> None:
    reply = call("chat.postMessage", channel="C0REL", blocks=[{"type": "divider"}] * 51)

    line = "no more than 50 items allowed [json-pointer:/blocks]"
    assert reply.body == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [line],
        "response_metadata": {"messages": [f"[ERROR] {line}"]},
    }


def test_more_than_twelve_thousand_characters_in_all_blocks_are_too_long(call: Any) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2500}}

    reply = call("chat.postMessage", channel="C0REL", text="long", blocks=[section] * 5)

    assert reply.body == {"ok": False, "error": "msg_blocks_too_long"}


def test_an_update_may_have_four_thousand_characters_only(call: Any) -> None:
    ts = call("chat.postMessage", channel="C0REL", text="x" * 40_000).body["ts"]

    reply = call("chat.update", channel="C0REL", ts=ts, text="x" * 4001)

    assert reply.body == {"ok": False, "error": "msg_too_long"}


def test_an_update_with_text_alone_takes_the_blocks_away_and_keeps_the_metadata(call: Any, read: Any) -> None:
    metadata = {"event_type": "harbourmaster", "event_payload": {"mark": "m1"}}
    posted = call(
        "chat.postMessage", channel="C0REL", text="a", blocks=[{"type": "divider"}], metadata=metadata
    ).body

    call("chat.update", channel="C0REL", ts=posted["ts"], text="b")

    [message] = read("conversations.history", channel="C0REL", include_all_metadata=1).body["messages"]
    assert (message["text"], message.get("blocks"), message["metadata"]) == ("b", None, metadata)
    assert "edited" in message


def test_only_the_bots_own_messages_can_be_changed(ws: Workspace, call: Any) -> None:
    ws.person("alice").types("#releases", "mine")
    ts = ws.messages("#releases")[0].ts

    errors = [
        call("chat.update", channel="C0REL", ts=ts, text="x").body["error"],
        call("chat.delete", channel="C0REL", ts=ts).body["error"],
        call("chat.update", channel="C0REL", ts="1.000000", text="x").body["error"],
    ]

    assert errors == ["cant_update_message", "cant_delete_message", "message_not_found"]


def test_times_are_unique_and_increase(call: Any) -> None:
    times = [call("chat.postMessage", channel="C0REL", text=str(number)).body["ts"] for number in range(20)]

    assert times == sorted(set(times))


def test_metadata_comes_only_when_asked_for(call: Any, read: Any) -> None:
    metadata = {"event_type": "harbourmaster", "event_payload": {"mark": "m1"}}
    call("chat.postMessage", channel="C0REL", text="a", metadata=metadata)

    without = read("conversations.history", channel="C0REL").body["messages"][0]
    having = read("conversations.history", channel="C0REL", include_all_metadata="1").body["messages"][0]

    assert ("metadata" in without, having["metadata"]) == (False, metadata)


def test_history_goes_backwards_in_pages_and_leaves_replies_out(call: Any, read: Any) -> None:
    times = [call("chat.postMessage", channel="C0REL", text=str(number)).body["ts"] for number in range(5)]
    call("chat.postMessage", channel="C0REL", text="reply", thread_ts=times[0])

    first = read("conversations.history", channel="C0REL", limit=3).body
    second = read(
        "conversations.history", channel="C0REL", limit=3, cursor=first["response_metadata"]["next_cursor"]
    ).body
    thread = read("conversations.replies", channel="C0REL", ts=times[0]).body["messages"]

    assert [message["text"] for message in first["messages"]] == ["4", "3", "2"]
    assert [message["text"] for message in second["messages"]] == ["1", "0"]
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert [message["text"] for message in thread] == ["0", "reply"]
    assert thread[0]["reply_count"] == 1


def test_oldest_is_exclusive_unless_inclusive(call: Any, read: Any) -> None:
    times = [call("chat.postMessage", channel="C0REL", text=str(number)).body["ts"] for number in range(3)]

    after = read("conversations.history", channel="C0REL", oldest=times[1]).body["messages"]
    with_it = read("conversations.history", channel="C0REL", oldest=times[1], inclusive=1).body["messages"]

    assert [len(after), len(with_it)] == [1, 2]


def test_writing_to_a_person_opens_a_direct_conversation(ws: Workspace, call: Any) -> None:
    reply = call("chat.postMessage", channel="U0BOB", text="psst").body

    assert reply["channel"].startswith("D")
    assert [message.plain for message in ws.person("bob").direct_messages()] == ["psst"]
    assert ws.person("alice").direct_messages() == []


def test_a_whisper_is_seen_by_one_person_and_never_in_history(ws: Workspace, call: Any, read: Any) -> None:
    reply = call("chat.postEphemeral", channel="C0REL", user="U0ALICE", text="only you").body

    assert set(reply) == {"ok", "message_ts"}
    assert [message.plain for message in ws.person("alice").sees("#releases")] == ["only you"]
    assert ws.person("bob").sees("#releases") == []
    assert read("conversations.history", channel="C0REL").body["messages"] == []
    assert (
        call("chat.update", channel="C0REL", ts=reply["message_ts"], text="x").body["error"]
        == "message_not_found"
    )
    assert (
        call("chat.postEphemeral", channel="C0REL", user="U0CAROL", text="x").body["error"]
        == "user_not_in_channel"
    )


def test_groups_and_people_are_listed(read: Any) -> None:
    users = read("usergroups.users.list", usergroup="S0QA").body["users"]
    groups = read("usergroups.list").body["usergroups"]
    unknown = read("usergroups.users.list", usergroup="S0NONE").body
    alice = read("users.info", user="U0ALICE").body["user"]

    assert (users, groups[0]["handle"], "users" in groups[0]) == (["U0BOB"], "qa", False)
    assert unknown == {"ok": False, "error": "no_such_subteam"}
    assert (alice["real_name"], alice["tz"]) == ("Alice Doe", "Europe/Berlin")


def test_pins_are_set_once(ws: Workspace, call: Any, read: Any) -> None:
    ts = call("chat.postMessage", channel="C0REL", text="card").body["ts"]

    replies = [call("pins.add", channel="C0REL", timestamp=ts).body for _ in range(2)]

    assert replies == [{"ok": True}, {"ok": False, "error": "already_pinned"}]
    assert ws.messages("#releases")[0].pinned
    assert [item["message"]["ts"] for item in read("pins.list", channel="C0REL").body["items"]] == [ts]


def test_blocks_can_be_validated_without_a_token(ws: Workspace, request_raw: Any) -> None:
    blocks = [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]
    body = json.dumps({"blocks": json.dumps(blocks)}).encode()

    reply = request_raw(f"{ws.api_url}blocks.validate", body, JSON_TYPE)

    assert reply.body["error"] == "invalid_blocks"
    assert reply.body["errors"][0]["pointer"] == "/0/text/type"
    assert reply.body["errors"][0]["constraint"] == {
        "type": "enum",
        "expected": ["plain_text"],
        "got": "mrkdwn",
    }


def test_a_foreign_host_or_origin_is_refused(ws: Workspace, request_raw: Any) -> None:
    foreign_host = request_raw(f"{ws.api_url}api.test", b"", {"Host": "evil.example"})
    foreign_origin = request_raw(f"{ws.api_url}api.test", b"", {"Origin": "https://evil.example"})

    assert [foreign_host.status, foreign_origin.status] == [403, 403]
