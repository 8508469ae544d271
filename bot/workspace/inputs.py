"""What a person can enter into each kind of input, as the state objects Slack sends; one declaration per element."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.workspace.errors import CannotDo
from bot.workspace.things import Json

Value = str | int | Sequence[str] | None
"""What a test enters: text, an option's value or label, a person's name or id, a date, or several of these."""
Resolve = Callable[[str], str]
"""Turns a person's or channel's name into its id."""


@dataclass(frozen=True)
class Input:
    """One kind of element: the key of its value in `state.values`, that value when empty, and the initial field."""

    key: str
    empty: Any
    initial: str
    enter: Callable[[Json, Value, Resolve], Any]


def _typed(element: Json, value: Value, resolve: Resolve) -> Any:
    del element, resolve
    return None if value in (None, "") else str(value)


def _timestamp(element: Json, value: Value, resolve: Resolve) -> Any:
    del element, resolve
    return None if value is None else int(str(value))


def _option(element: Json, value: Value, resolve: Resolve) -> Any:
    del resolve
    return None if value is None else _find(element, str(value))


def _options(element: Json, value: Value, resolve: Resolve) -> Any:
    del resolve
    return [_find(element, item) for item in _many(value)]


def _reference(element: Json, value: Value, resolve: Resolve) -> Any:
    del element
    return None if value is None else resolve(str(value))


def _references(element: Json, value: Value, resolve: Resolve) -> Any:
    del element
    return [resolve(item) for item in _many(value)]


def _many(value: Value) -> list[str]:
    if value is None:
        return []
    return [str(value)] if isinstance(value, str | int) else [str(item) for item in value]


def options_of(element: Json) -> list[Json]:
    """All options, whether grouped or not."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def _find(element: Json, wanted: str) -> Json:
    for option in options_of(element):
        if wanted in (option["value"], option["text"]["text"]):
            return option
    offered = ", ".join(option["text"]["text"] for option in options_of(element))
    raise CannotDo(f"There is no option {wanted!r} here; there are: {offered}.")


INPUTS: Mapping[str, Input] = {
    "plain_text_input": Input("value", None, "initial_value", _typed),
    "number_input": Input("value", None, "initial_value", _typed),
    "email_text_input": Input("value", None, "initial_value", _typed),
    "url_text_input": Input("value", None, "initial_value", _typed),
    "datepicker": Input("selected_date", None, "initial_date", _typed),
    "timepicker": Input("selected_time", None, "initial_time", _typed),
    "datetimepicker": Input("selected_date_time", None, "initial_date_time", _timestamp),
    "static_select": Input("selected_option", None, "initial_option", _option),
    "external_select": Input("selected_option", None, "initial_option", _option),
    "radio_buttons": Input("selected_option", None, "initial_option", _option),
    "multi_static_select": Input("selected_options", [], "initial_options", _options),
    "multi_external_select": Input("selected_options", [], "initial_options", _options),
    "checkboxes": Input("selected_options", [], "initial_options", _options),
    "users_select": Input("selected_user", None, "initial_user", _reference),
    "channels_select": Input("selected_channel", None, "initial_channel", _reference),
    "conversations_select": Input("selected_conversation", None, "initial_conversation", _reference),
    "multi_users_select": Input("selected_users", [], "initial_users", _references),
    "multi_channels_select": Input("selected_channels", [], "initial_channels", _references),
    "multi_conversations_select": Input("selected_conversations", [], "initial_conversations", _references),
}


def entered(element: Json, value: Value, resolve: Resolve) -> dict[str, Any]:
    """The state object after a person entered `value`. Raises CannotDo when the element cannot take it."""
    kind = str(element["type"])
    if kind not in INPUTS:
        raise CannotDo(f"A {kind} takes no value; click it instead.")
    declared = INPUTS[kind]
    return {"type": kind, declared.key: declared.enter(element, value, resolve)}


def initially(element: Json) -> dict[str, Any]:
    """The state object of an element nobody has touched."""
    declared = INPUTS[str(element["type"])]
    return {"type": element["type"], declared.key: element.get(declared.initial, declared.empty)}


def is_input(element: Json) -> bool:
    return element.get("type") in INPUTS


def state_of(blocks: Sequence[Json], kept: Mapping[str, Mapping[str, Json]]) -> dict[str, dict[str, Json]]:
    """`state.values` of these blocks: kept values where block and action are still there, initial ones elsewhere."""
    values: dict[str, dict[str, Json]] = {}
    for block in blocks:
        inside = [block[name] for name in ("element", "accessory") if name in block]
        for element in [*inside, *(block.get("elements", ()) if block.get("type") == "actions" else ())]:
            if is_input(element):
                block_id, action_id = str(block["block_id"]), str(element["action_id"])
                old = kept.get(block_id, {}).get(action_id)
                same = old is not None and old["type"] == element["type"]
                values.setdefault(block_id, {})[action_id] = old if same and old else initially(element)
    return values


def refusals(blocks: Sequence[Json], values: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    """What Slack's own client says before it sends a form: required fields and text lengths, by block_id."""
    found: dict[str, str] = {}
    for block in blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        state = values[str(block["block_id"])][str(element["action_id"])]
        value = state[INPUTS[str(element["type"])].key]
        sentence = _objection(block, element, value)
        if sentence:
            found[str(block["block_id"])] = sentence
    return found


def _objection(block: Json, element: Json, value: Any) -> str | None:
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if isinstance(value, str) and len(value) > int(element.get("max_length", 3000)):
        return f"Must be at most {element.get('max_length', 3000)} characters."
    if isinstance(value, str) and len(value) < int(element.get("min_length", 0)):
        return f"Must be at least {element['min_length']} characters."
    return None
