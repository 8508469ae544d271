"""POST-1 and POST-2: a recipe carried out again and again while production is watched: `does = "sample:monitoring"`.

The first sample that breaks a limit ends it, so that people hear of it at once; otherwise the last one, when the window closes.
"""

from datetime import timedelta

from bot.actions import recipe
from bot.domain.findings import Severity
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, Running
from bot.domain.recipes import Unknown
from bot.domain.release import Release
from bot.domain.watching import Window
from bot.environments import PRODUCTION, context_of
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Take the sample that is due, unless it was taken, and judge what there is of it."""
    window = _window(parts, release, order)
    due = window.due(parts.clock())
    begun = _last_begun(parts, order, due)
    outcome: Judged | Running = Inconclusive("No sample was taken.")
    # The one that was begun is judged before another begins, however long it took.
    for number in dict.fromkeys((due if begun is None else begun, due)):
        context = context_of(release, PRODUCTION, _operation(order, number))
        outcome = recipe.run(parts, release, order, _recipe(order), context)
        if isinstance(outcome, Running) or _is_bad(outcome):
            return outcome
        if number == window.last:
            return _all_in_all(parts, order, window, outcome)
    said = outcome.summary if isinstance(outcome, Judged) else ""
    return Running(
        f"It is watched until {window.closes:%Y-%m-%d %H:%M} UTC. At last: {said}", window.at(due + 1)
    )


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    window = _window(parts, release, order)
    begun = _last_begun(parts, order, window.due(parts.clock()))
    if begun is not None:
        parts.runner.cancel(_operation(order, begun), f"it is no longer wanted for {release.id}")


def _window(parts: Parts, release: Release, order: DoWork) -> Window:
    """Without an environment for production nothing says for how long: one sample it is."""
    opens = next((w.begun_at for w in release.works if w.operation == order.operation), parts.clock())
    wanted = parts.product(release.product).environments.get(PRODUCTION)
    if wanted is None:
        return Window(opens, timedelta(), timedelta(minutes=1))
    return Window(opens, timedelta(seconds=wanted.watch), timedelta(seconds=wanted.watch_every))


def _last_begun(parts: Parts, order: DoWork, due: int) -> int | None:
    known = (
        n for n in range(due, -1, -1) if not isinstance(parts.runner.look(_operation(order, n)), Unknown)
    )
    return next(known, None)


def _is_bad(outcome: Judged) -> bool:
    """Something does not hold. What could not be found out is no reason to end: the next sample may tell."""
    match outcome:
        case Failed(found=found):
            return not found or any(finding.severity is Severity.BLOCKS for finding in found)
        case _:
            return False


def _all_in_all(parts: Parts, order: DoWork, window: Window, last: Judged) -> Judged:
    if not isinstance(last, Passed) or window.last == 0:
        return last
    numbers = range(window.last + 1)
    taken = sum(not isinstance(parts.runner.look(_operation(order, n)), Unknown) for n in numbers)
    said = f"{taken} samples since {window.opens:%Y-%m-%d %H:%M} UTC, and none broke a limit. At last: {last.summary}"
    return Passed(said, last.facts)


def _recipe(order: DoWork) -> str:
    return order.does.partition(":")[2]


def _operation(order: DoWork, number: int) -> str:
    return f"{order.operation}.{number}"
