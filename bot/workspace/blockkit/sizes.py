"""Counts the characters of text inside blocks."""

from typing import Any


def characters(value: Any) -> int:
    """The number of characters of every `text` string inside a piece of JSON, however deep it is nested."""
    size, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            own = item.get("text")
            size += len(own) if isinstance(own, str) else 0
            waiting.extend(inner for inner in item.values() if isinstance(inner, dict | list))
        elif isinstance(item, list):
            waiting.extend(inner for inner in item if isinstance(inner, dict | list))
    return size
