"""The web page: closed to strangers, harmless with hostile text, and able to do what a person does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from bot.workspace import Workspace

PAGE = Path(__file__).parents[3] / "bot" / "workspace" / "page"
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


def test_the_page_comes_with_a_strict_policy(ws: Workspace, request_raw: Any) -> None:
    reply = request_raw(ws.page_url, None, {})

    policy = reply.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy


def test_the_whole_page_is_smaller_than_60_kb() -> None:
    assert sum(path.stat().st_size for path in PAGE.iterdir()) < 60_000


@pytest.mark.parametrize("path", ["", "app.js", "page/state", "page/log", "page/faults", "page/log/0"])
@pytest.mark.parametrize("foreign", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_nothing_is_answered_to_a_foreign_host_or_origin(
    ws: Workspace, request_raw: Any, path: str, foreign: dict[str, str]
) -> None:
    assert request_raw(f"{ws.page_url}{path}", None, foreign).status == 403


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="this system does not tell who listens where")
def test_the_workspace_listens_on_the_loopback_address_alone(ws: Workspace) -> None:
    port = int(ws.page_url.rsplit(":", 1)[1].strip("/"))
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]

    assert [address.split(":")[0] for address in listening if int(address.split(":")[1], 16) == port] == [
        "0100007F"
    ]


def test_a_foreign_page_gets_no_live_connection(ws: Workspace) -> None:
    address = f"ws{ws.page_url.removeprefix('http')}page/live"

    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin=Origin("https://evil.example"))
    with connect(address, origin=Origin(ws.page_url.rstrip("/"))) as socket:
        assert str(socket.recv(5)).isdecimal()


def test_the_page_loads_nothing_from_elsewhere_and_never_writes_html() -> None:
    sources = {path.name: path.read_text("utf-8") for path in PAGE.iterdir()}

    outside = {
        name: re.findall(r"https?://(?!www\.w3\.org/2000/svg)[\w./-]+", text)
        for name, text in sources.items()
    }
    writing = [
        name
        for name, text in sources.items()
        if re.search(r"\.(inner|outer)HTML|insertAdjacentHTML|eval\(", text)
    ]

    assert {name: found for name, found in outside.items() if found} == {}
    assert writing == []


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_only_the_page_itself_may_act(ws: Workspace, request_raw: Any, headers: dict[str, str]) -> None:
    body = json.dumps({"as": "alice", "act": "type", "where": "#releases", "text": "forged"}).encode()

    reply = request_raw(f"{ws.page_url}page/act", body, {"Content-Type": "application/json", **headers})

    assert (reply.status, ws.messages("#releases")) == (403, [])


def test_a_simple_form_of_another_site_may_not_act(ws: Workspace, request_raw: Any) -> None:
    headers = {"Content-Type": "text/plain", "Origin": ws.page_url.rstrip("/")}

    reply = request_raw(f"{ws.page_url}page/act", b'{"as":"alice"}', headers)

    assert reply.status == 403


@pytest.mark.parametrize("path", ["..%2fserver.py", "../server.py", "nothing.js", "__init__.py"])
def test_only_the_pages_own_files_are_served(ws: Workspace, request_raw: Any, path: str) -> None:
    assert request_raw(f"{ws.page_url}{path}", None, {}).status == 404


def test_the_state_shows_a_person_only_what_is_theirs(ws: Workspace, call: Any, request_raw: Any) -> None:
    call("chat.postEphemeral", channel="C0REL", user="U0ALICE", text="only Alice")
    call("chat.postMessage", channel="G0OURS", text="private")

    bob = request_raw(f"{ws.page_url}page/state?as=bob", None, {}).body
    nobody = request_raw(f"{ws.page_url}page/state?as=nobody", None, {})

    assert [room["name"] for room in bob["rooms"]] == ["releases", "harbourmaster"]
    assert bob["room"]["messages"] == []
    assert (nobody.status, nobody.body["problem"]) == (
        404,
        "There is no person nobody in this workspace; there are alice, bob, carol.",
    )


def test_hostile_text_is_only_ever_text(ws: Workspace, call: Any, alice: Page) -> None:
    def said(kind: str = "plain_text") -> dict[str, str]:
        return {"type": kind, "text": HOSTILE}

    option = {"text": {"type": "plain_text", "text": HOSTILE[:75]}, "value": HOSTILE[:75]}
    script = "javascript:document.title=3"
    run = [{"type": "text", "text": HOSTILE}, {"type": "link", "url": script, "text": "click me"}]
    color = {"type": "color", "value": "red;background:url(https://evil.example)"}
    blocks = [
        {"type": "section", "text": said(), "fields": [said("mrkdwn")]},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"<{script}|click me> <@{HOSTILE}> <!date^1^<b>|x>"},
        },
        {"type": "markdown", "text": f"# {HOSTILE}\n[click me]({script})\n<svg onload=document.title=4>"},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [*run, color]}]},
        {"type": "image", "image_url": "https://evil.example/x.png", "alt_text": HOSTILE, "title": said()},
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]]},
        {
            "type": "actions",
            "elements": [{"type": "static_select", "options": [option], "placeholder": option["text"]}],
        },
        {"type": "actions", "elements": [{"type": "button", "text": option["text"], "url": "https://a/"}]},
    ]
    posted = call("chat.postMessage", channel="C0REL", text="x", blocks=blocks).body
    assert posted["ok"], posted

    expect(alice.get_by_text(HOSTILE).first).to_be_visible()

    card = alice.locator("article")
    assert (
        alice.get_by_text("click me").evaluate_all("nodes => nodes.map(node => node.tagName)") == ["SPAN"] * 3
    )
    assert (
        card.locator("script, img:not(.avatar), svg:not(.icon), [onload], [onerror], [style*=url]").count()
        == 0
    )
    assert alice.title() == "Harbour · Alice Doe"


def test_a_click_with_a_confirm_reaches_the_app(ws: Workspace, app: Any, call: Any, alice: Page) -> None:
    def text(words: str) -> dict[str, str]:
        return {"type": "plain_text", "text": words}

    confirm = {
        "title": text("Really?"),
        "text": text("It ships."),
        "confirm": text("Ship"),
        "deny": text("Wait"),
    }
    button = {"type": "button", "action_id": "go", "text": text("Go"), "value": "v1", "confirm": confirm}
    call("chat.postMessage", channel="C0REL", text="x", blocks=[{"type": "actions", "elements": [button]}])

    alice.get_by_role("button", name="Go", exact=True).click()
    alice.get_by_role("button", name="Ship").click()

    ws.wait_for(lambda: any(line.kind == "envelope" for line in ws.log), why="the click is delivered")
    assert app.last()["actions"][0]["value"] == "v1"


def test_a_form_is_filled_corrected_and_sent(ws: Workspace, app: Any, call: Any, alice: Page) -> None:
    element = {"type": "plain_text_input", "action_id": "v"}
    field = {
        "type": "input",
        "block_id": "version",
        "label": {"type": "plain_text", "text": "Version"},
        "element": element,
    }
    title = {"type": "plain_text", "text": "Start"}
    ws.person("alice").types("#releases", "/release start")
    call(
        "views.open",
        trigger_id=app.last()["trigger_id"],
        view={"type": "modal", "title": title, "submit": title, "blocks": [field]},
    )
    app.answers = [
        (200, {"response_action": "errors", "errors": {"version": "That one is taken."}}),
        (200, None),
    ]

    alice.get_by_label("Version").fill("1.3.2")
    alice.get_by_role("button", name="Start").click()
    expect(alice.get_by_text("That one is taken.")).to_be_visible()
    alice.get_by_label("Version").fill("1.4.0")
    alice.get_by_role("button", name="Start").click()
    expect(alice.get_by_role("dialog")).to_have_count(0)

    assert app.last()["view"]["state"]["values"]["version"]["v"]["value"] == "1.4.0"


def test_two_people_in_two_windows_see_each_other(window: Any, alice: Page) -> None:
    bob = window("bob", "dark")

    bob.get_by_label("Message", exact=True).fill("Hello @alice")
    bob.keyboard.press("Escape")
    bob.get_by_role("button", name="Send", exact=True).click()

    expect(alice.get_by_text("Hello")).to_be_visible()
    expect(alice.locator(".mention.mine")).to_have_text("@alice")


def note_form(title: str) -> dict[str, Any]:
    """A modal with this title and one optional field, Note."""
    words = {"type": "plain_text", "text": title}
    field = {
        "type": "input",
        "block_id": "note",
        "label": {"type": "plain_text", "text": "Note"},
        "optional": True,
        "element": {"type": "plain_text_input", "action_id": "n"},
    }
    return {"type": "modal", "title": words, "submit": words, "blocks": [field]}


def test_forms_are_stacked_and_closed_one_by_one(ws: Workspace, app: Any, call: Any, alice: Page) -> None:
    ws.person("alice").types("#releases", "/release start")
    call("views.open", trigger_id=app.last()["trigger_id"], view=note_form("First"))
    alice.get_by_label("Note").fill("kept")
    app.answers = [(200, {"response_action": "push", "view": note_form("Second")})]
    alice.get_by_role("button", name="First").click()
    expect(alice.get_by_role("dialog")).to_contain_text("2 of 3")
    alice.get_by_role("button", name="Back").click()

    expect(alice.get_by_label("Note")).to_have_value("kept")
    alice.keyboard.press("Escape")
    expect(alice.get_by_role("dialog")).to_have_count(0)


def test_an_update_by_the_app_keeps_what_is_being_typed(
    ws: Workspace, app: Any, call: Any, alice: Page
) -> None:
    ws.person("alice").types("#releases", "/release start")
    view = call("views.open", trigger_id=app.last()["trigger_id"], view=note_form("Before")).body["view"]
    alice.get_by_label("Note").press_sequentially("half a sen")
    call("views.update", view_id=view["id"], view=note_form("After"))
    expect(alice.get_by_role("dialog")).to_contain_text("After")
    alice.keyboard.type("tence")

    expect(alice.get_by_label("Note")).to_have_value("half a sentence")


def test_a_failed_command_is_said_and_the_words_stay(ws: Workspace, alice: Page) -> None:
    alice.get_by_label("Message", exact=True).fill("/release status ")
    alice.get_by_role("button", name="Send", exact=True).click()

    expect(alice.get_by_role("alert")).to_contain_text("/release failed with the error “dispatch_failed”.")
    expect(alice.get_by_label("Message", exact=True)).to_have_value("/release status")


def test_commands_complete_from_the_manifest(alice: Page) -> None:
    alice.get_by_label("Message", exact=True).press_sequentially("/rel")
    alice.keyboard.press("Tab")

    expect(alice.get_by_label("Message", exact=True)).to_have_value("/release ")
