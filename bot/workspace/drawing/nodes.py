"""The few shapes every drawing is made of. No Block Kit here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.emoji import NAMES

Tree = list[Any] | str
"""A text, or `[tag, attributes, child, …]`."""
ALIASES = {
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "stop_sign": "octagonal_sign",
    "pause_button": "double_vertical_bar",
}
_BY_NAME = {name: emoji for emoji, name in NAMES.items()}
EMOJI: Mapping[str, str] = _BY_NAME | {alias: _BY_NAME[name] for alias, name in ALIASES.items()}
_SAFE = re.compile(r"(?:https?:|mailto:)", re.IGNORECASE)


@dataclass(frozen=True)
class Viewer:
    """For whom something is drawn: their id, the names they see, the groups they are in, and the channels they can open."""

    user: str
    names: Mapping[str, str] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    rooms: frozenset[str] = frozenset()
    own_address: str = "http://127.0.0.1/"


def node(tag: str, attributes: Mapping[str, Any] | str = "", *children: Any) -> Tree:
    """A node; attributes that are a string are its class. Children may be lists; None and empty texts are left out."""
    named = {"class": attributes} if isinstance(attributes, str) else attributes
    kept = {name: value for name, value in named.items() if value not in (None, "", False)}
    return [tag, kept, *_flat(children)]


def _flat(children: Iterable[Any]) -> Iterable[Tree]:
    for child in children:
        if isinstance(child, str):
            if child:
                yield child
        elif isinstance(child, list) and child and isinstance(child[0], str) and _is_node(child):
            yield child
        elif child is not None:
            yield from _flat(child)


def _is_node(child: list[Any]) -> bool:
    return len(child) > 1 and isinstance(child[1], dict)


def with_emoji(text: str) -> str:
    return (
        re.sub(r":([a-z0-9_+-]+):", lambda found: EMOJI.get(found[1], found[0]), text)
        if ":" in text
        else text
    )


def link(url: str, *label: Any) -> Tree:
    """A link, if its address is one that a browser opens harmlessly."""
    if not _SAFE.match(url):
        return node("span", "quiet", *label)
    return node("a", {"href": url, "target": "_blank", "rel": "noopener noreferrer"}, *label)


def words_in(tree: Any) -> str:
    """All text of a drawing, run together."""
    if isinstance(tree, str):
        return tree
    children = tree[2:] if isinstance(tree, list) and _is_node(tree) else tree
    return "".join(words_in(child) for child in children)
