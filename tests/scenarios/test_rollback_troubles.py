"""What goes wrong around a rollback: somebody deploys meanwhile, replaces the target's tag, or changes the configuration."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.outcomes import Running
from bot.environments import PRODUCTION, alone
from bot.repository.git import Git
from tests.scenarios.deployed import Deployed, deployed
from tests.scenarios.story import HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING
from tests.scenarios.test_rollback import asks, signed_previous

UNWANTED = "integration performance migrations docs shutdown restart"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Deployed]:
    """1.3.3 is being deployed; the tag before it is signed."""
    with deployed(tmp_path, without=UNWANTED, automates=("deploy", "health")) as one:
        signed_previous(one)
        yield one


def decided(world: Deployed, *, deployment: str) -> str:
    """`shop-1.3.3`, whose deployment has ended so, and of which somebody asks to go back."""
    shop = world.shop
    release_id = shop.started("shop hotfix")
    shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
    shop.until_logged(deployment)
    asks(world, release_id)
    shop.until_logged("Nobody knows whether the database must be restored")
    return release_id


@pytest.mark.process("RD-1", "REL-3")
def test_what_is_taken_back_is_not_deployed_once_more_and_those_who_decide_find_it(world: Deployed) -> None:
    shop = world.shop
    world.breaks("deploy")
    release_id = decided(world, deployment="*REL-3* failed")

    (call,) = (post for post in shop.posts() if "This waits for" in post.plain)
    assert shop.pinged(call) == {"ben", "eli", "mara"}, "those who may agree, and not who has asked"

    refused = shop.says("devi", f"run {release_id} REL-3")
    mine = shop.reply("ben", "mine")
    late = alone(
        shop.stage.bot.parts, shop.release(release_id), PRODUCTION, "late", lambda: pytest.fail("it deploys")
    )

    assert refused == (
        f"{release_id} is being taken back to v1.3.2, and nothing of it begins meanwhile. Its card says where that stands."
    )
    assert isinstance(late, Running)
    assert late.progress == f"It waits, because {release_id} is being taken back to v1.3.2."
    assert "Run again" not in [button.text for button in shop.buttons()]
    assert mine is not None
    assert "[Agree to go back] [Other target…] [Drop it…]" in mine.plain
    assert "Nothing for you to do here now." in shop.says("devi", "mine")
    shop.ws.person("ben").opens_home()
    shop.until(lambda: "Agree to go back" in str(shop.ws.person("ben").home), "the Home tab shows it too")
    assert shop.clicks("ben", "Agree to go back", mine).ok
    shop.until_logged("Rollback: *code* failed")
    shop.until(
        lambda: any("This waits for @ben, @devi" in post.plain for post in shop.posts()), "they are called"
    )
    assert "[Try the step again] [Skip the step…] [Other target…]" in shop.says("devi", "mine")
    shop.says("devi", "rollback target")
    shop.fills("devi", target="the old one", reason="It was well.")
    notice = shop.modal("devi", "Harbourmaster").plain
    assert "“the old one” is not a tag of a release. Write it as `v1.4.0`" in notice
    shop.ws.person("devi").closes_all()


@pytest.mark.process("RE-2")
@pytest.mark.parametrize("done", ["replaced", "deleted"])
def test_a_target_that_was_changed_after_it_was_proved_is_not_deployed(world: Deployed, done: str) -> None:
    shop = world.shop
    release_id = decided(world, deployment="*REL-4* passed")
    bare = Git(Path(shop.stage.folder / "remote" / "shop.git"))
    proved, other = (bare.run("rev-parse", ref).text.strip() for ref in ("v1.3.2", "v1.3.3"))
    bare.run(
        "update-ref", *(["refs/tags/v1.3.2", other] if done == "replaced" else ["-d", "refs/tags/v1.3.2"])
    )

    shop.says("ben", f"rollback {release_id} agree")

    assert f"somebody has {done} it. Nothing was deployed." in shop.until_logged("Rollback: *code* failed")
    assert world.served("production") == "1.3.3"
    bare.run("update-ref", "refs/tags/v1.3.2", proved)
    shop.says("devi", "rollback retry")
    shop.until_logged("Rollback: *code* passed")
    assert world.served("production") == "1.3.2"


@pytest.mark.process("RE-5")
def test_a_configuration_without_the_environment_leaves_a_way_to_the_end(world: Deployed) -> None:
    shop = world.shop
    release_id = decided(world, deployment="*REL-4* passed")
    shop.says("ben", f"rollback {release_id} agree")
    shop.until_logged("Rollback: *database* is inconclusive")
    file = shop.stage.scene.file
    file.write_text(file.read_text().replace("shop.environments.production", "shop.environments.elsewhere"))
    shop.stage.config = shop.stage.scene.config()
    shop.stage.restart()

    shop.says("devi", "rollback skip the schema is the same")

    assert "shop says nowhere how production shows that it is well" in shop.until_logged(
        "Rollback: *health* is inconclusive"
    )
    shop.says("devi", "rollback skip looked at by hand")
    shop.until_card(lambda card: "health (skipped)" in card and "looked at by hand" in card)
    shop.until_logged("`v1.3.2` serves again, and `v1.3.3` is withdrawn")
