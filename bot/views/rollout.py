"""A deployment in stages on the card: its stages as a plan, and the ways to stop it and to let it go on."""

from collections.abc import Mapping
from dataclasses import replace

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.policy import Item
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.rolling_out import rollout_of, rollout_running
from bot.domain.rollout import Rollout
from bot.domain.words import ItemId
from bot.views.parts import actions, button, section, sure
from bot.views.plans import State, Task, plan
from bot.views.text import foreign, mention, moment

_DEPLOYS = ("deploy", "health")


def rollout_blocks(release: Release, item: Item, progress: Mapping[ItemId, str]) -> list[Block]:
    """What belongs behind the item that is being rolled out, or was until a stage failed; nothing for any other."""
    work = release.work(item) if item.is_work else None
    mine = rollout_of(release, work.operation) if work else None
    if work is None or mine is None or work.is_good:
        return []
    stages = plan("Rollout in stages", _stages(mine, work, progress.get(item.id, "")), "rollout")
    if mine != rollout_running(release) or mine.aborted is not None:
        return [stages]
    return [stages, *_paused(mine), actions(_buttons(release, mine), "rollout-ways")]


def _stages(mine: Rollout, work: Work, progress: str) -> list[Task]:
    """Each stage; the one that is on with how far it is, or with what was wrong."""
    far = progress.removeprefix(f"{mine.place}, ").removeprefix(f"{mine.place_reached}, ")
    done = len(mine.reached)
    on = Task("", State.RUNNING, far) if work.ended is None else Task("", State.FAILED, work.ended.summary)
    tasks = [*[Task("", State.DONE)] * done, on, *[Task("", State.PENDING)] * len(mine.begun.stages)]
    return [replace(task, title=f"{stage} %") for task, stage in zip(tasks, mine.begun.stages, strict=False)]


def _paused(mine: Rollout) -> list[Block]:
    if mine.paused is None:
        return []
    why = f": {foreign(mine.paused.reason, 300)}" if mine.paused.reason else ""
    return [section(f"Paused by {mention(mine.paused.by)} {moment(mine.paused.at)}{why}", "rollout-paused")]


def _buttons(release: Release, mine: Rollout) -> list[ButtonElement]:
    ask = sure(
        "Abort the rollout?", "What runs is stopped. What is out stays out until it is rolled back.", "Abort"
    )
    stop = button("Abort", "rollout:abort", release.id, style="danger", confirm=ask)
    if mine.paused is not None:
        return [button("Continue", "rollout:continue", release.id, style="primary"), stop]
    return [button("Pause", "rollout:pause", release.id), stop]


def way_back(release: Release, item: Item) -> list[ButtonElement]:
    """The way to go back, beside a deployment or a look at its health that has failed."""
    return rollback_button(release) if item.does in _DEPLOYS or item.alarm else []


def rollback_button(release: Release) -> list[ButtonElement]:
    """The way to ask for a rollback, where there is something to go back from."""
    if not release.is_out or release.rollback or release.withdrawn:
        return []
    return [button("Roll back…", "rollback:ask", release.id, style="danger")]
