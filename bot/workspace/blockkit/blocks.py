"""Declarations of the blocks and views, one entry each. A new block of Slack's is one new entry here.

Limits: slack_sdk 3.47 models, slackblocks 3.0.0 (`_limits.py`, `_surfaces.py`) and Slack's reference pages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.blockkit.elements import IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.workspace.blockkit.fields import URL
from bot.workspace.blockkit.rich import RICH_PARTS
from bot.workspace.blockkit.rules import (
    PLAIN,
    Anything,
    Bool,
    Finding,
    Items,
    Of,
    Place,
    Record,
    Rule,
    Shape,
    Str,
    Surface,
    Text,
)
from bot.workspace.blockkit.tables import BLOCK_ID, NOT_MODAL, TABLES
from bot.workspace.blockkit.whole import all_blocks

MESSAGE_ONLY = frozenset({Surface.MESSAGE})
MODAL_ONLY = frozenset({Surface.MODAL})
IMAGE: Mapping[str, Rule] = {
    "image_url": Str(3000, like=URL),
    "slack_file": Record("slack_file"),
    "alt_text": Str(2000),
    "title": Text(2000, PLAIN),
}


def _block(name: str, fields: Mapping[str, Rule], **more: Any) -> Shape:
    return Shape(name, {**BLOCK_ID, **fields}, **more)


CONTAINED = (
    "section", "header", "context", "actions", "divider", "file", "image", "input", "rich_text", "table", "video",
)  # fmt: skip
PICTURE = Of(("image",), {"image": "image_element"})


def collapsing_makes_sense(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """Only what can be collapsed can start collapsed, and it has no line under its header."""
    collapsible = value.get("is_collapsible") is True
    if value.get("default_collapsed") is True and not collapsible:
        yield place.at("default_collapsed").says("needs is_collapsible", "required", ["is_collapsible"])
    if value.get("has_header_divider") is True and collapsible:
        yield place.at("has_header_divider").says("is not allowed with is_collapsible", "forbidden")


def input_in_a_message_acts(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """A message has no submit button, so an input that sends no action would be lost."""
    if place.surface is not Surface.MODAL and value.get("dispatch_action") is not True:
        yield place.says(
            f"an input in a {place.surface} needs dispatch_action", "required", ["dispatch_action"]
        )


CLASSIC = (
    _block(
        "section",
        {
            "text": Text(3000),
            "fields": Items(Text(2000), 10),
            "accessory": Of(IN_SECTION, {"image": "image_element"}),
            "expand": Bool(),
        },
        one_of=("text", "fields"),
    ),
    _block("header", {"text": Text(150, PLAIN)}, needs=("text",)),
    _block("divider", {}),
    _block(
        "context",
        {"elements": Items(Of(("image", "plain_text", "mrkdwn"), {"image": "image_element"}), 10)},
        needs=("elements",),
    ),
    _block("actions", {"elements": Items(Of(IN_ACTIONS), 25)}, needs=("elements",)),
    _block(
        "input",
        {
            "label": Text(2000, PLAIN),
            "element": Of(IN_INPUT),
            "hint": Text(2000, PLAIN),
            "optional": Bool(),
            "dispatch_action": Bool(),
        },
        needs=("label", "element"),
        extras=(input_in_a_message_acts,),
    ),
    _block("image", IMAGE, needs=("alt_text",), only_one_of=("image_url", "slack_file")),
    Shape(
        "image_element",
        {name: rule for name, rule in IMAGE.items() if name != "title"},
        needs=("alt_text",),
        only_one_of=("image_url", "slack_file"),
    ),
    Shape("slack_file", {"id": Str(), "url": Str(3000, like=URL)}, only_one_of=("id", "url"), typed=False),
    _block("rich_text", {"elements": Items(Of(RICH_PARTS), 1000)}, needs=("elements",)),
    _block(
        "video",
        {
            "title": Text(200, PLAIN),
            "title_url": Str(3000, like=URL),
            "video_url": Str(3000, like=URL),
            "thumbnail_url": Str(3000, like=URL),
            "alt_text": Str(2000),
            "author_name": Str(50),
            "description": Text(200, PLAIN),
            "provider_name": Str(),
            "provider_icon_url": Str(3000, like=URL),
        },
        needs=("title", "video_url", "thumbnail_url", "alt_text"),
    ),
    _block("markdown", {"text": Str(12000)}, needs=("text",), surfaces=MESSAGE_ONLY),
    _block(
        "file",
        {"external_id": Str(), "source": Str(among=("remote",))},
        needs=("external_id", "source"),
        surfaces=MESSAGE_ONLY,
    ),
    Shape("plain_text", {"text": Str(3000), "emoji": Bool()}, needs=("text",)),
    Shape("mrkdwn", {"text": Str(3000), "verbatim": Bool()}, needs=("text",)),
)

MODERN = (
    _block(
        "alert",
        {"level": Str(among=("default", "info", "warning", "error", "success")), "text": Text(200)},
        needs=("text",),
        surfaces=MODAL_ONLY,
    ),
    _block(
        "card",
        {
            "title": Text(150),
            "subtitle": Text(150),
            "body": Text(200),
            "icon": PICTURE,
            "slack_icon": Anything(),
            "hero_image": PICTURE,
            "actions": Items(Of(("button",)), 3),
        },
        one_of=("title", "body", "hero_image", "actions"),
    ),
    _block("carousel", {"elements": Items(Of(("card",)), 10)}, needs=("elements",), surfaces=NOT_MODAL),
    _block(
        "container",
        {
            "title": Text(150, PLAIN),
            "rich_text_title": Of(("rich_text",)),
            "subtitle": Text(150),
            "icon": PICTURE,
            "child_blocks": Items(Of(CONTAINED), 10),
            "is_collapsible": Bool(),
            "default_collapsed": Bool(),
            "has_header_divider": Bool(),
            "width": Str(among=("narrow", "standard", "wide", "full")),
        },
        needs=("child_blocks",),
        one_of=("title", "rich_text_title"),
        surfaces=NOT_MODAL,
        extras=(collapsing_makes_sense,),
    ),
    Shape("url", {"url": Str(3000, like=URL), "text": Str()}, needs=("url", "text")),
    _block(
        "task_card",
        {
            "task_id": Str(),
            "title": Str(),
            "status": Str(among=("pending", "in_progress", "complete", "error")),
            "details": Of(("rich_text",)),
            "output": Of(("rich_text",)),
            "sources": Items(Of(("url",)), 50),
        },
        needs=("task_id", "title", "status"),
        surfaces=MESSAGE_ONLY,
    ),
    _block(
        "plan",
        {"title": Str(), "tasks": Items(Of(("task_card",)), 50)},
        needs=("title",),
        surfaces=MESSAGE_ONLY,
    ),
    _block(
        "context_actions",
        {"elements": Items(Of(("feedback_buttons", "icon_button")), 5)},
        needs=("elements",),
        surfaces=MESSAGE_ONLY,
    ),
    _block(
        "auth_provider",
        {
            "value": Str(150),
            "name": Text(75, PLAIN),
            "is_connected": Bool(),
            "description": Text(150, PLAIN),
            "icon_url": Str(3000, like=URL),
            "auth_url": Str(3000, like=URL),
            "disconnect_url": Str(3000, like=URL),
            "connected_identity": Text(75, PLAIN),
            "connected_context": Text(75, PLAIN),
            "accessory": Of(("overflow",)),
            "fallback": Items(Of(("section", "context", "actions")), 10),
        },
        needs=("value", "name", "is_connected"),
    ),
)

BLOCKS = tuple(shape for shape in (*CLASSIC, *TABLES, *MODERN) if "block_id" in shape.fields)
BLOCK_NAMES = tuple(shape.name for shape in BLOCKS)
VIEW: Mapping[str, Rule] = {
    "private_metadata": Str(3000, least=0),
    "callback_id": Str(255, least=0),
    "external_id": Str(255, least=0),
    "blocks": Items(Of(BLOCK_NAMES), 100, least=0),
}


def inputs_need_a_submit_button(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    """A modal with an input block needs `submit` (Slack's page on modals)."""
    blocks = value.get("blocks")
    has_input = any(block.get("type") == "input" for block, _ in all_blocks(blocks, place))
    if has_input and "submit" not in value:
        yield place.says("missing required field: submit", "required", ["submit"])


VIEWS = (
    Shape(
        "modal",
        {
            **VIEW,
            "title": Text(24, PLAIN),
            "submit": Text(24, PLAIN),
            "close": Text(24, PLAIN),
            "clear_on_close": Bool(),
            "notify_on_close": Bool(),
            "submit_disabled": Bool(),
        },
        needs=("title", "blocks"),
        extras=(inputs_need_a_submit_button,),
    ),
    Shape("home", VIEW, needs=("blocks",)),
)
