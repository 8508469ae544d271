"""What everything that touches an environment shares: one operation at a time there, and looks at its health that survive a
restart."""

from collections.abc import Callable

from bot.days import days_now
from bot.domain.health import Healthy, Probing, StillProbing, Unhealthy
from bot.domain.locks import Broken, Holds, InLine, Waits
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, Running
from bot.domain.planning import why_frozen
from bot.domain.recipes import Context, Unknown
from bot.domain.release import Release
from bot.operations import LOOK_EVERY, cancel, look
from bot.parts import Parts
from storage.environments import Environments

PRODUCTION, STAGING = "production", "staging"
"""The names of the environments that the process speaks of."""


def alone(
    parts: Parts, release: Release, environment: str, operation: str, act: Callable[[], Judged | Running]
) -> Judged | Running:
    """Act on an environment while nobody else does. It is held until the act has ended, also over a restart."""
    waits = _held(parts, release, environment, operation) or first(parts, release, environment, operation)
    if waits is not None:
        return waits
    outcome = act()
    if not isinstance(outcome, Running):
        leave(parts, operation)
    return outcome


def _held(parts: Parts, release: Release, environment: str, operation: str) -> Running | None:
    """What is on hold, or is being taken back, begins nothing; what has begun goes on, for half a deployment would be worse."""
    why = _why_not_to_begin(release)
    if why is None:
        return None
    line = Environments(parts.store.engine).line(release.product, environment)
    mine = next((one for one in line if one.operation == operation), None)
    if mine is not None and (mine.holds or mine.broken_by is not None):
        return None
    if mine is not None:  # it would keep everybody behind it waiting for what nobody has
        leave(parts, operation)
    return Running(why, parts.clock() + LOOK_EVERY)


def _why_not_to_begin(release: Release) -> str | None:
    if release.rollback is not None:
        return f"It waits, because {release.id} is being taken back to {release.rollback.target.tag}."
    if not release.holds:
        return None
    hold = release.holds[0]
    return (
        f"It begins when {release.id} is resumed; on hold since {hold.at:%Y-%m-%d %H:%M} UTC: {hold.reason}"
    )


def first(parts: Parts, release: Release, environment: str, operation: str) -> Inconclusive | Running | None:
    """Have the environment for an operation until it leaves: None. Otherwise what keeps it waiting, or that it was lost."""
    environments, now = Environments(parts.store.engine), parts.clock()
    turn = environments.take(release.product, environment, InLine(operation, release.id, now))
    match turn:
        case Holds():
            return None
        case Waits(position, behind):
            place = "It is next" if position == 1 else f"It is number {position}"
            since = f"{behind.asked_at:%Y-%m-%d %H:%M} UTC"
            return Running(
                f"{place} in line: {environment} belongs to {behind.release} since {since}. If that hangs: "
                f"/release unlock {release.product} {environment} <reason>",
                now + LOOK_EVERY,
            )
        case Broken(why=why):
            environments.leave(operation)
            cancel(parts, release.product, operation, f"{environment} was taken away from it: {why}")
            return Inconclusive(
                f"{environment} was taken away from it: {why}. Look what it has done, then run it again."
            )


def leave(parts: Parts, operation: str) -> None:
    """The operation wants no environment any more."""
    Environments(parts.store.engine).leave(operation)


def health(parts: Parts, context: Context) -> Judged | Running:
    """One look at the health of the environment that the context names; the looks of one operation belong together.

    Raises NotFound when nothing says how the environment shows that it is well.
    """
    environments, now = Environments(parts.store.engine), parts.clock()
    ended = environments.outcome(context.operation)
    if ended is not None:
        healthy, summary = ended
        return Passed(summary) if healthy else Failed(summary)
    probing = environments.probing(context.operation) or Probing(now)
    environments.save_probing(context.operation, probing)
    match parts.prober.round(context, probing):
        case StillProbing(going, again_at):
            environments.save_probing(context.operation, going)
            problem = f" {going.problems[0]}" if going.problems else ""
            return Running(
                f"Round {going.rounds} of looking at {context.environment}.{problem}", max(again_at, now)
            )
        case Healthy(summary):
            environments.save_outcome(context.operation, healthy=True, summary=summary, at=now)
            return Passed(summary)
        case Unhealthy(summary, _):
            environments.save_outcome(context.operation, healthy=False, summary=summary, at=now)
            return Failed(summary)


def context_of(
    release: Release, environment: str, operation: str, tag: str = "", version: str = ""
) -> Context:
    """What a recipe is told about a release. Raises ValueError before its commit was read."""
    if release.commit is None:
        raise ValueError(f"The commit of {release.id} has not been read yet.")
    return Context(
        release.product, version or release.version, release.commit, operation, tag or release.tag,
        release.previous_tag or "", environment,
    )  # fmt: skip


def why_frozen_now(parts: Parts, release: Release) -> str | None:
    """The freeze that is on and forbids this release, with its end; None when nothing does."""
    now = parts.clock()
    with parts.store.reading() as tx:
        days = days_now(parts, tx, release.product, now)
    return why_frozen(release, now, days)


def refused_frozen(parts: Parts, release: Release, operation: str) -> Failed | None:
    """The answer to a deployment that would begin inside a freeze. One that has begun goes on."""
    if not isinstance(look(parts, release.product, operation), Unknown):
        return None
    why = why_frozen_now(parts, release)
    return None if why is None else Failed(f"Nothing was deployed: {why} After that, run it again.")
