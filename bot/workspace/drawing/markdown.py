"""Draws Markdown, the part of it that release notes use, line by line."""

import re
from typing import Any

from bot.workspace.drawing.nodes import Tree, Viewer, node
from bot.workspace.drawing.text import draw_inline

_MARKS = re.compile(
    r"`(?P<code>[^`\n]+)`|<(?P<entity>[^<>\n]+)>|\*\*(?P<strong>[^*\n]+?)\*\*|(?<!\w)[*_](?P<em>[^*_\n]+)[*_](?!\w)"
    r"|~~(?P<s>[^~\n]+)~~|!?\[(?P<label>[^\]\n]*)\]\((?P<url>[^)\s]+)\)"
)
_FENCE = re.compile(r"(^```[^\n]*\n[\s\S]*?^```\s*$)", re.MULTILINE)
_RULE = re.compile(r"\s*([-*_])(\s*\1){2,}\s*")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+(?:\[([ xX])\]\s+)?(.*)")
_ROW = re.compile(r"\s*\|(.+)\|\s*")
_QUOTE = re.compile(r">\s?(.*)")
_LARGE = 2


def draw_markdown(text: str, viewer: Viewer) -> list[Tree]:
    """Headings, lists, tables, quotes, rules, code and paragraphs; anything else is shown as it was written."""
    drawing = _Drawing(viewer)
    for part in _FENCE.split(text):
        if part.startswith("```"):
            drawing.alone(node("pre", "", re.sub(r"\n?```\s*$", "", part.partition("\n")[2])))
            continue
        for line in part.split("\n"):
            drawing.line(line)
    return drawing.nodes


class _Drawing:
    """The nodes so far. A line goes on with the list, table, quote or paragraph before it if it is of the same kind."""

    def __init__(self, viewer: Viewer) -> None:
        self.nodes: list[Tree] = []
        self._viewer = viewer
        self._open: list[Any] | None = None

    def alone(self, tree: Tree) -> None:
        self.nodes.append(tree)
        self._open = None

    def line(self, line: str) -> None:
        if _RULE.fullmatch(line):
            self.alone(["hr", {}])
        elif heading := _HEADING.fullmatch(line):
            self.alone(["h3" if len(heading[1]) <= _LARGE else "h4", {}, *self._inline(heading[2])])
        elif item := _ITEM.fullmatch(line):
            self._item(item)
        elif row := _ROW.fullmatch(line):
            self._row([cell.strip() for cell in row[1].split("|")])
        elif quote := _QUOTE.fullmatch(line):
            self._in("blockquote").append(["p", {}, *self._inline(quote[1])])
        elif line.strip():
            paragraph = self._in("p")
            paragraph += [*([["br", {}]] if len(paragraph) > _LARGE else []), *self._inline(line)]
        else:
            self._open = None

    def _item(self, item: re.Match[str]) -> None:
        tag = "ol" if item[2][0].isdigit() else "ul"
        tick = {" ": "☐ ", "x": "☑ ", "X": "☑ "}.get(item[3] or "", "")
        depth = min(len(item[1]) // 2, 4)
        self._in(tag).append(node("li", f"indent-{depth}", tick, self._inline(item[4])))

    def _row(self, cells: list[str]) -> None:
        table = self._in("table")
        if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            tag = "td" if len(table) > _LARGE else "th"
            table.append(["tr", {}, *([tag, {}, *self._inline(cell)] for cell in cells)])

    def _in(self, tag: str) -> list[Any]:
        if self._open is None or self._open[0] != tag:
            self._open = [tag, {}]
            self.nodes.append(self._open)
        return self._open

    def _inline(self, text: str) -> list[Tree]:
        return draw_inline(text, self._viewer, _MARKS)
