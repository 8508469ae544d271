"""A major release goes out in stages: paused, over a restart, halted by a stage that fails, and on from there."""

from pathlib import Path

import pytest

from bot.domain.words import Verdict
from tests.scenarios.deployed import Deployed, deployed
from tests.scenarios.story import PLANNING, SHIPPING, TESTING
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


@pytest.mark.process("REL-3", "TM-5")
def test_a_major_release_goes_out_stage_by_stage(tmp_path: Path) -> None:
    with deployed(tmp_path, without=UNWANTED, production=STAGES, automates=AUTOMATES) as world:
        shop = world.shop
        (world.folder / "deploy.hangs").touch()
        release_id = shipped(world)
        shop.until(lambda: world.traces() == ["deploy production v2.0.0 at 5"], "the first stage begins")
        shop.until_card(lambda card: "Stage 1 of 3: 5 %, deploying" in card)

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

        world.mends("production")
        shop.says("devi", "run REL-3")
        shop.until_logged("*REL-4* passed")
        assert world.traces() == [f"deploy production v2.0.0 at {stage}" for stage in (5, 25, 25, 100)]


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
