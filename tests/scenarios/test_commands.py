"""Every command typed: who says what, and the whole answer."""

from pathlib import Path

import commands
from bot.domain.words import ItemId, short
from tests.scenarios.story import HERE, HOTFIX_PREPARATION, Story


def test_before_any_release_every_question_has_an_answer(shop: Story) -> None:
    shop.until_read()

    assert shop.says("mara", "list") == "No release is open. `/release start` begins one."
    assert shop.says("mara", "status") == "No release is open. `/release start` begins one."
    assert shop.says("mara", "approve") == "No release is open. `/release start` begins one."
    assert shop.says("mara", "mine") == "No release is open.\n[Start a release…] [All releases] [Help]"
    assert shop.says("mara", "") == shop.says("mara", "mine")
    assert shop.says("mara", "aprove") == "There is no command “aprove”. Did you mean `/release approve`?"
    assert (
        shop.says("mara", "Wibble <!channel>")
        == "There is no command “wibble”. `/release help` shows what there is."
    )
    assert (
        shop.says("mara", "STATUS shop") == "There is no release “shop”. `/release list` shows the open ones."
    )


def test_help_names_every_command_with_its_usage_and_a_sentence(shop: Story) -> None:
    said = [line for line in shop.says("chloe", "help").splitlines() if not line.startswith("*")]

    usages, sentences = said[::2], said[1::2]
    files = sorted(file.stem.replace("_", "-") for file in Path(commands.__path__[0]).glob("[!_]*.py"))
    assert sorted(usage.split()[1].strip("`") for usage in usages) == files
    assert all(usage.startswith("`/release ") and usage.endswith("`") for usage in usages)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert "`/release approve [release] [as <role>]`" in usages


def test_without_a_tag_no_form_asks_how_to_go_back(shop: Story) -> None:
    release_id = shop.started()

    assert shop.says("devi", "rollback").startswith("No release of this channel has a tag")
    assert shop.says("devi", "rollback report") == (
        "No release of this channel was rolled back. If it began in another channel, name it, as `shop-1.4.0`."
    )
    assert shop.says("devi", f"rollback {release_id}") == (
        "v1.4.0 was never made, so there is nothing to go back from. Cancel it instead."
    )


def test_a_release_is_started_looked_at_and_listed(shop: Story) -> None:
    shop.until_read()
    assert shop.says("mara", "start shop hotfix") == (
        "Started shop-1.3.3, a hotfix release (asked for as hotfix; the commits suggest 1.4.0). "
        "Its card is on its way to the channel; you started it, so others sign it."
    )
    shop.until_shown("shop-1.3.3")

    line = "🚢 *shop 1.3.3* (`shop-1.3.3`) · preparation · *Waiting* for @ben, @mara to do *PREP-1* and 3 more items."
    listed = shop.says("chloe", "list")
    mine, nothing = shop.says("eli", "mine"), shop.says("chloe", "")
    status = shop.says("chloe", "status").splitlines()

    assert listed == line
    assert mine == "\n".join(
        [
            line,
            "*PREP-3* Changelog compilation lists all modifications _(docs)_", "[Done]",
            "*PREP-2* Release notes drafting documents user-facing changes _(docs)_", "[Approve as docs]",
            "[Start a release…] [All releases] [Help]",
        ]
    )  # fmt: skip
    assert nothing == f"{line}\nNothing for you to do here now.\n[Start a release…] [All releases] [Help]"
    assert status[:3] == [
        line,
        "*Preparation*",
        "⬜ `PREP-1` Version number selection based on change significance · release-manager",
    ]
    assert [text for text in status if text.startswith("*")] == [
        "*Preparation*",
        "*Testing*",
        "*Release*",
        "*Post-release*",
    ]
    for name in ("shop", "1.3.3", "v1.3.3", "SHOP-1.3.3"):
        assert shop.says("chloe", f"status {name}").splitlines() == status, name
    assert shop.says("chloe", "status shop now") == "One release at a time: `/release status [release]`."
    assert shop.says("chloe", "list", "#general") == listed


def test_items_are_ticked_and_opened_again_with_every_reason_when_not(shop: Story) -> None:
    shop.hotfix()

    assert shop.says("mara", "done") == "Which item? Write `/release done PLAN-1`; the card shows the items."
    assert shop.says("mara", "undo") == "Which item? Write `/release undo PLAN-1`; the card shows the items."
    assert shop.says("mara", "done xx") == "There is no item “XX”. Open now: PREP-1, PREP-3."
    assert (
        shop.says("mara", "done PLAN-1")
        == "A hotfix release has no PLAN-1 (Feature freeze establishes release scope)."
    )
    assert shop.says("mara", "done PREP-2") == "PREP-2 is a sign-off of docs: `/release approve shop-1.3.3`."
    assert (
        shop.says("mara", "done rel-1")
        == "REL-1 is carried out by the bot: it begins as soon as everything before it is done."
    )
    assert shop.says("chloe", "done TEST-1").splitlines() == [
        "TEST-1 belongs to operations, and you are not in it. Ask @devi and @eli.",
        "TEST-1 belongs to testing; shop-1.3.3 is in preparation.",
    ]
    assert shop.says("mara", "undo PREP-1") == "PREP-1 is not ticked, so there is nothing to undo."
    assert (
        shop.says("mara", "done prep-1 all *good*")
        == "PREP-1 of shop-1.3.3 is done. `/release undo PREP-1` opens it again."
    )
    assert (
        shop.says("mara", "done PREP-1") == "PREP-1 is done already. `/release undo PREP-1` opens it again."
    )
    assert (
        shop.says("chloe", "undo PREP-1")
        == "@mara ticked PREP-1; they or somebody of release-manager can undo it."
    )
    assert shop.says("ben", "undo PREP-1 x") == "“x” is too much. Write `/release undo [release] <item>`."
    assert shop.says("ben", "undo 1.3.3 PREP-1") == "PREP-1 of shop-1.3.3 is open again."
    assert (
        shop.says("ben", "done shop PREP-1")
        == "PREP-1 of shop-1.3.3 is done. `/release undo PREP-1` opens it again."
    )


def test_approve_reject_and_withdraw_answer_with_what_was_done_or_every_reason_why_not(shop: Story) -> None:
    release_id = shop.hotfix()
    head = shop.short_head(release_id)

    assert shop.says("mara", "approve").splitlines() == [
        "docs signs this, and you are not in it. Ask @eli.",
        "You started shop-1.3.3, so somebody else has to sign it (four eyes).",
    ]
    assert shop.says("eli", "approve as pope") == "pope does not sign preparation."
    assert (
        shop.says("eli", "approve foo")
        == "“foo” is not understood here. Write `/release approve [release] [as <role>]`."
    )
    assert shop.says("eli", "approve 1.3.3 as docs") == (
        f"You signed preparation of shop-1.3.3 as docs, at {head}, 9 commits since v1.3.2. `/release withdraw shop-1.3.3` takes it back."
    )
    again = shop.says("eli", "approve")
    assert again.startswith("You signed PREP-2 as docs already, at ")
    assert again.endswith(" UTC. Nothing to do.")
    assert shop.says("ben", "reject not yet") == (
        "database and docs sign preparation, and you are in none of them. `/release hold` stops a release for anyone."
    )
    assert (
        shop.says("eli", "withdraw now")
        == "There is no open release “now”. Write `/release withdraw [release] [@person]`."
    )
    assert shop.says("eli", "withdraw") == "What you said about shop-1.3.3 is taken back."
    assert (
        shop.says("eli", "withdraw")
        == "You have signed and rejected nothing of shop-1.3.3 that could be taken back."
    )
    assert shop.says("eli", "reject the notes are wrong") == (
        "You rejected shop-1.3.3. It is blocked until you take it back with `/release withdraw shop-1.3.3`."
    )
    assert (
        shop.says("eli", "reject still")
        == "You rejected this phase already; your rejection stands until you withdraw it."
    )
    assert (
        shop.says("eli", "approve")
        == "Your rejection still stands. Take it back first: `/release withdraw shop-1.3.3`."
    )
    assert shop.says("eli", "withdraw shop") == "What you said about shop-1.3.3 is taken back."


def test_anyone_holds_and_the_holder_or_a_release_manager_resumes(shop: Story) -> None:
    shop.hotfix()

    assert shop.says("chloe", "hold waiting for *legal*") == (
        "shop-1.3.3 is on hold. Nothing moves until you or a release-manager resume it: `/release resume shop-1.3.3`."
    )
    assert (
        shop.says("chloe", "hold more")
        == "You hold shop-1.3.3 already. `/release resume shop-1.3.3` lifts it."
    )
    assert shop.says("devi", "done PREP-1").splitlines() == [
        "shop-1.3.3 is on hold by @chloe: waiting for *legal*",
        "PREP-1 belongs to release-manager, and you are not in it. Ask @ben and @mara.",
    ]
    assert (
        shop.says("eli", "resume") == "shop-1.3.3 is held by @chloe; they or a release-manager can resume it."
    )
    assert shop.says("eli", "hold me too").startswith("shop-1.3.3 is on hold.")
    assert shop.says("chloe", "resume") == "shop-1.3.3 is still on hold by others."
    assert shop.says("ben", "resume shop") == "shop-1.3.3 goes on."
    assert shop.says("ben", "resume") == "shop-1.3.3 is not on hold."
    assert (
        shop.says("ben", "resume that")
        == "There is no open release “that”. Write `/release resume [release]`."
    )
    assert shop.says("ben", "retry") == "Nothing of shop-1.3.3 has failed."
    assert (
        shop.says("ben", "retry that")
        == "There is no open release “that”. Write `/release retry [release | #channel]`."
    )


def test_a_cancelled_release_is_over_and_its_version_can_be_started_again(shop: Story) -> None:
    shop.hotfix()

    assert (
        shop.says("chloe", "cancel because")
        == "Only @mara, who started shop-1.3.3, or a release-manager can cancel it."
    )
    assert shop.says("ben", "cancel the fix is *not* needed") == (
        "shop-1.3.3 is cancelled. Its history stays; `/release start` begins anew."
    )
    over = "shop-1.3.3 is over; it was cancelled: the fix is *not* needed."
    for command in (
        "approve",
        "reject no",
        "withdraw",
        "done PREP-1",
        "undo PREP-1",
        "hold it",
        "resume",
        "cancel it",
        "retry",
    ):
        verb, _, rest = command.partition(" ")
        assert shop.says("eli", f"{verb} shop-1.3.3 {rest}") == over, command
    assert (
        shop.says("eli", "status shop").splitlines()[0]
        == "🗑️ *shop 1.3.3* (`shop-1.3.3`) · *Cancelled*: the fix is \u200b*\u200bnot\u200b*\u200b needed"
    )
    assert shop.says("eli", "list").splitlines()[:2] == [
        "No release is open. `/release start` begins one.",
        "Over:",
    ]
    assert shop.says("mara", "start hotfix").startswith("Started shop-1.3.3~2, a hotfix release")
    assert (
        shop.says("eli", "list")
        .splitlines()[0]
        .startswith("🔎 *shop 1.3.3* (`shop-1.3.3~2`) · preparation · ")
    )


def test_history_shows_every_event_once_over_its_pages_the_latest_first(shop: Story) -> None:
    release_id = shop.hotfix()
    reason = "waiting for the answer of the lawyers " * 9
    for _ in range(5):
        shop.says("chloe", f"hold {reason}")
        shop.says("chloe", "resume")
    total = shop.release(release_id).events

    first = shop.reply("eli", "history")
    assert first is not None
    pages = [first.plain]
    while "[Older]" in pages[-1]:
        before = len(shop.whispers("eli"))
        answer = (
            first if len(pages) == 1 else [m for m in shop.ws.person("eli").sees(HERE) if m.ephemeral_to][-1]
        )
        shop.clicks("eli", "Older", answer)
        pages.append(shop.whisper("eli", before))

    heads = [page.splitlines()[0] for page in pages]
    numbers = [int(line.split(".")[0]) for page in pages for line in page.splitlines() if line[:1].isdigit()]
    assert heads == [f"*History of shop-1.3.3*, page {n} of {len(pages)}" for n in range(1, len(pages) + 1)]
    assert numbers == list(range(total, 0, -1))
    assert (
        "@mara started shop 1.3.3, a hotfix release (asked for as hotfix; the commits suggest 1.4.0)."
        in pages[-1]
    )
    assert shop.says("eli", "history shop 2") == pages[1]
    assert shop.says("eli", "history 99").splitlines()[0] == heads[-1]
    assert shop.says("eli", "history a b") == "One release at a time: `/release history [release] [page]`."
    assert shop.says("eli", "history") == pages[0]


def test_a_word_that_names_a_release_is_its_name_and_not_part_of_the_reason(shop: Story) -> None:
    release_id = shop.hotfix()

    shop.says("chloe", "hold shop broken in staging")
    held = shop.release(release_id).holds[0].reason
    shop.says("chloe", 'resume "shop-1.3.3"')
    shop.says("chloe", 'hold "shop is broken"')

    assert held == "broken in staging"
    assert shop.release(release_id).holds[0].reason == "shop is broken"
    assert short(shop.release(release_id).commit or "") in shop.card().plain


def test_a_word_in_another_channel_does_not_reach_a_release(shop: Story) -> None:
    shop.hotfix()

    answer = shop.says("mara", "cancel by mistake", "#general")

    assert answer == (
        "No release is open in this channel; elsewhere: `shop-1.3.3`. Add its name to the command."
    )
    assert shop.release("shop-1.3.3").is_open
    assert shop.says("mara", "status", "#general").startswith("🚢 *shop 1.3.3*"), "looking is free"
    assert shop.says("chloe", "hold 1.3.3 wait", "#general").startswith("shop-1.3.3 is on hold.")


def test_a_tick_of_an_earlier_phase_has_its_undo_button_in_the_details(shop: Story) -> None:
    shop.hotfix()
    shop.play(HOTFIX_PREPARATION)
    shop.until_card(lambda text: "▶️ *Testing*" in text)
    details = shop.reply("mara", "status")
    assert details is not None

    shop.clicks("mara", "Undo PREP-1", details)

    shop.until_card(lambda text: "▶️ *Preparation*" in text)
    assert shop.release("shop-1.3.3").result(ItemId("PREP-1")) is None
