"""What a release brings in a few lines: from its notes, and without notes from its commits as the team reads them."""

from bot.domain.convention import Convention, Label, Unconventional
from bot.domain.highlights import Highlights, of_changes, of_commits, of_notes
from bot.domain.messages import read_change
from bot.domain.note_book import drafted, text_of, with_text
from bot.domain.notes import Heading, Topic, draft
from bot.domain.settling import Entry, judge, settle
from bot.domain.words import CommitLine, Sha
from tests.domain.builders import NOON


def entries(*messages: str, convention: Convention | None = None, paths: tuple[str, ...] = ()) -> list[Entry]:
    changes = [
        read_change((Sha(f"{place:040x}"), "p", "Lena", "l@x", "1", message))
        for place, message in enumerate(messages)
    ]
    return settle(
        [judge(change, convention or Convention(), paths) for change in changes], convention or Convention()
    )


def line(subject: str, body: str = "") -> CommitLine:
    return CommitLine(Sha("c" * 40), "Lena", subject, body, NOON)


def test_notes_tell_what_users_read_first_in_the_words_of_their_editors() -> None:
    heading = Heading("shop", "2.0.0", "v1.0.0", "2026-12-01")
    book = drafted(draft(heading, entries("fix(cart): the sum", "feat: gift cards", "chore!: no more XML")))

    edited = with_text(book, Topic.FEATURES, "- You can give gift cards.\n  Try it.", [Sha(f"{1:040x}")])

    assert of_notes(edited) == Highlights(
        ("no more XML", "You can give gift cards.", "cart: the sum"), ("no more XML",)
    )


def test_a_row_that_editors_left_as_it_was_drafted_reads_as_plain_words() -> None:
    changes = entries("feat(cart): *gift* cards for snake_case (#13)\n\nCloses #12, SHOP-7")
    book = drafted(draft(Heading("shop", "2.0.0", "v1.0.0", "2026-12-01"), changes))
    kept = with_text(book, Topic.FEATURES, text_of(book.part(Topic.FEATURES)) + "\n- see [the guide](https://x.example/a)", [Sha(f"{0:040x}")])  # fmt: skip

    assert of_notes(kept).first == ("cart: *gift* cards for snake_case", "see the guide")
    assert of_notes(book).first[0] == of_notes(kept).first[0]


def test_without_notes_the_weightiest_changes_come_first_and_what_says_nothing_does_not_come() -> None:
    told = of_changes(
        entries("docs: a page", "fix(cart): the sum", "feat: gift cards", "chore!: no more XML")
    )

    assert told == Highlights(("no more XML", "gift cards", "cart: the sum"), ("no more XML",))


def test_what_was_taken_back_is_no_highlight() -> None:
    assert of_commits([line('Revert "feat: gift cards"'), line("feat: gift cards")], Convention()).first == ()


def test_labels_by_path_make_highlights_of_commits_without_a_type() -> None:
    convention = Convention(labels=(Label("src/*", "feat"),), unconventional=Unconventional.LIST)

    assert of_changes(entries("Give gift cards", convention=convention, paths=("src/gifts.py",))).first == (
        "Give gift cards",
    )


def test_a_highlight_is_one_line_that_names_nobody_and_has_an_end() -> None:
    (told,) = of_changes(entries("feat: \ue000U0MARA\ue001 " + "x" * 500)).first

    assert told.startswith("U0MARA x")
    assert len(told) == 150
