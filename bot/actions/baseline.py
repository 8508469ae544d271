"""REL-BASE: what production measures before the deployment, so that its monitors have something to be compared with."""

from bot.actions import recipe
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed, Running
from bot.domain.release import Release
from bot.environments import PRODUCTION, context_of
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Measure once. Whether the numbers are good is asked afterwards: what is bad already may be why the release is wanted."""
    context = context_of(release, PRODUCTION, order.operation)
    outcome = recipe.run(parts, release, order, order.does.partition(":")[2], context)
    match outcome:
        case Passed(_, facts) | Failed(_, [_, *_], facts):
            measured = ", ".join(f"{name} {value:g}" for name, value in recipe.measured(facts).items())
            return Passed(f"Before the deployment: {measured or 'nothing was measured'}.", facts)
        case _:
            return outcome


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    recipe.call_off(parts, release, order)
