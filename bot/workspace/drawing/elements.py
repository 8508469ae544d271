"""Draws what stands inside of blocks: pictures, and interactive elements as `control` and `press` nodes that carry their
description, for the page to bring to life."""

from collections.abc import Mapping
from typing import Any

from bot.workspace.drawing.nodes import Tree, Viewer, link, node, words_in
from bot.workspace.drawing.text import draw_rich, draw_text

Json = Mapping[str, Any]
FACES = (("positive_button", "👍"), ("negative_button", "👎"))


def picture(item: Json, viewer: Viewer, size: str = "") -> Tree:
    """The page loads nothing from outside: a picture from elsewhere is shown by its words, with a way to open it."""
    words = item.get("alt_text") or "picture"
    given = item.get("slack_file", {})
    url = (
        item.get("image_url")
        or given.get("url")
        or f"{viewer.own_address}files-pri/T-{given.get('id')}/picture"
    )
    if url.startswith(f"{viewer.own_address}files-pri/"):
        return node(
            "photo", {"class": f"photo {size}", "src": url.removeprefix(viewer.own_address), "alt": words}
        )
    return node(
        "span",
        {"class": f"picture {size}", "title": words},
        node("icon", {"name": "image"}),
        link(url, words),
    )


def spoken(value: Any, viewer: Viewer) -> Any:
    """A description in which every text object has become what is drawn for it."""
    if isinstance(value, list):
        return [spoken(item, viewer) for item in value]
    if not isinstance(value, Mapping):
        return value
    if value.get("type") in ("plain_text", "mrkdwn"):
        return draw_text(value, viewer)
    if value.get("type") == "rich_text":
        return words_in(draw_rich(value, viewer))
    return {name: item if name == "workflow" else spoken(item, viewer) for name, item in value.items()}


def element(block: Json, item: Json, viewer: Viewer) -> Tree | list[Tree] | None:
    """An element as its description, with what the page needs of its block; None where this person does not see it."""
    seen_by = item.get("visible_to_user_ids")
    if seen_by and viewer.user not in seen_by:
        return None
    if item["type"] == "image":
        return picture(item, viewer, "small")
    item = spoken(item, viewer)
    about = {name: block[name] for name in ("block_id", "type", "dispatch_action") if name in block}
    match item["type"]:
        case "button" | "workflow_button" | "icon_button":
            return ["press", {"block": about, "item": item, "mark": item.get("icon", "")}]
        case "feedback_buttons":
            shared = {"type": item["type"], "action_id": item["action_id"]}
            return [
                ["press", {"block": about, "item": {**item[face], **shared}, "mark": mark}]
                for face, mark in FACES
            ]
        case _:
            return ["control", {"block": about, "item": item}]
