"""The tag: made only when everything is signed for exactly what is tagged, once, and whatever the remote does meanwhile."""

from pathlib import Path

import pytest

from bot.demo.autoplay import buttons
from bot.demo.remote import Fault
from bot.ports import TagSeen
from bot.repository.git import Git
from tests.scenarios.story import HOTFIX_PREPARATION, SHIPPING, Story, story

MADE = "🏷️ `v1.3.3` is on the remote at `{}`, signature by `release@shop.example` verified there."


def tag(shop: Story) -> TagSeen | None:
    """What the remote itself says now."""
    return shop.stage.bot.parts.repositories["shop"].ask_for_tag("v1.3.3")


def on_the_remote(shop: Story, *arguments: str) -> None:
    """Somebody with access to the server itself does something there."""
    done = Git(shop.stage.folder / "remote" / "shop.git").run(*arguments)
    assert done.code == 0, done.err


def made(shop: Story) -> str:
    return MADE.format(shop.short_head("shop-1.3.3"))


@pytest.mark.process("TAG-4", "BR-3")
def test_no_tag_is_made_before_testing_is_passed_for_the_present_commit(shop: Story) -> None:
    shop.hotfix_ready_to_ship()
    signing = shop.card()
    fix = shop.pushes("fix(cart): count to ten")
    shop.until_card(lambda card: "▶️ *Preparation*" in card and fix[:7] in card)
    shop.play(HOTFIX_PREPARATION[2:])
    shop.until_card(lambda card: "▶️ *Testing* 0/3" in card)

    assert shop.answer_to(
        "ben", lambda: shop.ws.person("ben").clicks_old(signing, text="Approve as release-manager")
    ) == ("shop-1.3.3 went back to testing; release opens again after it. See the present card for why.")
    assert shop.says("ben", "approve as release-manager") == "release-manager does not sign testing."
    assert (
        shop.says("ben", "done REL-1")
        == "REL-1 is carried out by the bot: it begins as soon as everything before it is done."
    )
    assert shop.says("ben", "retry") == "Nothing of shop-1.3.3 has failed."
    assert tag(shop) is None


@pytest.mark.process("TAG-4")
def test_a_branch_that_moves_just_before_the_last_sign_off_gets_no_tag(tmp_path: Path) -> None:
    with story(tmp_path, look_every=600) as shop:
        release_id = shop.hotfix_ready_to_ship()
        signed = shop.short_head(release_id)
        shop.play(SHIPPING[:1])
        fix = shop.pushes("fix(cart): count to ten")

        shop.play(SHIPPING[1:])

        withheld = shop.until_logged("The tag was not made").splitlines()
        assert withheld[0] == (
            f"• The tag was not made: the branch has moved from {signed} to {fix[:7]} since it was signed."
        )
        assert withheld[2].startswith(
            "No longer valid, because they were for another commit: the sign-offs of "
        )
        assert all(
            name in withheld[2]
            for name in ("@eli (docs, preparation)", "@devi (operations, release)", "@ben")
        )
        card = shop.until_card(lambda text: "▶️ *Preparation*" in text)
        assert "[Approve as docs]" in card.plain
        assert tag(shop) is None
        assert shop.release(release_id).tagging is None


def test_a_refusal_of_the_remote_is_on_the_card_and_retry_makes_the_tag_once_it_is_mended(
    shop: Story,
) -> None:
    shop.hotfix_ready_to_ship()

    with shop.stage.remote.misbehave(Fault.REFUSE):
        shop.play(SHIPPING)
        card = shop.until_card(lambda text: "*Tag failed*" in text).plain
    assert "The shop is closed for stocktaking until Monday." in next(
        line for line in card.splitlines() if line.startswith("The tag failed: ")
    )
    assert "[Try the tag again]" in card
    assert shop.says("chloe", "retry") == "REL-1 belongs to release-manager: @ben and @mara can try it again."
    assert (
        shop.answer_to("ben", lambda: shop.clicks("ben", "Try the tag again"))
        == "shop-1.3.3 tries again to make v1.3.3."
    )

    assert shop.until_logged("is on the remote at") == made(shop)
    assert tag(shop) is not None
    assert shop.says("mara", "retry") == "Nothing of shop-1.3.3 has failed."
    assert shop.says("mara", "cancel too late") == (
        "v1.3.3 exists, and a tag never goes away. Put shop-1.3.3 on hold, or bring it to its end."
    )
    assert shop.says("ben", "withdraw") == (
        "What you signed is closed for good: the next phase or the tag rests on it. `/release hold` stops the release."
    )


def test_a_connection_that_is_cut_after_the_tag_was_taken_leaves_exactly_one_tag(shop: Story) -> None:
    shop.hotfix_ready_to_ship()

    with shop.stage.remote.misbehave(Fault.CUT_AFTER_ACCEPT):
        shop.play(SHIPPING)
        shop.until(lambda: tag(shop) is not None, "the tag is there")
        first = tag(shop)
        shop.until_card(lambda text: "Still trying: The connection to" in text)

    assert shop.until_logged("is on the remote at") == made(shop)
    assert tag(shop) == first
    assert "Still trying" not in shop.until_card(lambda text: "[Done]" in text).plain
    assert sum("is on the remote at" in line for line in shop.lines()) == 1


def test_a_remote_that_is_down_and_a_hold_meanwhile_only_delay_the_tag(shop: Story) -> None:
    shop.hotfix_ready_to_ship()

    with shop.stage.remote.down():
        shop.play(SHIPPING)
        card = shop.until_card(lambda text: "Still trying: The repository of shop" in text).plain
        assert "*Tagging*" in card
        assert "Still trying" in shop.says("ben", "status")
        shop.says("chloe", "hold the lawyers called")
    assert (
        shop.until_logged("The tag was not made").splitlines()[0]
        == "• The tag was not made: shop-1.3.3 is on hold."
    )
    assert tag(shop) is None

    shop.says("chloe", "resume")

    assert shop.until_logged("is on the remote at") == made(shop)
    assert "Still trying" not in shop.until_card(lambda text: "[Done]" in text).plain


def test_a_remote_that_hangs_stops_no_answer_and_no_card(shop: Story) -> None:
    shop.hotfix_ready_to_ship()

    with shop.stage.remote.misbehave(Fault.HANG):
        shop.play(SHIPPING)
        assert shop.stage.remote.wait_until_somebody_hangs(5)
        assert shop.says("chloe", "hold wait").startswith("shop-1.3.3 is on hold.")
        shop.until_card(lambda text: "*On hold*" in text)
        assert shop.says("ben", "resume") == "shop-1.3.3 goes on."

    assert shop.until_logged("is on the remote at") == made(shop)


def test_a_key_that_cannot_sign_is_named_and_a_restored_one_signs(shop: Story) -> None:
    shop.hotfix_ready_to_ship()
    key = Path(shop.stage.signing.key)
    away = key.rename(key.with_name("away"))

    shop.play(SHIPPING)
    card = shop.until_card(lambda text: "*Tag failed*" in text).plain
    assert "The tag failed: The tag v1.3.3 could not be signed: " in card
    assert "Nothing was pushed. Check the signing key setting: the key must be there," in card
    assert tag(shop) is None

    away.rename(key)
    assert shop.says("mara", "retry") == "shop-1.3.3 tries again to make v1.3.3."
    assert shop.until_logged("is on the remote at") == made(shop)


@pytest.mark.process("TGM-1")
def test_a_tag_of_that_name_by_somebody_else_is_left_alone_and_refused(shop: Story) -> None:
    shop.hotfix_ready_to_ship()
    on_the_remote(shop, "tag", "v1.3.3", "main~1")
    theirs = tag(shop)

    shop.play(SHIPPING)

    card = shop.until_card(lambda text: "*Tag failed*" in text).plain
    here, there = shop.short_head("shop-1.3.3"), (theirs.target or "")[:7] if theirs else ""
    assert (
        f"The tag failed: v1.3.3 is on the remote, and it leads to {there}, not to the signed-off {here}. "
        "A tag is never moved: find out who pushed it."
    ) in card
    assert tag(shop) == theirs
    assert shop.says("mara", "cancel 1.3.3 somebody took the version").startswith("shop-1.3.3 is cancelled.")


def test_a_release_that_is_cancelled_while_the_remote_is_away_gets_no_tag(shop: Story) -> None:
    shop.hotfix_ready_to_ship()

    with shop.stage.remote.down():
        shop.play(SHIPPING)
        shop.until_card(lambda text: "Still trying: The repository of shop" in text)
        assert shop.says("mara", "cancel we found a bug").startswith("shop-1.3.3 is cancelled.")

    shop.until_logged("The tag was not made: shop-1.3.3 was cancelled.")
    shop.until_quiet()
    assert tag(shop) is None
    assert [b.text for b in buttons(shop.card())] == ["Details", "History"]
    assert "Still trying" not in shop.card().plain
