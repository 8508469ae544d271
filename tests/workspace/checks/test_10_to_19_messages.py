"""Checks 10 to 19: where the bot may write, what a message may be, what comes back, updates, whispers and threads."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace import Workspace, WorkspaceSetup


def refusal(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def post(do: Any, **more: Any) -> dict[str, Any]:
    body: dict[str, Any] = do.body("chat.postMessage", **{"channel": "C0REL", "text": "x", **more})
    return body


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NONE", "channel_not_found"),
        ("G0SECRET", "channel_not_found"),
        ("C0FAR", "not_in_channel"),
        ("C0OLD", "is_archived"),
    ],
)
def test_10_where_the_bot_may_not_write(do: Any, channel: str, error: str) -> None:
    reply = do("chat.postMessage", channel=channel, text="x")

    assert (reply.status, reply.body) == (200, refusal(error))


def test_10_public_channels_are_open_with_the_right_scope(
    full_setup: Callable[..., WorkspaceSetup], client: Any
) -> None:
    with Workspace.serve(full_setup()) as ws:
        assert client(ws).body("chat.postMessage", channel="C0FAR", text="x")["ok"]


@pytest.mark.parametrize(
    ("word", "top", "reply"),
    [
        ("restricted_action", "restricted_action", "restricted_action"),
        ("restricted_action_read_only_channel",) * 3,
        ("restricted_action_thread_only_channel", "restricted_action_thread_only_channel", None),
        ("restricted_action_non_threadable_channel", None, "restricted_action_non_threadable_channel"),
    ],
)
def test_10_restricted_channels(
    ws: Workspace, do: Any, word: str, top: str | None, reply: str | None
) -> None:
    root = post(do)["ts"]
    ws.restrict("#releases", word)

    assert (post(do).get("error"), post(do, thread_ts=root).get("error")) == (top, reply)


def test_10_a_person_as_channel_opens_a_direct_conversation(ws: Workspace, do: Any) -> None:
    answer = do.body("chat.postMessage", channel="U0BOB", text="psst")

    assert answer["channel"] == "D0BOB"
    assert [message.plain for message in ws.person("bob").direct_messages()] == ["psst"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": " \n"}, "no_text"),
        ({"markdown_text": "y"}, "markdown_text_conflict"),
        ({"attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"attachments": ["a"]}, "invalid_attachments"),
        ({"blocks": "{"}, "invalid_blocks_format"),
        ({"blocks": {"type": "divider"}}, "invalid_blocks_format"),
    ],
)
def test_11_what_a_message_may_not_be(do: Any, arguments: dict[str, Any], error: str) -> None:
    assert post(do, **arguments) == refusal(error)


def test_12_fifty_one_blocks_are_refused_in_the_recorded_shape(do: Any) -> None:
    reply = do("chat.postMessage", channel="C0REL", text="x", blocks=[{"type": "divider"}] * 51)

    line = "no more than 50 items allowed [json-pointer:/blocks]"
    answer = {
        **refusal("invalid_blocks"),
        "errors": [line],
        "response_metadata": {"messages": [f"[ERROR] {line}"]},
    }
    assert (reply.status, reply.body) == (200, answer)


def test_12_a_markdown_block_counts_as_what_it_becomes(do: Any) -> None:
    blocks = [{"type": "markdown", "text": "\n".join(f"# {n}\nwords" for n in range(26))}]

    assert post(do, blocks=blocks)["errors"] == ["no more than 50 items allowed [json-pointer:/blocks]"]


def test_13_every_mistake_in_blocks_is_named_with_its_place(do: Any) -> None:
    alert = {"type": "alert", "text": {"type": "plain_text", "text": "a"}}
    header = {"type": "header", "text": {"type": "mrkdwn", "text": "a"}}

    answer = post(do, blocks=[header, alert, {"type": "sektion"}])

    lines = [
        "must be a valid enum value: plain_text [json-pointer:/blocks/0/text/type]",
        "alert is not allowed in a message [json-pointer:/blocks/1]",
        "unsupported type: sektion [json-pointer:/blocks/2]",
    ]
    messages = [f"[ERROR] {line}" for line in lines]
    assert answer == {
        **refusal("invalid_blocks"),
        "errors": lines,
        "response_metadata": {"messages": messages},
    }


def test_14_all_text_together_has_a_limit(do: Any) -> None:
    just, over = [mrkdwn("x" * 2400)] * 5, [*[mrkdwn("x" * 2400)] * 5, mrkdwn("y")]

    assert post(do, blocks=just)["ok"]
    assert post(do, blocks=over) == refusal("msg_blocks_too_long")


def test_15_ids_stand_once(do: Any) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [
        {"type": "actions", "block_id": "row", "elements": [button, button]},
        {"type": "divider", "block_id": "row"},
    ]

    assert post(do, blocks=blocks)["errors"] == [
        "`action_id` go already exists [json-pointer:/blocks/0/elements/1/action_id]",
        "`block_id` row already exists [json-pointer:/blocks/1/block_id]",
    ]


def test_16_times_increase_and_the_echo_is_what_slack_made_of_it(ws: Workspace, do: Any) -> None:
    blocks = [
        mrkdwn("✅ see https://ci/1 &lt;b&gt;"),
        {"type": "header", "text": {"type": "plain_text", "text": "🚢"}},
    ]

    first = post(do, text="⚠️ a &amp; b https://x/1", blocks=blocks)
    times = [first["ts"], *(post(do)["ts"] for _ in range(4))]

    message = first["message"]
    assert times == sorted(set(times))
    assert all(re.fullmatch(r"\d{10}\.\d{6}", ts) for ts in times)
    assert message["text"] == ":warning: a &amp; b <https://x/1>"
    assert message["blocks"][0]["text"] == {
        "type": "mrkdwn", "text": ":white_check_mark: see <https://ci/1> &lt;b&gt;", "verbatim": False,
    }  # fmt: skip
    assert message["blocks"][1]["text"] == {"type": "plain_text", "text": ":ship:", "emoji": True}
    assert all(block["block_id"] for block in message["blocks"])
    assert {name: message[name] for name in ("user", "bot_id", "app_id", "team")} == {
        "user": ws.bot_user_id, "bot_id": "B0HARBOUR", "app_id": "A0HARBOUR", "team": "T0HARBOUR",
    }  # fmt: skip


def test_17_only_own_messages_that_exist_can_be_updated(ws: Workspace, do: Any) -> None:
    ws.person("alice").types("#releases", "mine")
    [foreign] = ws.messages("#releases")
    whisper = do.body("chat.postEphemeral", channel="C0REL", user="U0ALICE", text="x")["message_ts"]

    answers = [
        do.body("chat.update", channel="C0REL", ts=ts, text="x") for ts in (foreign.ts, "1.000000", whisper)
    ]

    assert answers == [
        refusal("cant_update_message"), refusal("message_not_found"), refusal("message_not_found"),
    ]  # fmt: skip


def test_17_an_update_has_its_own_rules(ws: Workspace, do: Any) -> None:
    metadata = {"event_type": "mark", "event_payload": {"id": "1"}}
    ts = post(do, blocks=[mrkdwn("a")], metadata=metadata)["ts"]

    too_long = do.body("chat.update", channel="C0REL", ts=ts, text="x" * 4001)
    with_blocks = do.body("chat.update", channel="C0REL", ts=ts, text="b", blocks=[mrkdwn("b")])
    text_alone = do.body("chat.update", channel="C0REL", ts=ts, text="c")

    [kept] = ws.messages("#releases")
    assert too_long == refusal("msg_too_long")
    assert ("edited" in with_blocks["message"], "edited" in text_alone["message"]) == (False, True)
    assert (kept.blocks, kept.metadata) == ((), metadata)
    do("chat.update", channel="C0REL", ts=ts, text="d", metadata={})
    assert ws.messages("#releases")[0].metadata is None


def test_17_the_edit_window_can_close(ws: Workspace, do: Any) -> None:
    ts = post(do)["ts"]
    ws.faults.set("edit_window", minutes=5)
    early = do.body("chat.update", channel="C0REL", ts=ts, text="y")["ok"]
    ws.clock.advance(301)

    assert early
    assert do.body("chat.update", channel="C0REL", ts=ts, text="z") == refusal("edit_window_closed")


def test_18_only_own_messages_can_be_deleted(ws: Workspace, do: Any) -> None:
    ws.person("alice").types("#releases", "mine")
    own = post(do)["ts"]

    foreign = do.body("chat.delete", channel="C0REL", ts=ws.messages("#releases")[0].ts)
    deleted = do.body("chat.delete", channel="C0REL", ts=own)

    assert (foreign, deleted) == (refusal("cant_delete_message"), {"ok": True, "channel": "C0REL", "ts": own})


def test_18_a_whisper_is_for_one_person_in_the_channel_and_never_in_history(ws: Workspace, do: Any) -> None:
    outsider = do.body("chat.postEphemeral", channel="C0REL", user="U0CAROL", text="x")
    answer = do.body("chat.postEphemeral", channel="C0REL", user="U0ALICE", text="only you")

    assert outsider == refusal("user_not_in_channel")
    assert set(answer) == {"ok", "message_ts"}
    assert [message.plain for message in ws.person("alice").sees("#releases")] == ["only you"]
    assert ws.person("bob").sees("#releases") == []
    assert do.read("conversations.history", channel="C0REL")["messages"] == []


def test_19_a_reply_needs_a_thread_unless_slack_is_lenient(ws: Workspace, do: Any) -> None:
    strict = post(do, thread_ts="1.000000")
    ws.faults.set("lenient_threads", on=True)
    lenient = post(do, thread_ts="1.000000")

    assert strict == refusal("thread_not_found")
    assert lenient["message"]["thread_ts"] == "1.000000"
