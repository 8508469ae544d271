"""TEST-5: the way back is rehearsed on staging: the previous version, its health, the new version again, its health."""

from collections.abc import Callable
from dataclasses import replace

from bot.actions import recipe
from bot.actions.staging import candidate_of
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, Running
from bot.domain.recipes import Context
from bot.domain.release import Release
from bot.domain.words import Sha
from bot.environments import STAGING, alone, context_of, health, leave
from bot.operations import cancel
from bot.parts import Parts

_Act = Callable[[Parts, Release, DoWork, Context], Judged | Running]
_STEPS = 4


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    """One look at the step that is on, and on to the next."""
    if order.commit is None or release.previous_tag is None:
        return Inconclusive("There is no previous version to go back to.")

    def act() -> Judged | Running:
        return _steps(parts, release, order)

    return alone(parts, release, STAGING, order.operation, act)


def call_off(parts: Parts, release: Release, order: DoWork) -> None:
    for number in range(1, _STEPS + 1):
        cancel(
            parts, release.product, f"{order.operation}.{number}", f"it is no longer wanted for {release.id}"
        )
    leave(parts, order.operation)


def _steps(parts: Parts, release: Release, order: DoWork) -> Judged | Running:
    before, after = _previous(parts, release), _candidate(parts, release, order)
    if before is None:
        return Inconclusive(f"{release.previous_tag} is not on the remote any more.")
    steps: tuple[tuple[str, _Act, Context], ...] = (
        (f"back to {before.tag}", _deploy_backwards, before),
        (f"health of {before.tag}", _health, before),
        (f"forward to {after.tag}", _deploy, after),
        (f"health of {after.tag}", _health, after),
    )
    for number, (name, act, context) in enumerate(steps, start=1):
        outcome = act(parts, release, order, replace(context, operation=f"{order.operation}.{number}"))
        match outcome:
            case Running(progress, again_at):
                return Running(f"{number} of {_STEPS}, {name}: {progress}", again_at)
            case Failed(summary, found, facts):
                return Failed(f"Step {number} of {_STEPS}, {name}: {summary}", found, facts)
            case Inconclusive(summary):
                return Inconclusive(f"Step {number} of {_STEPS}, {name}: {summary}")
            case Passed():
                pass
    return Passed(
        f"Back to {before.tag} and forward to {after.tag}, healthy both times.",
        (("rehearsed", before.tag),),
    )


def _deploy(parts: Parts, release: Release, order: DoWork, context: Context) -> Judged | Running:
    return recipe.run(parts, release, order, "deploy", context)


def _deploy_backwards(parts: Parts, release: Release, order: DoWork, context: Context) -> Judged | Running:
    """As a rollback does: the component that was deployed last goes first."""
    return recipe.run(parts, release, order, "deploy", context, backwards=True)


def _health(parts: Parts, _release: Release, _order: DoWork, context: Context) -> Judged | Running:
    return health(parts, context)


def _previous(parts: Parts, release: Release) -> Context | None:
    tags = parts.repository(release.product).tags()
    commit = next((tag.target for tag in tags if tag.name == release.previous_tag), None)
    if commit is None or release.previous_tag is None:
        return None
    prefix = release.tag.removesuffix(release.version)
    context = context_of(
        release, STAGING, "", release.previous_tag, release.previous_tag.removeprefix(prefix)
    )
    return replace(context, commit=commit, previous_tag=release.tag)


def _candidate(parts: Parts, release: Release, order: DoWork) -> Context:
    tag = candidate_of(parts, release, order.commit or Sha(""), order.operation, begun=True)
    version = tag.removeprefix(release.tag.removesuffix(release.version))
    return context_of(release, STAGING, "", tag, version)
