"""The notes in Slack: within its limits however long they are, and nothing in them takes effect."""

from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.domain.note_book import NoteBook, as_notes, with_text
from bot.domain.notes import Extra, Topic
from bot.domain.noting import NoteVersion, VersionLine, missing
from bot.domain.words import Audience
from bot.views import note_form, note_versions
from bot.workspace.blockkit import Surface, check_blocks, check_view
from tests.domain.builders import ELI, NOON
from tests.domain.test_note_book import book
from tests.domain.test_noting import with_notes

HOSTILE = "<!channel> <@U0123456789> [x](https://evil.example) *b* `c` @ada"
RELEASE, _ = with_notes()
LONG = book(*(f"feat({'s' * 50})!: {HOSTILE} {'words ' * 40}{n}" for n in range(300)))
WRITTEN = with_text(LONG, Topic.FEATURES, f"- {HOSTILE}\n" * 500, [line.sha for line in LONG.parts[1].lines])
BOOKS = pytest.mark.parametrize(
    "there", [LONG, WRITTEN, book("feat: x"), book()], ids=["long", "written", "short", "none"]
)
EXTRA = Extra("Migrations", tuple(f"{HOSTILE} {n}" for n in range(60)), frozenset(Audience))


def version(there: NoteBook, number: int = 2) -> NoteVersion:
    return NoteVersion(number, ELI, NOON, there)


def sound(blocks: list[Block]) -> list[dict[str, Any]]:
    """The blocks as Slack gets them, with no mistake in them and nothing foreign outside of rich text."""
    plain = [block.to_dict() for block in blocks]
    assert check_blocks(plain) == []
    marked = [str(block) for block in plain if block["type"] != "rich_text"]
    assert not [text for text in marked if "<!ch" in text or "<@U0123456789" in text]
    return plain


@BOOKS
@pytest.mark.parametrize("audience", list(Audience))
def test_the_notes_fit_into_one_message(there: NoteBook, audience: Audience) -> None:
    blocks = sound(
        note_versions.shown(RELEASE, version(there), missing(there), audience, as_notes(there, [EXTRA]))
    )

    texts = [e["text"]["text"] for e in blocks[-1]["elements"]]
    assert texts[-3:] == ["As Markdown", "Edit…", "Versions…"]


@BOOKS
def test_two_versions_page_and_list_fit_into_one_message(there: NoteBook) -> None:
    sound(note_versions.compared(RELEASE, version(book("feat: y"), 1), version(there)))
    sound(note_versions.compared(RELEASE, version(there, 1), version(there)))
    sound(note_versions.as_page(RELEASE, version(there), Audience.USERS, f"{HOSTILE}\n" * 2_000))
    sound(note_versions.version_list(RELEASE, [VersionLine(n, ELI, NOON) for n in range(40, 0, -1)]))


@BOOKS
@pytest.mark.parametrize("topic", list(Topic))
def test_every_section_fits_into_a_form(there: NoteBook, topic: Topic) -> None:
    view = dict(note_form.form(RELEASE, version(there), topic))

    assert check_view(view, Surface.MODAL) == []
    opened = note_form.Opened.load(view["private_metadata"])
    fields = [b["block_id"] for b in view["blocks"] if b["type"] == "input" and b["block_id"] != "section"]
    assert opened.fields == fields
