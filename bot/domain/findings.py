"""A finding: one thing a check has seen, with a name that stays the same, so that people can waive it by that name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    BLOCKS = "blocks"
    INCONCLUSIVE = "inconclusive"
    """Something could not be read: it is not known to be wrong, and it never counts as right."""
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    """`name` is stable between runs (`DC-1:PORT`); `item` is the statement of docs/process.md that it belongs to.

    `file` and `commit` say where it was seen; empty where there is no such place. `sentence` may hold foreign text.
    """

    name: str
    item: str
    severity: Severity
    sentence: str
    file: str = ""
    commit: str = ""
    owner: str = ""
    """Who has to do something about it, where that is one person: a user id."""


@dataclass(frozen=True)
class Weighed:
    """Findings after the waivers: `open` still stand, `waived` were named, `idle` are waivers that name nothing."""

    open: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    idle: tuple[str, ...]


def weighed(findings: Iterable[Finding], waivers: Collection[str]) -> Weighed:
    """Set aside the findings whose names are among the waivers."""
    seen = tuple(findings)
    named = {finding.name for finding in seen}
    return Weighed(
        open=tuple(finding for finding in seen if finding.name not in waivers),
        waived=tuple(finding for finding in seen if finding.name in waivers),
        idle=tuple(sorted(set(waivers) - named)),
    )
