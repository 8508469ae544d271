"""From `/release start` to a signed tag on a real remote, and to the end of the release."""

from pathlib import Path

import pytest

from bot.demo.keys import verify_fresh_clone
from tests.scenarios.story import AFTER_TAG, POST, SHIPPING, Story


@pytest.mark.process("REL-1", "TAG-1", "TAG-2", "TAG-3", "TAG-4")
def test_a_release_goes_from_its_start_to_a_tag_that_verifies_in_a_fresh_clone(
    shop: Story, tmp_path: Path
) -> None:
    release_id = shop.ready_to_ship()
    commit = shop.release(release_id).commit

    shop.play(SHIPPING)
    shop.until_logged("is on the remote at")
    shop.play((*AFTER_TAG, *POST))

    card = shop.until_card(lambda text: "Completed" in text).plain
    assert "released as `v1.4.0`" in card
    assert shop.release(release_id).tagged is not None
    signers = shop.stage.signing.allowed_signers or Path()
    words = verify_fresh_clone(shop.stage.remote.url, "v1.4.0", signers, tmp_path / "fresh")
    assert words.startswith('Good "git" signature for release@shop.example')
    tag = shop.stage.bot.parts.repositories["shop"].ask_for_tag("v1.4.0")
    assert tag is not None
    assert tag.target == commit


def test_the_thread_of_the_card_is_the_whole_log(shop: Story) -> None:
    shop.ready_to_ship()

    shop.play(SHIPPING)
    shop.until_logged("is on the remote at")

    said = "\n".join(shop.thread())
    assert [line.split(" at `")[0] for line in said.splitlines() if not line.startswith("•")] == [
        "✅ @mara did *PLAN-1*",
        "✅ @chloe did *PLAN-2*",
        "✅ @eli did *PLAN-3*",
        "✅ @devi did *PLAN-4*",
        "✅ @ben signed *PLAN-GO* (planning) as product,",
        "✅ Planning is complete.",
        "✅ @mara did *PREP-1*",
        "✅ @eli did *PREP-3*",
        "✅ @eli signed *PREP-2* (preparation) as docs,",
        "✅ @devi signed *PREP-4* (preparation) as database,",
        "✅ @ben signed *PREP-GO* (preparation) as product,",
        "✅ Preparation is complete.",
        "✅ @devi did *TEST-1*",
        "✅ @chloe did *TEST-2*",
        "✅ @chloe did *TEST-3*",
        "✅ @devi did *TEST-4*",
        "✅ @eli did *TEST-5*",
        "✅ @chloe signed *TEST-GO* (testing) as qa,",
        "✅ Testing is complete.",
        "✅ @ben signed *REL-GO* (release) as release-manager,",
        "✅ @devi signed *REL-GO-OPS* (release) as operations,",
        "🏷️ All sign-offs are there: making the tag `v1.4.0`",
        "🏷️ `v1.4.0` is on the remote",
    ]
