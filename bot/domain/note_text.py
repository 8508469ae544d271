"""The text of a section in a form: cut into parts that a field holds, put together again without losing a character, and what
has changed between two versions of the notes."""

import difflib
from collections.abc import Iterator, Sequence

from bot.domain.note_book import LONGEST_SECTION, NoteBook, Part, rows, text_of
from bot.domain.words import Sha

LONGEST_PART = 2_800
"""Characters of one field. Slack takes 3,000, so a part can still grow a little."""
_MOST_COMPARED = 4_000
"""Lines of a version that are compared; notes have a few hundred."""


def for_form(part: Part) -> tuple[str, tuple[Sha, ...]]:
    """What an editor gets to see of a section, and the changes that are in it. What does not fit stays a draft."""
    whole = text_of(part)
    if len(whole) <= LONGEST_SECTION:
        return whole, (*part.seen, *(line.sha for line in part.since_edit))
    text, seen = part.text or "", list(part.seen)
    for line in part.since_edit:
        longer = "\n".join([*([text] if text else []), *rows(line)])
        if len(longer) > LONGEST_SECTION:
            break
        text = longer
        seen.append(line.sha)
    return text, tuple(seen)


def split(text: str) -> tuple[list[str], str]:
    """The text in parts, cut at the ends of lines where there are any, and how they were joined: `n` for the end of a line,
    `c` for a cut within one."""
    parts, joins = [], ""
    while len(text) > LONGEST_PART:
        at = text.rfind("\n", 1, LONGEST_PART + 1)
        if at > 0:
            parts.append(text[:at])
            joins += "n"
            text = text[at + 1 :]
        else:
            parts.append(text[:LONGEST_PART])
            joins += "c"
            text = text[LONGEST_PART:]
    return [*parts, text], joins


def joined(parts: Sequence[str], joins: str) -> str:
    """The text again. A part that was emptied is gone with its line; what stands behind the last one is new."""
    text = parts[0] if parts else ""
    for n, part in enumerate(parts[1:]):
        if n < len(joins) and joins[n] == "c":
            text += part
        elif part:
            text += f"\n{part}" if text else part
    return text


def page(book: NoteBook) -> list[str]:
    """The whole notes as lines, as editors write them."""
    lines: list[str] = []
    for part in book.parts:
        body = text_of(part)
        if body:
            lines += [f"## {part.topic}", *body.split("\n"), ""]
    return lines


def bounded(lines: Sequence[str], most: int) -> list[str]:
    """The first lines, of so many characters together; how many are left out stands behind them."""
    kept: list[str] = []
    left = most
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            rest = len(lines) - len(kept)
            return [*kept, f"… and {rest} more line{'' if rest == 1 else 's'}."]
        kept.append(line)
    return kept


def difference(old: NoteBook, new: NoteBook) -> Iterator[str]:
    """What was taken away (`-`) and what has come (`+`), with a line before and after."""
    before, after = page(old)[:_MOST_COMPARED], page(new)[:_MOST_COMPARED]
    for row in difflib.unified_diff(before, after, lineterm="", n=1):
        if not row.startswith(("---", "+++", "@@")) or row.startswith(("----", "++++")):
            yield row
        elif row.startswith("@@"):
            yield "…"
