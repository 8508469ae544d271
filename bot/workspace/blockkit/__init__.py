"""Says what Slack would say about blocks and views: every mistake at once, each with its JSON pointer.

The limits are declarations in `blocks`, `tables`, `elements` and `rich`; the engine is in `rules`; what concerns all
blocks together is in `whole`.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.workspace.blockkit.blocks import BLOCK_NAMES, CLASSIC, MODERN, VIEWS
from bot.workspace.blockkit.elements import ELEMENTS, RECORDS
from bot.workspace.blockkit.rich import RICH
from bot.workspace.blockkit.rules import Finding, Items, Of, Place, Shape, Surface
from bot.workspace.blockkit.sizes import characters
from bot.workspace.blockkit.tables import CHARTS, TABLES
from bot.workspace.blockkit.whole import expansion, how_many, lonely_tasks, one_focus, same_ids

__all__ = ["TOTAL_TEXT", "Finding", "Surface", "check_blocks", "check_view", "text_size", "view_is_too_large"]

SHAPES: Mapping[str, Shape] = {
    shape.name: shape for shape in (*CLASSIC, *TABLES, *CHARTS, *MODERN, *ELEMENTS, *RECORDS, *RICH, *VIEWS)
}
IN_A_MESSAGE = 50
TOTAL_TEXT = 12_000
"""Characters of all blocks of a message together. Slack's true limit lies near 13,200 and moves; this one is safe."""
VIEW_BYTES = 250_000
EVERYWHERE = (same_ids, one_focus, lonely_tasks)
IN_MESSAGES = (expansion(IN_A_MESSAGE), how_many)


def check_blocks(blocks: Any, surface: Surface = Surface.MESSAGE, at: str = "/blocks") -> list[Finding]:
    """Every mistake in a message's blocks; `at` is the pointer of the list itself.

    The total text is another error of Slack's: see `text_size`.
    """
    place = Place(at, surface, SHAPES)
    found = list(Items(Of(BLOCK_NAMES), IN_A_MESSAGE, least=0).findings(blocks, place))
    if isinstance(blocks, list):
        found += [finding for check in (*IN_MESSAGES, *EVERYWHERE) for finding in check(blocks, place)]
    return found


def check_view(view: Any, surface: Surface, at: str = "/view") -> list[Finding]:
    """Every mistake in a view. `surface` is the place it is meant for: a home view cannot be opened as a modal."""
    place = Place(at, surface, SHAPES)
    if not isinstance(view, dict):
        return [place.says("must provide an object", "type", ["object"], type(view).__name__)]
    if view.get("type") != surface:
        return [
            place.at("type").says(
                f"must be a valid enum value: {surface}", "enum", [surface], view.get("type")
            )
        ]
    found = list(SHAPES[surface].findings(view, place))
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        found += [finding for check in EVERYWHERE for finding in check(blocks, place.at("blocks"))]
    return found


def text_size(blocks: Any) -> int:
    """The characters of all text in these blocks."""
    return characters(blocks)


def view_is_too_large(view: Any) -> bool:
    """Slack refuses views over 250 kB with `view_too_large`."""
    return len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass")) > VIEW_BYTES
