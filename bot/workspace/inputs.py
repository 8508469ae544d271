"""What a person can enter into each kind of input, as the state objects Slack sends; one declaration per element."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.workspace.block_ids import elements_of, flat
from bot.workspace.errors import CannotDo
from bot.workspace.things import Json

LONGEST = 3000
MOST_FILES = 10
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


def _rich(element: Json, value: Value, resolve: Resolve) -> Any:
    """Rich text as the client makes it of plain typing."""
    del element, resolve
    if value in (None, ""):
        return None
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
    return {"type": "rich_text", "elements": [section]}


def _files(element: Json, value: Value, resolve: Resolve) -> Any:
    """Files by name; here they are nothing but names."""
    del element, resolve
    return [{"id": f"F{name.upper()}", "name": name} for name in _many(value)]


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
    "rich_text_input": Input("rich_text_value", None, "initial_value", _rich),
    "file_input": Input("files", [], "initial_files", _files),
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
    for block in flat(blocks):
        for element in elements_of(block):
            if is_input(element):
                block_id, action_id = str(block["block_id"]), str(element["action_id"])
                old = kept.get(block_id, {}).get(action_id)
                same = old is not None and old["type"] == element["type"]
                values.setdefault(block_id, {})[action_id] = old if same and old else initially(element)
    return values


def refusals(blocks: Sequence[Json], values: Mapping[str, Mapping[str, Json]]) -> dict[str, str]:
    """What Slack's own client says before it sends a form: required fields, lengths, numbers and forms, by block_id."""
    found: dict[str, str] = {}
    for block in flat(blocks):
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
    match element["type"]:
        case "plain_text_input":
            return _of_length(element, value)
        case "number_input":
            return _of_number(element, value)
        case "email_text_input" if not re.fullmatch(r"[^\s@]+@[^\s@]+", value):
            return "Please enter a valid email address."
        case "url_text_input" if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value):
            return "Please enter a valid URL."
        case _:
            return _of_count(element, value)


def _of_length(element: Json, value: str) -> str | None:
    most, least = int(element.get("max_length", LONGEST)), int(element.get("min_length", 0))
    if len(value) > most:
        return f"Must be at most {most} characters."
    return f"Must be at least {least} characters." if len(value) < least else None


def _of_number(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Please enter a number."
    if not element.get("is_decimal_allowed") and number != number.to_integral_value():
        return "Please enter a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None


def _of_count(element: Json, value: Any) -> str | None:
    most = element.get("max_selected_items") or (MOST_FILES if element["type"] == "file_input" else None)
    most = element.get("max_files", most)
    return f"Choose at most {most}." if most and isinstance(value, list) and len(value) > most else None
