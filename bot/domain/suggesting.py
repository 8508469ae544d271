"""The next version as the store keeps it: small, and with enough to say why."""

from datetime import UTC, datetime

from bot.domain.changes import Suggestion
from bot.domain.messages import Change
from bot.domain.next_version import NextVersion
from bot.domain.release_tags import Line
from bot.domain.words import PERSON_MARKS, CommitLine

_SHOWN = 5
_LATEST = 253_402_300_799
"""The last second of the year 9999: no calendar of ours goes further."""


def suggestion(following: NextVersion, line: Line, of: str) -> Suggestion:
    return Suggestion(
        str(following.version),
        following.type,
        following.why,
        tuple(map(commit_line, following.deciders[:_SHOWN])),
        len(following.deciders),
        tuple(clean(name)[:80] for name in line.odd[:_SHOWN]),
        len(line.odd),
        of,
    )


def commit_line(change: Change) -> CommitLine:
    """A change as history and cards keep it: foreign text without control characters, and not without end."""
    at = datetime.fromtimestamp(min(change.seconds, _LATEST), UTC)
    return CommitLine(change.sha, clean(change.author)[:100], clean(change.header)[:300], "", at)


def clean(text: str) -> str:
    """Foreign text on one line: without control characters, and without the marks that name a person."""
    printable = "".join(c if c.isprintable() and c not in PERSON_MARKS else " " for c in text)
    return " ".join(printable.split())
