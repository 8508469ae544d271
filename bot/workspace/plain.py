"""Blocks as plain text a person can read in a log: every word that is shown, and nothing that is not."""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Names = Mapping[str, str]
"""Ids of people, channels and groups, and the names they are shown by."""

_ENTITY = re.compile(r"<([^<>]+)>")


def plain_mrkdwn(text: str, names: Names) -> str:
    """Slack's mrkdwn with mentions and links resolved and entities unescaped; `*` and `_` stay."""
    return html.unescape(_ENTITY.sub(lambda match: _entity(match[1], names), text))


def _entity(body: str, names: Names) -> str:
    target, _, label = body.partition("|")
    if target[:1] == "@":
        return f"@{names.get(target[1:], label or target[1:])}"
    if target[:1] == "#":
        return f"#{names.get(target[1:], label or target[1:])}"
    if target.startswith("!subteam^"):
        return f"@{names.get(target[9:], label or target[9:]).lstrip('@')}"
    if target.startswith("!date^"):
        return label or target
    if target[:1] == "!":
        return f"@{target[1:]}"
    return label or target


def plain_blocks(blocks: Sequence[Any], names: Names) -> str:
    """All blocks, one or more lines each."""
    return "\n".join(line for block in blocks for line in _lines(block, names) if line)


def _lines(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    render = _BLOCKS.get(str(block.get("type")))
    if render is not None:
        yield from render(block, names)
        return
    for value in block.values():
        yield from _any(value, names)


def _any(value: Any, names: Names) -> Iterator[str]:
    """Text objects and nested blocks of a block that has no renderer of its own."""
    if isinstance(value, list):
        for item in value:
            yield from _any(item, names)
    elif isinstance(value, dict) and value.get("type") in ("plain_text", "mrkdwn"):
        yield _text(value, names)
    elif isinstance(value, dict):
        yield from _lines(value, names)


def _text(value: Any, names: Names) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    text = str(value.get("text", ""))
    return plain_mrkdwn(text, names) if value.get("type") == "mrkdwn" else text


def _section(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    if "text" in block:
        yield _text(block["text"], names)
    for item in block.get("fields", ()):
        yield _text(item, names)
    if "accessory" in block:
        yield element_text(block["accessory"], names)


def _context(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    elements = block.get("elements", ())
    yield " · ".join(_text(item, names) or str(item.get("alt_text", "")) for item in elements)


def _actions(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    yield " ".join(element_text(item, names) for item in block.get("elements", ()))


def _input(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    mark = "" if block.get("optional") else " *"
    yield f"{_text(block.get('label'), names)}{mark}: {element_text(block.get('element', {}), names)}"
    if "hint" in block:
        yield _text(block["hint"], names)


def element_text(element: Mapping[str, Any], names: Names) -> str:
    """One interactive element: a button as `[Approve]`, anything else as its placeholder or type in brackets."""
    if element.get("type") == "image":
        return str(element.get("alt_text", ""))
    shown = element.get("text") or element.get("placeholder")
    options = element.get("options", ())
    choices = " | ".join(_text(option.get("text"), names) for option in options)
    words = _text(shown, names) or choices or str(element.get("type", ""))
    return f"[{words}]"


def _rich(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    for part in block.get("elements", ()):
        yield from _rich_part(part, names)


def _rich_part(part: Mapping[str, Any], names: Names) -> Iterator[str]:
    elements = part.get("elements", ())
    if part.get("type") == "rich_text_list":
        for number, item in enumerate(elements, start=1 + int(part.get("offset", 0))):
            mark = f"{number}." if part.get("style") == "ordered" else "•"
            yield f"{'  ' * int(part.get('indent', 0))}{mark} {inline_text(item.get('elements', ()), names)}"
        return
    lead = "> " if part.get("type") == "rich_text_quote" else ""
    yield lead + inline_text(elements, names).rstrip("\n")


def inline_text(elements: Sequence[Mapping[str, Any]], names: Names) -> str:
    """The inline elements of rich text as one string."""
    return "".join(_inline(element, names) for element in elements)


def _inline(element: Mapping[str, Any], names: Names) -> str:
    match element.get("type"):
        case "text":
            return str(element.get("text", ""))
        case "link":
            return str(element.get("text") or element.get("url", ""))
        case "user":
            return f"@{names.get(element['user_id'], element['user_id'])}"
        case "usergroup":
            return f"@{names.get(element['usergroup_id'], element['usergroup_id'])}"
        case "channel":
            return f"#{names.get(element['channel_id'], element['channel_id'])}"
        case "broadcast":
            return f"@{element.get('range', '')}"
        case "emoji":
            return f":{element.get('name', '')}:"
        case "date":
            return str(element.get("fallback") or element.get("timestamp", ""))
        case _:
            return str(element.get("value", ""))


def _table(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    if block.get("caption"):
        yield str(block["caption"])
    for row in block.get("rows", ()):
        yield " | ".join(cell_text(cell, names) for cell in row)


def cell_text(cell: Mapping[str, Any], names: Names) -> str:
    """One cell of a table."""
    if cell.get("type") == "rich_text":
        return " ".join(_rich(cell, names))
    return str(cell.get("text", cell.get("value", "")))


def _plan(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    yield _text(block.get("title"), names)
    for task in block.get("tasks", ()):
        yield from _task(task, names)


def _task(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    yield f"[{block.get('status', 'pending')}] {_text(block.get('title'), names)}"
    for part in ("details", "output"):
        if part in block:
            yield from _rich(block[part], names)
    for source in block.get("sources", ()):
        yield str(source.get("text", ""))


def _words(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    yield _text(block.get("text"), names)


def _rule(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    del block, names
    yield "———"


def _picture(block: Mapping[str, Any], names: Names) -> Iterator[str]:
    yield _text(block.get("title"), names)
    yield str(block.get("alt_text", ""))


_BLOCKS: Mapping[str, Callable[[Mapping[str, Any], Names], Iterator[str]]] = {
    "section": _section,
    "header": _words,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich,
    "table": _table,
    "data_table": _table,
    "plan": _plan,
    "task_card": _task,
    "markdown": _words,
    "divider": _rule,
    "image": _picture,
    "button": lambda block, names: iter([element_text(block, names)]),
}
