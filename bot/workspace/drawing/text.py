"""Draws text objects, mrkdwn and rich text: styles, links, mentions and dates."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.workspace.drawing.nodes import EMOJI, Tree, Viewer, link, node, with_emoji

Json = Mapping[str, Any]
_SLACK = re.compile(
    r"```(?P<pre>[\s\S]+?)```|`(?P<code>[^`\n]+)`|<(?P<entity>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<strong>[^*\n]+)\*(?!\w)|(?<!\w)_(?P<em>[^_\n]+)_(?!\w)|(?<![\w~])~(?P<s>[^~\n]+)~(?!\w)"
)
_STYLES = {
    "bold": "strong", "italic": "em", "strike": "s", "code": "code", "underline": "u",
    "highlight": "mark", "client_highlight": "mark",
}  # fmt: skip
_BROADCASTS = ("here", "channel", "everyone")


def draw_text(text: Any, viewer: Viewer) -> list[Tree]:
    """A text object, or a bare string."""
    if isinstance(text, str):
        return [with_emoji(text)]
    if text["type"] == "mrkdwn":
        return draw_mrkdwn(str(text["text"]), viewer)
    return [text["text"] if text.get("emoji") is False else with_emoji(str(text["text"]))]


def draw_mrkdwn(text: str, viewer: Viewer) -> list[Tree]:
    """Slack's own markup, line by line; code blocks run over lines."""
    drawn: list[Tree] = []
    for piece in re.split(r"(```[\s\S]+?```)", text):
        drawn += draw_inline(piece, viewer) if piece.startswith("```") else _lines(piece, viewer)
    return drawn


def _lines(text: str, viewer: Viewer) -> list[Tree]:
    drawn: list[Tree] = []
    quote: list[Any] | None = None
    for number, line in enumerate(text.split("\n")):
        quoted = re.match(r"(?:&gt;|>)\s?(.*)$", line)
        if quoted:
            inner = draw_inline(quoted[1], viewer)
            if quote is None:
                quote = ["blockquote", {}, *inner]
                drawn.append(quote)
            else:
                quote += [["br", {}], *inner]
            continue
        if number and quote is None:
            drawn.append(["br", {}])
        quote = None
        drawn += draw_inline(line, viewer)
    return [item for item in drawn if item != ""]


def draw_inline(text: str, viewer: Viewer, rules: re.Pattern[str] = _SLACK) -> list[Tree]:
    """One line of mrkdwn, or of Markdown with its rules."""
    drawn: list[Tree] = []
    last = 0
    for found in rules.finditer(text):
        drawn += [with_emoji(_unescaped(text[last : found.start()])), _marked(found, viewer, rules)]
        last = found.end()
    drawn.append(with_emoji(_unescaped(text[last:])))
    return [item for item in drawn if item != ""]


def _marked(found: re.Match[str], viewer: Viewer, rules: re.Pattern[str]) -> Tree:
    kind = str(found.lastgroup)
    inner = found[kind]
    match kind:
        case "pre":
            return ["pre", {}, _unescaped(inner.removeprefix("\n"))]
        case "code":
            return ["code", {}, _unescaped(inner)]
        case "entity":
            return _entity(inner, viewer)
        case "url":
            return link(inner, found["label"] or inner)
        case _:
            return [kind, {}, *draw_inline(inner, viewer, rules)]


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _entity(body: str, viewer: Viewer) -> Tree:
    target, _, label = body.partition("|")
    label = _unescaped(label)
    if target[:1] in ("@", "#"):
        return chip(target[0], target[1:], viewer, label)
    if target.startswith("!subteam^"):
        return chip("@", target.removeprefix("!subteam^"), viewer, label)
    if target.startswith("!date^"):
        parts = [*target.split("^"), "", "", ""]
        return date(parts[1], _unescaped(parts[2]), label, parts[3])
    if target.startswith("!"):
        return chip("@", target[1:], viewer)
    address = _unescaped(target)
    return link(address, label or address)


def chip(mark: str, name: str, viewer: Viewer, label: str = "") -> Tree:
    """A mention; one that means the viewer stands out, and a channel can be opened."""
    words = mark + (viewer.names.get(name) or label.lstrip("@#") or name)
    mine = name == viewer.user or name in viewer.groups or name in _BROADCASTS
    if mark == "#" and name in viewer.rooms:
        return node("go", {"to": name}, words)
    return node("span", "mention mine" if mine else "mention", words)


def date(seconds: Any, form: str, fallback: str, url: str = "") -> Tree:
    """A date that only the page can write, as it knows the viewer's zone and language."""
    if not re.fullmatch(r"\d{1,11}", str(seconds)):
        return node("span", "", fallback)
    shown = node("date", {"seconds": int(seconds), "format": form, "fallback": fallback})
    return link(url, shown) if url else shown


def draw_rich(block: Json, viewer: Viewer) -> list[Tree]:
    """The parts of a rich_text block."""
    return [_part(part, viewer) for part in block["elements"]]


def _part(part: Json, viewer: Viewer) -> Tree:
    match part["type"]:
        case "rich_text_list":
            items = [node("li", "breaks", _inner(item, viewer)) for item in part["elements"]]
            tag = "ol" if part["style"] == "ordered" else "ul"
            start = part["offset"] + 1 if part.get("offset") else None
            return node(tag, {"class": f"indent-{min(part.get('indent', 0), 4)}", "start": start}, items)
        case "rich_text_preformatted":
            return node("pre", {"title": part.get("language")}, _inner(part, viewer))
        case "rich_text_quote":
            return node("blockquote", "breaks", _inner(part, viewer))
        case _:
            return node("p", "breaks", _inner(part, viewer))


def _inner(part: Json, viewer: Viewer) -> Sequence[Tree]:
    return [_styled(element, viewer) for element in part["elements"]]


def _styled(element: Json, viewer: Viewer) -> Tree:
    drawn = _bare(element, viewer)
    for name, tag in _STYLES.items():
        if element.get("style", {}).get(name):
            drawn = [tag, {}, drawn]
    return drawn


def _bare(element: Json, viewer: Viewer) -> Tree:
    match element["type"]:
        case "link":
            return link(element["url"], element.get("text") or element["url"])
        case "user" | "usergroup" | "team" as kind:
            return chip("@", element[f"{kind}_id"], viewer)
        case "channel":
            return chip("#", element["channel_id"], viewer)
        case "broadcast":
            return chip("@", element["range"], viewer)
        case "emoji":
            return EMOJI.get(element["name"], f":{element['name']}:")
        case "date":
            return date(
                element["timestamp"], element["format"], element.get("fallback", ""), element.get("url", "")
            )
        case "color":
            return node("span", "color", node("swatch", {"color": element["value"]}), element["value"])
        case _:
            return str(element.get("text", ""))
