"""A hotfix as it is shipped: one emergency sign-off by two people of different roles, for the very commit."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.cast import TALK, Role
from bot.domain.words import Cause, ItemId
from tests.scenarios.story import HERE, Story, story
from tests.scenarios.test_own_branch import remote
from tests.scenarios.test_reminders import LONG, MONDAY, Clock, later, told, until_counted

TO_THE_GO = (("mara", "done PREP-1"), ("eli", "done PREP-3"), ("devi", "done TEST-1"))
GO = (("ben", "approve as release-manager"), ("devi", "approve as operations"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, process=None) as told:
        yield told


def urgent(shop: Story) -> str:
    """A hotfix that lacks nothing but its emergency sign-off."""
    release_id = shop.started("shop hotfix")
    shop.play(TO_THE_GO)
    shop.until_card(lambda card: "▶️ *Release*" in card and "*HOTFIX-GO*" in card)
    return release_id


@pytest.mark.process("TH-5", "BH-3")
def test_two_people_of_different_roles_send_a_hotfix_out(shop: Story) -> None:
    release_id = urgent(shop)
    assert (
        "_sign-off_ · different roles (release-manager, operations, product, qa, database) 0 of 2 · missing "
        "@ben, @chloe, @devi, @eli"
    ) in shop.card().plain

    shop.play(GO[:1])
    card = shop.until_card(lambda text: "1 of 2 · signed by @ben" in text).plain
    assert "Approve as release-manager" not in [b.text for b in shop.buttons()]
    assert "missing @chloe, @devi, @eli" in card
    assert shop.release(release_id).tagging is None
    mine = shop.reply("devi", "mine")
    assert mine is not None
    shop.answer_to("devi", lambda: shop.ws.person("devi").clicks(mine, text="Approve as operations"))

    shop.until_logged("is on the remote at")
    made = shop.release(release_id).tagged
    assert made is not None
    assert {(s.by, s.role, s.commit) for s in shop.release(release_id).sign_offs} == {
        ("U0BEN", "release-manager", made.commit), ("U0DEVI", "operations", made.commit),
    }  # fmt: skip
    message = remote(shop, "cat-file", "tag", made.tag)
    assert "HOTFIX-GO release-manager: U0BEN" in message
    assert "HOTFIX-GO operations: U0DEVI" in message


SAID = f"""
[products.shop.audiences.operators]
channel = "{TALK.id}"
posts = ["started", "tagged"]

[products.shop.audiences.users]
channel = "{TALK.id}"
posts = ["started"]
"""


@pytest.mark.process("TH-1", "TH-2", "TH-3", "TH-4")
def test_the_cause_of_a_hotfix_is_on_its_card_in_its_history_in_its_tag_and_in_what_is_told(
    tmp_path: Path,
) -> None:
    with story(tmp_path, process=None, recipes=SAID) as shop:
        shop.until_read()
        assert shop.says("mara", "start shop minor outage").startswith("“outage” is one word too many.")
        answer = shop.says("mara", "start shop hotfix DATA on 2027-01-04")
        assert answer.startswith(
            "Started shop-1.3.3, a hotfix release because of damaged data (asked for as hotfix"
        )
        shop.until_shown("shop-1.3.3")
        assert "hotfix release because of damaged data" in shop.card().plain
        assert "a hotfix release because of damaged data" in shop.says("eli", "history")
        shop.play(TO_THE_GO)
        shop.until_card(lambda card: "▶️ *Release*" in card and "*HOTFIX-GO*" in card)
        shop.play(GO)

        shop.until_logged("is on the remote at")
        assert "\nA hotfix release because of damaged data, with 9 commits since v1.3.2:\n" in remote(
            shop, "cat-file", "tag", "v1.3.3"
        )
        shop.until(lambda: len(posts(shop)) == 3, "operators and users are told")
        begun = [said for said in posts(shop) if "has begun" in said]
        assert sorted("a hotfix release because of damaged data, has begun" in said for said in begun) == [
            False,
            True,
        ]
        (made,) = (said for said in posts(shop) if "is made" in said)
        assert made.startswith("*shop 1.3.3* is made: v1.3.3. It is a hotfix because of damaged data.")


def posts(shop: Story) -> list[str]:
    return [m.plain for m in shop.ws.messages(f"#{TALK.name}") if m.from_bot and not m.ephemeral_to]


@pytest.mark.process("TH-1")
def test_the_form_asks_for_the_cause_of_a_hotfix(shop: Story) -> None:
    shop.until_read()
    shop.says("mara", "start shop")

    wrong = shop.fills("mara", **{"version-shop": "hotfix"})
    assert wrong.errors == {"cause": "Say what makes it so urgent: people ask for that first."}
    other = shop.fills("mara", **{"version-shop": "minor", "cause": "security"})
    assert "A critical security issue makes a hotfix" in other.errors["version-shop"]
    assert shop.fills("mara", **{"version-shop": "hotfix"}).ok

    shop.until_shown("shop-1.3.3")
    assert shop.release("shop-1.3.3").cause is Cause.SECURITY


def test_one_role_the_starter_a_stranger_and_a_second_word_are_refused(shop: Story) -> None:
    urgent(shop)
    before = shop.card()

    assert shop.says("eli", "approve").startswith(
        "You could sign release in several roles. Choose one: `/release approve shop-1.3.3 as operations` or "
        "`/release approve shop-1.3.3 as qa`."
    )
    assert (
        shop.says("mara", "approve") == "You started shop-1.3.3, so somebody else has to sign it (four eyes)."
    )
    assert shop.says("chloe", "approve as docs") == "docs does not sign release."
    assert shop.says("chloe", "approve as operations").startswith(
        "operations signs this, and you are not in it."
    )
    assert shop.says("devi", "approve as operations").startswith(
        "You signed release of shop-1.3.3 as operations"
    )
    for who, role, words in (
        (
            "eli",
            "operations",
            "@devi signed HOTFIX-GO as operations already, and it asks for people of different roles.",
        ),
        ("devi", "database", "You signed HOTFIX-GO as operations already, at "),
    ):
        said = shop.answer_to(
            who, lambda who=who, role=role: shop.ws.person(who).clicks_old(before, text=f"Approve as {role}")
        )
        assert said.startswith(words)
    assert len(shop.release("shop-1.3.3").sign_offs) == 1


def test_a_commit_that_comes_in_between_voids_the_first_word_and_the_old_button(shop: Story) -> None:
    release_id = urgent(shop)
    shop.play(GO[:1])
    old = shop.until_card(lambda text: "1 of 2 · signed by @ben" in text)

    fix = shop.pushes("fix: the other hole")
    shop.until_logged("No longer valid")
    said = shop.answer_to(
        "devi", lambda: shop.ws.person("devi").clicks_old(old, text="Approve as operations")
    )

    assert f"main is now at {fix[:7]}" in said or "went back to testing" in said
    assert shop.release(release_id).sign_offs == ()
    shop.play(TO_THE_GO[2:])
    shop.until_card(lambda text: "0 of 2" in text)
    shop.play(GO)
    shop.until_logged("is on the remote at")
    assert (made := shop.release(release_id).tagged) is not None
    assert made.commit == fix


def test_a_team_in_which_only_one_person_could_sign_is_told_so_on_the_card(tmp_path: Path) -> None:
    roles = (
        Role("release-manager", ("U0MARA",)), Role("product", ("U0DEVI",)), Role("qa", ("U0DEVI",)), Role("docs", ("U0ELI",)),
        Role("database", ("U0DEVI",)), Role("operations", ("U0DEVI",)),
    )  # fmt: skip
    with story(tmp_path, process=None, roles=roles) as shop:
        urgent(shop)

        assert "⚠️ only @devi may still sign (not the starter, nobody twice)" in shop.card().plain


def test_a_large_hotfix_needs_somebody_who_answers_for_its_size(tmp_path: Path) -> None:
    with story(
        tmp_path, process=None, automates=("cut-hotfix", "hotfix-size"), product_settings="hotfix_lines = 2\n"
    ) as shop:
        release_id = shop.started("shop hotfix")
        shop.until_card(lambda card: "on `hotfix/1.3.3`" in card)
        shop.pushes("fix: the hole", "hotfix/1.3.3")
        shop.play(TO_THE_GO[:2])

        card = shop.until_card(lambda text: "BH-2:lines" in text).plain
        assert "This hotfix changes 3 lines in 1 file; a hotfix should change no more than 2 lines." in card
        assert "▶️ *Preparation*" in card
        refused = shop.says("chloe", "waive HOTFIX-SIZE BH-2:lines it cannot be smaller")
        assert refused.startswith("HOTFIX-SIZE belongs to release-manager")
        assert shop.says("ben", "waive HOTFIX-SIZE BH-2:lines it cannot be smaller").startswith(
            "You answer for BH-2:lines"
        )
        shop.until_card(lambda text: "▶️ *Testing*" in text)

        (work,) = (w for w in shop.release(release_id).works if w.item == "HOTFIX-SIZE" and w.waived)
        assert work.waived[0].reason == "it cannot be smaller"


AFTER_TAG = (("devi", "done REL-3"), ("devi", "done REL-4"), ("devi", "done REL-5"))
OWED = (
    ("eli", "done OWED-PLAN-3"), ("eli", "done OWED-PREP-2"), ("devi", "done OWED-PREP-4"), ("chloe", "done OWED-TEST-2"),
    ("devi", "done OWED-TEST-4"), ("eli", "done OWED-REL-2"),
)  # fmt: skip


@pytest.mark.process("TH-5")
def test_what_was_skipped_is_asked_for_after_the_release_which_is_not_complete_before(shop: Story) -> None:
    release_id = urgent(shop)
    shop.play(GO)
    shop.until_logged("is on the remote at")
    shop.play(AFTER_TAG)
    card = shop.until_card(lambda text: "*OWED-TEST-2*" in text).plain
    assert (
        "*OWED-TEST-2* Integration testing confirms component interaction\n_owed_ · qa (@chloe, @eli)" in card
    )
    shop.play((("devi", "done POST-1"), ("chloe", "done POST-2")), OWED)

    assert shop.says("ben", "approve") == "POST-GO opens when OWED-TEST-3 and OWED-TEST-5 are done."
    assert shop.says("mara", "waive OWED-TEST-3") == (
        "Write `/release waive [release] <item> [finding] <reason>`; the card shows what was found, each with its name. "
        "What is owed has no finding."
    )
    assert shop.says("ben", "waive OWED-TEST-5 the path was not touched").startswith(
        "You answer for leaving out OWED-TEST-5 of shop-1.3.3. `/release undo OWED-TEST-5` opens it again."
    )
    shop.until_card(
        lambda text: (
            "*OWED-TEST-5*" in text and "waived by @ben" in text and "the path was not touched" in text
        )
    )
    shop.clicks_item("chloe", "Waive…", "OWED-TEST-3")
    shop.fills("chloe", reason="*nothing* is slower <!channel>")
    shop.until_logged("@chloe answers for leaving out *OWED-TEST-3*")
    old = shop.until_card(lambda text: text.count("waived by") == 2)
    shop.play((("ben", "approve"),))

    shop.until_card(lambda text: "*Completed*" in text)
    assert shop.release(release_id).ended is not None
    chloe = shop.ws.person("chloe")
    said = shop.answer_to(
        "chloe", lambda: chloe.clicks_old(old, text="Undo", value=f"{release_id} OWED-TEST-3")
    )
    assert said.startswith("shop-1.3.3 is over")


def test_of_what_is_owed_people_are_reminded_until_it_is_done(tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, process=None, clock=clock, lease=LONG, settings="[reminders]\nmost = 1\n") as shop:
        urgent(shop)
        shop.play(GO)
        shop.until_logged("is on the remote at")
        shop.play(AFTER_TAG)
        shop.until_quiet()
        until_counted(shop, "OWED-TEST-2")

        later(shop, clock, 4.5)
        shop.until(lambda: reminded(shop) == 1, "chloe is reminded")
        later(shop, clock, 24)
        shop.until(lambda: reminded(shop) == 2, "chloe is reminded again, beyond what is usual")
        others = [m for m in told(shop, "chloe") if "POST-2" in m.plain]

        assert len(others) == 1
        message = next(m for m in told(shop, "chloe") if "*OWED-TEST-2*" in m.plain)
        shop.ws.person("chloe").clicks(message, text="Done")
        shop.until(
            lambda: shop.release("shop-1.3.3").result(ItemId("OWED-TEST-2")), "it is done from the message"
        )


def reminded(shop: Story) -> int:
    return sum("*OWED-TEST-2*" in m.plain for m in told(shop, "chloe"))


@pytest.mark.process("TH-5", "BH-4")
def test_a_hotfix_beside_a_release_in_testing_says_there_that_its_base_will_move(tmp_path: Path) -> None:
    with story(tmp_path, process=None, automates=("cut-hotfix", "merge-back")) as shop:
        tested = shop.in_testing()
        thread = shop.card().ts
        shop.says("chloe", "start shop major")
        hotfix = shop.started("shop hotfix")

        def said() -> list[str]:
            return [m.plain for m in shop.ws.messages(HERE) if m.thread_ts == thread and "hotfix" in m.plain]

        shop.until(said, "the thread of the release says so")
        assert said() == [
            f"• @mara started the hotfix {hotfix}. Both go on, but the base of this release will move: once the hotfix is tagged, "
            "the bot merges `v1.3.3` into this release's branch. What was tested and signed for the commit before is then asked for "
            "again, so test with the repair in it."
        ]
        histories = {id_: shop.says("eli", f"history {id_}") for id_ in (tested, "shop-2.0.0", hotfix)}
        assert ["started the hotfix" in text for text in histories.values()] == [True, False, False]
        assert shop.says("devi", f"done {tested} TEST-1").startswith("TEST-1")
