"""Draws what a message shows: its blocks or its words, its attachments and its files."""

from collections.abc import Mapping
from typing import Any

from bot.workspace.drawing.blocks import draw_blocks
from bot.workspace.drawing.nodes import Tree, Viewer, link, node
from bot.workspace.drawing.text import draw_mrkdwn
from bot.workspace.things import Message

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def draw_message(message: Message, viewer: Viewer) -> list[Tree]:
    """Everything below the name of who wrote it."""
    words = message.text and node("div", "block words", draw_mrkdwn(message.text, viewer))
    body = draw_blocks(message.blocks, viewer) if message.blocks else [words] if words else []
    files = [_file(item, viewer) for item in message.files]
    return [
        *body,
        *(_attachment(item, viewer) for item in message.attachments),
        *([node("div", "context", files)] if files else []),
    ]


def _attachment(item: Mapping[str, Any], viewer: Viewer) -> Tree:
    """The old way to add something to a message; its fallback is shown where there is nothing else."""

    def said(name: str) -> Tree | None:
        return node("div", "words", draw_mrkdwn(str(item[name]), viewer)) if item.get(name) else None

    title = item.get("title") and node(
        "strong", "", link(str(item.get("title_link", "")), str(item["title"]))
    )
    inner = draw_blocks(item["blocks"], viewer) if item.get("blocks") else said("text") or said("fallback")
    return node("blockquote", "attachment", said("pretext"), title, inner)


def _file(item: Mapping[str, Any], viewer: Viewer) -> Tree:
    url, title = str(item["url_private"]), str(item["title"] or item["name"])
    if item["mimetype"] in PICTURES:
        source = url.removeprefix(viewer.own_address)
        photo = node("photo", {"class": "photo", "src": source, "alt": item["alt_txt"] or title})
        return link(url, photo)
    about = node("div", "quiet", f"{item['pretty_type']} · {-(-item['size'] // 1024)} kB")
    return node(
        "span", "frame attached", node("icon", {"name": "file"}), node("span", "", link(url, title), about)
    )
