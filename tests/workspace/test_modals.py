"""Modals and the Home tab: filling, client-side refusals, what answers do, stacks, hashes."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace import CannotDo, DeliveryStatus, Workspace


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def entry(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": {"action_id": "value", **element},
        **more,
    }


OPTIONS = [{"text": plain("Minor"), "value": "minor"}, {"text": plain("Patch"), "value": "patch"}]
FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "start",
    "title": plain("Start a release"),
    "submit": plain("Start"),
    "notify_on_close": True,
    "private_metadata": "m1",
    "blocks": [
        entry("version", {"type": "plain_text_input", "min_length": 5, "max_length": 20}),
        entry("kind", {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]}),
        entry("when", {"type": "datepicker"}, optional=True),
        entry("who", {"type": "users_select"}, optional=True),
        entry("labels", {"type": "checkboxes", "options": OPTIONS}, optional=True),
    ],
}
Open = Callable[..., dict[str, Any]]


@pytest.fixture
def opens(ws: Workspace, app: Any, call: Any) -> Open:
    """Opens a modal for a person, as the app does after a command."""

    def open_for(name: str, view: dict[str, Any], method: str = "views.open") -> dict[str, Any]:
        ws.person(name).types("#releases", "/release start")
        body: dict[str, Any] = call(method, trigger_id=app.last()["trigger_id"], view=view, as_form=True).body
        return body

    return open_for


def test_a_filled_form_arrives_with_its_whole_state(ws: Workspace, app: Any, opens: Open) -> None:
    alice = ws.person("alice")
    opens("alice", FORM)
    alice.fills("version", "1.4.0")
    alice.fills("who", "bob")
    alice.fills("labels", ["Patch"])

    delivery = alice.submits()

    payload = app.last()
    assert (delivery.ok, alice.modal) == (True, None)
    assert (payload["type"], payload["view"]["private_metadata"]) == ("view_submission", "m1")
    assert payload["view"]["state"]["values"] == {
        "version": {"value": {"type": "plain_text_input", "value": "1.4.0"}},
        "kind": {"value": {"type": "static_select", "selected_option": OPTIONS[0]}},
        "when": {"value": {"type": "datepicker", "selected_date": None}},
        "who": {"value": {"type": "users_select", "selected_user": "U0BOB"}},
        "labels": {"value": {"type": "checkboxes", "selected_options": [OPTIONS[1]]}},
    }


def test_the_client_refuses_what_is_required_or_too_short(ws: Workspace, app: Any, opens: Open) -> None:
    alice = ws.person("alice")
    opens("alice", FORM)

    empty = alice.submits()
    alice.fills("version", "1")
    short = alice.submits()

    assert (empty.status, empty.errors) == (
        DeliveryStatus.REFUSED,
        {"version": "Please complete this required field."},
    )
    assert short.errors == {"version": "Must be at least 5 characters."}
    assert [request.payload.get("type") for request in app.delivered] == [None]


def test_field_errors_keep_the_form_open(ws: Workspace, app: Any, opens: Open) -> None:
    alice = ws.person("alice")
    opens("alice", FORM)
    alice.fills("version", "1.4.0")
    app.answers = [(200, {"response_action": "errors", "errors": {"version": "1.4.0 is taken."}})]

    delivery = alice.submits()

    assert delivery.errors == {"version": "1.4.0 is taken."}
    assert alice.modal is not None
    assert alice.modal.errors == {"version": "1.4.0 is taken."}


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nothing_like_it": "x"}},
        {"response_action": "errors"},
        {"response_action": "dance"},
        {"ok": True},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
def test_an_answer_slack_does_not_understand_is_an_error(
    ws: Workspace, app: Any, opens: Open, answer: dict[str, Any]
) -> None:
    alice = ws.person("alice")
    opens("alice", FORM)
    alice.fills("version", "1.4.0")
    app.answers = [(200, answer)]

    delivery = alice.submits()

    assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, "invalid_response")
    assert alice.modal is not None


def test_update_push_and_clear_do_what_they_say(ws: Workspace, app: Any, opens: Open) -> None:
    alice, small = ws.person("alice"), {"type": "modal", "submit": plain("Go"), "blocks": []}
    opens("alice", {**small, "title": plain("One")})
    titles = []

    for action, title in (("push", "Two"), ("update", "Three"), ("clear", "")):
        app.answers = [(200, {"response_action": action, "view": {**small, "title": plain(title or "none")}})]
        alice.submits()
        titles.append(alice.modal.title if alice.modal else "")

    assert titles == ["Two", "Three", ""]


def test_a_stack_holds_three(opens: Open) -> None:
    opens("alice", FORM)

    pushed = [opens("alice", FORM, "views.push") for _ in range(3)]

    assert [reply.get("error") for reply in pushed] == [None, None, "push_limit_reached"]


def test_an_update_with_an_old_hash_conflicts_and_typed_words_stay(
    ws: Workspace, opens: Open, call: Any
) -> None:
    alice = ws.person("alice")
    view = opens("alice", FORM)["view"]
    alice.fills("version", "1.4.0")

    first = call(
        "views.update", view_id=view["id"], hash=view["hash"], view={**FORM, "title": plain("New")}
    ).body
    second = call("views.update", view_id=view["id"], hash=view["hash"], view=FORM).body

    assert (first["ok"], second) == (True, {"ok": False, "error": "hash_conflict"})
    assert alice.modal is not None
    assert (alice.modal.title, alice.modal.values["version"]["value"]["value"]) == ("New", "1.4.0")


def test_a_closed_view_is_not_found_and_the_app_is_told(
    ws: Workspace, app: Any, opens: Open, call: Any
) -> None:
    view = opens("alice", FORM)["view"]

    ws.person("alice").closes()

    assert (app.last()["type"], app.last()["is_cleared"]) == ("view_closed", False)
    assert call("views.update", view_id=view["id"], view=FORM).body == {"ok": False, "error": "not_found"}


def test_a_view_slack_would_refuse_names_every_mistake(opens: Open) -> None:
    reply = opens("alice", {**FORM, "title": plain("x" * 25), "colour": "red"})

    assert reply == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {
            "messages": [
                "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
                "[ERROR] invalid additional property: colour [json-pointer:/view]",
            ]
        },
    }


def test_a_huge_view_is_too_large(opens: Open) -> None:
    rows = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 90

    assert opens("alice", {**FORM, "blocks": rows}) == {"ok": False, "error": "view_too_large"}


def test_an_input_with_dispatch_action_sends_an_action_at_once(ws: Workspace, app: Any, opens: Open) -> None:
    chooser = entry("kind", {"type": "static_select", "options": OPTIONS}, dispatch_action=True)
    opens("alice", {**FORM, "blocks": [chooser]})

    delivery = ws.person("alice").fills("kind", "Patch")

    payload = app.last()
    assert delivery is not None
    assert delivery.ok
    assert payload["actions"][0]["selected_option"] == OPTIONS[1]
    assert payload["view"]["state"]["values"]["kind"]["value"]["selected_option"] == OPTIONS[1]


def test_an_unknown_input_says_which_there_are(ws: Workspace, opens: Open) -> None:
    opens("alice", FORM)

    with pytest.raises(CannotDo, match="there are: version, kind, when, who, labels"):
        ws.person("alice").fills("versoin", "1")
    with pytest.raises(CannotDo, match="there are: Minor, Patch"):
        ws.person("alice").fills("kind", "Major")


def test_the_home_tab_is_asked_for_and_published(ws: Workspace, app: Any, call: Any) -> None:
    alice = ws.person("alice")

    delivery = alice.opens_home()
    event = app.last()
    view = {"type": "home", "blocks": [{"type": "section", "text": plain("Hello")}]}
    first = call("views.publish", user_id="U0ALICE", view=view).body
    call("views.publish", user_id="U0ALICE", view=view, hash=first["view"]["hash"])
    stale = call("views.publish", user_id="U0ALICE", view=view, hash=first["view"]["hash"]).body

    assert delivery.ok
    assert (event["event"]["type"], event["event"]["tab"]) == ("app_home_opened", "home")
    assert {"event_id", "event_time", "team_id", "api_app_id"} <= set(event)
    assert stale == {"ok": False, "error": "hash_conflict"}
    assert [block["text"]["text"] for block in alice.home] == ["Hello"]
    assert ws.person("bob").home == ()
