"""Elements wherever they stand: in containers and cards, feedback and icon buttons, confirm dialogs, actions at once."""

from typing import Any

import pytest

from bot.workspace import CannotDo, Message, Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(text: str, **more: Any) -> Json:
    return {"type": "button", "action_id": text.lower(), "text": plain(text), "value": "v", **more}


def chooser(**more: Any) -> Json:
    options = [{"text": plain(word), "value": word.lower()} for word in ("Minor", "Patch")]
    return {"type": "static_select", "action_id": "kind", "options": options, **more}


CONFIRM = {
    "title": plain("Ship?"),
    "text": plain("It ships."),
    "confirm": plain("Ship"),
    "deny": plain("Wait"),
}
BLOCKS: list[Json] = [
    {
        "type": "container",
        "title": plain("Changes"),
        "child_blocks": [
            {
                "type": "actions",
                "block_id": "inside",
                "elements": [button("Ship", confirm=CONFIRM), chooser()],
            }
        ],
    },
    {
        "type": "carousel",
        "elements": [{"type": "card", "block_id": "card", "body": plain("a"), "actions": [button("Open")]}],
    },
    {
        "type": "context_actions",
        "block_id": "feedback",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "fb",
                "positive_button": {"text": plain("Good"), "value": "+"},
                "negative_button": {"text": plain("Bad"), "value": "-"},
            },
            {
                "type": "icon_button",
                "action_id": "del",
                "icon": "trash",
                "text": plain("Delete"),
                "value": "d",
            },
        ],
    },
    {
        "type": "actions",
        "elements": [
            {
                "type": "workflow_button",
                "action_id": "wf",
                "text": plain("Run"),
                "workflow": {"trigger": {"url": "https://slack.com/shortcuts/Ft1/a"}},
            }
        ],
    },
]


@pytest.fixture
def card(ws: Workspace, call: Any) -> Message:
    answer = call("chat.postMessage", channel="C0REL", text="card", blocks=BLOCKS).body
    assert answer["ok"], answer
    return ws.messages("#releases")[0]


@pytest.mark.parametrize(
    ("wish", "action"),
    [
        ({"action_id": "ship"}, {"block_id": "inside", "action_id": "ship", "type": "button", "value": "v"}),
        ({"text": "Open"}, {"block_id": "card", "action_id": "open", "type": "button", "value": "v"}),
        ({"text": "Bad"}, {"block_id": "feedback", "action_id": "fb", "type": "feedback_buttons", "value": "-"}),
        ({"action_id": "fb", "value": "+"}, {"action_id": "fb", "type": "feedback_buttons", "value": "+"}),
        ({"action_id": "del"}, {"block_id": "feedback", "action_id": "del", "type": "icon_button", "value": "d"}),
    ],
)  # fmt: skip
def test_a_button_is_pressed_where_it_stands(
    ws: Workspace, app: Any, card: Message, wish: Json, action: Json
) -> None:
    delivery = ws.person("alice").clicks(
        card, wish.get("action_id"), text=wish.get("text"), value=wish.get("value")
    )

    [sent] = app.last()["actions"]
    assert delivery.ok
    assert {name: sent[name] for name in action} == action


def test_a_choice_inside_a_container_arrives_with_its_state(ws: Workspace, app: Any, card: Message) -> None:
    ws.person("alice").chooses(card, "kind", "Patch")

    chosen = {"text": plain("Patch"), "value": "patch"}
    assert app.last()["actions"][0]["selected_option"] == chosen
    assert app.last()["state"]["values"]["inside"]["kind"]["selected_option"] == chosen


def test_a_workflow_button_never_reaches_the_app(ws: Workspace, app: Any, card: Message) -> None:
    with pytest.raises(CannotDo, match="starts a workflow"):
        ws.person("alice").clicks(card, "wf")

    assert app.delivered == []


def test_a_confirm_dialog_can_be_read_before_the_click(ws: Workspace, card: Message) -> None:
    alice = ws.person("alice")

    assert alice.confirm_dialog(card, "ship") == CONFIRM
    assert alice.confirm_dialog(card, "open") is None


def test_without_interactivity_in_the_manifest_a_click_goes_nowhere(make_setup: Any, caller: Any) -> None:
    manifest = {**make_setup().manifest, "settings": {}}
    with Workspace.serve(make_setup(manifest=manifest)) as ws:
        caller(ws)("chat.postMessage", channel="C0REL", text="card", blocks=BLOCKS)

        delivery = ws.person("alice").clicks(ws.messages("#releases")[0], "open")

    assert delivery.error == "interactivity_not_enabled"


def test_inputs_on_the_home_tab_send_their_action_and_the_whole_state(
    ws: Workspace, app: Any, call: Any
) -> None:
    element = chooser()
    field = {
        "type": "input",
        "block_id": "k",
        "label": plain("Kind"),
        "dispatch_action": True,
        "element": element,
    }
    home = {
        "type": "home",
        "blocks": [{"type": "container", "title": plain("Plan"), "child_blocks": [field]}],
    }
    assert call("views.publish", user_id="U0ALICE", view=home).body["ok"]

    ws.person("alice").chooses_home("kind", "Minor")

    assert app.last()["actions"][0]["block_id"] == "k"
    assert app.last()["view"]["state"]["values"]["k"]["kind"]["selected_option"] == element["options"][0]


def test_rich_text_and_files_can_be_filled_in(ws: Workspace, app: Any, call: Any) -> None:
    def entry(name: str, element: Json) -> Json:
        return {
            "type": "input",
            "block_id": name,
            "label": plain(name),
            "element": {"action_id": "v", **element},
        }

    view = {
        "type": "modal", "title": plain("Notes"), "submit": plain("Send"),
        "blocks": [entry("words", {"type": "rich_text_input"}), entry("log", {"type": "file_input", "max_files": 1})],
    }  # fmt: skip
    alice = ws.person("alice")
    alice.types("#releases", "/release notes")
    call("views.open", trigger_id=app.last()["trigger_id"], view=view)
    alice.fills("words", "Fixed it")
    alice.fills("log", ["a.txt", "b.txt"])

    too_many = alice.submits().errors
    alice.fills("log", ["a.txt"])
    alice.submits()

    values = app.last()["view"]["state"]["values"]
    assert too_many == {"log": "Choose at most 1."}
    assert values["words"]["v"]["rich_text_value"]["elements"][0]["elements"][0]["text"] == "Fixed it"
    assert values["log"]["v"]["files"][0]["name"] == "a.txt"
