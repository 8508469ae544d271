"""Sitting in the workspace: reading, answering, choosing and finding one's way, by mouse and by keyboard."""

from typing import Any

from playwright.sync_api import Page, expect

from bot.workspace import Workspace
from tests.workspace.conftest import MANIFEST

PLAIN = {"type": "plain_text", "text": "Choose"}


def options(*names: str) -> list[dict[str, Any]]:
    return [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in names]


def test_unread_rooms_are_marked_until_they_are_opened(ws: Workspace, call: Any, window: Any) -> None:
    page = window("alice", room="far")
    call("chat.postMessage", channel="C0REL", text="<@U0ALICE>, look")

    line = page.locator("#rooms .nav", has_text="releases")
    expect(line.locator(".badge")).to_have_text("1")
    assert page.title() == "(1) Harbour · Alice Doe"
    line.click()

    expect(page.get_by_text(", look")).to_be_visible()
    expect(page.locator(".nav.unread")).to_have_count(0)
    expect(page.locator(".badge")).to_have_count(0)


def test_only_one_person_sees_an_ephemeral_message(call: Any, window: Any) -> None:
    alice, bob = window("alice"), window("bob")
    call("chat.postEphemeral", channel="C0REL", user="U0ALICE", text="psst")
    call("chat.postMessage", channel="C0REL", text="for all")

    expect(bob.get_by_text("for all")).to_be_visible()

    expect(alice.locator(".ephemeral")).to_contain_text("Only visible to you")
    assert bob.get_by_text("psst").count() == 0


def test_a_thread_is_opened_answered_and_closed_with_escape(ws: Workspace, call: Any, alice: Page) -> None:
    call("chat.postMessage", channel="C0REL", text="Shall we?")

    alice.locator("article").hover()
    alice.get_by_role("button", name="Reply", exact=True).click()
    expect(alice.locator("#answer-entry")).to_be_focused()
    alice.keyboard.type("Yes, we shall.")
    alice.keyboard.press("Enter")
    expect(alice.locator("#replies article")).to_have_count(2)
    expect(alice.get_by_role("button", name="1 reply")).to_be_visible()
    alice.keyboard.press("Escape")

    expect(alice.get_by_role("complementary", name="Thread")).to_be_hidden()
    assert [message.plain for message in ws.messages("#releases")] == ["Shall we?", "Yes, we shall."]


def test_every_choice_in_a_message_reaches_the_app(ws: Workspace, app: Any, call: Any, alice: Page) -> None:
    elements = [
        {
            "type": "static_select",
            "action_id": "one",
            "placeholder": PLAIN,
            "options": options("Red", "Blue"),
        },
        {
            "type": "multi_static_select",
            "action_id": "many",
            "placeholder": PLAIN,
            "options": options("Oak", "Elm"),
        },
        {"type": "overflow", "action_id": "menu", "options": options("Copy", "Move")},
        {"type": "datepicker", "action_id": "day"},
        {"type": "radio_buttons", "action_id": "side", "options": options("Left", "Right")},
        {"type": "users_select", "action_id": "who", "placeholder": {"type": "plain_text", "text": "Who"}},
    ]
    call("chat.postMessage", channel="C0REL", text="x", blocks=[{"type": "actions", "elements": elements}])
    card = alice.locator("article")

    before = card.locator("details.several").element_handle()
    card.get_by_label("Choose").first.select_option(label="Blue")
    before.wait_for_element_state("hidden")  # what was chosen is part of the message, which is drawn anew
    card.locator("details.several summary").click()
    before = card.locator("details.several").element_handle()
    card.get_by_label("Elm").check()
    alice.keyboard.press("Escape")
    ws.wait_for(lambda: len(app.delivered) >= 2, why="the first two have been told")
    before.wait_for_element_state("hidden")
    card.get_by_label("More actions").focus()
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Enter")
    ws.wait_for(lambda: len(app.delivered) >= 3, why="the menu's choice has been told")
    card.locator("input[type=date]").fill("2026-12-01")
    card.get_by_label("Right").check()
    card.get_by_label("Who").select_option(label="Bob Roe")
    expect(card.get_by_label("Who")).to_have_value("U0BOB")

    ws.wait_for(lambda: len(app.delivered) >= 6, why="the app is told")
    actions = {item.payload["actions"][0]["action_id"]: item.payload["actions"][0] for item in app.delivered}
    assert actions["one"]["selected_option"]["value"] == "blue"
    assert [item["value"] for item in actions["many"]["selected_options"]] == ["elm"]
    assert actions["menu"]["selected_option"]["value"] == "move"
    assert actions["day"]["selected_date"] == "2026-12-01"
    assert actions["side"]["selected_option"]["value"] == "right"
    assert actions["who"]["selected_user"] == "U0BOB"


def test_dates_stand_in_the_zone_of_the_viewer(call: Any, alice: Page) -> None:
    call("chat.postMessage", channel="C0REL", text="It ships <!date^1796119200^{date_long} at {time}|soon>.")

    expect(alice.locator("article time.date")).to_have_text("Tuesday, 1 December 2026 at 11:00")
    expect(alice.locator("article time.date")).to_have_attribute(
        "title", "Tuesday, 1 December 2026, 11:00 (Europe/Berlin)"
    )


def test_a_picture_of_the_workspace_is_shown_and_a_file_can_be_opened(
    make_setup: Any, caller: Any, request_raw: Any, open_window: Any
) -> None:
    scopes = {"bot": [*MANIFEST["oauth_config"]["scopes"]["bot"], "files:write"]}
    manifest = {**MANIFEST, "oauth_config": {"scopes": scopes}}
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
        "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
    )
    with (
        Workspace.serve(make_setup(manifest=manifest)) as served,
        open_window(f"{served.page_url}?as=alice") as page,
    ):
        call = caller(served)
        for name, content in (("dot.png", dot), ("notes.txt", b"read me")):
            ticket = call("files.getUploadURLExternal", as_form=True, filename=name, length=len(content)).body
            request_raw(ticket["upload_url"], content, {"Content-Type": "application/octet-stream"})
            call("files.completeUploadExternal", files=[{"id": ticket["file_id"]}], channel_id="C0REL")

        expect(page.locator("img.photo")).to_be_visible()
        expect(page.get_by_role("link", name="notes.txt")).to_be_visible()
        assert page.locator("img.photo").evaluate("image => image.naturalWidth") == 1


def test_a_person_who_has_scrolled_up_stays_there_and_can_reach_the_oldest_message(
    ws: Workspace, alice: Page
) -> None:
    for number in range(180):
        ws.person("bob").types("#releases", f"message {number}")
    expect(alice.get_by_text("message 179", exact=True)).to_be_visible()
    messages = alice.locator("#messages")

    for _ in range(40):
        messages.evaluate("box => { box.scrollTop = 0; }")
        if alice.get_by_text("message 0", exact=True).count():
            break
        alice.wait_for_timeout(50)
    messages.evaluate("box => { box.scrollTop = 0; }")
    expect(alice.get_by_text("message 0", exact=True)).to_be_in_viewport()
    ws.person("bob").types("#releases", "one more")
    expect(alice.get_by_text("one more")).to_be_attached()

    expect(alice.get_by_text("message 0", exact=True)).to_be_in_viewport()


def test_the_rooms_are_walked_with_alt_and_the_arrows(alice: Page) -> None:
    alice.keyboard.press("Alt+ArrowDown")

    expect(alice.locator("#room-name")).to_have_text("#far")
    expect(alice.get_by_label("Message", exact=True)).to_be_focused()


def test_acting_as_somebody_else_keeps_the_room_and_the_address(alice: Page) -> None:
    alice.get_by_label("Act as").select_option(label="Bob Roe")

    expect(alice).to_have_title("Harbour · Bob Roe")
    assert alice.url.endswith("?as=bob&room=releases")


def test_the_command_is_offered_with_its_hint_and_its_description(alice: Page) -> None:
    alice.get_by_label("Message", exact=True).press_sequentially("/rel")

    expect(alice.locator("#suggestions li")).to_have_text("/releasehelpReleases")


def test_inputs_in_a_message_send_their_action_with_enter(
    ws: Workspace, app: Any, call: Any, alice: Page
) -> None:
    element = {"type": "plain_text_input", "action_id": "note"}
    label = {"type": "plain_text", "text": "Note"}
    block = {"type": "input", "label": label, "dispatch_action": True, "element": element}
    call("chat.postMessage", channel="C0REL", text="x", blocks=[block])

    alice.get_by_label("Note").fill("seen")
    assert app.delivered == []
    alice.keyboard.press("Enter")
    ws.wait_for(lambda: app.delivered, why="the app is told")

    assert app.last()["actions"][0]["value"] == "seen"


def test_the_options_of_an_external_select_come_from_the_app(
    ws: Workspace, app: Any, call: Any, alice: Page
) -> None:
    element = {"type": "external_select", "action_id": "branch", "min_query_length": 2, "placeholder": PLAIN}
    call("chat.postMessage", channel="C0REL", text="x", blocks=[{"type": "actions", "elements": [element]}])
    app.answers = [(200, {"options": options("main", "maintenance")}), (200, None)]

    alice.get_by_label("Search").fill("ma")
    alice.locator("article select").select_option(label="maintenance")
    ws.wait_for(lambda: len(app.delivered) >= 2, why="the app is told")

    asked, chosen = (item.payload for item in app.delivered)
    assert (asked["type"], asked["value"], asked["action_id"]) == ("block_suggestion", "ma", "branch")
    assert chosen["actions"][0]["selected_option"]["value"] == "maintenance"
