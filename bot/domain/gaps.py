"""What is missing in the notes of a release before they can go out: judged from the changes alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.messages import Change
from bot.domain.settling import Entry
from bot.domain.words import short


class Missing(StrEnum):
    """What a gap is about; `CN-3` and `CN-4` of the process."""

    MIGRATION = "migration"
    TIMELINE = "timeline"


@dataclass(frozen=True)
class Gap:
    """Something that blocks the notes until it is written down or waived by somebody with a name."""

    missing: Missing
    change: Change
    sentence: str


# What to do is told in several lines, or with one of these words. A sentence that only says what is gone is no guide.
_ADVICE = re.compile(
    r"\b(?:use|using|instead|replace\w*|renam\w+|migrat\w+|mov(?:e|ed|ing)|run|set|add|remove|delete|install|upgrade|"
    r"update|switch|change[sd]?|must|should|need(?:s|ed)?|have to|has to|require[sd]?|call|pass|import|configure|convert|"
    r"before|after|previously|now|to restore|opt[- ](?:in|out)|see)\b",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WHEN = re.compile(
    r"\bv?\d+\.(?:\d+|x)(?:\.(?:\d+|x))?\b|\bv\d+\b|\b(?:version|release|major)\s+\d+\b|\b20\d\d-\d\d(?:-\d\d)?\b"
    rf"|\bq[1-4][ /-]?20\d\d\b|\b{_MONTH}\.?\s+(?:\d{{1,2}},?\s+)?20\d\d\b|\b(?:end of|in|by|until|after)\s+20\d\d\b"
    r"|\bnext (?:major|minor)\b",
    re.IGNORECASE,
)


def gaps(entries: Iterable[Entry]) -> tuple[Gap, ...]:
    """Breaking changes that do not say what to do, and deprecations that do not say until when, as far as they are listed."""
    found: list[Gap] = []
    for entry in entries:
        if not entry.listed:
            continue
        if entry.change.breaking and not has_migration(entry.change):
            found.append(_no_migration(entry.change))
        if entry.change.deprecated and not has_timeline(entry.change):
            found.append(_no_timeline(entry.change))
    return tuple(found)


def has_migration(change: Change) -> bool:
    """Does a breaking change say what its users have to do?"""
    texts = change.footers.breaking
    return bool(texts) and all(says_how(text) for text in texts)


def says_how(text: str) -> bool:
    """Does this text say what to do?"""
    return "\n" in text.strip() or _ADVICE.search(text) is not None


def has_timeline(change: Change) -> bool:
    """Does a deprecation name a date or a version?"""
    return all(says_when(text) for text in change.footers.deprecated)


def says_when(text: str) -> bool:
    """Does this text name a date or a version?"""
    return _WHEN.search(text) is not None


def _no_migration(change: Change) -> Gap:
    said = (
        "says what breaks and not what to do" if any(change.footers.breaking) else "does not say what to do"
    )
    return Gap(
        Missing.MIGRATION,
        change,
        f"{short(change.sha)} breaks something and {said}. Write the migration into the notes, or waive this by name.",
    )


def _no_timeline(change: Change) -> Gap:
    return Gap(
        Missing.TIMELINE,
        change,
        f"{short(change.sha)} deprecates something without a date or version. Write into the notes until when it works, "
        "or waive this by name.",
    )
