"""The same things by button: on the card, in the answers of `/release`, and on the Home tab."""

from dataclasses import replace

from bot.demo.autoplay import buttons
from tests.scenarios.story import HERE, HOTFIX_PREPARATION, Story


def test_everything_on_the_card_can_be_clicked(shop: Story) -> None:
    release_id = shop.hotfix()
    head = shop.short_head(release_id)

    assert [b.text for b in shop.buttons()] == [
        "Done", "Done", "Approve as docs", "Approve as database",
        "Reject…", "Withdraw", "Hold…", "Cancel release…", "Details", "History",
    ]  # fmt: skip
    assert shop.answer_to("mara", lambda: shop.clicks_item("mara", "Done", "PREP-1")) == (
        "PREP-1 of shop-1.3.3 is done. `/release undo PREP-1` opens it again."
    )
    assert shop.answer_to("eli", lambda: shop.clicks("eli", "Approve as docs")) == (
        f"You signed preparation of shop-1.3.3 as docs, at {head}, 9 commits since v1.3.2. `/release withdraw shop-1.3.3` takes it back."
    )
    shop.until_card(lambda card: "[Undo]" in card and "[Approve as docs]" not in card)
    assert (
        shop.answer_to("mara", lambda: shop.clicks_item("mara", "Undo", "PREP-1"))
        == "PREP-1 of shop-1.3.3 is open again."
    )
    assert (
        shop.answer_to("eli", lambda: shop.clicks("eli", "Withdraw"))
        == "What you said about shop-1.3.3 is taken back."
    )
    assert shop.answer_to("chloe", lambda: shop.clicks("chloe", "Details")) == shop.says("chloe", "status")
    assert shop.answer_to("chloe", lambda: shop.clicks("chloe", "History")) == shop.says("chloe", "history")
    shop.until_card(lambda card: "[Approve as docs]" in card)
    assert "Approve as product" not in [b.text for b in shop.buttons()], (
        "planning and preparation have others to sign"
    )


def test_a_hold_by_button_asks_for_the_reason_and_leaves_a_resume_button(shop: Story) -> None:
    release_id = shop.hotfix()

    shop.clicks("chloe", "Hold…")
    form = shop.modal("chloe", "Hold")
    assert form.plain.splitlines() == [
        "`shop-1.3.3`", "Why stop? *: [plain_text_input]", "Nothing moves until it is resumed. Everybody sees the reason.",
    ]  # fmt: skip
    assert not shop.fills("chloe", reason="").ok, "a reason is asked for"
    assert shop.fills("chloe", reason="legal is *away*").ok
    assert shop.ws.person("chloe").modal is None
    card = shop.until_card(lambda text: "On hold: legal is *away*" in text)
    assert [b.text for b in buttons(card)] == ["Resume", "Hold…", "Cancel release…", "Details", "History"]
    assert shop.answer_to("eli", lambda: shop.clicks("eli", "Resume")) == (
        "shop-1.3.3 is held by @chloe; they or a release-manager can resume it."
    )
    assert shop.answer_to("ben", lambda: shop.clicks("ben", "Resume")) == "shop-1.3.3 goes on."
    assert not shop.release(release_id).holds


def test_a_rejection_by_button_asks_why_and_a_cancel_too(shop: Story) -> None:
    release_id = shop.hotfix()

    shop.clicks("eli", "Reject…")
    assert shop.fills("eli", reason="the notes are wrong").ok
    shop.until_card(lambda text: "Rejected as docs: the notes are wrong" in text)
    shop.clicks("chloe", "Reject…")
    shop.fills("chloe", reason="me too")
    assert shop.modal("chloe", "Harbourmaster").plain == (
        "database and docs sign preparation, and you are in none of them. `/release hold` stops a release for anyone."
    )
    shop.ws.person("chloe").closes()
    shop.clicks("chloe", "Cancel release…")
    shop.fills("chloe", reason="enough")
    assert shop.modal("chloe", "Harbourmaster").plain == (
        "Only @mara, who started shop-1.3.3, or a release-manager can cancel it."
    )
    shop.clicks("mara", "Cancel release…")
    assert shop.fills("mara", reason="the fix was wrong").ok

    card = shop.until_card(lambda text: "*Cancelled*: the fix was wrong" in text)
    assert [b.text for b in buttons(card)] == ["Details", "History"]
    assert shop.release(release_id).ended is not None


def test_a_command_without_its_reason_opens_the_form_for_it(shop: Story) -> None:
    shop.hotfix()

    for who, command, title in (
        ("eli", "reject", "Reject"),
        ("eli", "hold shop", "Hold"),
        ("mara", "cancel 1.3.3", "Cancel release"),
    ):
        assert shop.reply(who, command) is None
        assert shop.modal(who, title).private_metadata == "shop-1.3.3"
        shop.ws.person(who).closes()


def test_a_name_that_no_release_has_is_never_taken_for_the_reason_to_stop_another_one(shop: Story) -> None:
    release_id = shop.hotfix()
    events = shop.release(release_id).events

    for name in ("shop-9.9.9", "9.9.9", "v9.9.9", "shop-1.3.3~2", "SHOP-1.4.0-rc.1"):
        for command in ("hold", "cancel", "reject", "resume", "withdraw", "retry", "approve"):
            assert (
                shop.says("eli", f"{command} {name}")
                == f"There is no release “{name}”. `/release list` shows the open ones."
            )
    assert (
        shop.says("eli", "done 9.9.9 PREP-3")
        == "There is no release “9.9.9”. `/release list` shows the open ones."
    )
    assert shop.release(release_id).events == events


def test_what_is_your_turn_can_be_done_in_the_answer_itself(shop: Story) -> None:
    release_id = shop.hotfix()

    answer = shop.reply("eli", "")
    assert answer is not None
    assert [b.text for b in buttons(answer)] == [
        "Done",
        "Approve as docs",
        "Start a release…",
        "All releases",
        "Help",
    ]
    assert shop.answer_to("eli", lambda: shop.clicks("eli", "Done", answer)).startswith(
        "PREP-3 of shop-1.3.3 is done."
    )
    assert shop.answer_to("eli", lambda: shop.clicks("eli", "Approve as docs", answer)).startswith(
        "You signed preparation"
    )
    assert shop.answer_to("eli", lambda: shop.clicks("eli", "All releases", answer)) == shop.says(
        "eli", "list"
    )
    assert shop.answer_to("eli", lambda: shop.clicks("eli", "Help", answer)) == shop.says("eli", "help")
    shop.clicks("eli", "Start a release…", answer)
    assert "Suggested: *1.4.0*" in shop.modal("eli", "Start a release").plain
    assert len(shop.release(release_id).sign_offs) == 1


def test_the_home_tab_shows_and_does_what_waits_for_a_person(shop: Story) -> None:
    release_id = shop.hotfix()
    eli, chloe = shop.ws.person("eli"), shop.ws.person("chloe")

    eli.opens_home()
    shop.until(lambda: eli.home_view is not None, "the Home tab is there")
    assert eli.home_view is not None
    shown = eli.home_view.plain.splitlines()
    assert shown[0] == "Your turn"
    assert "*PREP-2* Release notes drafting documents user-facing changes _(docs)_" in shown
    assert "Your roles: docs, operations, qa." in shown
    assert eli.clicks_home(text="Approve as docs").ok
    assert shop.modal("eli", "Harbourmaster").plain.startswith(
        "You signed preparation of shop-1.3.3 as docs, at "
    )
    eli.closes()
    shop.until(lambda: eli.home_view and "PREP-2*" not in eli.home_view.plain, "the Home tab follows")
    assert eli.clicks_home(text="Done").ok
    assert (
        shop.modal("eli", "Harbourmaster").plain
        == "PREP-3 of shop-1.3.3 is done. `/release undo PREP-3` opens it again."
    )
    eli.closes()

    chloe.opens_home()
    shop.until(lambda: chloe.home_view is not None, "the Home tab is there")
    chloe.clicks_home(text="Help")
    assert "`/release approve [release] [as <role>]`" in shop.modal("chloe", "Harbourmaster").plain
    chloe.closes()
    chloe.clicks_home(text="All releases")
    assert shop.modal("chloe", "Harbourmaster").plain == shop.says("chloe", "list")
    chloe.closes()
    chloe.clicks_home(text="Start a release…")
    assert "Suggested: *1.4.0*" in shop.modal("chloe", "Start a release").plain
    assert len(shop.release(release_id).results) == 1


def test_a_whole_phase_is_signed_by_button_and_the_card_moves_on(shop: Story) -> None:
    release_id = shop.hotfix()
    for who, command in HOTFIX_PREPARATION[:2]:
        shop.says(who, command)

    shop.clicks("eli", "Approve as docs")
    shop.clicks("devi", "Approve as database")
    card = shop.until_card(lambda text: "▶️ *Testing* 0/3" in text)

    assert [b.text for b in buttons(card)][:1] == ["Done"]
    assert [b.value for b in buttons(card)][:1] == [f"{release_id} TEST-1"]


def test_a_button_with_a_value_that_nobody_made_changes_nothing(shop: Story) -> None:
    release_id = shop.hotfix()
    events = shop.release(release_id).events
    old = (
        "This button is from an older version or was changed on its way. Use the buttons on the present card."
    )
    ballot = next(b.value for b in shop.buttons() if b.text == "Approve as docs")

    for value in (
        "nonsense",
        "[]",
        "{}",
        "null",
        "1e999",
        ballot[:-1],
        ballot.replace("docs", "pope", 1) + "}",
        '{"release":1}',
        "[" * 1900,
    ):
        assert shop.answer_to("eli", lambda v=value: shop.forges("eli", "Approve as docs", v)) == old, value[
            :40
        ]
    assert shop.answer_to(
        "eli", lambda: shop.forges("eli", "Approve as docs", ballot.replace('"docs"', '"pope"'))
    ) == ("pope no longer signs preparation: the process was changed. See the present card.")
    assert shop.answer_to(
        "eli", lambda: shop.forges("eli", "Approve as docs", ballot.replace("shop-1.3.3", "shop-9.9.9"))
    ) == ("There is no release “shop-9.9.9”. `/release list` shows the open ones.")
    assert shop.answer_to("eli", lambda: shop.forges("eli", "Details", "shop-9.9.9 <!channel>")) == (
        "There is no release “shop-9.9.9 <!channel>”. `/release list` shows the open ones."
    )
    assert shop.answer_to("eli", lambda: shop.forges("eli", "Withdraw", "shop-9.9.9")) == (
        "There is no release “shop-9.9.9”. `/release list` shows the open ones."
    )
    strange = tuple(
        {**block, "elements": [{**e, "action_id": "wibble"} for e in block["elements"]]}
        if block["type"] == "actions"
        else block
        for block in shop.card().blocks
    )
    assert shop.answer_to(
        "eli", lambda: shop.ws.person("eli").clicks_old(replace(shop.card(), blocks=strange), text="Details")
    ) == ("This button is from an older version. Use the buttons on the present card.")
    assert shop.release(release_id).events == events
    assert not [n for n in shop.ws.notifications if n.kind != "user"], f"nobody in {HERE} was pinged"
