"""The fast track of a patch, from the request to the tag's message and to what is asked for afterwards."""

import pytest

from tests.scenarios.story import Story
from tests.scenarios.test_own_branch import remote

LEFT = (
    ("mara", "done PLAN-1"), ("devi", "done PLAN-4"), ("mara", "done PREP-1"), ("eli", "done PREP-3"), ("eli", "approve as docs"),
    ("devi", "approve as database"), ("devi", "done TEST-1"), ("chloe", "done TEST-2"), ("devi", "done TEST-4"),
    ("chloe", "approve"), ("ben", "approve as release-manager"), ("devi", "approve as operations"),
)  # fmt: skip
CONFIRM = "Confirm the fast track"


def patch(shop: Story) -> str:
    return shop.started("shop patch because the feature is off")


def offered(shop: Story) -> bool:
    return CONFIRM in [button.text for button in shop.buttons()]


@pytest.mark.process("TP-5")
def test_a_patch_on_the_fast_track_skips_what_policy_lists_and_says_so_for_good(shop: Story) -> None:
    release_id = patch(shop)
    assert shop.says("mara", "fast-track the till is *down* <!channel>") == (
        f"You asked for the fast track of {release_id}. Somebody else has to confirm it on its card."
    )
    card = shop.until_card(lambda text: "asks for the fast track" in text)
    assert (
        "⏩ @mara asks for the fast track, which would skip PLAN-2, PLAN-3, PLAN-GO, PREP-GO." in card.plain
    )
    said = shop.answer_to("chloe", lambda: shop.clicks("chloe", CONFIRM))
    assert said == f"You confirmed the fast track of {release_id}: it skips PLAN-2, PLAN-3, PLAN-GO, PREP-GO."
    shop.until_logged(
        "⏩ @chloe confirmed the fast track. Skipped: PLAN-2, PLAN-3, PLAN-GO, PREP-GO. "
        "Asked for after the release: OWED-PLAN-2, OWED-PLAN-3."
    )
    assert shop.says("chloe", "done PLAN-2").startswith("A patch release on the fast track has no PLAN-2")

    assert shop.says("ben", "reject not like this") == (
        f"Planning of {release_id} needs no sign-off, so there is nothing to reject. `/release hold` stops a release for anyone."
    )
    shop.until(
        lambda: "Reject…" not in [button.text for button in shop.buttons()], "the card offers it no more"
    )

    shop.play(LEFT)
    shop.until_logged("is on the remote at")

    message = remote(shop, "cat-file", "tag", "v1.3.3")
    assert (
        "Fast track, asked for by U0MARA and confirmed by U0CHLOE, without PLAN-2, PLAN-3, PLAN-GO, PREP-GO:"
        in message
    )
    assert "the till is *down* <!channel>" in message
    shop.play((("eli", "done REL-2"), ("devi", "done REL-3"), ("devi", "done REL-4"), ("eli", "done REL-5")))
    shop.until_card(lambda text: "*OWED-PLAN-2*" in text and "*OWED-PLAN-3*" in text)
    assert not any(n.kind in ("channel", "here") for n in shop.ws.notifications)


def test_who_asked_a_stranger_and_a_second_click_are_told_why_not(shop: Story) -> None:
    release_id = patch(shop)
    shop.says("ben", "fast-track the till is down")
    old = shop.until_card(lambda text: "asks for the fast track" in text)

    assert shop.says("mara", "fast-track me too") == (
        "@ben has asked for it already; somebody of release-manager or qa confirms it on the card."
    )
    assert shop.answer_to("ben", lambda: shop.clicks("ben", CONFIRM)) == (
        "You asked for it, so somebody else confirms it (four eyes)."
    )
    assert shop.answer_to("devi", lambda: shop.clicks("devi", CONFIRM)) == (
        "release-manager or qa confirm a fast track, and you are in none of them. Ask @chloe, @eli and @mara."
    )
    shop.answer_to("eli", lambda: shop.clicks("eli", CONFIRM))
    again = shop.answer_to("chloe", lambda: shop.ws.person("chloe").clicks_old(old, text=CONFIRM))
    assert again == f"@eli has confirmed it already: {release_id} is on the fast track."
    assert shop.says("mara", "fast-track again") == f"{release_id} is on the fast track already."


def test_a_commit_that_comes_in_between_asks_for_a_new_request(shop: Story) -> None:
    release_id = patch(shop)
    shop.says("mara", "fast-track the till is down")
    old = shop.until_card(lambda text: "asks for the fast track" in text)

    fix = shop.pushes("fix: the drawer")
    shop.until_card(lambda text: fix[:7] in text and "asks for the fast track" not in text)
    said = shop.answer_to("chloe", lambda: shop.ws.person("chloe").clicks_old(old, text=CONFIRM))

    assert said == (
        f"main is at {fix[:7]} now, and this fast track was asked for another commit. "
        f"Whoever still wants it asks again: `/release fast-track {release_id} <reason>`."
    )
    assert shop.release(release_id).way == "patch"
    assert shop.says("mara", "fast-track with the drawer").startswith("You asked")
    shop.until(lambda: offered(shop), "the new request is on the card")
    forged = shop.answer_to("chloe", lambda: shop.forges("chloe", CONFIRM, f"{release_id} {'f' * 40}"))
    assert "was asked for another commit" in forged


def test_another_type_of_release_is_refused_and_without_a_reason_a_form_asks_for_it(shop: Story) -> None:
    shop.started("shop minor")

    assert shop.says("mara", "fast-track now") == (
        "shop-1.4.0 is a minor release, and only a patch can take the fast track."
    )
    assert shop.reply("ben", "fast-track") is None
    assert "Why so fast?" in shop.modal("ben", "Fast track").plain
