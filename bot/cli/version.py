"""`harbourmaster version`: the next version and the commits that decided it."""

from collections.abc import Iterator
from typing import Any, assert_never

from bot.cli.arguments import Form, Question
from bot.cli.plain import version_markdown, version_text
from bot.cli.plain_changes import as_json
from bot.domain.next_version import NextVersion, next_version
from bot.repository.local import LocalRepository
from bot.repository.ranges import Range, Wanted, read_range


def version(repository: LocalRepository, wanted: Wanted, question: Question) -> Iterator[str]:
    found = read_range(repository, wanted)
    previous = next((tag for tag in found.line.tags if tag.name == found.since), None)
    following = next_version(previous, found.inside, found.line, question.channel)
    match question.form:
        case Form.JSON:
            yield as_json(_version_facts(found, following))
        case Form.MARKDOWN:
            yield version_markdown(found, following)
        case Form.TEXT:
            yield version_text(found, following)
        case unknown:
            assert_never(unknown)


def _version_facts(found: Range, following: NextVersion) -> dict[str, Any]:
    return {
        "version": str(following.version),
        "type": str(following.type),
        "previous": following.previous.version if following.previous else None,
        "from": found.since,
        "to": found.until,
        "why": following.why,
        "commits": len(found.inside),
        "deciders": [
            {"sha": change.sha, "type": change.type or None, "subject": change.subject}
            for change in following.deciders
        ],
        "ignored_tags": list(found.line.odd),
    }
