"""What people do in modals and on the Home tab: fill, submit, close, click; and what the app's answer does to the view."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.workspace.api.views import refuse_bad_view
from bot.workspace.block_ids import flat
from bot.workspace.blockkit import Surface
from bot.workspace.delivery.envelope import Ack, AckStatus
from bot.workspace.errors import CannotDo, SlackError
from bot.workspace.inputs import Value, entered, is_input, refusals
from bot.workspace.parts import Parts
from bot.workspace.setup import Person
from bot.workspace.things import Delivery, DeliveryStatus, Json, View, elements_in
from bot.workspace.windows import view_json
from bot.workspace.world import World


def fill(parts: Parts, who: Person, view: View, block_id: str, value: Value) -> Delivery | None:
    """Enter a value. Raises CannotDo when there is no such input."""
    return enter(parts, who, view, _input(view, who, block_id), value)


def enter(parts: Parts, who: Person, view: View, where: tuple[Json, Json], value: Value) -> Delivery | None:
    """Enter a value into this element of this block, and send its action if the block sends one at once."""
    block, element = where
    if block["type"] == "input" and not block.get("dispatch_action"):
        write(parts, view, where, value)
        return None
    return choose(parts, who, view, (block, element), value)


def write(parts: Parts, view: View, where: tuple[Json, Json], value: Value) -> None:
    """Enter a value without sending anything, as while somebody still types."""
    block, element = where
    _keep(parts, view, block, element, entered(element, value, lambda key: resolve(parts.world, key)))


def choose(parts: Parts, who: Person, view: View, where: tuple[Json, Json], value: Value) -> Delivery:
    """Enter a value into this element of this block and send its action, with the state as it is then."""
    block, element = where
    state = entered(element, value, lambda key: resolve(parts.world, key))
    _keep(parts, view, block, element, state)
    action = {**state, "action_id": element["action_id"], "block_id": block["block_id"]}
    return act(parts, who, _current(parts, view), block, action)


def act(parts: Parts, who: Person, view: View, block: Json, action: Mapping[str, Any]) -> Delivery:
    """Send block_actions from a view."""
    if not parts.world.app.interactive:
        return Delivery(DeliveryStatus.REFUSED, error="interactivity_not_enabled")
    complete = {**action, "block_id": block["block_id"]}
    ack = parts.courier.deliver(parts.payloads.view_click(who, view, complete))
    return delivery_problem(ack) or Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency)


def submit(parts: Parts, who: Person, view: View) -> Delivery:
    """Send view_submission, unless the client itself refuses; then do what the answer says."""
    refused = refusals(view.blocks, view.values)
    if refused:
        parts.windows.put(replace(view, errors=refused))
        return Delivery(DeliveryStatus.REFUSED, errors=refused)
    ack = parts.courier.deliver(parts.payloads.submission(who, view))
    problem = delivery_problem(ack)
    if problem is not None:
        return problem
    try:
        errors = _answered(parts, view, dict(ack.body or {}))
    except SlackError as refusal:
        detail = "\n".join(refusal.messages)
        parts.world.note("refusal", "view_submission answer", error=refusal.error, detail=detail)
        return Delivery(DeliveryStatus.FAILED, ack.latency, "invalid_response")
    return Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency, errors=errors)


def close(parts: Parts, who: Person, view: View) -> Delivery:
    """Close this view, or the whole stack when the view says `clear_on_close`."""
    if view.content.get("clear_on_close"):
        return close_all(parts, who, view)
    parts.windows.pop(who.id)
    return _tell_closed(parts, who, view, cleared=False)


def close_all(parts: Parts, who: Person, view: View) -> Delivery:
    parts.windows.clear(who.id)
    return _tell_closed(parts, who, view, cleared=True)


def open_home(parts: Parts, who: Person) -> Delivery:
    """Send app_home_opened. Raises CannotDo when the manifest has no Home tab."""
    world = parts.world
    if not world.app.home_tab:
        raise CannotDo(f"{world.app.name} has no Home tab; its manifest does not switch it on.")
    if "app_home_opened" not in world.app.events:
        return Delivery(DeliveryStatus.REFUSED, error="not_subscribed")
    view = parts.windows.home(who.id)
    event = {
        "type": "app_home_opened",
        "user": who.id,
        "channel": world.direct(who.id).id,
        "event_ts": f"{world.clock.now():.6f}",
        "tab": "home",
        **({"view": view_json(view, world.app.name)} if view else {}),
    }
    ack = parts.courier.deliver_event(parts.payloads.event(event))
    return delivery_problem(ack) or Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency)


def resolve(world: World, key: str) -> str:
    """The id of a person (`alice`, `@alice`) or a channel (`#releases`), or the id itself."""
    room = world.room(key) if key[:1] in "#C" else None
    return room.id if room else world.person(key).id


def _input(view: View, who: Person, block_id: str) -> tuple[Json, Json]:
    for block, element in elements_in(view.blocks, who.id):
        if block["block_id"] == block_id and is_input(element):
            return block, element
    there = ", ".join(
        str(block["block_id"]) for block, item in elements_in(view.blocks, who.id) if is_input(item)
    )
    raise CannotDo(f"There is no input {block_id!r} in “{view.title}”; there are: {there or 'none'}.")


def _keep(parts: Parts, view: View, block: Json, element: Json, state: Json) -> None:
    values = {name: dict(actions) for name, actions in view.values.items()}
    values[str(block["block_id"])][str(element["action_id"])] = state
    errors = {name: words for name, words in view.errors.items() if name != block["block_id"]}
    parts.windows.put(replace(view, values=values, errors=errors))


def _current(parts: Parts, view: View) -> View:
    return parts.windows.find(view_id=view.id)


def _answered(parts: Parts, view: View, body: dict[str, Any]) -> dict[str, str]:
    """Close, clear, update, push, or show errors. Raises SlackError for an answer Slack does not understand."""
    match body.get("response_action"):
        case None if body:
            raise SlackError("invalid_response", messages=["response_action is missing"])
        case None:
            _close_this(parts, view)
        case "clear":
            parts.windows.clear(view.user)
        case "update":
            content = refuse_bad_view(body.get("view"), Surface.MODAL)
            parts.windows.update(_current(parts, view), content, None)
        case "push":
            parts.windows.push(view.user, refuse_bad_view(body.get("view"), Surface.MODAL))
        case "errors":
            return _show_errors(parts, view, body.get("errors"))
        case other:
            raise SlackError("invalid_response", messages=[f"unknown response_action: {other}"])
    return {}


def _close_this(parts: Parts, view: View) -> None:
    top = parts.windows.top(view.user)
    if top and top.id == view.id:
        parts.windows.pop(view.user)


def _show_errors(parts: Parts, view: View, errors: Any) -> dict[str, str]:
    inputs = {str(block["block_id"]) for block in flat(view.blocks) if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors:
        raise SlackError("invalid_response", messages=["errors must be an object with at least one entry"])
    strangers = sorted(set(errors) - inputs)
    if strangers:
        raise SlackError(
            "invalid_response", messages=[f"no input block has the block_id {name}" for name in strangers]
        )
    shown = {str(name): str(words) for name, words in errors.items()}
    parts.windows.put(replace(_current(parts, view), errors=shown))
    return shown


def _tell_closed(parts: Parts, who: Person, view: View, *, cleared: bool) -> Delivery:
    if not view.content.get("notify_on_close"):
        return Delivery(DeliveryStatus.ACKNOWLEDGED)
    ack = parts.courier.deliver(parts.payloads.closed(who, view, cleared=cleared))
    return delivery_problem(ack) or Delivery(DeliveryStatus.ACKNOWLEDGED, ack.latency)


def delivery_problem(ack: Ack) -> Delivery | None:
    """What the person is shown when the app did not answer in time or not well; None when it did."""
    match ack.status:
        case AckStatus.OK:
            return None
        case AckStatus.TIMEOUT:
            return Delivery(DeliveryStatus.TIMEOUT, ack.latency, "operation_timeout")
        case AckStatus.FAILED:
            return Delivery(DeliveryStatus.FAILED, ack.latency, "dispatch_failed")
