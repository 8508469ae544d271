"""Draws every kind of block. What stands inside of them is in `elements`, `text` and `charts`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.workspace.drawing.charts import draw_chart
from bot.workspace.drawing.elements import element, picture
from bot.workspace.drawing.markdown import draw_markdown
from bot.workspace.drawing.nodes import Tree, Viewer, link, node, words_in
from bot.workspace.drawing.text import draw_rich, draw_text

Json = Mapping[str, Any]
MARKS = {"pending": "○", "in_progress": "◐", "complete": "✓", "error": "✕"}
PAGE = 10
"""Rows of a data table shown at once where the app does not say."""


def draw_blocks(blocks: Iterable[Json], viewer: Viewer) -> list[Tree]:
    """One node for each block."""
    return [_with_class(_BLOCKS.get(block["type"], _unknown)(block, viewer)) for block in blocks]


def _with_class(tree: Tree) -> Tree:
    if isinstance(tree, list):
        tree[1] = {**tree[1], "class": f"{tree[1].get('class', '')} block".strip()}
    return tree


def _unknown(block: Json, viewer: Viewer) -> Tree:
    """For a block that is newer than this module; a test sees that no declared one comes here."""
    del viewer
    return node("p", "unknown quiet", f"A block of the type {block['type']}.")


def _section(block: Json, viewer: Viewer) -> Tree:
    text = block.get("text") and node("div", "words", draw_text(block["text"], viewer))
    fields = [node("div", "", draw_text(item, viewer)) for item in block.get("fields", ())]
    side = block.get("accessory") and node("div", "accessory", element(block, block["accessory"], viewer))
    return node(
        "div", "section", node("div", "section-body", text, fields and node("div", "fields", fields)), side
    )


def _context(block: Json, viewer: Viewer) -> Tree:
    return node("div", "context", [
        picture(item, viewer, "tiny") if item["type"] == "image" else node("span", "", draw_text(item, viewer))
        for item in block["elements"]
    ])  # fmt: skip


def _actions(block: Json, viewer: Viewer, name: str = "elements") -> Tree:
    return node("div", "actions", [element(block, item, viewer) for item in block[name]])


def _image(block: Json, viewer: Viewer) -> Tree:
    title = block.get("title") and node("figcaption", "", draw_text(block["title"], viewer))
    return node("figure", "", title, picture(block, viewer))


def _input(block: Json, viewer: Viewer) -> Tree:
    """A field with its label; the page adds the error, as it comes after the drawing."""
    label = [
        *draw_text(block["label"], viewer),
        (block.get("optional") and node("span", "quiet", " (optional)")) or "",
    ]
    hint = block.get("hint") and draw_text(block["hint"], viewer)
    return node(
        "field",
        {"block": block["block_id"], "label": label, "hint": hint},
        element(block, block["element"], viewer),
    )


def _cell(item: Json, viewer: Viewer) -> list[Tree]:
    if item["type"] == "rich_text":
        return draw_rich(item, viewer)
    return [str(item.get("text", item.get("value", "")))]


def _table(block: Json, viewer: Viewer) -> Tree:
    settings = block.get("column_settings", ())

    def cell(tag: str, column: int, item: Json) -> Tree:
        setting = (settings[column] if column < len(settings) else None) or {}
        align = setting.get("align", "right" if item["type"] == "raw_number" else "left")
        return node(tag, f"to-{align}{' wraps' if setting.get('is_wrapped') else ''}", _cell(item, viewer))

    head, *rows = [
        node("tr", "", [cell("td" if number else "th", column, item) for column, item in enumerate(row)])
        for number, row in enumerate(block["rows"])
    ]
    return node("div", "table-frame", node("table", "", node("thead", "", head), node("tbody", "", rows)))


def _data_table(block: Json, viewer: Viewer) -> Tree:
    """The page turns its leaves and sorts it by the values that stand beside the cells."""
    named = block.get("row_header_column_index", 0)

    def row(cells: Iterable[Json]) -> Tree:
        drawn = [(column, item, _cell(item, viewer)) for column, item in enumerate(cells)]
        return node("tr", "", [
            node("th" if column == named else "td",
                 {"class": "to-right" if "value" in item else "", "sort": item.get("value", words_in(words))}, words)
            for column, item, words in drawn
        ])  # fmt: skip

    head = [_cell(item, viewer) for item in block["rows"][0]]
    body = [row(cells) for cells in block["rows"][1:]]
    settings = {"caption": block["caption"], "size": block.get("page_size", PAGE), "head": head, "rows": body}
    return node("div", "table-frame", ["sortable", settings])


def _plan(block: Json, viewer: Viewer) -> Tree:
    tasks = block.get("tasks", [])
    done = sum(task["status"] == "complete" for task in tasks)
    count = tasks and node("span", "quiet", f" {done} of {len(tasks)}")
    return node(
        "div",
        "frame",
        node("div", "", node("strong", "", block["title"]), count),
        [_task(task, viewer) for task in tasks],
    )


def _task(block: Json, viewer: Viewer) -> Tree:
    status = block["status"]
    sources = block.get("sources") and node(
        "div", "context", [link(item["url"], item["text"]) for item in block["sources"]]
    )
    mark = node(
        "span", {"class": "mark", "title": status, "role": "img", "aria-label": status}, MARKS[status]
    )
    details = block.get("details") and node("div", "quiet", draw_rich(block["details"], viewer))
    output = block.get("output") and node("div", "", draw_rich(block["output"], viewer))
    return node("div", f"task is-{status}", mark, node("div", "", block["title"], details, output, sources))


def _titled(block: Json, viewer: Viewer) -> list[Tree]:
    title = (
        draw_rich(block["rich_text_title"], viewer)
        if "rich_text_title" in block
        else draw_text(block["title"], viewer)
        if "title" in block
        else []
    )
    subtitle = block.get("subtitle") and node("div", "quiet", draw_text(block["subtitle"], viewer))
    words = node("div", "", title and node("strong", "", title), subtitle)
    return [picture(block["icon"], viewer, "tiny"), words] if "icon" in block else [words]


def _container(block: Json, viewer: Viewer) -> Tree:
    kind = f"frame {block.get('width', 'standard')}"
    inner = draw_blocks(block["child_blocks"], viewer)
    if block.get("is_collapsible"):
        is_open = not block.get("default_collapsed")
        return node(
            "details", {"class": kind, "open": is_open}, node("summary", "", _titled(block, viewer)), inner
        )
    rule = block.get("has_header_divider") and node("hr")
    return node("div", kind, node("div", "titled", _titled(block, viewer)), rule or None, inner)


def _card(block: Json, viewer: Viewer) -> Tree:
    return node(
        "div", "frame card",
        block.get("hero_image") and picture(block["hero_image"], viewer),
        node("div", "titled", _titled(block, viewer)) if {"title", "subtitle", "icon"} & set(block) else None,
        block.get("body") and node("div", "", draw_text(block["body"], viewer)),
        block.get("actions") and _actions(block, viewer, "actions"),
    )  # fmt: skip


def _carousel(block: Json, viewer: Viewer) -> Tree:
    return node("div", {"class": "carousel", "tabindex": "0"}, draw_blocks(block["elements"], viewer))


def _alert(block: Json, viewer: Viewer) -> Tree:
    return node(
        "div",
        {"class": f"alert {block.get('level', 'default')}", "role": "note"},
        draw_text(block["text"], viewer),
    )


def _video(block: Json, viewer: Viewer) -> Tree:
    title = link(block.get("title_url", block["video_url"]), draw_text(block["title"], viewer))
    about = block.get("description") and node("div", "", draw_text(block["description"], viewer))
    makers = " · ".join(block[name] for name in ("author_name", "provider_name") if name in block)
    still = node("span", "picture", "▶", link(block["video_url"], block["alt_text"]))
    return node(
        "div",
        "frame card",
        node("div", "", node("strong", "", title)),
        about,
        still,
        makers and node("div", "quiet", makers),
    )


def _file(block: Json, viewer: Viewer) -> Tree:
    del viewer
    words = node(
        "span", "", node("strong", "", block["external_id"]), node("div", "quiet", f"{block['source']} file")
    )
    return node("div", "frame attached", node("icon", {"name": "file"}), words)


def _provider(block: Json, viewer: Viewer) -> Tree:
    connected = block["is_connected"]
    url = block.get("disconnect_url" if connected else "auth_url")
    facts = [
        words_in(draw_text(block[name], viewer))
        for name in ("connected_identity", "connected_context")
        if name in block
    ]
    state = " · ".join(["Connected" if connected else "Not connected", *facts])
    about = block.get("description") and node("div", "", draw_text(block["description"], viewer))
    body = node(
        "div",
        "section-body",
        node("strong", "", draw_text(block["name"], viewer)),
        about,
        node("div", "quiet", state),
    )
    way = url and link(url, "Disconnect" if connected else "Connect")
    side = block.get("accessory") and element(block, block["accessory"], viewer)
    return node("div", "frame", node("div", "section", body, way, side))


def _divider(block: Json, viewer: Viewer) -> Tree:
    del block, viewer
    return node("hr")


def _chart(block: Json, viewer: Viewer) -> Tree:
    del viewer
    return draw_chart(block)


_BLOCKS: Mapping[str, Callable[[Json, Viewer], Tree]] = {
    "section": _section, "context": _context, "actions": _actions, "context_actions": _actions, "image": _image,
    "input": _input, "table": _table, "data_table": _data_table, "plan": _plan, "task_card": _task, "container": _container,
    "card": _card, "carousel": _carousel, "alert": _alert, "video": _video, "file": _file, "auth_provider": _provider,
    "header": lambda block, viewer: node("h3", "", draw_text(block["text"], viewer)),
    "divider": _divider,
    "rich_text": lambda block, viewer: node("div", "rich", draw_rich(block, viewer)),
    "markdown": lambda block, viewer: node("div", "rich", draw_markdown(block["text"], viewer)),
    "data_visualization": _chart,
}  # fmt: skip
