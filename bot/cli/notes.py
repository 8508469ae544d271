"""`harbourmaster notes`: the release notes for a range, for one audience."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from bot.cli.arguments import Form, Question
from bot.repository.local import LocalRepository
from bot.repository.ranges import Range, Wanted, as_date, read_range

if TYPE_CHECKING:
    from bot.domain.notes import Notes


def notes(repository: LocalRepository, wanted: Wanted, question: Question) -> Iterator[str]:
    found = read_range(repository, wanted)
    match question.form:
        case Form.JSON:
            from bot.cli.plain_changes import as_json, facts_of

            yield as_json(
                {"from": found.since, "to": found.until, "changes": [*map(facts_of, found.entries)]}
            )
        case Form.MARKDOWN:
            from bot.views.note_pages import markdown

            yield markdown(_draft(found, question), question.audience, _templates(question))
        case Form.TEXT:
            from bot.cli.plain import notes_text
            from bot.domain.notes import read_by

            yield notes_text(read_by(_draft(found, question), question.audience))
        case unknown:
            assert_never(unknown)


def _draft(found: Range, question: Question) -> "Notes":
    from bot.domain.notes import Heading, draft

    version = question.version or (found.tag.version if found.tag else "Unreleased")
    product = question.title or question.repository.absolute().name
    return draft(Heading(product, version, found.since, as_date(found.date)), found.inside)


def _templates(question: Question) -> Path | None:
    if question.templates is not None or question.config is None:
        return question.templates
    from bot.config.notes import read_reading

    return read_reading(question.config, question.product).notes.templates
