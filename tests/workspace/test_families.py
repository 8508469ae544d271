"""The families of methods beside messages and views: rooms, people, groups, marks, bookmarks, canvases and manifests."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.workspace import Workspace
from tests.workspace.checks.conftest import Client, every_scope

BAD_NAMES = [
    ("", "invalid_name_required"),
    ("x" * 81, "invalid_name_maxlength"),
    ("---", "invalid_name_punctuation"),
    ("Ship It", "invalid_name_specials"),
    ("releases", "name_taken"),
]


def refusal(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


@pytest.fixture
def ws(make_setup: Any) -> Iterator[Workspace]:
    manifest = {**make_setup().manifest, "oauth_config": {"scopes": {"bot": every_scope()}}}
    with Workspace.serve(make_setup(manifest=manifest)) as workspace:
        yield workspace


@pytest.fixture
def do(ws: Workspace, request_raw: Any) -> Client:
    return Client(ws, request_raw)


def test_a_channel_is_created_described_filled_and_archived(ws: Workspace, do: Client) -> None:
    made = do.body("conversations.create", name="shop-1-4-0")["channel"]
    name = made["id"]
    do("conversations.setTopic", channel=name, topic="1.4.0")
    invited = do.body("conversations.invite", channel=name, users="U0ALICE,U0BOB")["channel"]
    kicked = do.body("conversations.kick", channel=name, user="U0BOB")
    renamed = do.body("conversations.rename", channel=name, name="shop-1-4")["channel"]["name"]
    archived = [do.body("conversations.archive", channel=name) for _ in range(2)]

    assert (made["name"], made["is_member"], invited["topic"]["value"]) == ("shop-1-4-0", True, "1.4.0")
    assert (kicked, renamed) == ({"ok": True, "errors": {}}, "shop-1-4")
    assert do.read("conversations.members", channel=name)["members"] == ["U0ALICE", ws.bot_user_id]
    assert archived == [{"ok": True}, refusal("already_archived")]
    assert do.body("chat.postMessage", channel=name, text="x") == refusal("is_archived")


@pytest.mark.parametrize(("name", "error"), BAD_NAMES)
def test_names_a_channel_may_not_have(do: Client, name: str, error: str) -> None:
    assert do.body("conversations.create", name=name) == refusal(error)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.invite", {"channel": "C0REL", "users": "U0HARBOURBOT"}, "cant_invite_self"),
        ("conversations.invite", {"channel": "C0REL", "users": "U0NONE"}, "user_not_found"),
        ("conversations.invite", {"channel": "C0REL", "users": "U0ALICE"}, "already_in_channel"),
        ("conversations.kick", {"channel": "C0REL", "user": "U0HARBOURBOT"}, "cant_kick_self"),
        ("conversations.kick", {"channel": "C0REL", "user": "U0CAROL"}, "not_in_channel"),
        ("conversations.setTopic", {"channel": "C0REL", "topic": "x" * 251}, "too_long"),
        ("conversations.setTopic", {"channel": "C0OLD", "topic": "x"}, "is_archived"),
        ("conversations.join", {"channel": "G0OURS"}, "method_not_supported_for_channel_type"),
        ("conversations.open", {"users": "U0NONE"}, "user_not_found"),
        ("conversations.close", {"channel": "C0REL"}, "method_not_supported_for_channel_type"),
        ("users.info", {"user": "U0NONE"}, "invalid_arguments"),
        ("usergroups.create", {"name": "Quality"}, "name_already_exists"),
        ("usergroups.create", {"name": "Other", "handle": "qa"}, "handle_already_exists"),
        ("usergroups.users.update", {"usergroup": "S0QA", "users": "U0NONE"}, "invalid_users"),
        ("usergroups.update", {"usergroup": "S0NONE", "name": "x"}, "no_such_subteam"),
        ("pins.remove", {"channel": "C0REL", "timestamp": "1.0"}, "message_not_found"),
        ("reactions.add", {"channel": "C0REL", "timestamp": "1.0", "name": "tada"}, "message_not_found"),
        ("bookmarks.add", {"channel_id": "C0REL", "title": "a", "type": "file"}, "invalid_bookmark_type"),
        ("bookmarks.add", {"channel_id": "C0REL", "title": "a", "type": "link", "link": "x"}, "invalid_link"),
        ("bookmarks.add", {"channel_id": "C0FAR", "title": "a", "type": "link"}, "not_in_channel"),
        ("bookmarks.remove", {"channel_id": "C0REL", "bookmark_id": "Bk0"}, "not_found"),
        ("canvases.edit", {"canvas_id": "F0", "changes": [{}]}, "canvas_not_found"),
        ("chat.deleteScheduledMessage", {"channel": "C0REL", "scheduled_message_id": "Q0"}, "invalid_scheduled_message_id"),
    ],
)  # fmt: skip
def test_what_these_methods_refuse(do: Client, method: str, arguments: dict[str, Any], error: str) -> None:
    reply = do(method, **arguments)

    assert (reply.status, reply.body["error"]) == (200, error)


def test_several_people_get_a_conversation_of_their_own(do: Client) -> None:
    first = do.body("conversations.open", users="U0ALICE,U0BOB")
    second = do.body("conversations.open", users="U0BOB,U0ALICE", return_im=True)

    assert (first["channel"]["id"], second["already_open"]) == (second["channel"]["id"], True)
    assert (second["channel"]["is_mpim"], second["channel"]["name"]) == (
        True,
        "mpdm-alice--bob--harbourmaster-1",
    )


@pytest.mark.parametrize(
    ("method", "key", "total"),
    [
        ("users.list", "members", 4),
        ("conversations.list", "channels", 3),
        ("users.conversations", "channels", 2),
    ],
)
def test_lists_come_in_pages_that_hold_everything_once(do: Client, method: str, key: str, total: int) -> None:
    seen, cursor = [], ""
    while True:
        page = do.read(method, limit=1, cursor=cursor)
        seen += [item["id"] for item in page[key]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break

    assert (len(seen), len(set(seen))) == (total, total)
    assert do.read(method, cursor="nonsense") == refusal("invalid_cursor")


def test_people_are_found_by_address(do: Client) -> None:
    found = do.read("users.lookupByEmail", email="bob@harbour.example")["user"]

    assert (found["id"], found["profile"]["email"]) == ("U0BOB", "bob@harbour.example")
    assert do.read("users.lookupByEmail", email="x@y") == refusal("users_not_found")
    assert do.read("users.profile.get", user="U0BOB")["profile"]["real_name"] == "Bob Roe"


def test_a_group_can_be_changed_switched_off_and_on(ws: Workspace, do: Client) -> None:
    do("usergroups.users.update", usergroup="S0QA", users="U0ALICE,U0CAROL")
    do("usergroups.disable", usergroup="S0QA")
    do("chat.postMessage", channel="C0REL", text="<!subteam^S0QA>")
    hidden = do.read("usergroups.list")["usergroups"]
    listed = do.read("usergroups.list", include_disabled="1", include_users="1")["usergroups"]
    do("usergroups.enable", usergroup="S0QA")

    assert [ping.reached for ping in ws.notifications] == [()]
    assert (hidden, listed[0]["users"]) == ([], ["U0ALICE", "U0CAROL"])
    assert do.read("usergroups.users.list", usergroup="S0QA")["users"] == ["U0ALICE", "U0CAROL"]


def test_pins_and_reactions_come_and_go(do: Client) -> None:
    ts = do.body("chat.postMessage", channel="C0REL", text="card")["ts"]
    place = {"channel": "C0REL", "timestamp": ts}

    answers = [
        do.body("pins.add", **place), do.body("pins.remove", **place), do.body("pins.remove", **place),
        do.body("reactions.add", name="tada", **place), do.body("reactions.add", name="tada", **place),
    ]  # fmt: skip
    counted = do.read("reactions.get", **place)["message"]["reactions"]
    listed = len(do.read("reactions.list")["items"])
    answers += [
        do.body("reactions.remove", name="tada", **place),
        do.body("reactions.remove", name="tada", **place),
    ]

    assert [answer.get("error") for answer in answers] == [
        None, None, "no_pin", None, "already_reacted", None, "no_reaction",
    ]  # fmt: skip
    assert (counted, listed) == ([{"name": "tada", "users": ["U0HARBOURBOT"], "count": 1}], 1)


def test_a_bookmark_is_added_edited_listed_and_removed(do: Client) -> None:
    place = {"channel_id": "C0REL"}
    made = do.body("bookmarks.add", title="Notes", type="link", link="https://a/1", **place)["bookmark"]
    edited = do.body("bookmarks.edit", bookmark_id=made["id"], link="https://a/2", **place)["bookmark"]
    listed = do.read("bookmarks.list", **place)["bookmarks"]
    removed = do.body("bookmarks.remove", bookmark_id=made["id"], **place)

    assert (edited["title"], edited["link"], listed) == ("Notes", "https://a/2", [edited])
    assert (removed, do.read("bookmarks.list", **place)["bookmarks"]) == ({"ok": True}, [])


def test_a_canvas_is_written_section_by_section(ws: Workspace, do: Client) -> None:
    def content(markdown: str) -> dict[str, str]:
        return {"type": "markdown", "markdown": markdown}

    name = do.body("canvases.create", title="Notes", document_content=content("# 1.4.0\n\nfirst"))[
        "canvas_id"
    ]
    [heading] = do.body("canvases.sections.lookup", canvas_id=name, criteria={"section_types": ["h1"]})[
        "sections"
    ]
    for change in (
        {"operation": "insert_at_end", "document_content": content("last")},
        {"operation": "insert_after", "section_id": heading["id"], "document_content": content("second")},
        {"operation": "delete", "section_id": heading["id"]},
    ):
        assert do.body("canvases.edit", canvas_id=name, changes=[change]) == {"ok": True}
    gone = do.body(
        "canvases.edit", canvas_id=name, changes=[{"operation": "delete", "section_id": heading["id"]}]
    )
    two = do.body("canvases.edit", canvas_id=name, changes=[{}, {}])
    channels = [do.body("conversations.canvases.create", channel_id="C0REL") for _ in range(2)]

    assert ws.canvas(name) == "second\nfirst\nlast"
    assert (gone, two["error"]) == (refusal("canvas_editing_failed"), "invalid_arguments")
    assert (channels[0]["ok"], channels[1]) == (True, refusal("channel_canvas_already_exists"))


@pytest.mark.parametrize(
    ("change", "pointer", "message"),
    [
        ({"display_information": {}}, "/display_information", "missing required field: name"),
        (
            {"display_information": {"name": "x" * 36}},
            "/display_information/name",
            "must be less than 36 characters",
        ),
        ({"colour": "red"}, "", "invalid additional property: colour"),
        (
            {"features": {"slash_commands": [{"command": "release", "description": "a"}]}},
            "/features/slash_commands/0/command",
            "failed to match the required format",
        ),
        (
            {"settings": {"event_subscriptions": {"bot_events": ["app_mention"]}}},
            "/settings/event_subscriptions",
            "Event Subscription requires either Request URL or Socket Mode Enabled",
        ),
        (
            {"settings": {"interactivity": {"is_enabled": True}}},
            "/settings/interactivity",
            "Interactivity requires a Request URL",
        ),
    ],
)
def test_a_manifest_is_checked_with_pointers(
    ws: Workspace, do: Client, change: dict[str, Any], pointer: str, message: str
) -> None:
    manifest = {"display_information": {"name": "Harbourmaster"}, **change}
    body = json.dumps({"manifest": json.dumps(manifest)}).encode()

    answer = do.send(
        "apps.manifest.validate", body, "application/json; charset=utf-8", ws.configuration_token
    ).body

    assert answer["error"] == "invalid_manifest"
    assert {"message": message, "pointer": pointer} in answer["errors"]


def test_a_good_manifest_passes(ws: Workspace, do: Client) -> None:
    manifest = {"display_information": {"name": "a"}, "settings": {"socket_mode_enabled": True}}
    body = json.dumps({"manifest": manifest}).encode()

    answer = do.send(
        "apps.manifest.validate", body, "application/json; charset=utf-8", ws.configuration_token
    ).body

    assert answer == {"ok": True, "errors": []}
