"""Finds the one button or element a person means, and what Slack sends when it is pressed or something is chosen in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.workspace.errors import CannotDo
from bot.workspace.inputs import Resolve, Value, entered, is_input, options_of
from bot.workspace.setup import Person
from bot.workspace.things import Json, elements_in

FACES = ("positive_button", "negative_button")
"""The two halves of feedback buttons, which share one action."""


@dataclass(frozen=True)
class Wish:
    """Which button is meant; None means any."""

    action_id: str | None
    text: str | None
    value: str | None
    block_id: str | None = None

    def fits(self, button: "Pressed") -> bool:
        return (
            self.action_id in (None, button.element["action_id"])
            and self.block_id in (None, button.block["block_id"])
            and self.text in (None, button.label)
            and self.value in (None, button.picked.get("value"))
        )


@dataclass(frozen=True)
class Pressed:
    """One button that can be pressed: its block, its element, and the part of the action that comes from it."""

    block: Json
    element: Json
    picked: dict[str, Any]

    @property
    def label(self) -> str | None:
        text = self.picked.get("text") or self.element.get("text") or {}
        return text.get("text") if isinstance(text, dict) else None


def find_button(blocks: tuple[Json, ...], who: Person, wish: Wish) -> Pressed:
    """The one button that fits everything given. Raises CannotDo when there is none, or more than one."""
    buttons = [button for pair in elements_in(blocks, who.id) for button in _faces(*pair)]
    fitting = [button for button in buttons if wish.fits(button)]
    if len(fitting) != 1:
        wanted = f"action_id={wish.action_id!r}, text={wish.text!r}, value={wish.value!r}"
        there = ", ".join(f"{button.label!r} ({button.element['action_id']})" for button in buttons)
        raise CannotDo(f"{who.name} sees {len(fitting)} buttons with {wanted}; there are: {there or 'none'}.")
    if fitting[0].element["type"] == "workflow_button":
        raise CannotDo("A workflow button starts a workflow of Slack's, and this workspace has none.")
    return fitting[0]


def find_element(
    blocks: tuple[Json, ...], who: Person, action_id: str, block_id: str | None = None
) -> tuple[Json, Json]:
    """The element with this action_id, in this block if one is named. Raises CannotDo when this person sees none."""
    for block, element in elements_in(blocks, who.id):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise CannotDo(f"{who.name} sees no element {action_id!r} here.")


def chosen(element: Json, value: Value, resolve: Resolve) -> dict[str, Any]:
    """The action of choosing `value` in this element. Raises CannotDo for a choice that is not there."""
    if element["type"] != "overflow":
        return {**entered(element, value, resolve), "action_id": element["action_id"]}
    for item in options_of(element):
        if value in (item["value"], item["text"]["text"]):
            return {"type": "overflow", "action_id": element["action_id"], "selected_option": item}
    raise CannotDo(f"There is no choice {value!r} in this menu.")


def _faces(block: Json, element: Json) -> Iterator[Pressed]:
    if is_input(element):
        return
    if element["type"] == "feedback_buttons":
        for face in FACES:
            half = element[face]
            picked = {"type": "feedback_buttons", "text": half["text"], "value": half["value"]}
            yield Pressed(block, element, picked)
        return
    fields = ("type", "text", "value", "style", "icon")
    yield Pressed(block, element, {name: element[name] for name in fields if name in element})
