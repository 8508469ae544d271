"""Declarations of the interactive elements and of the small records inside them, one entry each.

Limits: slack_sdk 3.47 models, slackblocks 3.0.0 `_limits.py` and Slack's reference pages.
"""

from collections.abc import Mapping
from typing import Any

from bot.workspace.blockkit.fields import (
    CHOICES,
    OPTION,
    PICKERS,
    PLACEHOLDER,
    TYPED,
    URL,
    initial_is_an_option,
    not_too_many_chosen,
)
from bot.workspace.blockkit.rules import PLAIN, Bool, Items, Number, Record, Rule, Shape, Str, Text

MENU_ITEM = Record("menu_item")
IDS = Items(Str(), 100)


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


def _option(name: str, kinds: tuple[str, ...], more: Mapping[str, Rule]) -> Shape:
    """One choice of a select (plain text), of checkboxes and radio buttons (mrkdwn too), or of a menu (with a link)."""
    fields: dict[str, Rule] = {"text": Text(75, kinds), "value": Str(150), "description": Text(75, kinds)}
    return Shape(name, {**fields, **more}, needs=("text", "value"), typed=False)


RECORDS = (
    _option("option", PLAIN, {}),
    _option("choice", ("plain_text", "mrkdwn"), {}),
    _option("menu_item", PLAIN, {"url": Str(3000, like=URL)}),
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
        {"action_id": Str(), "options": Items(MENU_ITEM, 5), "confirm": Record("confirm")},
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
        extras=(initial_is_an_option, not_too_many_chosen),
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


ELEMENTS = (*BUTTONS, *SELECTS, *CHOICES, *PICKERS, *TYPED)
IN_INPUT = tuple(shape.name for shape in (*SELECTS, *CHOICES, *PICKERS, *TYPED))
CONTEXTUAL = ("feedback_buttons", "icon_button")
IN_SECTION = (
    "image",
    *(shape.name for shape in (*BUTTONS, *SELECTS, *CHOICES, *PICKERS) if shape.name not in CONTEXTUAL),
)
IN_ACTIONS = (*IN_SECTION[1:], "rich_text_input")
