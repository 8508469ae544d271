"""A deployment in stages on the card: its stages in one line, and the ways to stop it and to let it go on."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.policy import Item
from bot.domain.release import Release
from bot.domain.rolling_out import rollout_running
from bot.domain.rollout import Rollout
from bot.views.parts import actions, button, section, sure
from bot.views.text import foreign, mention, moment

_DEPLOYS = ("deploy", "health")


def rollout_blocks(release: Release, item: Item) -> list[Block]:
    """What belongs behind the item that is being rolled out; nothing for any other."""
    mine = rollout_running(release)
    if mine is None or mine.begun.item != item.id or mine.aborted is not None:
        return []
    return [section(_stages(mine), "rollout"), actions(_buttons(release, mine), "rollout-ways")]


def _stages(mine: Rollout) -> str:
    done = len(mine.reached)
    marks = ["✅"] * done + ["⏸️" if mine.paused else "▶️"] + ["▫️"] * len(mine.begun.stages)
    line = "  ›  ".join(f"{mark} {stage} %" for mark, stage in zip(marks, mine.begun.stages, strict=False))
    if mine.paused is None:
        return line
    why = f": {foreign(mine.paused.reason, 300)}" if mine.paused.reason else ""
    return f"{line}\nPaused by {mention(mine.paused.by)} {moment(mine.paused.at)}{why}"


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
    if release.tagged is None or release.rollback or release.withdrawn:
        return []
    return [button("Roll back…", "rollback:ask", release.id, style="danger")]
