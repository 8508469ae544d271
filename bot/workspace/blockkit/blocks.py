"""Declarations of the blocks and views, one entry each. A new block of Slack's is one new entry here.

Limits: slack_sdk 3.47 models, slackblocks 3.0.0 (`_limits.py`, `_surfaces.py`) and Slack's reference pages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.blockkit.elements import IN_ACTIONS, IN_INPUT, IN_SECTION, URL
from bot.workspace.blockkit.rich import RICH_PARTS
from bot.workspace.blockkit.rules import (
    PLAIN,
    Anything,
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

MESSAGE_ONLY = frozenset({Surface.MESSAGE})
MODAL_ONLY = frozenset({Surface.MODAL})
NOT_MODAL = frozenset({Surface.MESSAGE, Surface.HOME})
BLOCK_ID: Mapping[str, Rule] = {"block_id": Str()}
ROWS_CELLS = ("raw_text", "raw_number", "rich_text")
IMAGE: Mapping[str, Rule] = {
    "image_url": Str(3000, like=URL),
    "slack_file": Anything(),
    "alt_text": Str(2000),
    "title": Text(2000, PLAIN),
}


def cells_fit(most: int) -> Any:
    """All cells of one table together may hold `most` characters."""

    def check(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
        size = characters(value.get("rows"))
        if size > most:
            yield place.at("rows").says(
                f"must be less than {most + 1} characters", "max_length", [str(most)], size
            )

    return check


def characters(value: Any) -> int:
    """The number of characters of every `text` string inside a piece of JSON."""
    if isinstance(value, dict):
        own = value.get("text")
        inside = sum(characters(item) for item in value.values() if isinstance(item, dict | list))
        return inside + (len(own) if isinstance(own, str) else 0)
    if isinstance(value, list):
        return sum(characters(item) for item in value)
    return 0


def _block(name: str, fields: Mapping[str, Rule], **more: Any) -> Shape:
    return Shape(name, {**BLOCK_ID, **fields}, **more)


CLASSIC = (
    _block(
        "section",
        {
            "text": Text(3000),
            "fields": Items(Text(2000), 10),
            "accessory": Of(IN_SECTION),
            "expand": Bool(),
        },
        one_of=("text", "fields"),
    ),
    _block("header", {"text": Text(150, PLAIN)}, needs=("text",)),
    _block("divider", {}),
    _block("context", {"elements": Items(Of(("image", "plain_text", "mrkdwn")), 10)}, needs=("elements",)),
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
    ),
    _block("image", IMAGE, needs=("alt_text",), only_one_of=("image_url", "slack_file")),
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
    _block("file", {"external_id": Str(), "source": Str(among=("remote",))}, needs=("external_id", "source")),
    Shape("plain_text", {"text": Str(3000), "emoji": Bool()}, needs=("text",)),
    Shape("mrkdwn", {"text": Str(3000), "verbatim": Bool()}, needs=("text",)),
)

TABLES = (
    Shape("raw_text", {"text": Str(10000, least=0)}, needs=("text",)),
    Shape("raw_number", {"value": Number(fractions=True), "text": Str(least=0)}, needs=("value",)),
    Shape(
        "column_setting",
        {"is_wrapped": Bool(), "align": Str(among=("left", "center", "right"))},
        typed=False,
    ),
    _block(
        "table",
        {
            "rows": Items(Items(Of(ROWS_CELLS), 20), 100),
            "column_settings": Items(Record("column_setting"), 20),
        },
        needs=("rows",),
        surfaces=NOT_MODAL,
        extras=(cells_fit(10_000),),
    ),
    _block(
        "data_table",
        {
            "caption": Str(),
            "rows": Items(Items(Of(ROWS_CELLS), 20), 201, least=2),
            "page_size": Number(1, 100),
            "row_header_column_index": Number(0, 19),
        },
        needs=("caption", "rows"),
        surfaces=NOT_MODAL,
        extras=(cells_fit(20_000),),
    ),
    _block(
        "data_visualization", {"title": Str(50), "chart": Anything()}, needs=("title",), surfaces=NOT_MODAL
    ),
)

CONTAINED = ("section", "header", "context", "actions", "divider", "image", "rich_text", "table", "video")

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
            "icon": Of(("image",)),
            "hero_image": Of(("image",)),
            "actions": Items(Of(("button",)), 3),
        },
        one_of=("title", "body", "hero_image", "actions"),
    ),
    _block("carousel", {"elements": Items(Of(("card",)), 10)}, needs=("elements",), surfaces=NOT_MODAL),
    _block(
        "container",
        {
            "title": Text(150, PLAIN),
            "subtitle": Text(150, PLAIN),
            "icon": Of(("image",)),
            "child_blocks": Items(Of(CONTAINED), 10),
            "is_collapsible": Bool(),
            "default_collapsed": Bool(),
            "width": Str(among=("full", "standard", "narrow", "wide")),
        },
        needs=("child_blocks",),
        surfaces=NOT_MODAL,
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
        needs=("task_id", "title"),
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
    has_input = isinstance(blocks, list) and any(
        isinstance(b, dict) and b.get("type") == "input" for b in blocks
    )
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
