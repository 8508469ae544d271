"""The bot deploys, tests, publishes and looks at health by the team's own recipes: real processes and a real server."""

import re
from pathlib import Path

import pytest

from bot.demo.cast import TALK
from bot.domain.words import Verdict
from tests.scenarios.deployed import TESTING_SIGNED, deployed
from tests.scenarios.story import HOTFIX_PREPARATION, PLANNING, POST, PREPARATION, SHIPPING, Story

TOLD = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
posts = ["candidate"]
"""


ALL_THE_WAY = f"""
[products.shop.audiences.stakeholders]
channel = "{TALK.id}"
before = []
posts = ["started", "frozen", "candidate", "tagged", "deployed", "healthy", "completed", "on-hold"]
"""


@pytest.mark.process("TEST-1", "TEST-2", "TEST-3", "TEST-4", "TEST-5", "VER-4")
@pytest.mark.process("REL-2", "REL-3", "REL-4", "REL-5")
def test_a_release_is_tested_deployed_and_watched_by_the_recipes_of_the_team(tmp_path: Path) -> None:
    with deployed(tmp_path, settings=ALL_THE_WAY) as world:
        shop = world.shop
        release_id = shop.started()
        shop.play(PLANNING, PREPARATION)

        shop.until_logged("*TEST-5* passed")
        shop.until_card(lambda card: "412" not in card and "5/6" in card)
        assert world.served("staging") == "1.4.0-rc.1"
        candidate = shop.stage.bot.parts.repositories["shop"].ask_for_tag("v1.4.0-rc.1")
        assert candidate is not None
        assert candidate.target == shop.release(release_id).commit

        shop.play(TESTING_SIGNED, SHIPPING)
        shop.until_logged("*REL-4* passed")
        shop.until_logged("*REL-5* passed")
        shop.until_logged("*REL-2* passed")

        assert world.served("production") == "1.4.0"
        shop.until_card(lambda card: "https://docs.example.com/v1" in card)
        assert shop.says("mara", "log REL-3").startswith("REL-3 of shop-1.4.0")
        shop.play(POST)
        shop.until_card(lambda card: "*Completed*" in card)
        deploys = [trace for trace in world.traces() if trace.startswith("deploy")]
        assert deploys == [
            "deploy staging v1.4.0-rc.1",
            "deploy staging v1.3.2",
            "deploy staging v1.4.0-rc.1",
            "deploy production v1.4.0",
        ]

        def posted() -> list[str]:
            return [m.plain.splitlines()[0] for m in shop.ws.messages(f"#{TALK.name}") if m.from_bot]

        shop.until(lambda: any("is out" in line for line in posted()), "everybody is told of the end")
        assert posted() == [
            "Work on *shop 1.4.0*, a minor release, has begun.",
            "What *shop 1.4.0* brings is fixed; from now on only corrections go in.",
            "*shop 1.4.0-rc.1* is a candidate and can be tried: v1.4.0-rc.1.",
            "*shop 1.4.0* is made: v1.4.0.",
            "*shop 1.4.0* is deployed and is being watched.",
            "*shop 1.4.0* is deployed, and all of its health checks are good.",
            "*shop 1.4.0* is out.",
        ]


@pytest.mark.process("TEST-1", "VER-4")
def test_a_branch_that_moves_asks_for_the_tests_again_with_the_next_candidate(tmp_path: Path) -> None:
    with deployed(tmp_path, without="performance migrations", settings=TOLD) as world:
        shop = world.shop
        release_id = shop.started("shop hotfix")
        shop.play((("mara", "done PREP-1"), ("eli", "done PREP-3"), ("eli", "approve"), ("devi", "approve")))
        shop.until_logged("*TEST-2* passed")

        commit = shop.pushes("fix: one more thing")
        shop.until_card(lambda card: "Preparation* 2/4" in card)
        shop.play((("eli", "approve"), ("devi", "approve")))
        shop.until(lambda: world.served("staging") == "1.3.3-rc.2", "the next candidate is on staging")

        second = shop.stage.bot.parts.repositories["shop"].ask_for_tag("v1.3.3-rc.2")
        assert second is not None
        assert second.target == commit
        assert shop.release(release_id).commit == commit

        shop.until_card(lambda card: "Testing* 2/3" in card)
        shop.play((("chloe", "approve"),), SHIPPING)
        shop.until_logged("*REL-4* passed")

        final = shop.stage.bot.parts.repositories["shop"].ask_for_tag("v1.3.3")
        assert final is not None
        assert final.target == second.target, "the release is the candidate that was verified"
        told = [m.plain for m in shop.ws.messages(f"#{TALK.name}") if m.from_bot and not m.ephemeral_to]
        assert [said.splitlines()[0] for said in told] == [
            "*shop 1.3.3-rc.1* is a candidate and can be tried: v1.3.3-rc.1.",
            "*shop 1.3.3-rc.2* is a candidate and can be tried: v1.3.3-rc.2.",
        ]


@pytest.mark.process("REL-4")
def test_a_version_that_is_not_well_fails_the_item_and_is_looked_at_again_when_asked(tmp_path: Path) -> None:
    with deployed(tmp_path) as world:
        shop = world.shop
        world.breaks("production")
        release_id = shop.started("shop hotfix")
        shop.play((("mara", "done PREP-1"), ("eli", "done PREP-3"), ("eli", "approve"), ("devi", "approve")))
        shop.until_card(lambda card: "2/3" in card)
        shop.play((("chloe", "approve"),), SHIPPING)

        said = shop.until_logged("*REL-4* failed")
        assert "production did not become healthy within 8 seconds" in said

        world.mends("production")
        assert "has begun" in shop.says("devi", "run REL-4")
        shop.until_logged("*REL-4* passed")
        works = [w for w in shop.release(release_id).works if w.item == "REL-4"]
        assert [work.verdict for work in works] == [Verdict.FAILED, Verdict.PASSED]


@pytest.mark.process("REL-3", "TEST-1")
def test_one_deployment_at_a_time_has_an_environment_and_can_lose_it(tmp_path: Path) -> None:
    with deployed(tmp_path) as world:
        shop = world.shop
        (world.folder / "deploy.hangs").touch()
        first = shop.started("shop hotfix")
        shop.play(HOTFIX_PREPARATION)
        shop.until(lambda: any("deploy staging" in trace for trace in world.traces()), "the first deploys")
        second = shop.started("shop minor")
        shop.play(tuple((who, _for(second, said)) for who, said in (*PLANNING, *PREPARATION)))

        shop.until_card(lambda card: f"It is next in line: staging belongs to {first}" in card)
        assert "If that hangs: /release unlock shop staging" in shop.card().plain
        seen = shop.says("chloe", "unlock shop")
        assert re.match(rf"{first} has staging since \d{{4}}-\d\d-\d\d \d\d:\d\d UTC", seen), seen
        assert seen.endswith(f"; in line behind it: {second}. Nobody has production.")
        assert shop.says("devi", "unlock shop prod it hangs") == (
            "shop has no environment “prod”; there are staging and production."
        )
        shop.says("ben", f"hold {second} the schema is wrong")
        shop.says("ben", f"hold {first} we look at it")
        shop.says_until("chloe", "unlock shop", "UTC. Nobody has production.")
        assert "Environments belong to" in shop.says("chloe", "unlock shop staging it hangs")
        (world.folder / "deploy.hangs").unlink()
        assert shop.says("devi", "unlock shop staging it hangs") == (
            f"staging is taken away from {first}. What it runs there is stopped; nobody waits in line."
        )

        shop.until_card(lambda card: f"It begins when {second} is resumed" in card)
        shop.until(lambda: staged(shop, first) is Verdict.INCONCLUSIVE, "on hold or not, it is stopped")
        shop.says("ben", f"resume {second}")
        shop.until_logged("*TEST-1* passed: v1.4.0-rc.1")
        history = shop.says("mara", f"history {first}")
        assert "took staging away" in history


def staged(shop: Story, release_id: str) -> Verdict | None:
    """How the deployment to staging ended; None while it runs."""
    return next(work.verdict for work in shop.release(release_id).works if work.item == "TEST-1")


def _for(release_id: str, said: str) -> str:
    """The same command, for a release by its name."""
    name, _, rest = said.partition(" ")
    return f"{name} {release_id} {rest}".rstrip()
