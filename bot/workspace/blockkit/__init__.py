"""Says what Slack would say about blocks and views: every mistake at once, each with its JSON pointer.

The limits are declarations in `blocks`, `elements` and `rich`; the engine is in `rules`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.blockkit.blocks import BLOCK_NAMES, CLASSIC, MODERN, TABLES, VIEWS, characters
from bot.workspace.blockkit.elements import ELEMENTS, RECORDS
from bot.workspace.blockkit.rich import RICH
from bot.workspace.blockkit.rules import Finding, Items, Of, Place, Shape, Surface

__all__ = ["TOTAL_TEXT", "Finding", "Surface", "check_blocks", "check_view", "text_size", "view_is_too_large"]

SHAPES: Mapping[str, Shape] = {
    shape.name: shape for shape in (*CLASSIC, *TABLES, *MODERN, *ELEMENTS, *RECORDS, *RICH, *VIEWS)
}
IN_A_MESSAGE = 50
TOTAL_TEXT = 12_000
"""Characters of all blocks of a message together. Slack's true limit lies near 13,200 and moves; this one is safe."""
VIEW_BYTES = 250_000


def check_blocks(blocks: Any, surface: Surface = Surface.MESSAGE) -> list[Finding]:
    """Every mistake in a message's blocks. The total text is another error of Slack's: see `text_size`."""
    place = Place("/blocks", surface, SHAPES)
    found = list(Items(Of(BLOCK_NAMES), IN_A_MESSAGE, least=0).findings(blocks, place))
    if isinstance(blocks, list):
        found += _expansion(blocks, place)
        found += _duplicates(blocks, place)
    return found


def check_view(view: Any, surface: Surface) -> list[Finding]:
    """Every mistake in a view. `surface` is the place it is meant for: a home view cannot be opened as a modal."""
    place = Place("/view", surface, SHAPES)
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
        found += _duplicates(blocks, place.at("blocks"))
    return found


def text_size(blocks: Any) -> int:
    """The characters of all text in these blocks."""
    return characters(blocks)


def view_is_too_large(view: Any) -> bool:
    """Slack refuses views over 250 kB with `view_too_large`."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES


def _duplicates(blocks: list[Any], place: Place) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, dict):
            continue
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            here = place.at(index).at("block_id")
            yield here.says(f"`block_id` {name} already exists", "unique", (), name)
        if isinstance(name, str):
            seen.add(name)
        yield from _duplicate_actions(block, place.at(index))


def _duplicate_actions(block: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    seen: set[str] = set()
    elements = block.get("elements")
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        name = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            here = place.at("elements").at(index).at("action_id")
            yield here.says(f"`action_id` {name} already exists", "unique", (), name)
        seen.add(name)


def _expansion(blocks: list[Any], place: Place) -> Iterator[Finding]:
    """A markdown block becomes header, divider, table and text blocks, and each of them counts to the fifty."""
    count = sum(_parts(block["text"]) if _is_markdown(block) else 1 for block in blocks)
    if count > IN_A_MESSAGE >= len(blocks):
        yield place.says(
            f"no more than {IN_A_MESSAGE} items allowed", "max_items", [str(IN_A_MESSAGE)], count
        )


def _is_markdown(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") == "markdown" and isinstance(block.get("text"), str)


def _parts(markdown: str) -> int:
    parts, inside = 0, ""
    for line in markdown.splitlines():
        kind = _kind_of(line)
        if kind in ("header", "divider") or (kind and kind != inside):
            parts += 1
        inside = kind
    return max(parts, 1)


def _kind_of(line: str) -> str:
    if re.match(r"#{1,6} ", line):
        return "header"
    if re.fullmatch(r"\s*(-{3,}|\*{3,}|_{3,})\s*", line):
        return "divider"
    if line.lstrip().startswith("|"):
        return "table"
    return "text"
