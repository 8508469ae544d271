"""Events reach the app when the manifest subscribes to them, the bot's own messages included."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from bot.workspace import Workspace, WorkspaceSetup


@pytest.fixture
def listening(make_setup: Callable[..., WorkspaceSetup]) -> WorkspaceSetup:
    """A setup whose app also hears messages and mentions."""
    manifest = make_setup().manifest
    events = {"event_subscriptions": {"bot_events": ["message.channels", "app_mention"]}}
    return make_setup(manifest={**manifest, "settings": events}, event_retries=())


def envelopes(ws: Workspace) -> list[str]:
    return sorted(line.detail for line in ws.log if line.kind == "envelope")


def test_messages_of_people_and_of_the_bot_itself_are_events(listening: WorkspaceSetup, caller: Any) -> None:
    with Workspace.serve(listening) as ws:
        caller(ws)("chat.postMessage", channel="C0REL", text="from the bot")
        ws.person("alice").types("#releases", "@harbourmaster hello")

        ws.wait_for(lambda: len(envelopes(ws)) == 3, why="two messages and one mention are sent")

        assert envelopes(ws) == ["app_mention, attempt 0", "message, attempt 0", "message, attempt 0"]


def test_what_is_not_subscribed_or_not_the_bots_business_is_not_sent(ws: Workspace, app: Any) -> None:
    ws.person("alice").types("#releases", "not subscribed")
    ws.set_group_members("qa", ["alice", "bob"])

    ws.wait_for(lambda: len(envelopes(ws)) == 1, why="only the group's change is sent")

    event: Mapping[str, Any] = app.last()["event"]
    assert event["type"] == "subteam_members_changed"
    assert (event["added_users"], event["removed_users"]) == (["U0ALICE"], [])


def test_the_notice_of_too_many_events_has_no_inner_event(ws: Workspace, app: Any) -> None:
    ws.rate_limit_events()

    ws.wait_for(lambda: len(envelopes(ws)) == 1, why="the notice is sent")

    assert (app.last()["type"], "event" in app.last()) == ("app_rate_limited", False)


@pytest.mark.parametrize(
    ("where", "was", "kind", "said"),
    [
        ("C0REL", "releases", "channel_rename", "channel_name"),
        ("G0OURS", "ours", "group_rename", "group_name"),
    ],
)
def test_a_new_name_is_an_event_and_a_message_that_has_the_old_one(
    make_setup: Any, make_app: Any, caller: Any, where: str, was: str, kind: str, said: str
) -> None:
    events = {"event_subscriptions": {"bot_events": ["channel_rename", "group_rename"]}}
    setup = make_setup(manifest={**make_setup().manifest, "settings": events})
    with Workspace.serve(setup) as ws, make_app(ws) as app:
        ws.rename("G0SECRET", "hidden")  # private, and the bot is not in it
        ws.rename(where, "harbour")

        ws.wait_for(lambda: envelopes(ws), why="the app is told, and has acknowledged")

        renamed = app.last()["event"]
        assert (renamed["type"], renamed["channel"]["id"], renamed["channel"]["name"]) == (
            kind,
            where,
            "harbour",
        )
        assert envelopes(ws) == [f"{kind}, attempt 0"]
        (message,) = caller(ws)("conversations.history", channel=where, as_form=True).body["messages"]
        assert (message["subtype"], message["old_name"], message["name"]) == (said, was, "harbour")
