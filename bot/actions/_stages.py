"""A deployment in stages: each is one run of the recipe `deploy` with its `{stage}`, then health, then a soak."""

from dataclasses import replace
from datetime import timedelta

from bot.actions import recipe
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, Running
from bot.domain.recipes import Running as Goes
from bot.domain.recipes import Unknown
from bot.domain.release import Release
from bot.domain.rolling_out import rollout_of, stage_out, why_to_wait
from bot.domain.rollout import Rollout
from bot.domain.rollout_events import RolloutBegun, StageReached
from bot.domain.words import ReleaseType
from bot.environments import PRODUCTION, context_of, health, why_frozen_now
from bot.operations import LOOK_EVERY, cancel, look
from bot.parts import Parts


def plan(parts: Parts, release: Release, order: DoWork) -> RolloutBegun | None:
    """The stages in which this release goes out; None when it goes out at once."""
    begun = rollout_of(release, order.operation)
    if begun is not None:
        return begun.begun
    wanted = parts.product(release.product).environments.get(PRODUCTION)
    if release.type is not ReleaseType.MAJOR or wanted is None or not wanted.stages:
        return None
    out = stage_out(release)
    # Run again after a failure, it goes on where it stood: fewer of them again would be a step back.
    left = tuple(stage for stage in wanted.stages if stage > out) or wanted.stages
    return RolloutBegun(order.item, order.operation, left, wanted.soak)


def carry_out(parts: Parts, release: Release, order: DoWork, wanted: RolloutBegun) -> Judged | Running:
    """One look at the stage that is on. What has been reached is in history, so a restart goes on from there."""
    now = parts.clock()
    mine = rollout_of(release, order.operation)
    if mine is None:
        return Running("The first stage begins.", now, (wanted,))
    if mine.aborted is not None:
        return _aborted(parts, release, mine)
    stage = mine.next_stage
    if stage is None:
        return Passed(_everywhere(mine))
    operation = mine.step(mine.number)
    if isinstance(look(parts, release.product, operation), Unknown):
        back = release.rollback
        if back is not None and back.decided_at is not None:
            return Failed(f"{mine.place_reached}: it ends here, because a rollback has been decided.")
        waits = _waits(parts, release, mine)
        if waits is not None:
            return waits
    return _stage(parts, release, order, mine, stage)


def stop(parts: Parts, release: Release, operation: str, why: str) -> bool:
    """End what runs of a rollout. True while something is still ending."""
    mine = rollout_of(release, operation)
    if mine is None:
        return False
    step = mine.step(mine.number)
    if not isinstance(look(parts, release.product, step), Goes):
        return False
    cancel(parts, release.product, step, why)
    return True


def _waits(parts: Parts, release: Release, mine: Rollout) -> Running | None:
    """What keeps the next stage from beginning. It is looked at every few seconds, and no worker is held meanwhile."""
    now, until = parts.clock(), mine.soaks_until
    state = f"{mine.place_reached}, healthy" if mine.reached else "No stage has begun"
    why = why_to_wait(release, mine) or (why_frozen_now(parts, release) if mine.reached else None)
    if why is not None:
        return Running(f"{state}; {why}", now + LOOK_EVERY)
    if until is not None and now < until:
        return Running(f"{state}, soaking until {until:%Y-%m-%d %H:%M} UTC", min(until, now + LOOK_EVERY))
    return None


def _stage(
    parts: Parts, release: Release, order: DoWork, mine: Rollout, stage: int
) -> Judged | Running:  # fmt: skip
    operation = mine.step(mine.number)
    context = replace(context_of(release, PRODUCTION, operation), stage=str(stage))
    outcome = recipe.run(parts, release, order, "deploy", context)
    doing = "deploying"
    if isinstance(outcome, Passed):
        doing = "health"
        outcome = health(parts, replace(context, operation=f"{operation}.health"))
    match outcome:
        case Running(progress, again_at):
            return Running(f"{mine.place}, {doing}: {progress}", again_at)
        case Failed(summary, found, facts):
            return Failed(f"{mine.place}, {doing}: {summary} It stays there.", found, facts)
        case Inconclusive(summary, facts):
            return Inconclusive(f"{mine.place}, {doing}: {summary} It stays there.", facts)
        case Passed():
            return _reached(parts, mine, stage)


def _reached(parts: Parts, mine: Rollout, stage: int) -> Judged | Running:
    now = parts.clock()
    if stage == mine.begun.stages[-1]:
        return Passed(_everywhere(mine), also=(StageReached(mine.operation, stage),))
    until = now + timedelta(seconds=mine.begun.soak)
    said = f"{mine.place}, healthy, soaking until {until:%Y-%m-%d %H:%M} UTC"
    return Running(said, min(until, now + LOOK_EVERY), (StageReached(mine.operation, stage, until),))


def _aborted(parts: Parts, release: Release, mine: Rollout) -> Judged | Running:
    step = mine.step(mine.number)
    if isinstance(look(parts, release.product, step), Goes):
        cancel(parts, release.product, step, "the rollout was aborted")
        return Running("The rollout is aborted; what runs is being stopped.", parts.clock() + LOOK_EVERY)
    before = stage_out(release)
    out = f"{before} % are out" if before else "no stage is complete"
    reason = f": {mine.aborted.reason}" if mine.aborted and mine.aborted.reason else ""
    return Failed(f"Aborted at stage {mine.number} of {len(mine.begun.stages)}, {out}{reason}")


def _everywhere(mine: Rollout) -> str:
    stages = ", ".join(f"{stage} %" for stage in mine.begun.stages)
    return f"It is everywhere, in stages of {stages}, healthy at each."
