"""Every page of notes rendered with made-up changes, so that a mistake in a template is found before it is needed."""

from collections.abc import Iterator
from pathlib import Path

from bot.domain.errors import NotUnderstood
from bot.domain.footers import Footers
from bot.domain.messages import Change
from bot.domain.note_book import as_notes, drafted, with_text
from bot.domain.notes import Extra, Heading, Line, Notes, Section, Topic
from bot.domain.words import Audience, Sha
from bot.views.note_pages import markdown

_WRITTEN = "Everybody can give gift cards now."


def samples() -> Iterator[Notes]:
    """Notes with all that there can be, and some with nothing."""
    footers = Footers(breaking=("use JSON",), deprecated=("until 3.0",), issues=("#12",), co_authors=("Ben",))
    change = Change(
        Sha("a" * 40), "", "Ada", "", "0", "feat(api)!: no XML", "feat", "api", "no XML", True, "#13", footers
    )  # fmt: skip
    extra = Extra("Migrations", ("Run 0012 first.",), frozenset(Audience))
    sections = tuple(Section(topic, (Line(change, ("use JSON",)), Line(change))) for topic in Topic)
    yield Notes(Heading("shop", "2.0.0", "v1.4.0", "2026-11-30"), sections, (extra,), ("Ada", "Ben"), (), 2)
    yield Notes(Heading("shop", "0.1.0", None, "2026-11-30"), (), (), (), (), 0)


def broken_pages(folder: Path | None) -> list[str]:
    """What is wrong with the templates in this folder, a sentence each."""
    found: dict[str, str] = {}
    for audience in Audience:
        try:
            for notes in samples():
                markdown(notes, audience, folder)
            if _WRITTEN not in markdown(_edited(), audience, folder):
                raise NotUnderstood(
                    f"The template {audience}.md.j2 leaves out what people write in place of lines. Print the rows of "
                    "`section.text` before `section.lines`."
                )
        except NotUnderstood as problem:
            found.setdefault(str(audience), str(problem))
    return list(found.values())


def _edited() -> Notes:
    full = next(iter(samples()))
    return as_notes(with_text(drafted(full), Topic.FEATURES, _WRITTEN, ()))
