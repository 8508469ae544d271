"""What a well-formed call of the Web API gets; its refusals are told by the numbered checks."""

import json
from typing import Any

from bot.workspace import Workspace

JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}


def test_history_goes_backwards_in_pages_and_leaves_replies_out(ws: Workspace, call: Any, read: Any) -> None:
    times = [call("chat.postMessage", channel="C0REL", text=str(number)).body["ts"] for number in range(5)]
    ws.clock.advance(1)
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


def test_a_message_has_a_permalink(ws: Workspace, call: Any, read: Any) -> None:
    ts = call("chat.postMessage", channel="C0REL", text="card").body["ts"]

    link = read("chat.getPermalink", channel="C0REL", message_ts=ts).body["permalink"]
    unknown = read("chat.getPermalink", channel="C0REL", message_ts="1.0").body

    assert link == f"{ws.page_url}archives/C0REL/p{ts.replace('.', '')}"
    assert unknown == {"ok": False, "error": "message_not_found"}


def test_blocks_messages_and_views_are_validated_each_with_their_pointers(
    ws: Workspace, request_raw: Any
) -> None:
    header = {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}
    view = {"type": "home", "blocks": [header]}

    def pointers(**arguments: Any) -> tuple[str, list[str]]:
        body = request_raw(f"{ws.api_url}blocks.validate", json.dumps(arguments).encode(), JSON_TYPE).body
        return body["error"], [error["pointer"] for error in body.get("errors", ())]

    assert pointers(blocks=[header]) == ("invalid_blocks", ["/0/text/type"])
    assert pointers(message={"blocks": [header]}) == ("invalid_message", ["/blocks/0/text/type"])
    assert pointers(view=json.dumps(view)) == ("invalid_view", ["/blocks/0/text/type"])
    assert pointers(blocks=[header], view=view) == ("invalid_arguments", [])
