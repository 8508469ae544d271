"""Declarations of the elements a person fills in: choices, pickers and fields to type into, one entry each.

Limits: slack_sdk 3.47 models, slackblocks 3.0.0 `_limits.py` and Slack's reference pages.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.workspace.blockkit.rules import (
    PLAIN,
    Bool,
    Finding,
    Items,
    Number,
    Of,
    Place,
    Record,
    Rule,
    Shape,
    Str,
    Surface,
    Text,
)

LENGTH_OF_A_DAY = len("2026-11-24")
TIME = r"([01]\d|2[0-3]):[0-5]\d"
URL = r"(?s)[a-zA-Z][a-zA-Z0-9+.-]*:.+"
EMAIL = r"[^\s@]+@[^\s@]+"
OPTION = Record("option")
CHOICE = Record("choice")
PLACEHOLDER = Text(150, PLAIN)


def _flatten(value: Mapping[str, Any]) -> list[Any]:
    """All options of a select, whether they stand in `options` or inside `option_groups`."""
    groups = value.get("option_groups")
    lists = [value, *(groups if isinstance(groups, list) else [])]
    found = [group.get("options") for group in lists if isinstance(group, dict)]
    return [item for options in found if isinstance(options, list) for item in options]


def initial_is_an_option(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """Slack refuses an initial choice that is not, value and text, among the options."""
    options = _flatten(value)
    chosen = value.get("initial_options", [])
    if "initial_option" in value:
        chosen = [value["initial_option"]]
    if isinstance(chosen, list) and any(item not in options for item in chosen):
        yield place.says("initial option does not match any of the provided options", "enum")


def not_too_many_chosen(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """No more may be chosen at first than `max_selected_items`."""
    most, chosen = value.get("max_selected_items"), value.get("initial_options")
    if isinstance(most, int) and isinstance(chosen, list) and len(chosen) > most:
        here = place.at("initial_options")
        yield here.says(f"no more than {most} items allowed", "max_items", [str(most)], len(chosen))


def lengths_are_in_order(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """`min_length` may not pass `max_length`."""
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield place.says("min_length must not be greater than max_length", "minimum", [str(most)], least)


def day_exists(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """`2026-02-30` has the right form and is no day."""
    given = value.get("initial_date")
    if not isinstance(given, str):
        return
    try:
        date.fromisoformat(given if len(given) == LENGTH_OF_A_DAY else "")
    except ValueError:
        yield place.at("initial_date").says(
            "failed to match the required format", "pattern", ["YYYY-MM-DD"], given
        )


def numbers_are_in_order(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """The bounds and the first value of a number input are numbers in strings, and in order."""
    found: dict[str, Decimal] = {}
    for name in ("min_value", "initial_value", "max_value"):
        given = value.get(name)
        if not isinstance(given, str):
            continue
        try:
            found[name] = Decimal(given)
        except InvalidOperation:
            yield place.at(name).says("must provide a number in a string", "pattern", ["number"], given)
    if any(not number.is_finite() for number in found.values()):
        return
    if "min_value" in found and "max_value" in found and found["min_value"] > found["max_value"]:
        yield place.says("min_value must not be greater than max_value", "minimum", (), value["min_value"])
    first = found.get("initial_value")
    if first is not None and not found.get("min_value", first) <= first <= found.get("max_value", first):
        yield place.at("initial_value").says(
            "must be between min_value and max_value", "minimum", (), str(first)
        )


def _choice(name: str, initial: str, rule: Rule) -> Shape:
    """Checkboxes and radio buttons: at most ten options."""
    fields: dict[str, Rule] = {
        "action_id": Str(),
        "options": Items(CHOICE, 10),
        initial: rule,
        "confirm": Record("confirm"),
        "focus_on_load": Bool(),
    }
    return Shape(name, fields, needs=("options",), extras=(initial_is_an_option,))


CHOICES = (
    _choice("checkboxes", "initial_options", Items(CHOICE, 10)),
    _choice("radio_buttons", "initial_option", CHOICE),
)


def _picker(name: str, fields: Mapping[str, Rule], **more: Any) -> Shape:
    """Date and time pickers."""
    common: dict[str, Rule] = {"action_id": Str(), "confirm": Record("confirm"), "focus_on_load": Bool()}
    return Shape(name, {**common, **fields}, **more)


PICKERS = (
    _picker("datepicker", {"initial_date": Str(), "placeholder": PLACEHOLDER}, extras=(day_exists,)),
    _picker("timepicker", {"initial_time": Str(like=TIME), "placeholder": PLACEHOLDER, "timezone": Str()}),
    _picker("datetimepicker", {"initial_date_time": Number(1_000_000_000, 9_999_999_999)}),
)


def _typing(name: str, fields: Mapping[str, Rule], **more: Any) -> Shape:
    """Fields a person types into; they stand in input blocks only."""
    common: dict[str, Rule] = {
        "action_id": Str(),
        "placeholder": PLACEHOLDER,
        "focus_on_load": Bool(),
        "dispatch_action_config": Record("dispatch_action_config"),
    }
    return Shape(name, {**common, **fields}, **more)


TYPED = (
    _typing(
        "plain_text_input",
        {
            "initial_value": Str(3000, least=0),
            "multiline": Bool(),
            "min_length": Number(0, 3000),
            "max_length": Number(1, 3000),
        },
        extras=(lengths_are_in_order,),
    ),
    _typing(
        "number_input",
        {"is_decimal_allowed": Bool(), "initial_value": Str(), "min_value": Str(), "max_value": Str()},
        needs=("is_decimal_allowed",),
        extras=(numbers_are_in_order,),
    ),
    _typing("email_text_input", {"initial_value": Str(like=EMAIL)}),
    _typing("url_text_input", {"initial_value": Str(3000, like=URL)}),
    _typing("rich_text_input", {"initial_value": Of(("rich_text",))}),
    Shape(
        "file_input",
        {"action_id": Str(), "filetypes": Items(Str(), 100), "max_files": Number(1, 10)},
        surfaces=frozenset({Surface.MODAL}),
    ),
)
