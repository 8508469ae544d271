"""Prints a report as text, Markdown or JSON. It knows nothing of what it prints; foreign text is made harmless here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.findings import Finding, Weighed

_NOTHING = "There is nothing to tell: no difference, and no finding.\n"


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True)
class Table:
    """A titled table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Report:
    """Tables for people, the same as `facts` for programs, and the findings."""

    tables: Sequence[Table]
    facts: Mapping[str, Any]
    weighed: Weighed
    draft: str = ""
    """A Markdown text that takes the place of the tables where Markdown is asked for."""


def rendered(report: Report, format_: Format) -> str:
    """The report as it is printed, with a newline at its end."""
    match format_:
        case Format.JSON:
            findings = [_finding(f, "open") for f in report.weighed.open]
            findings += [_finding(f, "waived") for f in report.weighed.waived]
            whole = {**report.facts, "findings": findings, "idle_waivers": list(report.weighed.idle)}
            return (
                json.dumps(whole, indent=2) + "\n"
            )  # ASCII, so that odd bytes in a path cannot break the output
        case Format.MARKDOWN:
            parts = (
                [report.draft]
                if report.draft
                else [_markdown(t) for t in (*report.tables, _findings(report))]
            )
            return "\n".join(part for part in parts if part) or _NOTHING
        case Format.TEXT:
            return (
                "\n".join(part for t in (*report.tables, _findings(report)) if (part := _text(t))) or _NOTHING
            )


def _findings(report: Report) -> Table:
    rows = [(f.severity.value, f.name, f.sentence) for f in report.weighed.open]
    rows += [("waived", f.name, f.sentence) for f in report.weighed.waived]
    rows += [("idle", name, "This waiver names nothing any more; remove it.") for name in report.weighed.idle]
    return Table("Findings", ("", "name", "what"), rows)


def _finding(finding: Finding, standing: str) -> dict[str, str]:
    return {
        "name": finding.name,
        "item": finding.item,
        "severity": finding.severity.value,
        "standing": standing,
        "sentence": finding.sentence,
        "file": finding.file,
        "commit": finding.commit,
    }


def _text(table: Table) -> str:
    if not table.rows:
        return ""
    rows = [table.columns, *([_plain(cell) for cell in row] for row in table.rows)]
    widths = [min(max(len(row[n]) for row in rows), 60) for n in range(len(table.columns) - 1)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in rows
    ]
    return "\n".join([table.title, *(f"  {line}" for line in lines), ""])


def _markdown(table: Table) -> str:
    if not table.rows:
        return ""
    head = [f"## {table.title}", "", _row(table.columns), "|" + "---|" * len(table.columns)]
    return "\n".join([*head, *(_row([_cell(cell) for cell in row]) for row in table.rows), ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Foreign text in a table of Markdown: no sign of it may format, link or end the cell."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~" else letter for letter in _plain(text))


def _plain(text: str) -> str:
    """One line that a terminal shows and does not obey; bytes that are no text become question marks."""
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)
