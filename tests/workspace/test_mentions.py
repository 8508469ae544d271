"""Who is pinged by what: hostile text must ping nobody unless it was sent as a mention."""

from typing import Any

import pytest

from bot.workspace import MentionKind, Workspace

HOSTILE = "<!channel> <@U0BOB> <!subteam^S0QA> <https://evil.example|https://github.com/x>"


def rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}]


def section(text: str, kind: str) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": kind, "text": text}}]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"text": "<@U0BOB> look"}, [(MentionKind.USER, ("U0BOB",))]),
        ({"text": "<!channel>"}, [(MentionKind.CHANNEL, ("U0ALICE", "U0BOB"))]),
        ({"text": "<!subteam^S0QA|@qa>"}, [(MentionKind.GROUP, ("U0BOB",))]),
        ({"text": "x", "blocks": section("<!here>", "mrkdwn")}, [(MentionKind.HERE, ("U0ALICE", "U0BOB"))]),
        ({"text": "x", "blocks": rich({"type": "user", "user_id": "U0BOB"})}, [(MentionKind.USER, ("U0BOB",))]),
        ({"text": "x", "blocks": rich({"type": "broadcast", "range": "channel"})}, [(MentionKind.CHANNEL, ("U0ALICE", "U0BOB"))]),
        ({"text": "@channel", "link_names": True}, [(MentionKind.CHANNEL, ("U0ALICE", "U0BOB"))]),
    ],
)  # fmt: skip
def test_mentions_reach_people(
    ws: Workspace, call: Any, content: dict[str, Any], expected: list[tuple[MentionKind, tuple[str, ...]]]
) -> None:
    call("chat.postMessage", channel="C0REL", **content)

    assert [(item.kind, item.reached) for item in ws.notifications] == expected


@pytest.mark.parametrize(
    "content",
    [
        {"text": HOSTILE.replace("<", "&lt;").replace(">", "&gt;")},
        {"text": "@channel and @bob"},
        {"text": "x", "blocks": section(HOSTILE, "plain_text")},
        {"text": "x", "blocks": rich({"type": "text", "text": HOSTILE})},
        {"text": "x", "blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]}]},
    ],
)
def test_escaped_and_plain_text_pings_nobody_and_is_shown_as_it_is(
    ws: Workspace, call: Any, content: dict[str, Any]
) -> None:
    call("chat.postMessage", channel="C0REL", **content)

    [message] = ws.person("alice").sees("#releases")
    assert ws.notifications == []
    assert message.plain in (HOSTILE, "@channel and @bob")


def test_a_mention_that_an_update_adds_is_recorded(ws: Workspace, call: Any) -> None:
    ts = call("chat.postMessage", channel="C0REL", text="quiet").body["ts"]

    call("chat.update", channel="C0REL", ts=ts, text="<@U0BOB>")

    assert [item.reached for item in ws.notifications] == [("U0BOB",)]


def test_a_whisper_reaches_its_reader_only(ws: Workspace, call: Any) -> None:
    call("chat.postEphemeral", channel="C0REL", user="U0ALICE", text="<!channel> <@U0BOB>")

    assert [item.reached for item in ws.notifications] == [("U0ALICE",), ()]


def test_plain_text_of_a_message_reads_like_the_screen(ws: Workspace, call: Any) -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "shop 1.4.0"}},
        *section("By <@U0ALICE> in <#C0REL> for <!subteam^S0QA> &amp; <https://ci/1|build 1>", "mrkdwn"),
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "a"}, {"type": "plain_text", "text": "b"}],
        },
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Approve"}}],
        },
    ]
    call("chat.postMessage", channel="C0REL", text="card", blocks=blocks)

    [message] = ws.person("bob").sees("#releases")

    assert message.plain.splitlines() == [
        "shop 1.4.0",
        "By @alice in #releases for @qa & build 1",
        "a · b",
        "[Approve]",
    ]
