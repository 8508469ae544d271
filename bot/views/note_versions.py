"""The notes of a release as people see them in Slack: for an audience, as Markdown, their versions, and one against another."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, RichTextBlock, RichTextElementParts, RichTextPreformattedElement

from bot.domain.events import NotesWritten
from bot.domain.findings import Finding
from bot.domain.note_book import as_notes
from bot.domain.note_text import difference
from bot.domain.notes import Notes
from bot.domain.noting import NoteVersion, VersionLine
from bot.domain.release import Release
from bot.domain.words import Audience, short
from bot.views.notes import note_blocks
from bot.views.parts import actions, bullets, button, context, section, sure
from bot.views.text import counted, escape, mention, moment, stripped

_FOUND_SHOWN = 5
_VERSIONS_SHOWN = 12
_CHUNK = 2_500
_CHUNKS = 3
_ROWS_SHOWN = 120


def about_notes(who: str, notes: NotesWritten) -> str:
    """What happened to the notes, as a line of the log."""
    version = f"version {notes.version}"
    match notes.how:
        case "edited":
            return f"{who} wrote “{escape(notes.section)}” in the notes: {version}."
        case "restored":
            return f"{who} brought back version {escape(notes.section)} of the notes, as {version}."
        case _:
            return f"The notes are drafted for `{short(notes.commit)}`: {version}."


def shown(
    release: Release,
    version: NoteVersion,
    missing: Sequence[Finding],
    audience: Audience,
    notes: Notes | None = None,
) -> list[Block]:
    """The notes for one audience, and the ways on. `notes` are those of the version, with all that is known besides."""
    blocks = note_blocks(notes or as_notes(version.book), audience)
    blocks.append(context(f"For {audience} · {_head(version)}", "version"))
    if missing:
        blocks.append(section("*Before these notes go out*", "missing"))
        blocks.append(bullets([f"{f.name}: {f.sentence}" for f in missing[:_FOUND_SHOWN]], "missing-lines"))
        if len(missing) > _FOUND_SHOWN:
            blocks.append(context(f"and {counted(len(missing) - _FOUND_SHOWN, 'more')}", "missing-more"))
    value = f"{release.id} {audience}"
    row = [
        *(button(f"For {a}", f"notes:{a}", release.id) for a in Audience if a is not audience),
        button("As Markdown", "notes:markdown", value),
        *([button("Edit…", "notes:edit", release.id)] if release.is_open else []),
        button("Versions…", "notes:versions", release.id),
    ]
    return [*blocks, actions(row, "ways")]


def _head(version: NoteVersion) -> str:
    return f"version {version.number} by {mention(version.by)}, {moment(version.at)}"


def as_page(release: Release, version: NoteVersion, audience: Audience, page: str) -> list[Block]:
    """The page in Markdown, to be copied."""
    head = section(f"*Notes of {escape(release.id)}* for {audience}, as Markdown, {_head(version)}", "head")
    return [head, *_preformatted(page, "page")]


def version_list(release: Release, lines: Sequence[VersionLine]) -> list[Block]:
    """The versions, the newest first, each with what is different now."""
    blocks: list[Block] = [section(f"*Versions of the notes of {escape(release.id)}*", "head")]
    for n, line in enumerate(lines[:_VERSIONS_SHOWN]):
        said = f"*{line.number}* by {mention(line.by)}, {moment(line.at)}"
        then = button("What has changed since", "notes:diff", f"{release.id} {line.number} {lines[0].number}")
        blocks.append(
            section(said + (" · present" if n == 0 else ""), f"version-{line.number}", then if n else None)
        )
    if len(lines) > _VERSIONS_SHOWN:
        blocks.append(context(f"and {counted(len(lines) - _VERSIONS_SHOWN, 'older version')}", "older"))
    how = f"`/release notes {escape(release.id)} diff 1 {lines[0].number if lines else 2}` compares any two."
    return [*blocks, context(how, "how")]


def compared(release: Release, old: NoteVersion, new: NoteVersion) -> list[Block]:
    """What one version took away from another and what it brought, with the way back."""
    lines = list(difference(old.book, new.book))
    head = f"*Notes of {escape(release.id)}*: from version {old.number} to version {new.number}"
    blocks: list[Block] = [section(head, "head")]
    if lines:
        blocks += _preformatted("\n".join(lines[:_ROWS_SHOWN]), "diff")
    else:
        blocks.append(context("They say the same.", "same"))
    if len(lines) > _ROWS_SHOWN:
        blocks.append(context(f"and {counted(len(lines) - _ROWS_SHOWN, 'more line')}", "lines-more"))
    if release.is_open:
        sure_of_it = sure(
            f"Version {old.number} again?",
            "What people wrote in it becomes the present text; it is a new version.",
            "Restore",
        )
        back = button(
            f"Restore version {old.number}", "notes:restore", f"{release.id} {old.number}", confirm=sure_of_it
        )
        blocks.append(actions([back], "ways"))
    return blocks


def _preformatted(text: str, block_id: str) -> list[Block]:
    chunks = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)] or ["-"]
    blocks: list[Block] = []
    for n, chunk in enumerate(chunks[:_CHUNKS]):
        words = RichTextElementParts.Text(text="\n".join(stripped(row) for row in chunk.split("\n")) or "-")
        blocks.append(
            RichTextBlock(
                elements=[RichTextPreformattedElement(elements=[words], border=0)], block_id=f"{block_id}-{n}"
            )
        )
    left = sum(len(chunk) for chunk in chunks[_CHUNKS:])
    if left:
        blocks.append(
            context(
                f"… and {left:,} more characters. “Edit…” shows them section by section.", f"{block_id}-more"
            )
        )
    return blocks
