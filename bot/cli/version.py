"""`harbourmaster version`: the next version and the commits that decided it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, assert_never

from bot.cli.arguments import Form, Question
from bot.cli.plain import component_lines, version_markdown, version_text
from bot.cli.plain_changes import as_json
from bot.domain.next_version import NextVersion, next_version
from bot.repository.local import LocalRepository
from bot.repository.ranges import Range, Wanted, read_range, release_at

if TYPE_CHECKING:
    from bot.domain.components import ComponentNext
    from bot.domain.facts_wanted import ComponentWanted


def version(
    repository: LocalRepository,
    wanted: Wanted,
    question: Question,
    components: "Sequence[ComponentWanted]" = (),
) -> Iterator[str]:
    found = read_range(repository, wanted)
    parts = _components(repository, wanted, found, components)
    if question.component is not None:
        yield as_json(_component_facts(parts[0])) if question.form is Form.JSON else component_lines(parts)
        return
    previous = release_at(repository, found.line, found.since) if found.since is not None else None
    following = next_version(previous, found.inside, found.line, question.channel)
    match question.form:
        case Form.JSON:
            facts = {"components": [*map(_component_facts, parts)]} if parts else {}
            yield as_json({**_version_facts(found, following), **facts})
        case Form.MARKDOWN:
            yield version_markdown(found, following) + component_lines(parts)
        case Form.TEXT:
            yield version_text(found, following) + component_lines(parts)
        case unknown:
            assert_never(unknown)


def _components(
    repository: LocalRepository, wanted: Wanted, found: Range, components: "Sequence[ComponentWanted]"
) -> "list[ComponentNext]":
    if not components:
        return []
    from bot.domain.components import component_next
    from bot.facts.components import Place, read_components
    from bot.repository.files import Snapshot

    def file(at: str, path: str) -> bytes | None:
        text = Snapshot(repository.git, repository.commit(at, repository.tags())).read(path)
        return text if isinstance(text, bytes) else None

    def changes(what: Wanted) -> Range:
        return read_range(repository, what)

    place = Place(found.until, found.since, wanted.prefix, wanted.convention, changes, file)
    return [component_next(read) for read in read_components(components, place)]


def _component_facts(component: "ComponentNext") -> dict[str, Any]:
    asked = component.asked
    return {
        "name": component.name,
        "version": component.version,
        "previous": component.last,
        "type": str(asked.type) if asked else None,
        "why": component.problem or (asked.why if asked else "nothing has touched it"),
        "commits": component.commits,
        "deciders": [{"sha": c.sha, "type": c.type or None, "subject": c.subject} for c in asked.deciders]
        if asked
        else [],
    }


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
