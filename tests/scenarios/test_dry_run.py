"""A dry run goes the whole way of its release, and changes nothing outside."""

import subprocess
from pathlib import Path

from bot.demo.cast import TALK
from tests.scenarios.deployed import AUTOMATES, deployed
from tests.scenarios.story import (
    HOTFIX_AFTER_TAG,
    HOTFIX_POST,
    HOTFIX_PREPARATION,
    HOTFIX_TESTING,
    SHIPPING,
    Story,
    story,
)
from tests.scenarios.test_rollback import asks, shipped, signed_previous

DRY_RUN = "shop-1.3.3~dry"


def refs(shop: Story) -> str:
    """Everything that stands on the remote."""
    return subprocess.run(
        ["git", "ls-remote", shop.stage.remote.url], capture_output=True, text=True, check=True
    ).stdout


def test_a_dry_run_is_signed_to_its_end_and_makes_no_tag(shop: Story) -> None:
    shop.until_read()
    before = refs(shop)

    answer = shop.says("mara", "start shop hotfix --dry-run")
    assert answer == (
        "Started shop-1.3.3~dry, a dry run. It goes its way as the release would, with the same people; no branch, tag or "
        "deployment is made, and nobody is told of it outside of its channel."
    )
    shop.until_shown("shop-1.3.3~dry")
    assert "Dry run of shop 1.3.3" in shop.card().plain
    shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
    shop.until_logged("Dry run: `v1.3.3` would now be made at")
    shop.play(HOTFIX_AFTER_TAG, HOTFIX_POST)

    card = shop.until_card(lambda text: "*Completed*" in text).plain
    assert "*Completed*: `v1.3.3` would be released now. Nothing outside was changed." in card
    assert refs(shop) == before


def test_a_dry_run_stands_beside_the_real_release_and_takes_nothing_from_it(shop: Story) -> None:
    shop.until_read()
    shop.says("mara", "start shop hotfix --dry-run")
    shop.until_shown("shop-1.3.3~dry")

    assert shop.says("mara", "start shop hotfix").startswith("Started shop-1.3.3, a hotfix release")
    assert shop.says("mara", "start shop hotfix --dry-run").startswith("Started shop-1.3.3~dry~2, a dry run.")
    assert shop.says("mara", "start --dry-run") == (
        "A dry run needs its product and version: `/release start shop minor --dry-run`."
    )


def test_what_the_bot_would_push_is_left_out(tmp_path: Path) -> None:
    with story(tmp_path, automates=("cut-hotfix", "changelog")) as shop:
        shop.until_read()
        before = refs(shop)

        shop.says("mara", "start shop hotfix --dry-run")
        shop.until_logged("*HOTFIX-CUT* passed: Dry run: cut-hotfix was left out")
        shop.until_logged("*PREP-3* passed: Dry run: changelog was left out")

        assert refs(shop) == before


SAID = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
posts = ["started", "tagged", "deployed", "healthy", "rolled-back"]
"""


def test_a_dry_run_goes_through_its_deployment_and_back_again_and_nobody_outside_notices(
    tmp_path: Path,
) -> None:
    with deployed(tmp_path, SAID, automates=(*AUTOMATES, "merge-back")) as world:
        shop = world.shop
        signed_previous(world)
        before = refs(shop)
        shop.says("mara", "start shop hotfix outage --dry-run")
        shop.until_shown(DRY_RUN)
        shop.play(HOTFIX_PREPARATION)
        shop.until_card(lambda card: "2/3" in card)
        shop.play((("chloe", "approve"),), SHIPPING)
        shop.until_logged("*REL-4* passed: Dry run: nothing was deployed")
        assert shop.says("devi", "rollback").startswith("No release of this channel has a tag")

        shop.until(lambda: "Roll back…" in [b.text for b in shop.buttons()], "the card offers the way back")
        shop.clicks("devi", "Roll back…")
        assert shop.fills("devi", target="v1.3.2", cause="To see how it goes.").ok
        shop.until_logged("Nobody knows whether the database must be restored")
        assert "It begins." in shop.says("ben", f"rollback {DRY_RUN} agree")
        shop.until_logged("Rollback: *database* is inconclusive")
        shop.says("devi", f"rollback {DRY_RUN} skip it is a dry run")

        said = shop.until_logged("Dry run: `v1.3.2` would serve again now, and `v1.3.3` be withdrawn.")
        assert "Nothing outside was changed." in said
        shop.until_card(lambda card: "*`v1.3.2` would serve again now.* Nothing outside was changed." in card)
        for step in ("shutdown", "code", "restart", "health"):
            assert any(
                f"Rollback: *{step}* passed: Dry run: {step} was left out" in line for line in shop.lines()
            )
        shop.until_quiet()
        assert refs(shop) == before
        assert world.traces() == []
        assert [m for m in shop.ws.messages(f"#{TALK.name}") if m.from_bot] == []
        assert shop.says("mara", "manifest").find("withdrawn") == -1

        real = shipped(world)
        asks(world, real)
        shop.until_logged("Nobody knows whether the database must be restored")
        assert shop.release(real).rollback is not None, (
            "what was tried keeps nobody from going back in earnest"
        )
