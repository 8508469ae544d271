"""A dry run goes the whole way of its release, and changes nothing outside."""

import subprocess
from pathlib import Path

from tests.scenarios.story import (
    HOTFIX_AFTER_TAG,
    HOTFIX_POST,
    HOTFIX_PREPARATION,
    HOTFIX_TESTING,
    SHIPPING,
    Story,
    story,
)


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
