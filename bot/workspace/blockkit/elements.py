"""Declarations of the interactive elements and of the small records inside them, one entry each.

Limits: slack_sdk 3.47 models, slackblocks 3.0.0 `_limits.py` and Slack's reference pages.
"""

from collections.abc import Iterator, Mapping
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
    Text,
)

DATE = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TIME = r"([01]\d|2[0-3]):[0-5]\d"
URL = r"(?s)[a-zA-Z][a-zA-Z0-9+.-]*:.+"

OPTION = Record("option")
PLACEHOLDER = Text(150, PLAIN)
IDS = Items(Str(), 100)


def _flatten(value: Mapping[str, Any]) -> list[Any]:
    """All options of a select, whether they stand in `options` or inside `option_groups`."""
    groups = value.get("option_groups")
    inside = (
        [item for group in groups if isinstance(group, dict) for item in group.get("options", [])]
        if groups
        else []
    )
    options = value.get("options")
    return [*(options if isinstance(options, list) else []), *inside]


def initial_is_an_option(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """Slack refuses an initial choice that is not, value and text, among the options."""
    options = _flatten(value)
    chosen = value.get("initial_options", [])
    if "initial_option" in value:
        chosen = [value["initial_option"]]
    if isinstance(chosen, list) and any(item not in options for item in chosen):
        yield place.says("initial option does not match any of the provided options", "enum")


def lengths_are_in_order(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """`min_length` may not pass `max_length`."""
    least, most = value.get("min_length"), value.get("max_length")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield place.says("min_length must not be greater than max_length", "minimum", [str(most)], least)


def _select(name: str, fields: Mapping[str, Rule], *, needs: tuple[str, ...] = (), **more: Any) -> Shape:
    """What every select has, single or multiple."""
    common: dict[str, Rule] = {
        "action_id": Str(),
        "placeholder": PLACEHOLDER,
        "confirm": Record("confirm"),
        "focus_on_load": Bool(),
    }
    if name.startswith("multi_"):
        common["max_selected_items"] = Number(1)
    return Shape(name, {**common, **fields}, needs=needs, **more)


OPTIONS: Mapping[str, Rule] = {
    "options": Items(OPTION, 100),
    "option_groups": Items(Record("option_group"), 100),
}
FILTERED: Mapping[str, Rule] = {
    "filter": Record("conversation_filter"),
    "default_to_current_conversation": Bool(),
}

RECORDS = (
    Shape(
        "option",
        {"text": Text(75), "value": Str(150), "description": Text(75), "url": Str(3000, like=URL)},
        needs=("text", "value"),
        typed=False,
    ),
    Shape(
        "option_group",
        {"label": Text(75, PLAIN), "options": Items(OPTION, 100)},
        needs=("label", "options"),
        typed=False,
    ),
    Shape(
        "confirm",
        {
            "title": Text(100, PLAIN),
            "text": Text(300),
            "confirm": Text(30, PLAIN),
            "deny": Text(30, PLAIN),
            "style": Str(among=("primary", "danger")),
        },
        needs=("title", "text", "confirm", "deny"),
        typed=False,
    ),
    Shape(
        "conversation_filter",
        {
            "include": Items(Str(among=("im", "mpim", "private", "public")), 4),
            "exclude_external_shared_channels": Bool(),
            "exclude_bot_users": Bool(),
        },
        typed=False,
    ),
    Shape(
        "dispatch_action_config",
        {"trigger_actions_on": Items(Str(among=("on_enter_pressed", "on_character_entered")), 2)},
        typed=False,
    ),
    Shape(
        "feedback_button",
        {"text": Text(75, PLAIN), "value": Str(2000), "accessibility_label": Str(75)},
        needs=("text", "value"),
        typed=False,
    ),
    Shape("workflow", {"trigger": Record("workflow_trigger")}, needs=("trigger",), typed=False),
    Shape(
        "workflow_trigger",
        {"url": Str(3000, like=URL), "customizable_input_parameters": Items(Record("workflow_input"), 100)},
        needs=("url",),
        typed=False,
    ),
    Shape("workflow_input", {"name": Str(), "value": Str(3000)}, needs=("name", "value"), typed=False),
)

BUTTONS = (
    Shape(
        "button",
        {
            "action_id": Str(),
            "text": Text(75, PLAIN),
            "value": Str(2000),
            "url": Str(3000, like=URL),
            "style": Str(among=("primary", "danger")),
            "confirm": Record("confirm"),
            "accessibility_label": Str(75),
            "visible_to_user_ids": IDS,
            "agent_prompt": Str(4000),
        },
        needs=("text",),
    ),
    Shape(
        "workflow_button",
        {
            "action_id": Str(),
            "text": Text(75, PLAIN),
            "workflow": Record("workflow"),
            "style": Str(among=("primary", "danger")),
            "accessibility_label": Str(75),
        },
        needs=("text", "workflow"),
    ),
    Shape(
        "feedback_buttons",
        {
            "action_id": Str(),
            "positive_button": Record("feedback_button"),
            "negative_button": Record("feedback_button"),
        },
        needs=("positive_button", "negative_button"),
    ),
    Shape(
        "icon_button",
        {
            "action_id": Str(),
            "icon": Str(among=("trash",)),
            "text": Text(75, PLAIN),
            "value": Str(2000),
            "confirm": Record("confirm"),
            "accessibility_label": Str(75),
            "visible_to_user_ids": IDS,
        },
        needs=("icon", "text"),
    ),
    Shape(
        "overflow",
        {"action_id": Str(), "options": Items(OPTION, 5), "confirm": Record("confirm")},
        needs=("options",),
    ),
)

SELECTS = (
    _select(
        "static_select",
        {**OPTIONS, "initial_option": OPTION},
        only_one_of=("options", "option_groups"),
        extras=(initial_is_an_option,),
    ),
    _select(
        "multi_static_select",
        {**OPTIONS, "initial_options": Items(OPTION, 100)},
        only_one_of=("options", "option_groups"),
        extras=(initial_is_an_option,),
    ),
    _select("external_select", {"initial_option": OPTION, "min_query_length": Number(0)}),
    _select("multi_external_select", {"initial_options": Items(OPTION, 100), "min_query_length": Number(0)}),
    _select("users_select", {"initial_user": Str(), "response_url_enabled": Bool()}),
    _select("multi_users_select", {"initial_users": IDS}),
    _select(
        "conversations_select", {**FILTERED, "initial_conversation": Str(), "response_url_enabled": Bool()}
    ),
    _select("multi_conversations_select", {**FILTERED, "initial_conversations": IDS}),
    _select("channels_select", {"initial_channel": Str(), "response_url_enabled": Bool()}),
    _select("multi_channels_select", {"initial_channels": IDS}),
)


def _choice(name: str, initial: str, rule: Rule) -> Shape:
    """Checkboxes and radio buttons: at most ten options."""
    fields: dict[str, Rule] = {
        "action_id": Str(),
        "options": Items(OPTION, 10),
        initial: rule,
        "confirm": Record("confirm"),
        "focus_on_load": Bool(),
    }
    return Shape(name, fields, needs=("options",), extras=(initial_is_an_option,))


CHOICES = (
    _choice("checkboxes", "initial_options", Items(OPTION, 10)),
    _choice("radio_buttons", "initial_option", OPTION),
)


def _picker(name: str, fields: Mapping[str, Rule]) -> Shape:
    """Date and time pickers."""
    common: dict[str, Rule] = {"action_id": Str(), "confirm": Record("confirm"), "focus_on_load": Bool()}
    return Shape(name, {**common, **fields})


PICKERS = (
    _picker("datepicker", {"initial_date": Str(like=DATE), "placeholder": PLACEHOLDER}),
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
    ),
    _typing("email_text_input", {"initial_value": Str()}),
    _typing("url_text_input", {"initial_value": Str(3000)}),
    _typing("rich_text_input", {"initial_value": Of(("rich_text",))}),
    Shape("file_input", {"action_id": Str(), "filetypes": Items(Str(), 100), "max_files": Number(1, 10)}),
)

ELEMENTS = (*BUTTONS, *SELECTS, *CHOICES, *PICKERS, *TYPED)
IN_INPUT = tuple(shape.name for shape in (*SELECTS, *CHOICES, *PICKERS, *TYPED))
IN_ACTIONS = tuple(
    shape.name
    for shape in (*BUTTONS, *SELECTS, *CHOICES, *PICKERS, TYPED[4])
    if shape.name not in ("feedback_buttons", "icon_button")
)
IN_SECTION = ("image", *(name for name in IN_ACTIONS if name != "rich_text_input"))
