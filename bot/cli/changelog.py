"""`harbourmaster changelog`: the changelog of the whole history, or the entry for one range."""

from collections.abc import Iterable, Iterator, Sequence

from bot.cli.arguments import Form, Question
from bot.domain.changelog import Titled, entry_text, line_text, whole_text
from bot.domain.errors import NotUnderstood
from bot.domain.messages import Change
from bot.domain.settling import Entry
from bot.domain.words import Sha
from bot.repository.local import LocalRepository
from bot.repository.ranges import Range, Wanted, as_date, read_everything, read_range


def changelog(repository: LocalRepository, wanted: Wanted, question: Question) -> Iterator[str]:
    if question.since is None and question.until is None and question.into is None:
        yield from _whole(repository, wanted, question.form)
        return
    from bot.domain.changelog_file import AlreadyThere, inserted

    found = read_range(repository, wanted)
    title = _title(found, question)
    if question.into is None:
        part = [(title, found.inside)]
        yield from _as_json(part) if question.form is Form.JSON else [entry_text(title, found.inside)]
        return
    try:
        existing = question.into.read_bytes().decode(errors="surrogateescape")
    except OSError as problem:
        raise NotUnderstood(
            f"{question.into} cannot be read: {problem.strerror}. Name a changelog."
        ) from None
    try:
        yield inserted(existing, title, entry_text(title, found.inside))
    except AlreadyThere as problem:
        raise NotUnderstood(str(problem)) from None


def _whole(repository: LocalRepository, wanted: Wanted, form: Form) -> Iterator[str]:
    written: dict[Sha, str] = {}

    def write(change: Change) -> None:
        written[change.sha] = line_text(change)

    if form is Form.JSON:
        yield from _as_json(read_everything(repository, wanted))
    else:
        yield from whole_text(read_everything(repository, wanted, write), written)


def _title(found: Range, question: Question) -> Titled:
    if question.version or found.tag:
        version = question.version or (found.tag.version if found.tag else "")
        return Titled(version, as_date(found.date))
    if question.into is None:
        return Titled("Unreleased", None)
    from bot.domain.next_version import next_version

    previous = next((tag for tag in found.line.tags if tag.name == found.since), None)
    return Titled(str(next_version(previous, found.inside, found.line).version), as_date(found.date))


def _as_json(parts: Iterable[tuple[Titled, Sequence[Entry]]]) -> Iterator[str]:
    import json

    from bot.cli.plain_changes import facts_of

    lead = '{"releases": ['
    for title, entries in parts:
        release = {"version": title.version, "date": title.date, "changes": [*map(facts_of, entries)]}
        yield lead + json.dumps(release, ensure_ascii=False)
        lead = ",\n"
    yield "]}\n" if lead != '{"releases": [' else lead + "]}\n"
