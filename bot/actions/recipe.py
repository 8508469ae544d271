"""An item done by a recipe of the team: `does = "recipe:integration"`, or `"recipe:deploy@staging"` for an environment."""

from dataclasses import replace
from datetime import datetime

from bot.domain.findings import Severity
from bot.domain.measurements import findings
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, Running
from bot.domain.recipes import Context, Finished, Look, Result, Unknown
from bot.domain.recipes import Running as Goes
from bot.domain.records import TAIL
from bot.domain.release import Release
from bot.domain.words import Verdict
from bot.operations import cancel, look_or_begin
from bot.parts import Parts

Facts = tuple[tuple[str, str], ...]
_TAIL_LINES, _LONGEST_LINE = 5, 200
_MEASURED = "measured."
"""Begins the name of a fact that is a measurement, so that the next release can be compared with it."""


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Look, and begin what has not begun."""
    if order.commit is None:
        return Inconclusive("The commit of this release has not been read from the repository yet.")
    name, _, environment = order.does.partition(":")[2].partition("@")
    context = Context(
        release.product, release.version, order.commit, order.operation, release.tag,
        release.previous_tag or "", environment,
    )  # fmt: skip
    return run(parts, release, order, name, context)


def run(
    parts: Parts, release: Release, order: DoWork, name: str, context: Context, *, backwards: bool = False
) -> Judged | Running:
    """Look at the recipe of this name, and begin what has not begun, with what the context tells it."""
    look, again_at = look_or_begin(parts, name, context, backwards=backwards)
    return _outcome(parts, release, replace(order, does=f"recipe:{name}"), look, again_at)


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    """End what is no longer wanted."""
    cancel(parts, release.product, order.operation, f"it is no longer wanted for {release.id}")


def _outcome(
    parts: Parts, release: Release, order: DoWork, look: Look, again_at: datetime
) -> Judged | Running:
    match look:
        case Finished(result, tail):
            return _judged(parts, release, order, result, tail)
        case Goes(tail, where):
            last = tail.rpartition("\n")[2]
            said = f"It runs on {where}." if where else last or "It runs."
            return Running(said, again_at)
        case Unknown():
            return Running("It begins.", again_at)


def _judged(parts: Parts, release: Release, order: DoWork, result: Result, tail: str) -> Judged:
    facts = tuple(
        (f"{_MEASURED}{name}", repr(number)) for name, number in sorted(result.measurements.items())
    )
    if result.url:
        facts = (("url", result.url), *facts)
    match result.verdict:
        case Verdict.INCONCLUSIVE:
            return Inconclusive(result.summary, _tail_of(tail))
        case Verdict.FAILED:
            return Failed(result.summary, (), (*facts, *_tail_of(tail)))
        case Verdict.PASSED:
            recipe = parts.product(release.product).recipes.get(
                order.does.partition(":")[2].partition("@")[0]
            )
            limits = recipe.limits if recipe else ()
            earlier = _before(parts, release, order)
            found = findings(limits, result.measurements, earlier, order.item, _baseline(release))
            if not found:
                return Passed(result.summary, facts)
            broken = sum(finding.severity is Severity.BLOCKS for finding in found)
            hold = "does" if broken == 1 else "do"
            words = (
                f"{broken} of {len(limits)} limits {hold} not hold."
                if broken
                else "A limit could not be judged."
            )
            # That the recipe itself has passed would only puzzle here; what it says stands.
            said = result.summary.removeprefix(f"{recipe.name} passed.").strip() if recipe else ""
            return Failed(f"{said} {words}".strip(), found, facts)


def measured(facts: Facts) -> dict[str, float]:
    """What was measured, of the facts that a recipe's work has left."""
    return {name.removeprefix(_MEASURED): float(value) for name, value in facts if name.startswith(_MEASURED)}


def _tail_of(output: str) -> Facts:
    """The last lines of what it has printed, for the thread: whoever has to mend it looks there first."""
    last = "\n".join(line[-_LONGEST_LINE:] for line in output.rstrip().splitlines()[-_TAIL_LINES:])
    return ((TAIL, last),) if last else ()


def _before(parts: Parts, release: Release, order: DoWork) -> dict[str, float] | None:
    """The measurements of the previous release for this item; None when it has none, or was not made here."""
    with parts.store.reading() as tx:
        earlier = [
            other for other in tx.recent_releases(100)
            if other.product == release.product and other.tag == release.previous_tag
        ]  # fmt: skip
    for work in (work for other in earlier for work in reversed(other.works)):
        if work.item == order.item and work.is_good and work.ended:
            return measured(work.ended.facts)
    return None


def _baseline(release: Release) -> dict[str, float] | None:
    """What was measured before the deployment; None when nothing was, as before the first one."""
    taken = (
        work.ended.facts
        for work in reversed(release.works)
        if work.does.startswith("baseline:") and work.ended
    )
    return measured(next(taken, ())) or None
