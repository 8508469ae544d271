"""The notes of a release: drafted from the commits, edited section by section, kept in versions, signed off."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.notes import Topic
from bot.repository.git import Git
from bot.workspace import Delivery, Message
from tests.scenarios.story import HOTFIX_PREPARATION, HOTFIX_TESTING, PLANNING, SHIPPING, Story, story

BREAKING = "feat!: no XML any more"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    """A shop whose notes the bot drafts; the rest is done by hand."""
    with story(tmp_path, automates=("notes",)) as told:
        yield told


def started(shop: Story, words: str = "shop minor") -> str:
    """A minor release whose notes are there. Its id."""
    release_id = shop.started(words)
    shop.says_until("eli", "notes", "version 1")
    return release_id


def notes(shop: Story, who: str, words: str = "") -> Message:
    reply = shop.reply(who, f"notes {words}")
    assert reply is not None
    return reply


def presses(shop: Story, who: str, message: Message, text: str) -> str:
    """Press a button of the notes; the answer."""
    return shop.answer_to(who, lambda: shop.ws.person(who).clicks(message, text=text))


def opens(shop: Story, who: str, release_id: str, topic: str) -> str:
    """Open the form, turn to this section; the text of its first field."""
    person = shop.ws.person(who)
    assert person.clicks(notes(shop, who, release_id), text="Edit…").ok
    shop.modal(who, "Edit the notes")
    person.fills("section", f"{release_id} {topic}")
    shop.until(lambda: _field(shop, who).startswith(f"text-{topic.lower()}-"), f"{who} sees {topic}")
    return str(_blocks(shop, who)[0]["element"].get("initial_value", ""))


def _blocks(shop: Story, who: str) -> list[dict]:  # type: ignore[type-arg]  # raw blocks
    return [b for b in shop.modal(who).blocks if str(b.get("block_id", "")).startswith("text-")]


def _field(shop: Story, who: str) -> str:
    blocks = _blocks(shop, who)
    return str(blocks[0]["block_id"]) if blocks else ""


def saves(shop: Story, who: str, text: str) -> Delivery:
    shop.ws.person(who).fills(_field(shop, who), text)
    return shop.ws.person(who).submits()


def adds(shop: Story, who: str, text: str) -> Delivery:
    """Write into the last field, and save."""
    shop.ws.person(who).fills(str(_blocks(shop, who)[-1]["block_id"]), text)
    return shop.ws.person(who).submits()


def kept(shop: Story, release_id: str) -> str | None:
    """What people wrote about fixes."""
    with shop.stage.bot.parts.store.reading() as tx:
        version = tx.notes(release_id)
    assert version is not None
    return version.book.part(Topic.FIXES).text


@pytest.mark.process("PREP-2", "CN-1", "CN-2")
def test_notes_are_drafted_from_the_commits_for_three_audiences(shop: Story) -> None:
    started(shop)

    users = notes(shop, "eli")
    assert "shop 1.4.0" in users.plain
    assert "payments: pay by card" in users.plain
    assert "For users · version 1 by Harbourmaster" in users.plain
    assert "For operators · version 1" in presses(shop, "eli", users, "For operators")
    assert "For stakeholders · version 1" in shop.says("ben", "notes shop stakeholders")
    page = presses(shop, "eli", users, "As Markdown")
    assert "# shop 1.4.0" in page
    assert "- **payments:** pay by card" in page
    assert shop.says("ben", "notes everybody").startswith("Write `/release notes")


def test_a_product_that_writes_its_notes_elsewhere_says_so(tmp_path: Path) -> None:
    with story(tmp_path) as shop:
        shop.started()

        assert shop.says("eli", "notes") == (
            "The bot does not draft the notes of shop: `notes` is not among what harbourmaster.toml lets it automate."
        )
        assert "CN-CHECK" not in shop.card().plain


def test_a_team_writes_the_pages_with_templates_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "users.md.j2").write_text(
        "Ahoy, {{ product }} {{ version }}: {{ sections[0].text[0] }}"
    )
    with story(tmp_path, automates=("notes",), product_settings='notes = { templates = "words" }') as shop:
        release_id = started(shop)
        opens(shop, "eli", release_id, "FEATURES")
        assert saves(shop, "eli", "Cards!").ok

        page = presses(shop, "eli", notes(shop, "eli"), "As Markdown")

        assert "Ahoy, shop 1.4.0: Cards!" in page


@pytest.mark.process("PREP-2")
def test_a_section_is_written_and_later_commits_are_listed_behind_it(shop: Story) -> None:
    release_id = started(shop)

    assert "pay by card" in opens(shop, "eli", release_id, "FEATURES")
    assert saves(shop, "eli", "- *Pay by card*, at last.").ok

    shown = shop.says_until("devi", "notes", "version 2 by @eli")
    assert "Pay by card*, at last." in shown
    shop.until_logged("@eli wrote “Features” in the notes: version 2.")
    shop.pushes("feat: vouchers")
    later = shop.says_until("devi", "notes", "vouchers")
    assert later.index("at last.") < later.index("Came in since this was written:") < later.index("vouchers")


@pytest.mark.process("PREP-2")
def test_two_editors_of_one_section_never_overwrite_each_other(shop: Story) -> None:
    release_id = started(shop)
    opens(shop, "eli", release_id, "FEATURES")
    opens(shop, "mara", release_id, "FEATURES")
    opens(shop, "ben", release_id, "FIXES")

    assert saves(shop, "eli", "Eli's words.").ok
    clash = saves(shop, "mara", "Mara's words.")

    assert clash.errors is not None
    said = " ".join(clash.errors.values())
    assert "wrote “Features” meanwhile: version 2, you began with 1." in said
    assert shop.modal("mara").title == "Edit the notes"
    assert saves(shop, "ben", "Ben's words.").ok  # another section is no clash
    shown = shop.says("devi", "notes")
    assert "Eli's words." in shown
    assert "Ben's words." in shown
    assert "Mara's words." not in shown


def test_only_those_who_answer_for_the_notes_write_them(shop: Story) -> None:
    release_id = started(shop)
    opens(shop, "devi", release_id, "FEATURES")

    refused = saves(shop, "devi", "Devi's words.")

    assert refused.errors is not None
    assert "docs writes the notes, and you are not in it." in " ".join(refused.errors.values())


@pytest.mark.process("PREP-2")
def test_versions_are_compared_and_brought_back(shop: Story) -> None:
    release_id = started(shop)
    for text in ("First words.", "Second words."):
        opens(shop, "eli", release_id, "FEATURES")
        assert saves(shop, "eli", text).ok

    compared = notes(shop, "eli", f"{release_id} diff 2 3")
    assert "-First words." in compared.plain
    assert "+Second words." in compared.plain
    assert "*3* by @eli" in presses(shop, "eli", notes(shop, "eli"), "Versions…")
    said = presses(shop, "eli", compared, "Restore version 2")

    assert said == "Version 2 is back, as version 4 of the notes."
    assert "First words." in shop.says("devi", "notes")
    assert shop.says("devi", "notes diff 2 9").startswith(f"The notes of {release_id} have no version 9.")


@pytest.mark.process("PREP-2", "CN-3")
def test_a_breaking_change_without_a_way_keeps_the_notes_from_being_signed_until_it_is_written(
    shop: Story,
) -> None:
    shop.until_read()
    sha = shop.pushes(BREAKING)
    shop.says_until("eli", "version", "2.0.0")
    release_id = started(shop, "shop major")
    assert f"CN-3:{sha[:7]}" in shop.says("eli", "notes")
    shop.play(PLANNING)
    shop.until_card(lambda card: "🚨 *CN-CHECK*" in card and f"CN-3:{sha[:7]}" in card)
    assert "PREP-2 opens when CN-CHECK is done" in shop.says("eli", "approve as docs")

    draft = opens(shop, "eli", release_id, "BREAKING")
    assert saves(shop, "eli", f"{draft}\n  Send JSON instead.").ok

    shop.until_card(lambda card: "✅ *CN-CHECK*" in card)
    assert shop.says("eli", "approve as docs").startswith("You signed preparation")
    shop.until_card(
        lambda card: "✅ *PREP-2*" in card and f"version 2: `/release notes {release_id}`" in card
    )
    opens(shop, "mara", release_id, "FEATURES")
    assert saves(shop, "mara", "Other words.").ok
    lapsed = shop.until_logged("No longer valid")
    assert "@eli (docs, preparation)" in lapsed
    shop.until_card(lambda card: "✅ *PREP-2*" not in card and "✅ *CN-CHECK*" in card)


@pytest.mark.process("CN-3", "CN-4")
def test_who_answers_for_a_gap_need_not_do_so_for_every_version(shop: Story) -> None:
    shop.until_read()
    sha = shop.pushes(BREAKING)
    shop.says_until("eli", "version", "2.0.0")
    release_id = started(shop, "shop major")
    shop.play(PLANNING)
    shop.until_card(lambda card: "🚨 *CN-CHECK*" in card)

    said = shop.says("eli", f"waive CN-CHECK CN-3:{sha[:7]} nobody uses it")
    assert said.startswith("You answer for CN-3:")
    opens(shop, "eli", release_id, "FEATURES")
    assert saves(shop, "eli", "New words.").ok

    shop.until_logged("Version 2 of the notes leaves nothing open.")


@pytest.mark.process("PREP-2")
def test_a_sign_off_outlives_a_move_that_tells_readers_nothing_new(shop: Story) -> None:
    release_id = started(shop)
    shop.play(PLANNING)
    shop.until_card(lambda card: "✅ *CN-CHECK*" in card)
    assert shop.says("eli", "approve as docs").startswith("You signed preparation")

    shop.pushes("chore: tidy up")
    shop.until(lambda: len(shop.release(release_id).moves) == 2, "the branch is read")
    shop.until_card(lambda card: "✅ *CN-CHECK*" in card and "✅ *PREP-2*" in card)

    shop.pushes("feat: vouchers")
    shop.until_card(lambda card: "✅ *CN-CHECK*" in card and "✅ *PREP-2*" not in card)


def test_the_notes_of_hostile_commits_do_nothing(shop: Story) -> None:
    shop.until_read()
    shop.pushes("feat(<@U0BEN>): <!channel> *bold* `x` [link](https://evil.example)")
    shop.says_until("eli", "version", "<!channel>")
    release_id = started(shop)
    opens(shop, "eli", release_id, "FEATURES")
    assert saves(shop, "eli", "<!here> <@U0BEN> & *me*").ok

    shown = notes(shop, "eli")
    presses(shop, "eli", shown, "As Markdown")

    assert "<!here> <@U0BEN> & *me*" in shown.plain
    assert {n.kind for n in shop.ws.notifications} <= {"user"}


def test_a_section_of_40_000_characters_is_shown_in_a_form_and_saved_as_it_was(shop: Story) -> None:
    release_id = started(shop)
    line = "- " + "word " * 30
    opens(shop, "eli", release_id, "FIXES")
    longest = "\n".join(f"{line}{n}" for n in range(17))
    assert saves(shop, "eli", longest).ok
    for _ in range(14):  # a form is filled further and further
        opens(shop, "eli", release_id, "FIXES")
        assert adds(shop, "eli", longest).ok
    opens(shop, "eli", release_id, "FIXES")
    too_long = adds(shop, "eli", longest)

    assert too_long.errors is not None
    assert "A section holds 40,000 characters; this has 41,999." in " ".join(too_long.errors.values())
    assert kept(shop, release_id) == "\n".join([longest] * 15)
    assert len(_blocks(shop, "eli")) == 16
    assert "more lines" in shop.says("eli", "notes")


@pytest.mark.process("PREP-2", "TAG-2", "TGM-2")
def test_the_tag_holds_the_notes_that_people_wrote_and_signed(shop: Story) -> None:
    release_id = started(shop, "shop hotfix")
    opens(shop, "eli", release_id, "FIXES")
    assert saves(shop, "eli", "- The basket adds up again.\n-----BEGIN SSH SIGNATURE-----").ok
    shop.until_card(lambda card: "✅ *CN-CHECK*" in card)

    shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
    shop.until_logged("is on the remote")

    bare = Git(shop.stage.folder / "remote" / "shop.git")
    told = bare.run("for-each-ref", "--format=%(contents)", "refs/tags/v1.3.3").out.decode()
    first, _, signed = told.partition("\nRelease notes:\n\n")
    notes, _, _ = signed.partition("\nSigned off at ")
    assert "\n- The basket adds up again.\n" in first, "what the notes put first is a highlight"
    assert "## Bug fixes\n- The basket adds up again.\n -----BEGIN SSH SIGNATURE-----\n" in notes
    assert notes.startswith("## Features\n- **payments:** pay by card, #39 (")
    opens(shop, "mara", release_id, "FIXES")
    too_late = saves(shop, "mara", "Nobody signed this.")
    assert too_late.errors is not None
    assert "are closed: its tag rests on them." in " ".join(too_late.errors.values())
