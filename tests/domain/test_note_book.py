"""The notes of a release as they are kept: what people write stays, what comes in later is listed, what is missing is named."""

import pytest

from bot.domain.markdown import inline
from bot.domain.note_book import (
    MOST_LINES,
    NoteBook,
    as_notes,
    drafted,
    redrafted,
    text_of,
    with_text,
)
from bot.domain.note_text import LONGEST_PART, bounded, difference, for_form, joined, split
from bot.domain.notes import Heading, Topic, draft
from bot.domain.noting import missing
from bot.domain.settling import judge, settle
from tests.domain.test_settling import history

HEADING = Heading("shop", "1.5.0", "v1.4.0", "2026-11-30")


def book(*messages: str) -> NoteBook:
    """The draft of these commits, the newest first; each has an id of its own that later ones do not change."""
    changes = history(*((f"{len(messages) - place:03}", message) for place, message in enumerate(messages)))
    return drafted(draft(HEADING, settle([judge(change) for change in changes])))


def edited(there: NoteBook, topic: Topic, text: str) -> NoteBook:
    return with_text(there, topic, text, for_form(there.part(topic))[1])


def names(there: NoteBook) -> list[str]:
    return [finding.name for finding in missing(there)]


def test_a_section_reads_as_its_commits_say_it() -> None:
    there = book("feat(basket): gift cards (#13)\n\nRefs: #12", "fix: the sum")

    assert text_of(there.part(Topic.FEATURES)) == "- **basket:** gift cards (#13), #12 (3030320, Lena)"
    assert text_of(there.part(Topic.SECURITY)) == ""


def test_what_came_in_after_an_edit_is_listed_behind_it_and_the_edit_stays() -> None:
    there = edited(book("feat: gift cards"), Topic.FEATURES, "You can give gift cards (3030310).")

    again = redrafted(there, book("feat: vouchers", "feat: gift cards"))

    part = again.part(Topic.FEATURES)
    assert part.text == "You can give gift cards (3030310)."
    assert [line.subject for line in part.since_edit] == ["vouchers"]
    assert text_of(part) == "You can give gift cards (3030310).\n- vouchers (3030320, Lena)"


def test_an_edited_section_outlives_its_commits() -> None:
    there = edited(book("feat: gift cards", "fix: the sum"), Topic.FIXES, "The sum is right.")

    assert redrafted(there, book("feat: gift cards")).part(Topic.FIXES).text == "The sum is right."


def test_a_section_that_was_emptied_is_left_out() -> None:
    there = edited(book("feat: gift cards", "fix: the sum"), Topic.FIXES, "")

    assert [section.topic for section in as_notes(there).sections] == [Topic.FEATURES]


def test_a_move_that_says_nothing_new_to_readers_keeps_the_digest() -> None:
    assert book("feat: gift cards").digest == book("feat: gift cards").digest
    assert book("fix: y", "feat: x").digest != book("fix: z", "feat: x").digest


BREAKING = "feat!: no XML any more"


@pytest.mark.process("CN-3")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- no XML any more (3030310, Lena)", ["CN-3:3030310"]),  # what was drafted
        ("- no XML any more (3030310, Lena)\n  Use JSON instead.", []),
        ("- no XML any more (3030310, Lena). Use JSON instead.", []),
        (
            "- no XML any more (3030310, Lena)\n- Another thing: use JSON.",
            ["CN-3:3030310"],
        ),  # about something else
        ("XML is gone (3030310). Send JSON, as before with XML.", []),
        ("Use JSON instead.", ["CN-3:3030310"]),  # of which commit?
        ("", ["CN-3:3030310"]),
    ],
)
def test_a_breaking_change_is_settled_by_what_stands_with_its_id(text: str, found: list[str]) -> None:
    there = book(BREAKING)
    assert names(there) == ["CN-3:3030310"]

    assert names(edited(there, Topic.BREAKING, text)) == found


@pytest.mark.process("CN-4")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- y (3030310, Lena)\n  y is old", ["CN-4:3030310"]),
        ("- y (3030310, Lena)\n  y works until 3.0", []),
        ("- y (3030310, Lena), gone by 2027-06-01", []),
        ("- y (3030310, Lena)\n  soon", ["CN-4:3030310"]),
    ],
)
def test_a_deprecation_is_settled_by_a_date_or_version_with_its_id(text: str, found: list[str]) -> None:
    there = book("refactor: y\n\nDEPRECATED: y is old")

    assert names(edited(there, Topic.DEPRECATIONS, text)) == found


@pytest.mark.process("CN-3", "CN-4")
def test_commits_that_say_it_themselves_leave_nothing_open() -> None:
    said = book(
        "feat!: no XML\n\nBREAKING CHANGE: use JSON instead", "fix: y\n\nDEPRECATED: y works until 3.0"
    )

    assert names(said) == []


def test_a_gap_that_came_in_after_an_edit_is_named() -> None:
    there = edited(book(BREAKING), Topic.BREAKING, "- no XML (3030310): use JSON.")

    assert names(redrafted(there, book("fix!: no CSV", BREAKING))) == ["CN-3:3030320"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "a\n" * 9_000,
        "x" * 40_000,
        ("y" * 2_799 + "\n") * 3,
        "\n".join("word " * 700 for _ in range(12)),
        "a\n\n\nb",
    ],
)
def test_a_text_of_any_length_is_put_together_again_as_it_was(text: str) -> None:
    parts, joins = split(text)

    assert all(len(part) <= LONGEST_PART for part in parts)
    whole = parts[0]
    for part, join in zip(parts[1:], joins, strict=True):
        whole += ("\n" if join == "n" else "") + part
    assert whole == text
    if all(parts):
        assert joined([*parts, ""], joins) == text


def test_what_is_written_into_the_last_field_stands_on_a_line_of_its_own() -> None:
    assert joined(["one", "two", "three"], "n") == "one\ntwo\nthree"
    assert joined(["", "new"], "") == "new"
    assert joined(["one", "", "three"], "nn") == "one\nthree"


def test_a_form_holds_as_many_lines_as_fit_and_the_others_stay_drafts() -> None:
    there = book(*(f"feat: {'word ' * 55}{n}" for n in range(400)))

    text, seen = for_form(there.part(Topic.FEATURES))

    assert 39_000 < len(text) <= 40_000
    assert len(seen) == text.count("\n") + 1 < 400
    after = with_text(there, Topic.FEATURES, text, seen)
    assert len(after.part(Topic.FEATURES).since_edit) == 400 - len(seen)


def test_more_lines_than_a_book_keeps_are_counted() -> None:
    many = book(*(f"feat: {n}" for n in range(MOST_LINES + 7)))

    assert (len(many.part(Topic.FEATURES).lines), many.part(Topic.FEATURES).more) == (MOST_LINES, 7)


def test_hostile_commits_do_nothing_in_the_text_of_an_editor() -> None:
    said = text_of(
        book("feat(<b>): <!channel> @ada `x` [y](https://evil.example)\x00\u202e").part(Topic.FEATURES)
    )

    assert inline("<!channel> @ada `x` [y](https://evil.example)") in said
    assert "\x00" not in said
    assert "\u202e" not in said


def test_the_difference_of_two_versions_shows_what_went_and_what_came() -> None:
    old = book("feat: gift cards", "fix: the sum")
    new = edited(old, Topic.FIXES, "The sum is right.")

    assert list(difference(old, new)) == [
        "…",
        " ## Bug fixes",
        "-- the sum (3030310, Lena)",
        "+The sum is right.",
        " ",
    ]
    assert list(difference(old, old)) == []


def test_notes_that_are_cut_say_how_much_is_left_out() -> None:
    lines = ["## Features", "- one", "- two", ""]

    assert bounded(lines, 100) == lines
    assert bounded(lines, 20) == ["## Features", "- one", "… and 2 more lines."]
    assert bounded(lines, 24)[-1] == "… and 1 more line."
    assert bounded(["x" * 30], 20) == ["… and 1 more line."]
