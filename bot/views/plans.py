"""What goes on step by step, as Slack's plan of task cards; and the same as text, for a Slack that does not take plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    PlanBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextSectionElement,
    TaskCardBlock,
)

from bot.views.parts import section
from bot.views.text import escape, foreign, stripped

_LONGEST = 300


class State(StrEnum):
    """Of a task, in Slack's words."""

    PENDING = "pending"
    RUNNING = "in_progress"
    DONE = "complete"
    FAILED = "error"


_MARK = {State.PENDING: "▫️", State.RUNNING: "⏳", State.DONE: "✅", State.FAILED: "🚨"}


@dataclass(frozen=True)
class Task:
    """One step. `details` is foreign text."""

    title: str
    state: State
    details: str = ""


def plan(title: str, tasks: Sequence[Task], block_id: str) -> PlanBlock:
    cards = [
        TaskCardBlock(
            task_id=f"{block_id}-{number}", title=task.title, status=task.state, details=_details(task)
        )
        for number, task in enumerate(tasks, start=1)
    ]
    return PlanBlock(title=title, tasks=cards, block_id=block_id)


def plainly(blocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The same blocks, each plan as a section of text."""
    return [_as_section(block) if block["type"] == "plan" else block for block in blocks]


def _details(task: Task) -> RichTextBlock | None:
    words = " ".join(stripped(task.details).split())[:_LONGEST]
    if not words:
        return None
    return RichTextBlock(elements=[RichTextSectionElement(elements=[RichTextElementParts.Text(text=words)])])


def _as_section(block: Mapping[str, Any]) -> Mapping[str, Any]:
    lines = [f"*{escape(block['title'])}*", *(_line(task) for task in block["tasks"])]
    return dict(section("\n".join(lines)[:2900], block["block_id"]).to_dict())


def _line(task: Mapping[str, Any]) -> str:
    said = [part["text"] for one in task.get("details", {}).get("elements", ()) for part in one["elements"]]
    details = f": {foreign(said[0], _LONGEST)}" if said else ""
    return f"{_MARK[State(task['status'])]} {escape(task['title'])}{details}"
