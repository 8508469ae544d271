"""The views family: modals and the Home tab."""

from typing import Any

from bot.workspace.api.call import Answer, Call, Method, Tier
from bot.workspace.blockkit import Surface, check_view, view_is_too_large
from bot.workspace.errors import SlackError, missing
from bot.workspace.messages import invalid_blocks
from bot.workspace.things import View
from bot.workspace.windows import view_json


def open_view(call: Call) -> Answer:
    content = _content(call, Surface.MODAL)
    user = call.rights.redeem(_trigger(call))
    return _answer(call, call.windows.open(user, content))


def push(call: Call) -> Answer:
    content = _content(call, Surface.MODAL)
    user = call.rights.redeem(_trigger(call))
    return _answer(call, call.windows.push(user, content))


def update(call: Call) -> Answer:
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not (view_id or external_id):
        raise missing("view_id")
    before = call.windows.find(view_id=view_id, external_id=external_id)
    content = _content(call, Surface(before.kind))
    return _answer(call, call.windows.update(before, content, call.args.text("hash")))


def publish(call: Call) -> Answer:
    user = call.args.needed("user_id")
    if user not in call.world.people:
        raise SlackError("user_not_found")
    if not call.world.app.home_tab:
        raise SlackError("not_enabled")
    content = _content(call, Surface.HOME)
    return _answer(call, call.windows.publish(user, content, call.args.text("hash")))


def refuse_bad_view(view: Any, surface: Surface) -> dict[str, Any]:
    """The view, checked. Raises SlackError `view_too_large` or `invalid_arguments` with every finding."""
    if view_is_too_large(view):
        raise SlackError("view_too_large")
    findings = check_view(view, surface)
    if findings:
        raise SlackError("invalid_arguments", messages=invalid_blocks(findings).messages)
    return dict(view)


def _content(call: Call, surface: Surface) -> dict[str, Any]:
    view = call.args.tree("view", "invalid_arguments")
    if view is None:
        raise missing("view")
    return refuse_bad_view(view, surface)


def _trigger(call: Call) -> str:
    name = call.args.text("trigger_id") or call.args.text("interactivity_pointer")
    if not name:
        raise missing("trigger_id")
    return name


def _answer(call: Call, view: View) -> Answer:
    return {"ok": True, "view": view_json(view, call.world.app.name)}


METHODS = (
    Method("views.open", open_view, Tier.FOUR),
    Method("views.push", push, Tier.FOUR),
    Method("views.update", update, Tier.FOUR),
    Method("views.publish", publish, Tier.FOUR),
)
