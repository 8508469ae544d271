"""Walks through blocks, into those that hold others, and names those that came without an id, as Slack does."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]
Serial = Callable[[str], str]

INSIDE: Mapping[str, str] = {"container": "child_blocks", "carousel": "elements", "plan": "tasks"}
"""Blocks that hold blocks, and the field they hold them in."""
LISTS: Mapping[str, str] = {"actions": "elements", "context_actions": "elements", "card": "actions"}
"""Blocks with a list of interactive elements, and the field it stands in."""
SINGLE = ("element", "accessory")


def flat(blocks: Iterable[Json]) -> Iterator[Json]:
    """Every block, those inside others too."""
    for block in blocks:
        yield block
        yield from flat(block.get(INSIDE.get(str(block.get("type")), ""), ()))


def elements_of(block: Json) -> list[Json]:
    """The interactive elements that stand in this very block."""
    single = [block[name] for name in SINGLE if name in block and block[name].get("type") != "image"]
    return [*single, *block.get(LISTS.get(str(block.get("type")), ""), ())]


def with_ids(blocks: Iterable[Json], serial: Serial) -> tuple[Json, ...]:
    """The blocks with a block_id each and an action_id for each element."""
    return tuple(_named(block, serial) for block in blocks)


def _named(block: Json, serial: Serial) -> Json:
    fresh = dict(block)
    fresh.setdefault("block_id", serial("b"))
    inner, listed = INSIDE.get(str(block.get("type"))), LISTS.get(str(block.get("type")))
    if inner in block:
        fresh[str(inner)] = [_named(child, serial) for child in block[str(inner)]]
    if listed in block:
        fresh[str(listed)] = [{"action_id": serial("a"), **item} for item in block[str(listed)]]
    for name in SINGLE:
        if name in block and block[name].get("type") != "image":
            fresh[name] = {"action_id": serial("a"), **block[name]}
    return fresh
