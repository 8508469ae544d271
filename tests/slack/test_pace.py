"""The pace of calls: no post too many in a channel, a 429 of one method heard by all replicas and by no other method."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.errors import NotYet, RateLimited
from bot.slack.pace import POSTS_AT_ONCE, Pacing
from bot.slack.web import SlackDoor
from bot.workspace import Workspace
from storage.database import upgrade
from storage.engine import open_engine
from storage.pace import Paces
from tests.slack.setting import workspace_setup
from tests.slack.test_web import BLOCKS


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    made = open_engine(f"sqlite:///{tmp_path}/it.sqlite")
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def strict() -> Iterator[Workspace]:
    """A workspace with Slack's own limits."""
    with Workspace.serve(workspace_setup(rate_limits=True, bot_in_channels=("releases", "outside"))) as slack:
        yield slack


def replica(slack: Workspace, engine: sa.Engine) -> SlackDoor:
    return SlackDoor(slack.bot_token, slack.api_url, pacing=Pacing(Paces(engine), lambda: datetime.now(UTC)))


def refused(slack: Workspace) -> list[str]:
    """Methods that Slack answered with 429."""
    return [line.name for line in slack.log if line.error == "ratelimited"]


def posted(door: SlackDoor, channel: str, mark: str, patience: float = 20) -> None:
    """Post as the workers do: too early is tried again at the moment that was named."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            door.post(channel, mark, BLOCKS, mark=mark)
        except NotYet as early:
            time.sleep(early.again_after or 0)
        else:
            return
    raise AssertionError(f"{mark} never had its turn")


def test_two_replicas_post_into_one_channel_without_a_single_429(
    strict: Workspace, engine: sa.Engine
) -> None:
    doors = [replica(strict, engine), replica(strict, engine)]

    for n in range(8):
        posted(doors[n % 2], "C0REL", f"m{n}")

    assert len(strict.messages("releases")) == 8
    assert refused(strict) == []


def test_a_channel_that_has_had_its_turn_holds_up_no_other(strict: Workspace, engine: sa.Engine) -> None:
    door = replica(strict, engine)
    for n in range(POSTS_AT_ONCE):
        door.post("C0REL", f"m{n}", BLOCKS, mark=f"m{n}")
    with pytest.raises(NotYet, match=r"at its own pace; this one goes out in 1 s"):
        door.post("C0REL", "one more", BLOCKS, mark="one more")

    door.post("C0OUT", "free", BLOCKS, mark="free")

    assert len(strict.messages("outside")) == 1


def test_a_429_closes_its_method_for_every_replica_and_leaves_the_others_open(
    strict: Workspace, engine: sa.Engine
) -> None:
    one, other = replica(strict, engine), replica(strict, engine)
    ts = one.post("C0REL", "hi", BLOCKS, mark="m")
    strict.faults.rate_limit("chat.update", seconds=7)
    with pytest.raises(RateLimited):
        one.update("C0REL", ts, "hello", BLOCKS)

    with pytest.raises(NotYet) as early:
        other.update("C0REL", ts, "hello", BLOCKS)

    assert refused(strict) == ["chat.update"]
    assert early.value.again_after == pytest.approx(7, abs=1.5)
    other.publish_home("U0ALICE", BLOCKS)
    other.post("C0REL", "again", BLOCKS, mark="n")
    assert refused(strict) == ["chat.update"]
