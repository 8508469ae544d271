"""The card: one message that is updated in place and pinned, within Slack's limits, and deaf to hostile text."""

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.demo.autoplay import buttons
from bot.parts import CARD_PACE
from tests.scenarios.story import HERE, HOTFIX_PREPARATION, HOTFIX_TESTING, Story, story

HOSTILE = "fix: <!channel> <@U0BEN> *bold* _it_ `code` <https://evil.example|x> &lt;!here&gt;"


@pytest.fixture
def unhurried_shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, card_pace=CARD_PACE) as told:
        yield told


def test_there_is_one_pinned_card_that_is_updated_in_place_and_never_too_fast(unhurried_shop: Story) -> None:
    shop = unhurried_shop
    release_id = shop.hotfix()
    first = shop.card()
    shop.until(
        lambda: time.time() > shop.calls("chat.update")[-1] + CARD_PACE.total_seconds(),
        "the card may be updated at once",
    )

    shop.at_once(
        lambda: shop.says("mara", "done PREP-1"), lambda: shop.says("eli", "done PREP-3"),
        lambda: shop.says("eli", "approve as docs"), lambda: shop.says("devi", "approve as database"),
    )  # fmt: skip
    shop.play(HOTFIX_TESTING)
    shop.until_card(lambda text: "▶️ *Release* 0/" in text)
    shop.until_quiet()

    assert [card.ts for card in shop.cards()] == [first.ts]
    assert shop.card().pinned
    assert len(shop.calls("pins.add")) == 1
    assert len(shop.calls("chat.postMessage")) == 1 + len(shop.posts())
    updates = shop.calls("chat.update")
    gaps = [later - earlier for earlier, later in pairwise(updates)]
    assert len(gaps) >= 2
    assert all(gap > CARD_PACE.total_seconds() for gap in gaps), gaps
    assert shop.short_head(release_id) in shop.card().plain


def test_the_card_and_the_log_show_a_hostile_commit_as_it_is_and_ping_nobody(shop: Story) -> None:
    shop.hotfix()
    shop.until_quiet()
    before = len(shop.ws.notifications)

    commit = shop.pushes(HOSTILE)
    card = shop.until_card(lambda text: commit[:7] in text)
    post = shop.until_logged(commit[:7])

    assert f"• {commit[:7]} {HOSTILE} · Rafael Ortiz" in card.plain.splitlines()
    assert f"• {commit[:7]} {HOSTILE} · Rafael Ortiz" in post.splitlines()
    assert shop.ws.notifications[before:] == []
    assert {n.kind for n in shop.ws.notifications} == {"user"}


def test_what_people_write_is_shown_as_it_is_and_pings_nobody(shop: Story) -> None:
    shop.hotfix()
    shop.until_quiet()
    before = len(shop.ws.notifications)

    shop.says("chloe", "hold <!channel> *now* <https://evil.example|x> `code` & <b>")
    card = shop.until_card(lambda text: "*On hold*" in text)
    post = shop.until_logged("put the release on hold")

    words = "@channel *now* <https://evil.example|x> `code` & <b>"
    assert f"On hold: {words}" in card.plain.replace("<!channel>", "@channel")
    assert (
        post.replace("\u200b", "").replace("<!channel>", "@channel")
        == f"⛔ @chloe put the release on hold: {words}"
    )
    assert {(n.kind, n.target) for n in shop.ws.notifications[before:]} <= {("user", "U0CHLOE")}


def test_without_the_right_to_pin_the_card_works_unpinned(tmp_path: Path) -> None:
    with story(tmp_path, withheld_scopes=("pins:write",)) as shop:
        shop.hotfix()
        shop.play(HOTFIX_PREPARATION[:1])
        shop.until_card(lambda text: "▶️ *Preparation* 1/4" in text)
        shop.until_quiet()

        assert not shop.card().pinned
        assert len(shop.cards()) == 1
        assert "Still trying" not in shop.card().plain
        assert len(shop.calls("pins.add")) == 1


def test_a_card_with_much_to_show_stays_within_slacks_limits(shop: Story) -> None:
    shop.started()
    for who in ("ben", "chloe", "devi", "eli", "mara"):
        shop.says(who, f"hold {who} " + "*" * 900)
    for n in range(3):
        shop.pushes(f"feat: {n} " + "<!channel>" * 60)
    shop.until_card(lambda text: "feat: 2" in text)
    shop.until_logged("feat: 2")
    shop.until_quiet()

    assert len(shop.card().blocks) <= 45
    assert not [line for line in shop.ws.log if line.kind == "refusal"]
    assert not [line for line in shop.ws.log if line.error], "Slack took every call"
    assert [b.text for b in buttons(shop.card())] == [
        "Resume",
        "Hold…",
        "Cancel release…",
        "Details",
        "History",
    ]
    assert {n.kind for n in shop.ws.notifications} == {"user"}


def test_two_releases_have_two_cards_and_a_command_asks_which_one_is_meant(shop: Story) -> None:
    shop.hotfix()
    assert shop.says("ben", "start shop minor").startswith("Started shop-1.4.0, a minor release")
    shop.until_shown("shop-1.4.0")

    assert shop.says("mara", "done PREP-1") == (
        "Several releases are open: `shop-1.3.3`, `shop-1.4.0`. Add its name to the command."
    )
    assert shop.says("mara", "done shop PREP-1") == (
        "“shop” could be several releases: `shop-1.3.3`, `shop-1.4.0`. Add its name to the command."
    )
    assert shop.says("mara", "done 1.3.3 PREP-1").startswith("PREP-1 of shop-1.3.3 is done.")
    assert [m.plain.splitlines()[0] for m in shop.ws.messages(HERE) if m.pinned] == [
        "🚢 shop 1.3.3",
        "🚢 shop 1.4.0",
    ]
    assert [line.split("·")[0] for line in shop.says("mara", "list").splitlines()] == [
        "🚢 *shop 1.3.3* (`shop-1.3.3`) ", "🚢 *shop 1.4.0* (`shop-1.4.0`) ",
    ]  # fmt: skip


def test_a_card_that_somebody_deleted_is_posted_anew_and_the_log_goes_on_under_it(shop: Story) -> None:
    shop.hotfix()
    shop.until_quiet()
    first = shop.card()
    shop.deletes(first)

    shop.at_once(
        lambda: shop.says("mara", "done PREP-1"), lambda: shop.says("eli", "done PREP-3"),
        lambda: shop.says("eli", "approve as docs"),
    )  # fmt: skip
    shop.until_card(lambda text: "▶️ *Preparation* 3/4" in text)
    shop.until_quiet()

    assert shop.card().ts != first.ts
    assert shop.card().pinned
    assert sorted(shop.lines()) == sorted(set(shop.lines())), "every line once"
    for words in ("@mara did *PREP-1*", "@eli did *PREP-3*", "@eli signed *PREP-2*"):
        assert any(words in line for line in shop.lines())
    assert "Still trying" not in shop.card().plain


def test_an_address_in_a_persons_words_does_not_become_a_link(shop: Story) -> None:
    shop.hotfix()

    shop.says("chloe", "hold see https://evil.example/x and evil.example")
    post = shop.until_logged("put the release on hold")

    assert "https://evil.example/x" in post
    (message,) = [m for m in shop.posts() if "put the release on hold" in m.plain]
    assert "<https://" not in str(message.blocks)
