"""Checks 20 to 24: who is pinged, metadata, client_msg_id, scheduled messages and files."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.workspace import MentionKind, Workspace, WorkspaceSetup

MARK = {"event_type": "release", "event_payload": {"id": "shop-1.4.0", "parts": ["a"]}}
DAY = 24 * 3600


def refusal(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


def post(do: Any, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = do.body("chat.postMessage", **{"channel": "C0REL", "text": "x", **more})
    return body


def now(ws: Workspace) -> int:
    return int(ws.clock.now())


def schedule(do: Any, post_at: int, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = do.body(
        "chat.scheduleMessage", **{"channel": "C0REL", "text": "later", "post_at": post_at, **more}
    )
    return body


def test_20_mentions_become_notifications(ws: Workspace, do: Any) -> None:
    rich = {"type": "rich_text_section", "elements": [{"type": "usergroup", "usergroup_id": "S0QA"}]}
    blocks = [{"type": "rich_text", "elements": [rich]}]

    post(do, text="<!channel> <@U0ALICE>", blocks=blocks)

    assert [(ping.kind, ping.reached) for ping in ws.notifications] == [
        (MentionKind.CHANNEL, ("U0ALICE", "U0BOB")),
        (MentionKind.USER, ("U0ALICE",)),
        (MentionKind.GROUP, ("U0BOB",)),
    ]


def test_20_escaped_plain_and_raw_text_pings_nobody(ws: Workspace, do: Any) -> None:
    hostile = "<!channel> <@U0ALICE>"
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "text": hostile}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "&lt;!channel&gt; @channel"}},
        {"type": "table", "rows": [[{"type": "raw_text", "text": hostile}]]},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": hostile}]}],
        },
    ]

    post(do, text="&lt;!here&gt;", blocks=blocks)

    assert ws.notifications == []


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({**MARK, "more": 1}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"a": {"b": 1}}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"A b": 1}}, "invalid_metadata_schema"),
        ({"event_type": "x", "event_payload": {"a": "b" * 5000}}, "metadata_too_large"),
    ],
)
def test_21_bad_metadata_is_refused(do: Any, metadata: Any, error: str) -> None:
    assert post(do, metadata=metadata) == refusal(error)


def test_21_metadata_is_kept_and_shown_where_it_is_asked_for(do: Any) -> None:
    echoed = post(do, metadata=MARK)["message"]["metadata"]

    [without] = do.read("conversations.history", channel="C0REL")["messages"]
    [having] = do.read("conversations.history", channel="C0REL", include_all_metadata="1")["messages"]

    assert (echoed, "metadata" in without, having["metadata"]) == ({"event_type": "release"}, False, MARK)


def test_21_metadata_can_be_dropped_altogether(ws: Workspace, do: Any) -> None:
    ws.faults.set("drop_metadata")

    answer = post(do, metadata=MARK)

    [having] = do.read("conversations.history", channel="C0REL", include_all_metadata="1")["messages"]
    assert ("metadata" in answer["message"], "metadata" in having) == (False, False)


def test_22_a_client_msg_id_does_nothing_by_default(ws: Workspace, do: Any) -> None:
    times = {post(do, client_msg_id="5f2d")["ts"] for _ in range(2)}

    assert (len(times), len(ws.messages("#releases"))) == (2, 2)


def test_22_a_client_msg_id_can_be_made_to_count(ws: Workspace, do: Any) -> None:
    ws.faults.set("dedupe_client_msg_ids")

    times = [post(do, client_msg_id="5f2d")["ts"] for _ in range(2)]
    do("chat.delete", channel="C0REL", ts=times[0])

    assert (len(set(times)), ws.messages("#releases")) == (1, [])
    assert post(do, client_msg_id="5f2d") == refusal("duplicate_message_not_found")
    ws.remove_bot("#releases")
    assert post(do, client_msg_id="5f2d", channel="G0OURS") == refusal("duplicate_channel_not_found")


def test_23_a_scheduled_message_is_posted_when_its_time_has_come(ws: Workspace, do: Any) -> None:
    answer = schedule(do, now(ws) + 120)
    ws.clock.advance(119)
    before = list(ws.messages("#releases"))
    ws.clock.advance(30)

    [posted] = ws.messages("#releases")
    assert answer["message"]["type"] == "delayed_message"
    assert (before, posted.text, int(float(posted.ts))) == ([], "later", answer["post_at"])
    assert do.read("chat.scheduledMessages.list")["scheduled_messages"] == []


def test_23_real_time_posts_it_too(ws: Workspace, do: Any) -> None:
    schedule(do, now(ws) + 1)

    ws.wait_for(lambda: len(ws.messages("#releases")) == 1, why="a second goes by")


@pytest.mark.parametrize(
    ("ahead", "error"), [(-1, "time_in_past"), (0, "time_in_past"), (120 * DAY + 60, "time_too_far")]
)
def test_23_times_that_are_refused(ws: Workspace, do: Any, ahead: int, error: str) -> None:
    assert schedule(do, now(ws) + ahead) == refusal(error)


def test_23_thirty_in_five_minutes_of_one_channel_are_enough(ws: Workspace, do: Any) -> None:
    start = now(ws) + 600
    accepted = [schedule(do, start + second)["ok"] for second in range(30)]

    assert accepted == [True] * 30
    assert schedule(do, start + 299) == refusal("restricted_too_many")
    assert schedule(do, start + 330)["ok"]
    assert schedule(do, start + 299, channel="G0OURS")["ok"]


def test_23_the_last_minute_is_too_late_to_take_it_back(ws: Workspace, do: Any) -> None:
    early, late = schedule(do, now(ws) + 200), schedule(do, now(ws) + 130)
    ws.clock.advance(75)

    names = [early["scheduled_message_id"], late["scheduled_message_id"], early["scheduled_message_id"]]
    answers = [
        do.body("chat.deleteScheduledMessage", channel="C0REL", scheduled_message_id=name) for name in names
    ]

    gone = refusal("invalid_scheduled_message_id")
    assert answers == [{"ok": True}, gone, gone]


def test_23_with_metadata_it_is_never_posted(ws: Workspace, do: Any) -> None:
    schedule(do, now(ws) + 60, metadata=MARK)

    ws.clock.advance(120)

    assert ws.messages("#releases") == []


def test_24_a_file_takes_three_steps(ws: Workspace, do: Any, request_raw: Callable[..., Any]) -> None:
    asked = do.read("files.getUploadURLExternal", filename="notes.txt", length=5)
    sent = request_raw(asked["upload_url"], b"hello", {"Content-Type": "application/octet-stream"})
    wanted = json.dumps([{"id": asked["file_id"], "title": "Notes"}])
    done = do.body("files.completeUploadExternal", files=wanted, channel_id="C0REL", initial_comment="Here")

    [message] = ws.messages("#releases")
    assert (sent.status, sent.body) == (200, "OK - 5")
    assert done == {"ok": True, "files": [{"id": asked["file_id"], "title": "Notes"}]}
    assert (message.text, message.files[0]["size"]) == ("Here", 5)
    assert request_raw(message.files[0]["url_private"], None, {}).body == "hello"


def test_24_the_length_must_be_as_announced(do: Any, request_raw: Callable[..., Any]) -> None:
    asked = do.read("files.getUploadURLExternal", filename="notes.txt", length=6)

    sent = request_raw(asked["upload_url"], b"hello", {"Content-Type": "application/octet-stream"})
    done = do.body("files.completeUploadExternal", files=[{"id": asked["file_id"]}])

    assert (sent.status, sent.body) == (400, "ERROR - length mismatch: 6 bytes were announced, 5 came")
    assert done == refusal("file_not_found")


def test_24_an_unfinished_upload_cannot_be_completed(do: Any) -> None:
    asked = do.read("files.getUploadURLExternal", filename="notes.txt", length=6)

    answers = [
        do.body("files.completeUploadExternal", files=[{"id": name}]) for name in (asked["file_id"], "F0NONE")
    ]

    assert answers == [refusal("file_not_found")] * 2


def test_24_files_need_their_scope_and_the_old_way_is_gone(
    make_setup: Callable[..., WorkspaceSetup], client: Any
) -> None:
    with Workspace.serve(make_setup()) as ws:
        answer = client(ws).read("files.getUploadURLExternal", filename="a", length=1)
        old = client(ws).body("files.upload", content="x")

    assert (answer["error"], answer["needed"]) == ("missing_scope", "files:write")
    assert old == refusal("method_deprecated")


def test_24_the_sdk_uploads_a_file(ws: Workspace) -> None:
    sdk = WebClient(ws.bot_token, base_url=ws.api_url)

    answer = sdk.files_upload_v2(channel="C0REL", filename="notes.md", content="# Notes", title="Notes")

    [message] = ws.messages("#releases")
    assert answer["files"][0]["title"] == "Notes"
    assert message.files[0]["name"] == "notes.md"
