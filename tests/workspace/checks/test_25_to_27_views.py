"""Checks 25 to 27: triggers, what a view may be, and what the answer to a submission may be."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.workspace import DeliveryStatus, Workspace

Json = dict[str, Any]


def refusal(error: str, *messages: str) -> Json:
    more = {"response_metadata": {"messages": [f"[ERROR] {line}" for line in messages]}} if messages else {}
    return {"ok": False, "error": error, **more}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def field(block_id: str, element: Json, **more: Any) -> Json:
    inner = {"action_id": "value", **element}
    return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": inner, **more}


MODAL: Json = {"type": "modal", "title": plain("Start"), "submit": plain("Go"), "blocks": []}
SECTION: Json = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
OPTIONS = [{"text": plain(word), "value": word.lower()} for word in ("Minor", "Patch", "Hotfix")]


@pytest.fixture
def trigger(ws: Workspace, app: Any) -> Callable[[], str]:
    """A fresh trigger, minted by a command of Alice's."""

    def fresh() -> str:
        ws.person("alice").types("#releases", "/release start")
        name: str = app.last()["trigger_id"]
        return name

    return fresh


@pytest.fixture
def opens(do: Any, trigger: Callable[[], str]) -> Callable[..., Json]:
    """Opens or pushes a view for Alice; the answer."""

    def open_it(view: Json, method: str = "views.open") -> Json:
        body: Json = do.body(method, trigger_id=trigger(), view=view)
        return body

    return open_it


def test_25_the_three_ways_a_trigger_fails(ws: Workspace, do: Any, trigger: Callable[[], str]) -> None:
    used, old = trigger(), trigger()
    first = do.body("views.open", trigger_id=used, view=MODAL)["ok"]
    again = do.body("views.open", trigger_id=used, view=MODAL)
    ws.clock.advance(3.1)
    late = do.body("views.open", trigger_id=old, view=MODAL)
    invented = do.body("views.open", trigger_id="1.2.abc", view=MODAL)

    assert first
    assert again == refusal("exchanged_trigger_id")
    assert late == refusal("expired_trigger_id")
    assert invented == refusal("invalid_trigger_id")


def test_25_every_interaction_mints_its_own(trigger: Callable[[], str]) -> None:
    assert trigger() != trigger()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"close": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        (
            {"private_metadata": "x" * 3001},
            "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        ),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (
            {"blocks": [{"type": "divider"}] * 101},
            "no more than 100 items allowed [json-pointer:/view/blocks]",
        ),
        ({"type": "home"}, "must be a valid enum value: modal [json-pointer:/view/type]"),
        ({"colour": "red"}, "invalid additional property: colour [json-pointer:/view]"),
    ],
)
def test_26_what_a_view_may_not_be(opens: Callable[..., Json], change: Json, message: str) -> None:
    assert opens({**MODAL, **change}) == refusal("invalid_arguments", message)


def test_26_an_input_needs_a_submit_button(opens: Callable[..., Json]) -> None:
    view = {"type": "modal", "title": plain("a"), "blocks": [field("v", {"type": "plain_text_input"})]}

    assert opens(view) == refusal("invalid_arguments", "missing required field: submit [json-pointer:/view]")


def test_26_a_view_over_250_kb_is_too_large(opens: Callable[..., Json]) -> None:
    assert opens({**MODAL, "blocks": [SECTION] * 90}) == refusal("view_too_large")


def test_26_a_fourth_view_is_one_too_many(opens: Callable[..., Json]) -> None:
    opens(MODAL)

    pushed = [opens(MODAL, "views.push") for _ in range(3)]

    assert [answer["ok"] for answer in pushed[:2]] == [True, True]
    assert pushed[2] == refusal("push_limit_reached")


def test_26_an_external_id_stands_once(do: Any, opens: Callable[..., Json]) -> None:
    opens({**MODAL, "external_id": "one"})

    twin = opens({**MODAL, "external_id": "one"}, "views.push")
    found = do.body("views.update", external_id="one", view=MODAL)
    lost = do.body("views.update", external_id="two", view=MODAL)

    assert (twin, found["ok"], lost) == (refusal("duplicate_external_id"), True, refusal("not_found"))


def test_26_a_stale_hash_conflicts_and_the_id_stays(do: Any, opens: Callable[..., Json]) -> None:
    view = opens(MODAL)["view"]

    first = do.body("views.update", view_id=view["id"], hash=view["hash"], view=MODAL)
    second = do.body("views.update", view_id=view["id"], hash=view["hash"], view=MODAL)

    assert (first["view"]["id"], first["view"]["hash"] != view["hash"]) == (view["id"], True)
    assert second == refusal("hash_conflict")


def test_26_a_modal_cannot_be_published(do: Any) -> None:
    answer = do.body("views.publish", user_id="U0ALICE", view=MODAL)

    assert answer == refusal(
        "invalid_arguments", "must be a valid enum value: home [json-pointer:/view/type]"
    )


def test_27_the_state_is_complete(ws: Workspace, app: Any, opens: Callable[..., Json]) -> None:
    menu = {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]}
    row = {"type": "actions", "block_id": "row", "elements": [{"type": "datepicker", "action_id": "day"}]}
    opens(
        {**MODAL, "blocks": [field("v", {"type": "plain_text_input"}, optional=True), field("k", menu), row]}
    )

    ws.person("alice").submits()

    assert app.last()["view"]["state"]["values"] == {
        "v": {"value": {"type": "plain_text_input", "value": None}},
        "k": {"value": {"type": "static_select", "selected_option": OPTIONS[0]}},
        "row": {"day": {"type": "datepicker", "selected_date": None}},
    }


@pytest.mark.parametrize(
    ("element", "entered", "sentence"),
    [
        ({"type": "plain_text_input"}, None, "Please complete this required field."),
        ({"type": "plain_text_input", "min_length": 5}, "1.4", "Must be at least 5 characters."),
        ({"type": "plain_text_input", "max_length": 2}, "1.4", "Must be at most 2 characters."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "9"}, "10", "Must be at most 9."),
        ({"type": "email_text_input"}, "nobody", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "nowhere", "Please enter a valid URL."),
        ({"type": "checkboxes", "options": OPTIONS}, [], "Please complete this required field."),
        (
            {"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 1},
            ["Minor", "Patch"],
            "Choose at most 1.",
        ),
    ],
)
def test_27_the_client_refuses_before_it_sends(
    ws: Workspace, app: Any, opens: Callable[..., Json], element: Json, entered: Any, sentence: str
) -> None:
    opens({**MODAL, "blocks": [field("v", element)]})
    ws.person("alice").fills("v", entered)

    delivery = ws.person("alice").submits()

    assert (delivery.status, delivery.errors) == (DeliveryStatus.REFUSED, {"v": sentence})
    assert [request.payload.get("type") for request in app.delivered] == [None]


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nothing_like_it": "x"}},
        {"response_action": "errors", "errors": {"note": "not an input"}},
        {"response_action": "errors"},
        {"response_action": "dance"},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "push", "view": {**MODAL, "title": plain("x" * 25)}},
        {"text": "thanks"},
        "thanks",
    ],
)
def test_27_an_answer_slack_does_not_understand_is_shown_as_an_error(
    ws: Workspace, app: Any, opens: Callable[..., Json], answer: Any
) -> None:
    note = {"type": "section", "block_id": "note", "text": plain("a")}
    opens({**MODAL, "blocks": [note, field("v", {"type": "plain_text_input"}, optional=True)]})
    app.answers = [(200, answer)]

    delivery = ws.person("alice").submits()

    assert (delivery.status, delivery.error) == (DeliveryStatus.FAILED, "invalid_response")
    assert ws.person("alice").modal is not None


def test_27_errors_update_push_and_clear(ws: Workspace, app: Any, opens: Callable[..., Json]) -> None:
    alice = ws.person("alice")
    opens({**MODAL, "blocks": [field("v", {"type": "plain_text_input"}, optional=True)]})
    seen = []

    for answer in (
        {"response_action": "errors", "errors": {"v": "Taken."}},
        {"response_action": "push", "view": {**MODAL, "title": plain("Two")}},
        {"response_action": "update", "view": {**MODAL, "title": plain("Three")}},
        {"response_action": "clear"},
    ):
        app.answers = [(200, answer)]
        alice.submits()
        seen.append((alice.modal.title, dict(alice.modal.errors)) if alice.modal else None)

    assert seen == [("Start", {"v": "Taken."}), ("Two", {}), ("Three", {}), None]


def test_27_a_late_answer_leaves_the_form_open(
    make_setup: Any, make_app: Callable[..., Any], client: Any
) -> None:
    with Workspace.serve(make_setup(ack_seconds=0.3)) as ws, make_app(ws) as app:
        alice = ws.person("alice")
        alice.types("#releases", "/release start")
        client(ws).body("views.open", trigger_id=app.last()["trigger_id"], view=MODAL)
        app.holding.clear()

        delivery = alice.submits()

        app.holding.set()
        assert (delivery.status, delivery.error) == (DeliveryStatus.TIMEOUT, "operation_timeout")
        assert alice.modal is not None


def test_27_a_stack_that_says_so_closes_as_a_whole(
    ws: Workspace, app: Any, opens: Callable[..., Json]
) -> None:
    opens(MODAL)
    opens({**MODAL, "clear_on_close": True, "notify_on_close": True}, "views.push")

    ws.person("alice").closes()

    assert (app.last()["type"], app.last()["is_cleared"]) == ("view_closed", True)
    assert ws.person("alice").modal is None


def test_27_typed_words_stay_while_the_app_updates(
    ws: Workspace, do: Any, opens: Callable[..., Json]
) -> None:
    form = {**MODAL, "blocks": [field("v", {"type": "plain_text_input"})]}
    view = opens(form)["view"]
    ws.person("alice").fills("v", "1.4.0")

    do.body("views.update", view_id=view["id"], view={**form, "title": plain("New")})

    modal = ws.person("alice").modal
    assert modal is not None
    assert (modal.title, modal.values["v"]["value"]["value"]) == ("New", "1.4.0")
