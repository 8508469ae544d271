"""Who may say yes to what, what makes a yes void, and who is told."""

from pathlib import Path

import pytest

from bot.demo.cast import ROLES, Role
from tests.scenarios.story import HOTFIX_PREPARATION, Story, story

TWO_FOR_DATABASE = tuple(
    Role("database", ("U0DEVI", "U0CHLOE")) if role.name == "database" else role for role in ROLES
)
ELI_IN_BOTH = tuple(
    Role("database", ("U0DEVI", "U0ELI")) if role.name == "database" else role for role in ROLES
)

MARA_IN_DATABASE = tuple(
    Role("database", ("U0DEVI", "U0MARA")) if role.name == "database" else role for role in ROLES
)


def test_the_starter_a_stranger_and_a_second_signature_are_refused_by_button_too(shop: Story) -> None:
    shop.hotfix()
    shop.says("mara", "done PREP-1")

    for who in ("mara", "chloe"):
        refused = shop.answer_to(who, lambda who=who: shop.clicks(who, "Approve as docs")).splitlines()
        assert refused[0] == "docs signs this, and you are not in it. Ask @eli."
        assert refused[1:] == (
            ["You started shop-1.3.3, so somebody else has to sign it (four eyes)."] if who == "mara" else []
        )
    old = shop.card()
    shop.says("eli", "approve")
    twice = shop.answer_to("eli", lambda: shop.ws.person("eli").clicks_old(old, text="Approve as docs"))

    assert twice.startswith("You signed PREP-2 as docs already, at ")
    assert len(shop.release("shop-1.3.3").sign_offs) == 1


def test_a_release_manager_who_started_it_leaves_the_sign_off_to_the_other_one(shop: Story) -> None:
    shop.hotfix_ready_to_ship()

    assert shop.says("mara", "approve as release-manager") == (
        "You started shop-1.3.3, so somebody else has to sign it (four eyes)."
    )
    assert "missing @ben" in shop.card().plain


def test_an_old_button_signs_nothing_and_lists_what_came_in(shop: Story) -> None:
    release_id = shop.hotfix()
    old = shop.card()
    before = shop.short_head(release_id)
    first = shop.pushes("fix(cart): count to ten <!channel>")
    second = shop.pushes("feat(cart): *bold* <@U0BEN>")
    shop.until_card(lambda card: second[:7] in card)

    said = shop.answer_to("eli", lambda: shop.ws.person("eli").clicks_old(old, text="Approve as docs"))

    assert (
        said.splitlines()[0]
        == f"You saw shop-1.3.3 at {before}; main is now at {second[:7]}. 2 commits came in between:"
    )
    assert [line.replace("\u200b", "") for line in said.splitlines()[1:3]] == [
        f"• {second[:7]} feat(cart): *bold* <@U0BEN> (Rafael Ortiz)",
        f"• {first[:7]} fix(cart): count to ten <!channel> (Rafael Ortiz)",
    ]
    assert said.splitlines()[3] == "Look at the present card and sign there."
    assert not shop.release(release_id).sign_offs
    assert {n.kind for n in shop.ws.notifications} == {"user"}


def test_of_two_who_click_at_once_one_signs_and_the_other_is_told(tmp_path: Path) -> None:
    with story(tmp_path, roles=TWO_FOR_DATABASE) as shop:
        release_id = shop.hotfix()
        answers: dict[str, str] = {}

        def click(who: str) -> None:
            answers[who] = shop.answer_to(who, lambda: shop.clicks(who, "Approve as database"))

        shop.at_once(lambda: click("devi"), lambda: click("chloe"))

        (signer,) = [who for who, said in answers.items() if said.startswith("You signed preparation")]
        (other,) = {"devi", "chloe"} - {signer}
        assert answers[other] == f"PREP-4 has its 1 of 1 from @{signer}; yours is not needed any more."
        assert len(shop.release(release_id).sign_offs) == 1


def test_with_a_quorum_of_two_both_who_click_at_once_count_and_one_alone_does_not(tmp_path: Path) -> None:
    with story(tmp_path, roles=TWO_FOR_DATABASE, quorums={"PREP-4": 2}) as shop:
        release_id = shop.hotfix()
        card = shop.card()
        assert "database 0 of 2 · missing @chloe, @devi" in card.plain
        shop.play(HOTFIX_PREPARATION[:3])

        shop.at_once(
            lambda: shop.ws.person("devi").clicks_old(card, text="Approve as database"),
            lambda: shop.ws.person("chloe").clicks_old(card, text="Approve as database"),
        )
        shop.until_logged("Preparation is complete")

        given = [s.by for s in shop.release(release_id).sign_offs if s.item == "PREP-4"]
        assert sorted(given) == ["U0CHLOE", "U0DEVI"]
        assert shop.lines().count("✅ Preparation is complete.") == 1


def test_one_of_two_signatures_is_shown_and_not_enough(tmp_path: Path) -> None:
    with story(tmp_path, roles=TWO_FOR_DATABASE, quorums={"PREP-4": 2}) as shop:
        shop.hotfix()
        shop.play(HOTFIX_PREPARATION)

        card = shop.until_card(lambda text: "database 1 of 2" in text).plain

        assert "_sign-off_ · database 1 of 2 · signed by @devi · missing @chloe" in card
        assert "▶️ *Preparation* 3/4" in card


def test_one_person_fills_one_role_in_a_phase(tmp_path: Path) -> None:
    with story(tmp_path, roles=ELI_IN_BOTH) as shop:
        shop.hotfix()

        assert shop.says("eli", "approve") == (
            "You could sign preparation in several roles. Choose one: "
            "`/release approve shop-1.3.3 as docs` or `/release approve shop-1.3.3 as database`."
        )
        assert shop.says("eli", "approve as database").startswith(
            "You signed preparation of shop-1.3.3 as database, at "
        )
        assert (
            shop.says("eli", "approve as docs")
            == "You signed preparation as database already; one person fills one role per phase."
        )
        assert shop.answer_to("eli", lambda: shop.clicks("eli", "Approve as docs")) == (
            "You signed preparation as database already; one person fills one role per phase."
        )
        assert "only nobody may still sign" in shop.until_card(lambda card: "nobody" in card).plain


def test_a_rejection_blocks_the_phase_and_its_withdrawal_frees_it(shop: Story) -> None:
    release_id = shop.hotfix()
    shop.play(HOTFIX_PREPARATION[:3])

    shop.says("eli", "reject the notes are wrong")
    shop.says("devi", "approve")
    blocked = shop.until_card(lambda card: "database 1 of 1" in card).plain
    assert "*Rejected* by @eli. It goes on when they withdraw." in blocked
    assert "Rejected as docs: the notes are wrong" in blocked
    assert "▶️ *Preparation*" in blocked

    shop.says("eli", "withdraw")
    shop.says("eli", "approve")
    shop.until_card(lambda card: "▶️ *Testing*" in card)
    shop.until_logged("Preparation is complete")
    assert [line for line in shop.lines() if "@eli" in line][-3:] == [
        "⛔ @eli rejected preparation as docs: the notes are wrong",
        "• @eli withdrew their rejection of preparation.",
        f"✅ @eli signed *PREP-2* (preparation) as docs, at `{shop.short_head(release_id)}`.",
    ]


@pytest.mark.process("PREP-2", "PREP-4")
def test_when_the_branch_moves_the_log_names_and_pings_those_whose_sign_offs_are_void(shop: Story) -> None:
    release_id = shop.hotfix()
    shop.play(HOTFIX_PREPARATION)
    shop.until_card(lambda card: "▶️ *Testing*" in card)

    fix = shop.pushes("fix(cart): count to ten")
    shop.until_logged("No longer valid")

    (post,) = [m for m in shop.posts() if "No longer valid" in m.plain]
    assert post.plain.splitlines() == [
        f"🔁 `main` is at `{fix[:7]}`, 10 commits since `v1.3.2`. 1 new commit.",
        "No longer valid, because they were for another commit: the sign-offs of @eli (docs, preparation), "
        "@devi (database, preparation). Please look again and sign again.",
        "• Preparation is open again: what it rested on has changed.",
        f"• {fix[:7]} fix(cart): count to ten · Rafael Ortiz",
    ]
    assert shop.pinged(post) == {"devi", "eli"}
    card = shop.until_card(lambda text: "▶️ *Preparation* 2/4" in text).plain
    assert "_sign-off_ · docs 0 of 1 · again, because what was signed has changed · missing @eli" in card
    shop.until_shown(release_id)
    assert shop.says("eli", "approve").startswith(
        f"You signed preparation of shop-1.3.3 as docs, at {fix[:7]}, 10 commits"
    )
    release = shop.release(release_id)
    assert [s.by for s in release.sign_offs] == ["U0ELI"]
    assert [s.by for s in release.lapsed] == ["U0ELI", "U0DEVI"]


def test_undoing_an_item_voids_what_was_signed_on_the_strength_of_it(shop: Story) -> None:
    release_id = shop.started()
    for line in (
        ("mara", "done PLAN-1"),
        ("chloe", "done PLAN-2"),
        ("eli", "done PLAN-3"),
        ("devi", "done PLAN-4"),
    ):
        shop.play((line,))
    shop.play((("ben", "approve"),))
    assert shop.says("mara", "undo PLAN-1") == (
        "PLAN-1 is closed for good: the next phase or the tag rests on it. `/release hold` stops the release."
    )
    shop.play(
        (
            ("mara", "done PREP-1"),
            ("eli", "done PREP-3"),
            ("eli", "approve as docs"),
            ("devi", "approve as database"),
        )
    )
    shop.play((("ben", "approve as product"), ("devi", "done TEST-1")))

    assert shop.says("mara", "undo PREP-1") == "PREP-1 of shop-1.4.0 is open again."

    post = shop.until_logged("@mara opened *PREP-1* again")
    assert post.splitlines() == [
        "• @mara opened *PREP-1* again.",
        "🔁 No longer valid, because what they rest on has changed: the sign-offs of @ben (product, preparation). "
        "Please look again and sign again.",
        "• Preparation is open again: what it rested on has changed.",
    ]
    shop.play((("mara", "done PREP-1"),))
    assert shop.release(release_id).phase(shop.stage.bot.parts.policy) == "preparation", (
        "PREP-GO rested on the old result"
    )
    assert shop.says("ben", "approve").startswith("You signed preparation of shop-1.4.0 as product")
    assert shop.release(release_id).phase(shop.stage.bot.parts.policy) == "testing"


def test_a_changed_user_group_counts_without_a_restart(shop: Story) -> None:
    shop.hotfix()
    shop.play(HOTFIX_PREPARATION, (("devi", "done TEST-1"), ("chloe", "done TEST-2")))
    assert shop.says("ben", "approve").startswith(
        "qa signs this, and you are not in it. Ask @chloe and @eli."
    )

    shop.ws.set_group_members("qa", ["ben"])
    card = shop.until_card(lambda text: "qa 0 of 1 · missing @ben" in text).plain

    assert "_check_ · @chloe" in card
    assert shop.says("chloe", "approve") == "qa signs this, and you are not in it. Ask @ben."
    assert shop.says("ben", "approve").startswith("You signed testing of shop-1.3.3 as qa, at ")


def test_the_same_event_twice_changes_the_group_once(shop: Story) -> None:
    shop.hotfix()
    shop.ws.faults.deliver_again(4)

    shop.ws.set_group_members("qa", ["ben", "chloe"])

    def read() -> bool:
        with shop.stage.bot.parts.store.reading() as tx:
            return tx.groups() == {"S0QA": frozenset({"U0BEN", "U0CHLOE"})}

    shop.until(read, "the group is read again")
    shop.until_quiet()
    assert shop.open_orders("ReadGroup") == 1, "one look is planned, however often it was said"
    assert shop.says("ben", "mine").startswith("🚢 *shop 1.3.3*")


def test_a_quorum_that_nobody_can_reach_is_said_on_the_card(tmp_path: Path) -> None:
    with story(tmp_path, roles=MARA_IN_DATABASE, quorums={"PREP-4": 2}) as shop:
        shop.hotfix()

        assert (
            "_sign-off_ · database 0 of 2 · ⚠️ only @devi may still sign (not the starter, nobody twice)"
            in shop.card().plain
        )


def test_a_group_that_cannot_be_read_any_more_is_said_on_the_card(shop: Story) -> None:
    shop.hotfix()
    shop.ws.faults.error("usergroups.users.list", "missing_scope")

    shop.ws.set_group_members("qa", ["ben"])

    card = shop.until_card(lambda text: "Still trying" in text).plain
    assert "Still trying: who is in qa is as last read from Slack. The app was installed without" in card


def test_the_rejection_of_somebody_who_left_can_be_lifted_with_a_button(shop: Story) -> None:
    shop.hotfix()
    shop.play(HOTFIX_PREPARATION, (("devi", "done TEST-1"), ("chloe", "done TEST-2")))
    assert shop.says("chloe", "reject too slow").startswith("You rejected")
    assert "[Lift the rejection]" not in shop.card().plain
    shop.ws.set_group_members("qa", ["eli"])
    shop.until_card(lambda text: "[Lift the rejection]" in text)

    answer = shop.answer_to("ben", lambda: shop.clicks("ben", "Lift the rejection"))

    assert answer == "The rejection of @chloe is taken back."
    shop.until_logged("@ben withdrew the rejection of @chloe of testing, who has left the role.")
