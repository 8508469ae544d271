"""Notes and version for a terminal: plain lines, in which foreign text can move no cursor and colour nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bot.domain.markdown import escaped
from bot.domain.messages import Change
from bot.domain.words import short
from bot.repository.ranges import Range
from bot.views.text import stripped

if TYPE_CHECKING:
    from bot.domain.components import ComponentNext
    from bot.domain.next_version import NextVersion
    from bot.domain.notes import Line, Notes

_MOST_DECIDERS = 20


def notes_text(notes: "Notes") -> str:
    """The notes as plain text, with the findings at the end."""
    return "\n".join(_notes_lines(notes)) + "\n"


def _notes_lines(notes: "Notes") -> Iterator[str]:
    heading = notes.heading
    yield f"{_plain(heading.product)} {heading.version} ({heading.date})"
    yield f"{_counted(notes.commits)} since {heading.previous or 'the beginning'}"
    for section in notes.sections:
        yield from ("", str(section.topic))
        for line in section.lines:
            yield from _note(line)
    for extra in notes.extras:
        yield from ("", extra.title, *(f"- {_plain(line)}" for line in extra.lines))
    if not notes.sections and not notes.extras:
        yield from ("", "Nothing in this range is for the readers of notes.")
    if notes.contributors:
        yield from ("", f"With work by {', '.join(map(_plain, notes.contributors))}.")
    if notes.findings:
        yield from ("", "Before these notes go out:", *(f"- {found.sentence}" for found in notes.findings))


def _note(line: "Line") -> Iterator[str]:
    change = line.change
    scope = f"{_plain(change.scope)}: " if change.scope else ""
    references = [reference for reference in (change.pull_request, *change.issues) if reference]
    behind = ", ".join([short(change.sha), *map(_plain, references), *map(_plain, change.authors)])
    yield f"- {scope}{_plain(change.subject)} ({behind})"
    yield from (f"  {_plain(row)}" for text in line.details for row in text.split("\n") if row.strip())


def version_text(found: Range, following: "NextVersion") -> str:
    """The next version with its reason, the commits that decided it, and the tags that were left aside."""
    rows = [f"{following.version}", *_why(found, following)]
    rows += [f"- {short(c.sha)} {_plain(c.header)}" for c in following.deciders[:_MOST_DECIDERS]]
    rows += _more(following.deciders)
    rows += [_plain(row) for row in _odd(found.line.odd)]
    return "\n".join(rows) + "\n"


def version_markdown(found: Range, following: "NextVersion") -> str:
    rows = [f"## Next version: {following.version}", "", *map(escaped, _why(found, following)), ""]
    rows += [f"- `{short(c.sha)}` {escaped(c.header)}" for c in following.deciders[:_MOST_DECIDERS]]
    rows += _more(following.deciders)
    rows += ["", *(escaped(row) for row in _odd(found.line.odd))] if found.line.odd else []
    return "\n".join(rows) + "\n"


def component_lines(components: "Sequence[ComponentNext]") -> str:
    """The components with their versions, each on a line; good as text and as Markdown."""
    rows = []
    for each in components:
        after = f" after {each.last}" if each.last else ""
        why = each.problem or (
            f"{_counted(each.commits)}{after}: {each.asked.why}" if each.asked else "nothing has touched it"
        )
        rows.append(f"- {each.name} {each.version or 'is not known'} ({escaped(_plain(why))})")
    return "".join(f"{row}\n" for row in rows)


def _why(found: Range, following: "NextVersion") -> list[str]:
    since = found.since or "the beginning"
    return [f"A {following.type} release after {since} ({_counted(len(found.inside))}): {following.why}."]


def _more(deciders: tuple[Change, ...]) -> list[str]:
    more = len(deciders) - _MOST_DECIDERS
    return [f"- and {more} more"] if more > 0 else []


def _odd(odd: tuple[str, ...]) -> Iterable[str]:
    if not odd:
        return []
    named = ", ".join(odd[:5]) + (f" and {len(odd) - 5} more" if len(odd) > 5 else "")
    return [f"Tags left aside, for they are no versions of this line: {named}."]


def _counted(commits: int) -> str:
    return "1 commit" if commits == 1 else f"{commits:,} commits"


def _plain(text: str) -> str:
    return " ".join(stripped(text).split())
