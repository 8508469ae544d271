"""REL-3: the team's recipe `deploy` puts the released tag into production, the same that has put its candidate into staging.
A major release goes out in stages, where the team has named some."""

from bot.actions import _stages, recipe
from bot.domain.orders import DoWork
from bot.domain.outcomes import Inconclusive, Judged, Passed, Running
from bot.domain.release import Release
from bot.domain.rolling_out import rollout_of
from bot.environments import PRODUCTION, alone, context_of, leave, refused_frozen
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """Deploy, as soon as nobody else does."""
    if release.tagged is None:
        return Inconclusive(f"{release.tag} is not on the remote; only a proved tag is deployed.")
    stages = _stages.plan(parts, release, order)
    refused = (
        refused_frozen(parts, release, order.operation) if not rollout_of(release, order.operation) else None
    )
    if refused is not None:
        leave(parts, order.operation)
        return refused

    def act() -> Judged | Running:
        if stages is not None:
            return _stages.carry_out(parts, release, order, stages)
        return recipe.run(parts, release, order, "deploy", context_of(release, PRODUCTION, order.operation))

    outcome = alone(parts, release, PRODUCTION, order.operation, act)
    if not isinstance(outcome, Running | Passed):
        _stages.stop(parts, release, order.operation, "its deployment has ended")
    return outcome


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    recipe.call_off(parts, release, order)
    _stages.stop(parts, release, order.operation, f"it is no longer wanted for {release.id}")
    leave(parts, order.operation)
