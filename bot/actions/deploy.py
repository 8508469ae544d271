"""REL-3: the team's recipe `deploy` puts the released tag into production, the same that has put its candidate into staging."""

from bot.actions import recipe
from bot.domain.orders import DoWork
from bot.domain.outcomes import Inconclusive, Judged, Running
from bot.domain.release import Release
from bot.environments import PRODUCTION, alone, context_of, leave
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Deploy, as soon as nobody else does."""
    if release.tagged is None:
        return Inconclusive(f"{release.tag} is not on the remote; only a proved tag is deployed.")
    context = context_of(release, PRODUCTION, order.operation)

    def act() -> Judged | Running:
        return recipe.run(parts, release, order, "deploy", context)

    return alone(parts, release, PRODUCTION, order.operation, act)


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    recipe.call_off(parts, release, order)
    leave(parts, order.operation)
