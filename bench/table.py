"""What every bench prints: percentiles, a table that is Markdown as well, and whether a target was met."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Target:
    """One promise and how it came out."""

    promise: str
    measured: str
    met: bool


@dataclass(frozen=True)
class Table:
    """A figure with what it is compared to. `notes` are sentences below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()
    targets: Sequence[Target] = field(default=())


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all values do not exceed (nearest rank). NaN for no values."""
    if not values:
        return math.nan
    ranked = sorted(values)
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]


def p50_of(rounds: Sequence[Sequence[float]], percent: float = 50) -> float:
    """The median over the rounds of each round's percentile: one noisy round does not make the figure."""
    measured = [percentile(values, percent) for values in rounds if values]
    return median(measured) if measured else math.nan


def ms(value: float) -> str:
    """Milliseconds with as many digits as the size deserves."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def as_text(table: Table) -> str:
    """The table as aligned Markdown."""
    lines = [list(table.columns), *(list(row) for row in table.rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(table.columns))]
    drawn = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    verdicts = [f"- {'met' if t.met else 'MISSED'}: {t.promise} ({t.measured})" for t in table.targets]
    return "\n".join([f"## {table.title}", "", drawn[0], rule, *drawn[1:], "", *table.notes, *verdicts, ""])
