"""How an operation of the team's recipes stands, and its beginning: once, and component by component where the team has named
an order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.recipes import Context, Finished, Look, Result, Running, Unknown
from bot.domain.words import Verdict
from bot.parts import Parts

LOOK_EVERY = timedelta(seconds=2)
LOOK_SOON = timedelta(seconds=0.4)
"""Many a recipe ends as soon as it has begun, and nobody should wait for a look at it."""

IN_ORDER = frozenset({"shutdown", "deploy", "restart"})
"""The recipes that are carried out component by component."""


def look(parts: Parts, product: str, operation: str) -> Look:
    """How far the operation is, whole or in parts. Unknown: nothing of it has begun."""
    there: Look = Unknown()
    for name in _names(parts, product, operation):
        match parts.runner.look(name):
            case Running() as running:
                return running
            case Finished() as finished:
                there = finished
            case Unknown():
                pass
    return there


def look_or_begin(
    parts: Parts, recipe: str, context: Context, *, backwards: bool = False
) -> tuple[Look, datetime]:
    """How the operation of the context stands, begun with this recipe if it had not been; and when to look again.

    Where the product has an order of deployment, each component is an operation of its own and begins when the one before it
    has passed; `backwards`, the last one is the first.
    """
    order = _order(parts, context.product) if recipe in IN_ORDER else ()
    whole = parts.runner.look(context.operation)
    if not order or not isinstance(whole, Unknown):
        return _one(parts, recipe, context, whole)
    passed: list[Finished] = []
    for component in reversed(order) if backwards else order:
        mine = replace(context, component=component, operation=_part(context.operation, component))
        there, again_at = _one(parts, recipe, mine, parts.runner.look(mine.operation))
        match there:
            case Finished(result, tail) if result.verdict is Verdict.PASSED:
                passed.append(Finished(result, tail))
            case Finished(result, tail):
                return Finished(replace(result, summary=f"{component}: {result.summary}"), tail), again_at
            case Running(tail, where):
                last = tail.rpartition("\n")[2] or "it runs"
                return Running(f"{component}, {len(passed) + 1} of {len(order)}: {last}", where), again_at
            case Unknown():
                return there, again_at
    return _together(passed, backwards=backwards, order=order), parts.clock()


def cancel(parts: Parts, product: str, operation: str, why: str) -> None:
    """End the operation, whole or in parts. What it has done until then is done."""
    for name in _names(parts, product, operation):
        parts.runner.cancel(name, why)


def _one(parts: Parts, recipe: str, context: Context, there: Look) -> tuple[Look, datetime]:
    if not isinstance(there, Unknown):
        return there, parts.clock() + LOOK_EVERY
    return parts.runner.begin(recipe, context), parts.clock() + LOOK_SOON


def _together(passed: list[Finished], *, backwards: bool, order: tuple[str, ...]) -> Finished:
    said = ", ".join(reversed(order) if backwards else order)
    measured = {name: number for one in passed for name, number in one.result.measurements.items()}
    address = next((one.result.url for one in passed if one.result.url), None)
    last = passed[-1]
    summary = f"{said}, one after the other. {last.result.summary}"
    return Finished(Result(Verdict.PASSED, summary, address, measured), last.tail)


def _order(parts: Parts, product: str) -> tuple[str, ...]:
    there = parts.products.get(product)
    return there.deploy_order if there else ()


def _names(parts: Parts, product: str, operation: str) -> Iterator[str]:
    yield operation
    yield from (_part(operation, component) for component in _order(parts, product))


def _part(operation: str, component: str) -> str:
    return f"{operation}.part-{component}"
