"""Canvases: Markdown documents in sections, one of them the canvas of a channel.

Facts: https://docs.slack.dev/reference/methods/canvases.edit; one change a call, as that page says.
"""

import re
from dataclasses import replace
from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.belongings import Canvas, Section
from bot.workspace.errors import SlackError

AT_A_SECTION = ("insert_after", "insert_before", "delete")
HEADINGS = {"h1": "# ", "h2": "## ", "h3": "### "}


def create(call: Call) -> Answer:
    room = call.joined(call.args.text("channel_id")) if call.args.has("channel_id") else None
    return _created(call, call.args.text("title"), room.id if room else None)


def create_for_channel(call: Call) -> Answer:
    room = call.joined(call.args.needed("channel_id"))
    if any(canvas.channel == room.id for canvas in call.world.canvases.values()):
        raise SlackError("channel_canvas_already_exists")
    return _created(call, call.args.text("title"), room.id)


def edit(call: Call) -> Answer:
    canvas = _known(call)
    changes = call.args.tree("changes", "invalid_arguments")
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise SlackError("invalid_arguments", messages=["changes must hold exactly one change"])
    _keep(call, _changed(call, canvas, changes[0]))
    return {"ok": True}


def delete(call: Call) -> Answer:
    canvas = _known(call)
    with call.world.changing():
        del call.world.canvases[canvas.id]
    return {"ok": True}


def look_up(call: Call) -> Answer:
    """The sections that are of one of these kinds and hold these words."""
    canvas = _known(call)
    criteria = call.args.tree("criteria", "invalid_arguments")
    if not isinstance(criteria, dict) or not criteria:
        raise SlackError("invalid_arguments", messages=["missing required field: criteria"])
    kinds, words = criteria.get("section_types", []), str(criteria.get("contains_text", ""))
    found = [item for item in canvas.sections if words in item.markdown and _is_one_of(item, kinds)]
    return {"ok": True, "sections": [{"id": item.id} for item in found]}


def _is_one_of(section: Section, kinds: list[str]) -> bool:
    starts = [*HEADINGS.values()] if "any_header" in kinds else [HEADINGS.get(kind, "\0") for kind in kinds]
    return not kinds or section.markdown.startswith(tuple(starts))


def _created(call: Call, title: str, channel: str | None) -> Answer:
    content = call.args.tree("document_content", "invalid_arguments")
    sections = _sections(call, _markdown(content)) if content else ()
    canvas = Canvas(call.world.serial("F"), title, sections, channel)
    _keep(call, canvas)
    return {"ok": True, "canvas_id": canvas.id}


def _known(call: Call) -> Canvas:
    canvas = call.world.canvases.get(call.args.needed("canvas_id"))
    if canvas is None:
        raise SlackError("canvas_not_found")
    return canvas


def _keep(call: Call, canvas: Canvas) -> None:
    with call.world.changing():
        call.world.canvases[canvas.id] = canvas


def _changed(call: Call, canvas: Canvas, change: dict[str, Any]) -> Canvas:
    operation = change.get("operation")
    fresh = (
        _sections(call, _markdown(change.get("document_content")))
        if operation not in ("delete", "rename")
        else ()
    )
    place = _place(canvas, change) if operation in AT_A_SECTION or change.get("section_id") else -1
    old = canvas.sections
    match operation:
        case "insert_at_start":
            return replace(canvas, sections=(*fresh, *old))
        case "insert_at_end":
            return replace(canvas, sections=(*old, *fresh))
        case "insert_after":
            return replace(canvas, sections=(*old[: place + 1], *fresh, *old[place + 1 :]))
        case "insert_before":
            return replace(canvas, sections=(*old[:place], *fresh, *old[place:]))
        case "replace":
            return replace(canvas, sections=fresh if place < 0 else (*old[:place], *fresh, *old[place + 1 :]))
        case "delete":
            return replace(canvas, sections=(*old[:place], *old[place + 1 :]))
        case "rename":
            return replace(canvas, title=_markdown(change.get("title_content")))
        case _:
            raise SlackError("invalid_arguments", messages=[f"unknown operation: {operation}"])


def _place(canvas: Canvas, change: dict[str, Any]) -> int:
    for place, section in enumerate(canvas.sections):
        if section.id == change.get("section_id"):
            return place
    raise SlackError("canvas_editing_failed")


def _markdown(content: Any) -> str:
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise SlackError("invalid_arguments", messages=["document_content must be of type markdown"])
    return str(content.get("markdown", ""))


def _sections(call: Call, markdown: str) -> tuple[Section, ...]:
    parts = [part for part in re.split(r"\n{2,}|\n(?=#)", markdown) if part.strip()]
    return tuple(Section(f"temp:C:{call.world.serial('S')}", part) for part in parts)


METHODS = (
    Method("canvases.create", create, Tier.TWO, ("canvases:write",)),
    Method("canvases.edit", edit, Tier.THREE, ("canvases:write",)),
    Method("canvases.delete", delete, Tier.THREE, ("canvases:write",)),
    Method("canvases.sections.lookup", look_up, Tier.THREE, ("canvases:read",)),
    Method("conversations.canvases.create", create_for_channel, Tier.TWO, ("canvases:write",)),
)
