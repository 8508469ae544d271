"""Carry out the bot's work for an item, or see how far it is: checks live in bot/gates, actions in bot/actions."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from bot.domain.errors import OutsideRefusal
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Nothing, Outcome, Passed, Running
from bot.domain.release import Release
from bot.domain.working import why_not_to_work
from bot.parts import Parts

CarryOut = Callable[[Parts, Release, DoWork], Judged | Running]
ACTIONS = "bot.actions"
_ROOMS = ("bot.gates", ACTIONS)


def carry_out(parts: Parts, order: DoWork) -> Outcome:
    """One look at the work, and one step of it. Work that nobody wants any more is called off."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    if release is None:
        return Nothing()
    body = body_of(order.does)
    if body is None:
        return Failed(f"This version of Harbourmaster does not know how to do “{order.does}”.")
    if why_not_to_work(release, order, parts.policy_of(release.product)) is not None:
        call_off = getattr(body, "call_off", None)
        if call_off is not None:
            call_off(parts, release, order)
        return Nothing()
    if release.dry_run and body.__name__.startswith(ACTIONS):
        return Passed(f"Dry run: {order.does} was left out, because it would change something outside.")
    work: CarryOut = body.carry_out
    try:
        return work(parts, release, order)
    except OutsideRefusal as refusal:
        return Failed(str(refusal))


@cache
def body_of(does: str) -> ModuleType | None:
    """The file that does this: `recipe:deploy` is done by `recipe`, `merge-back` by `merge_back`. None: there is none."""
    name = does.partition(":")[0].replace("-", "_")
    if not name.isidentifier():
        return None
    found = (f"{room}.{name}" for room in _ROOMS if find_spec(f"{room}.{name}"))
    module = next(found, None)
    return import_module(module) if module else None
