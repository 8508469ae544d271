"""A major release goes out in stages: paused, over a restart, halted by a stage that fails, and on from there."""

from pathlib import Path

import pytest

from bot.domain.words import Verdict
from tests.scenarios.deployed import Deployed, deployed
from tests.scenarios.story import PLANNING, SHIPPING, TESTING, Story
from tests.scenarios.test_majors import MAJOR_PREPARATION

STAGES = 'stages = [5, 25, 100]\nsoak = "2s"\n'
AUTOMATES = ("deploy", "health")
UNWANTED = "integration performance migrations docs"


def shipped(world: Deployed) -> str:
    """A major release whose tag is made, and which therefore begins to be deployed."""
    release_id = world.shop.started("shop major")
    world.shop.play(
        PLANNING, MAJOR_PREPARATION, TESTING[:-1], (("chloe", "done TEST-SOAK"),), TESTING[-1:], SHIPPING
    )
    return release_id


def tasks(shop: Story) -> dict[str, str]:
    """The stages on the card, with their states in Slack's words; nothing without a plan."""
    plans = [block for block in shop.card().blocks if block["type"] == "plan"]
    return {task["title"]: task["status"] for block in plans for task in block["tasks"]}


@pytest.mark.process("REL-3", "TM-5")
def test_a_major_release_goes_out_stage_by_stage(tmp_path: Path) -> None:
    with deployed(tmp_path, without=UNWANTED, production=STAGES, automates=AUTOMATES) as world:
        shop = world.shop
        (world.folder / "deploy.hangs").touch()
        release_id = shipped(world)
        shop.until(lambda: world.traces() == ["deploy production v2.0.0 at 5"], "the first stage begins")
        shop.until_card(lambda card: "Stage 1 of 3: 5 %, deploying" in card)
        shop.until(
            lambda: tasks(shop) == {"5 %": "in_progress", "25 %": "pending", "100 %": "pending"},
            "the plan shows it",
        )

        assert "is paused" in shop.says("chloe", f"rollout {release_id} pause the graphs look odd")
        (world.folder / "deploy.hangs").unlink()
        shop.until_logged("5 % are out and healthy")
        shop.until_card(lambda card: "Stage 1 of 3: 5 %, healthy; paused since" in card)
        shop.stage.restart()

        assert "belongs to operations" in shop.says("chloe", "rollout continue")
        world.breaks("production")
        assert "goes on" in shop.says("devi", "rollout continue")
        said = shop.until_logged("*REL-3* failed")
        assert "Stage 2 of 3: 25 %, health: production did not become healthy" in said
        card = shop.until_card(lambda card: "*REL-3* failed" in card or "failed: Stage 2" in card)
        assert "rollback:ask" in str(card.blocks)
        assert "because *REL-3* has failed, and 1 more item." in card.plain
        assert shop.says("devi", "rollout continue") == (
            f"Nothing of {release_id} is being rolled out now: it has halted (Stage 2 of 3: 25 %). `/release run {release_id} REL-3` "
            f"goes on from there; `/release rollback {release_id}` asks to go back."
        )
        assert tasks(shop) == {"5 %": "complete", "25 %": "error", "100 %": "pending"}

        world.mends("production")
        shop.says("devi", "run REL-3")
        shop.until_logged("*REL-4* passed")
        assert world.traces() == [f"deploy production v2.0.0 at {stage}" for stage in (5, 25, 25, 100)]


def test_a_slack_that_takes_no_plans_is_shown_the_same_as_text(tmp_path: Path) -> None:
    with deployed(tmp_path, without=UNWANTED, production=STAGES, automates=AUTOMATES) as world:
        shop = world.shop
        (world.folder / "deploy.hangs").touch()
        release_id = shipped(world)
        shop.until(lambda: tasks(shop), "the plan is on the card")

        shop.until_quiet()
        shop.ws.faults.error("chat.update", "invalid_blocks", 1)
        assert "is paused" in shop.says("chloe", f"rollout {release_id} pause a moment")

        shop.until_card(lambda card: "Paused by @chloe" in card)
        assert tasks(shop) == {}
        assert "▫️ 25 %" in shop.card().plain
        shop.until_quiet()
        shop.says("devi", "rollout continue")
        shop.until(lambda: tasks(shop), "the next one is taken")


@pytest.mark.process("REL-3")
def test_an_aborted_rollout_stops_what_runs_and_offers_the_way_back(tmp_path: Path) -> None:
    with deployed(tmp_path, without=UNWANTED, production=STAGES, automates=AUTOMATES) as world:
        shop = world.shop
        (world.folder / "deploy.hangs").touch()
        release_id = shipped(world)
        shop.until_card(lambda card: "Stage 1 of 3: 5 %, deploying" in card)

        assert "is aborted" in shop.says("devi", "rollout abort it burns")
        said = shop.until_logged("*REL-3* failed")

        assert "Aborted at stage 1 of 3, no stage is complete: it burns" in said
        shop.until(lambda: "rollback:ask" in str(shop.card().blocks), "the card offers the way back")
        works = [work for work in shop.release(release_id).works if work.item == "REL-3"]
        assert [work.verdict for work in works] == [Verdict.FAILED]
        assert world.served("production") == ""
        assert "being rolled out" in shop.says("devi", "rollout pause")


@pytest.mark.process("REL-3")
def test_what_is_out_already_is_said_when_a_second_attempt_is_aborted(tmp_path: Path) -> None:
    with deployed(tmp_path, without=UNWANTED, production=STAGES, automates=AUTOMATES) as world:
        shop = world.shop
        release_id = shipped(world)
        shop.until_logged("5 % are out and healthy")
        world.breaks("deploy")
        shop.until_logged("*REL-3* failed")
        world.mends("deploy")
        (world.folder / "deploy.hangs").touch()
        shop.says("devi", f"run {release_id} REL-3")
        shop.until_card(lambda card: "Stage 1 of 2: 25 %, deploying" in card)

        shop.says("devi", "rollout abort it burns")

        shop.until_logged("*REL-3* failed: Aborted at stage 1 of 2, 5 % are out: it burns")
