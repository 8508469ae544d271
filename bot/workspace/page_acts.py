"""What the page may do, by name: each act is the same call on a person or the faults that a test makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.choosing import Wish
from bot.workspace.errors import CannotDo
from bot.workspace.inputs import Value
from bot.workspace.parts import Parts
from bot.workspace.people import PersonHandle
from bot.workspace.things import Delivery, Message, View

Asked = Mapping[str, Any]


@dataclass(frozen=True)
class Actor:
    """Who sits at the page, and the workspace around them."""

    parts: Parts
    who: PersonHandle


def _message(actor: Actor, asked: Asked) -> Message:
    """The message the page speaks of, as it is now."""
    return actor.who.now(Message(channel=str(asked["channel"]), ts=str(asked["ts"]), user="", text=""))


def _view(actor: Actor, asked: Asked) -> View:
    """The view the page speaks of; one that is gone by now is not pressed."""
    for view in (actor.who.modal, actor.who.home_view):
        if view is not None and view.id == asked["view"]:
            return view
    raise CannotDo("This window is not open any more.")


def _value(asked: Asked) -> Value:
    value = asked.get("value")
    if isinstance(value, list):
        return [str(item) for item in value]
    return value if isinstance(value, int) else str(value) if value is not None else None


def _text(asked: Asked, name: str) -> str | None:
    value = asked.get(name)
    return None if value is None else str(value)


def _wish(asked: Asked) -> Wish:
    return Wish(_text(asked, "action_id"), None, _text(asked, "value"), _text(asked, "block_id"))


def _press(actor: Actor, asked: Asked) -> Delivery:
    if "view" in asked:
        return actor.who.presses_in(_view(actor, asked), _wish(asked))
    return actor.who.presses(_message(actor, asked), _wish(asked))


def _choose(actor: Actor, asked: Asked) -> Delivery | None:
    action_id, block_id = str(asked["action_id"]), _text(asked, "block_id")
    if "view" in asked:
        return actor.who.chooses_in(_view(actor, asked), action_id, _value(asked), block_id=block_id)
    return actor.who.chooses(_message(actor, asked), action_id, _value(asked), block_id=block_id)


def _suggest(actor: Actor, asked: Asked) -> Delivery:
    place = _view(actor, asked) if "view" in asked else _message(actor, asked)
    typed, block_id = str(asked["value"]), _text(asked, "block_id")
    return actor.who.searches(place, str(asked["action_id"]), typed, block_id=block_id)


def _write(actor: Actor, asked: Asked) -> None:
    block_id = _text(asked, "block_id")
    actor.who.writes(_view(actor, asked), str(asked["action_id"]), _value(asked), block_id=block_id)


def _fault(actor: Actor, asked: Asked) -> None:
    try:
        actor.parts.faults.set(str(asked["name"]), **asked["arguments"])
    except ValueError as problem:
        raise CannotDo(str(problem)) from None
    actor.parts.world.note("fault", str(asked["name"]), sent=asked["arguments"])


def _reset(actor: Actor, asked: Asked) -> None:
    del asked
    actor.parts.reset()


def _bare(do: Callable[[PersonHandle], Delivery]) -> Callable[[Actor, Asked], Delivery]:
    """An act that needs nothing but the person."""

    def act(actor: Actor, asked: Asked) -> Delivery:
        del asked
        return do(actor.who)

    return act


ACTS: Mapping[str, Callable[[Actor, Asked], Delivery | None]] = {
    "type": lambda actor, asked: actor.who.types(str(asked["where"]), str(asked["text"])),
    "reply": lambda actor, asked: actor.who.replies(_message(actor, asked), str(asked["text"])),
    "press": _press,
    "choose": _choose,
    "write": _write,
    "suggest": _suggest,
    "submit": _bare(PersonHandle.submits),
    "close": _bare(PersonHandle.closes),
    "close_all": _bare(PersonHandle.closes_all),
    "open_home": _bare(PersonHandle.opens_home),
    "fault": _fault,
    "reset": _reset,
}


def outcome(delivery: Delivery | None) -> dict[str, Any]:
    """What came of an act, for the page."""
    if delivery is None:
        return {"status": "acknowledged"}
    return {
        "status": str(delivery.status),
        "latency": round(delivery.latency * 1000, 1),
        "error": delivery.error,
        "errors": dict(delivery.errors),
        "options": [{**option, "text": [option["text"]["text"]]} for option in delivery.options],
    }
