"""The hash chain of history: each row covers the row before it, and a release's first row covers the product's previous start.

Changing, removing or inserting a row breaks every later hash. The hash at the time of the tag goes into the tag's message,
so that a rewritten database disagrees with a signed tag outside of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from storage.codec import digest

NOTHING_BEFORE = "0" * 64


class Row(Protocol):
    """The columns of a history row."""

    release_id: str
    seq: int
    at: datetime
    by: str
    kind: str
    body: str
    content: str
    request_key: str
    previous_hash: str
    hash: str


def row_hash(row: Row) -> str:
    """SHA-256 over everything a row says, and over the row before it."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [row.release_id, row.seq, at, row.by, row.kind, row.body, row.content, row.request_key]
    return digest([*said, row.previous_hash])


@dataclass(frozen=True)
class Head:
    """What a release's own row remembers of its history's end."""

    product: str
    events: int
    hash: str


def broken_links(rows: Iterable[Row], heads: Mapping[str, Head]) -> list[str]:
    """Every place where the chain does not hold, as sentences. `rows` come ordered by release and number."""
    found: list[str] = []
    starts: list[Row] = []
    last: dict[str, Row] = {}
    for row in rows:
        before = last.get(row.release_id)
        if row_hash(row) != row.hash:
            found.append(f"{row.release_id}, row {row.seq}: it was changed after it was written.")
        expected = before.seq + 1 if before else 1
        if row.seq != expected:
            found.append(f"{row.release_id}: row {expected} is missing.")
        elif before is None:
            starts.append(row)
        elif row.previous_hash != before.hash:
            found.append(f"{row.release_id}, row {row.seq}: it does not follow from row {before.seq}.")
        last[row.release_id] = row
    for release, head in heads.items():
        end = last.get(release)
        if end is None or (end.seq, end.hash) != (head.events, head.hash):
            found.append(f"{release}: its history does not end where it did ({head.events} rows).")
    return [*found, *_broken_starts(starts, heads)]


def _broken_starts(starts: list[Row], heads: Mapping[str, Head]) -> Iterable[str]:
    hashes = {row.hash for row in starts}
    claimed: set[str] = set()
    for row in starts:
        head = heads.get(row.release_id)
        if head is None:
            yield f"{row.release_id}: there is history of a release that is not there."
            continue
        if row.previous_hash != NOTHING_BEFORE and row.previous_hash not in hashes:
            yield f"{row.release_id}: the release of {head.product} that was started before it is missing or was changed."
        if (claim := f"{head.product} {row.previous_hash}") in claimed:
            yield f"{row.release_id}: two releases of {head.product} claim the same predecessor."
        claimed.add(claim)
