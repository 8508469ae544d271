"""`harbourmaster notes`: the release notes for a range, for one audience."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from bot.cli.arguments import Form, Question
from bot.domain.convention import Kind
from bot.domain.settling import LeftOut
from bot.repository.local import LocalRepository
from bot.repository.ranges import Range, Wanted, as_date, read_range

if TYPE_CHECKING:
    from bot.domain.notes import Notes
    from bot.domain.trackers import Trackers


def notes(repository: LocalRepository, wanted: Wanted, question: Question) -> Iterator[str]:
    found = read_range(repository, wanted)
    sys.stderr.write(_hint(repository, found))
    match question.form:
        case Form.JSON:
            from bot.cli.plain_changes import as_json, facts_of

            yield as_json(
                {"from": found.since, "to": found.until, "changes": [*map(facts_of, found.entries)]}
            )
        case Form.MARKDOWN:
            from bot.views.note_pages import markdown

            notes = replace(_draft(found, question), trackers=_trackers(repository, question))
            yield markdown(notes, question.audience, _templates(question))
        case Form.TEXT:
            from bot.cli.plain import notes_text
            from bot.domain.notes import read_by

            yield notes_text(read_by(_draft(found, question), question.audience))
        case unknown:
            assert_never(unknown)


def _hint(repository: LocalRepository, found: Range) -> str:
    """What helps a person who wonders why the notes are empty."""
    if found.since is not None and not found.entries:
        start = repository.commit(found.since, repository.tags())
        if start != found.end and repository.contains(start, found.end):
            return f"{found.since} comes after {found.until}, so nothing lies between them. Exchange --from and --to.\n"
    silent = [
        e for e in found.inside if e.left_out is LeftOut.NOT_FOR_READERS and e.kind is Kind.UNCATEGORISED
    ]
    if silent and not any(entry.listed for entry in found.inside):
        return (
            f"{len(silent)} of these {len(found.inside)} commits say no type, as `feat: …` or `fix: …` would. "
            "`--unconventional list` or `pull-requests` lists them all the same.\n"
        )
    return ""


def _draft(found: Range, question: Question) -> "Notes":
    from bot.domain.notes import Heading, draft

    version = question.version or (found.tag.version if found.tag else "Unreleased")
    product = question.title or question.repository.absolute().name.removesuffix(".git") or "This repository"
    return draft(Heading(product, version, found.since, as_date(found.date)), found.inside)


def _trackers(repository: LocalRepository, question: Question) -> "Trackers":
    from bot.domain.trackers import trackers_of

    keys = ""
    if question.config is not None:
        from bot.config.notes import read_reading

        keys = read_reading(question.config, question.product).notes.issues
    return trackers_of(repository.origin(), keys)


def _templates(question: Question) -> Path | None:
    if question.templates is not None or question.config is None:
        return question.templates
    from bot.config.notes import read_reading

    return read_reading(question.config, question.product).notes.templates
