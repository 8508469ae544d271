"""Checks over all blocks of a message or view together: what may stand there once, and what counts to the fifty."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.workspace.blockkit.rules import Finding, Place
from bot.workspace.blockkit.sizes import characters
from bot.workspace.blockkit.tables import LONGEST_TABLE

INSIDE: Mapping[str, str] = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}
ELEMENTS: Mapping[str, str] = {"actions": "elements", "context_actions": "elements", "card": "actions"}
MOST: Mapping[str, int] = {"data_visualization": 2, "table": 1}
"""Blocks of which one message holds only so many."""

Placed = tuple[dict[str, Any], Place]
Check = Callable[[Sequence[Any], Place], Iterator[Finding]]


def all_blocks(blocks: Any, place: Place) -> Iterator[Placed]:
    """Every block that is one, those inside others too, with its place."""
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        here, kind = place.at(index), block.get("type")
        yield block, here
        field = INSIDE.get(kind) if isinstance(kind, str) else None
        if field is not None:
            yield from all_blocks(block.get(field), here.at(field))


def same_ids(blocks: Sequence[Any], place: Place) -> Iterator[Finding]:
    """A block_id stands once in a message or view, an action_id once in a block."""
    seen: set[str] = set()
    for block, here in all_blocks(blocks, place):
        name = block.get("block_id")
        if isinstance(name, str) and name in seen:
            yield here.at("block_id").says(f"`block_id` {name} already exists", "unique", (), name)
        seen.update([name] if isinstance(name, str) else [])
        yield from _same_actions(block, here)


def _same_actions(block: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    kind = block.get("type")
    field = ELEMENTS.get(kind) if isinstance(kind, str) else None
    elements = block.get(field) if field else None
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        name = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(name, str):
            continue
        if name in seen:
            here = place.at(str(field)).at(index).at("action_id")
            yield here.says(f"`action_id` {name} already exists", "unique", (), name)
        seen.add(name)


def one_focus(blocks: Sequence[Any], place: Place) -> Iterator[Finding]:
    """Only one element of a message or view may take the focus."""
    focused = [
        (element, here.at(name))
        for block, here in all_blocks(blocks, place)
        for name in ("element", "accessory")
        if isinstance(element := block.get(name), dict) and element.get("focus_on_load") is True
    ]
    for _, here in focused[1:]:
        yield here.at("focus_on_load").says("only one element may have focus_on_load", "unique", (), "true")


def how_many(blocks: Sequence[Any], place: Place) -> Iterator[Finding]:
    """Two charts and one table in a message; all tables together hold no more text than one."""
    placed = list(all_blocks(blocks, place))
    counted = Counter(str(block.get("type")) for block, _ in placed)
    for kind, most in MOST.items():
        if counted[kind] > most:
            yield place.says(
                f"no more than {most} {kind} blocks allowed", "max_items", [str(most)], counted[kind]
            )
    size = sum(characters(block.get("rows")) for block, _ in placed if block.get("type") == "table")
    if size > LONGEST_TABLE and counted["table"] > 1:
        yield place.says(
            f"tables must be less than {LONGEST_TABLE + 1} characters",
            "max_length",
            [str(LONGEST_TABLE)],
            size,
        )


def lonely_tasks(blocks: Sequence[Any], place: Place) -> Iterator[Finding]:
    """A task card is `pending` inside a plan alone."""
    for index, block in enumerate(blocks):
        if isinstance(block, dict) and block.get("type") == "task_card" and block.get("status") == "pending":
            here = place.at(index).at("status")
            allowed = ("in_progress", "complete", "error")
            yield here.says("pending is only allowed inside a plan", "enum", allowed, "pending")


def expansion(most: int) -> Check:
    """A markdown block becomes header, divider, table and text blocks, and each of them counts to the fifty."""

    def check(blocks: Sequence[Any], place: Place) -> Iterator[Finding]:
        count = sum(_parts(block["text"]) if _is_markdown(block) else 1 for block in blocks)
        if count > most >= len(blocks):
            yield place.says(f"no more than {most} items allowed", "max_items", [str(most)], count)

    return check


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
