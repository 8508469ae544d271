"""Release notes as Slack blocks. Subjects, scopes and names are foreign: they stand in rich text, which parses nothing."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import (
    Block,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)

from bot.domain.gaps import Gap
from bot.domain.notes import Extra, Line, Notes, Section, read_by
from bot.domain.trackers import Trackers
from bot.domain.words import Audience, short
from bot.views.parts import context, section, within_budget
from bot.views.text import counted, foreign, stripped

_MOST_LINES = 25
"""Lines of one section that are shown; the page in Markdown has all of them."""


def note_blocks(notes: Notes, audience: Audience) -> list[Block]:
    """What this audience reads, within the budget of one message; what does not fit is counted."""
    read = read_by(notes, audience)
    for most in (_MOST_LINES, 10, 5, 2, 0):
        blocks = list(_blocks(read, most))
        if within_budget(blocks):
            return blocks
    return list(_blocks(read, 0))[:3]


def _blocks(notes: Notes, most: int) -> Iterator[Block]:
    heading = notes.heading
    title = f"{stripped(heading.product)} {stripped(heading.version)}"
    yield HeaderBlock(text=PlainTextObject(text=title[:150]))
    since = f"since {foreign(heading.previous)}" if heading.previous else "in all"
    yield context(f"{heading.date} · {counted(notes.commits, 'commit')} {since}")
    for number, part in enumerate(notes.sections):
        yield section(f"*{part.topic}*", block_id=f"notes:{number}")
        if part.text:
            yield from _written(part.text, most, f"notes:{number}:text")
            if part.lines:
                yield context("Came in since this was written:", f"notes:{number}:since")
        yield from _list(part, most, f"notes:{number}:lines", notes.trackers)
    for number, extra in enumerate(notes.extras):
        yield section(f"*{foreign(extra.title)}*", block_id=f"extra:{number}")
        yield from _extra(extra, most, f"extra:{number}:lines")
    if notes.contributors:
        names = ", ".join(foreign(name, 40) for name in notes.contributors[:30])
        more = len(notes.contributors) - 30
        yield context(f"With work by {names}" + (f" and {more} more" if more > 0 else ""))
    yield from _findings(notes.findings, most)


def _written(text: str, most: int, block_id: str) -> Iterator[Block]:
    """What an editor wrote, as it was written: rich text knows no markup."""
    rows = text.split("\n")
    shown = [stripped(row)[:300] for row in rows[:most]]
    if shown:
        words = _text("\n".join(shown) or "-")
        yield RichTextBlock(elements=[RichTextSectionElement(elements=[words])], block_id=block_id)
    more = len(rows) - len(shown)
    if more > 0:
        yield context(
            f"and {counted(more, 'more line')}" if shown else counted(more, "line"), f"{block_id}:more"
        )


def _list(part: Section, most: int, block_id: str, trackers: Trackers) -> Iterator[Block]:
    rows = [_row(line, trackers) for line in part.lines[:most]]
    more = len(part.lines) - len(rows) + part.more
    yield from _bullets(rows, more, block_id)


def _row(line: Line, trackers: Trackers) -> RichTextSectionElement:
    change = line.change
    parts: list[RichTextElement] = (
        [_text(f"{stripped(change.scope)[:40]}: ", bold=True)] if change.scope else []
    )
    parts.append(_text(_one_line(change.subject, 200) or "(no message)"))
    parts.append(_text(f" ({short(change.sha)}", italic=True))
    for reference in filter(None, (change.pull_request, *change.issues[:5])):
        parts += [_text(", ", italic=True), _reference(reference, trackers)]
    names = ", ".join(["", *(_one_line(name, 40) for name in change.authors[:3])])
    parts.append(_text(f"{names})", italic=True))
    parts += [_text(f"\n{_one_line(detail, 300)}") for detail in line.details[:2]]
    return RichTextSectionElement(elements=parts)


def _reference(named: str, trackers: Trackers) -> RichTextElement:
    """An issue or a pull request, leading to its page where that is known."""
    address = trackers.address(named)
    words = _one_line(named, 60)
    return RichTextElementParts.Link(url=address, text=words) if address else _text(words, italic=True)


def _extra(extra: Extra, most: int, block_id: str) -> Iterator[Block]:
    rows = [
        RichTextSectionElement(elements=[_text(_one_line(line, 300) or "-")]) for line in extra.lines[:most]
    ]
    yield from _bullets(rows, len(extra.lines) - len(rows), block_id)


def _findings(findings: Sequence[Gap], most: int) -> Iterator[Block]:
    if not findings:
        return
    yield section("*Before these notes go out*", block_id="findings")
    shown = findings[: max(most, 3)]
    rows = [RichTextSectionElement(elements=[_text(found.sentence[:300])]) for found in shown]
    yield from _bullets(rows, len(findings) - len(rows), "findings:lines")


def _bullets(rows: Sequence[RichTextSectionElement], more: int, block_id: str) -> Iterator[Block]:
    if rows:
        bullets = RichTextListElement(elements=list(rows), style="bullet", indent=0)
        yield RichTextBlock(elements=[bullets], block_id=block_id)
    if more > 0:
        yield context(
            f"and {counted(more, 'more line')}" if rows else counted(more, "line"), f"{block_id}:more"
        )


def _text(text: str, *, bold: bool = False, italic: bool = False) -> RichTextElementParts.Text:
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return RichTextElementParts.Text(text=text, style=style or None)


def _one_line(text: str, longest: int) -> str:
    line = " ".join(stripped(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
