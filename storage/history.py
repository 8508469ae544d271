"""The history of releases: read, and written at its end alone. Every row is chained to the one before it, see storage.chain."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.domain.events import Happened, Started
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import UserId
from storage import codec, tags
from storage.chain import NOTHING_BEFORE, row_hash
from storage.tables import HISTORY, PRODUCTS, RELEASES, HistoryRow


@dataclass(frozen=True)
class HistoryLine:
    """One row of history as people see it."""

    seq: int
    happened: Happened
    hash: str
    previous_hash: str


_h = HISTORY.c
_ALL = 2**31 - 1
"""More rows than a history has."""
_LINES = (
    sa.select(_h.seq, _h.at, _h.by, _h.kind, _h.body, _h.hash, _h.previous_hash)
    .where(
        _h.release_id == sa.bindparam("release"),
        _h.seq > sa.bindparam("after"),
        _h.seq <= sa.bindparam("to"),
    )
    .order_by(_h.seq)
)
_HEAD = sa.select(RELEASES.c.head_hash).where(RELEASES.c.id == sa.bindparam("release"))
_NEW_HEAD = (
    sa.update(RELEASES)
    .where(
        RELEASES.c.id == sa.bindparam("release"),
        RELEASES.c.head_hash == sa.bindparam("head"),
        RELEASES.c.events == sa.bindparam("before"),
    )
    .values(
        {
            name: sa.bindparam(f"new_{name}")
            for name in ("events", "head_hash", "updated_at", "state", "channel")
        }
    )
)


def lines(
    connection: sa.Connection, release_id: str, after: int = 0, to: int = _ALL
) -> Sequence[HistoryLine]:
    """The rows of a release behind the row `after`, up to the row `to`, oldest first."""
    rows = connection.execute(_LINES, {"release": release_id, "after": after, "to": to})
    return [
        HistoryLine(seq, Happened(UserId(by), at, codec.load_event(kind, body)), hash_, previous)
        for seq, at, by, kind, body, hash_, previous in rows
    ]


def append(connection: sa.Connection, step: Step, head: str | None, key: str, policy: Policy) -> str:
    """Write what happened behind the row whose hash is `head` (None: begin a history), bring the release's row up to date,
    and return the hash of the new last row. Raises RuntimeError when the history no longer ends with `head`."""
    release, at = step.release, step.happened[-1].at
    first = release.events - len(step.happened) + 1
    if head is None and first == 1:
        head = _last_start(connection, release.product)
        connection.execute(sa.insert(RELEASES), _first_head(release, head))
    elif head is None:
        head = connection.execute(_HEAD, {"release": release.id}).scalar_one()
    before = head
    content = codec.digest([release.commit, release.previous_tag, policy.version])
    rows = []
    for seq, happened in enumerate(step.happened, start=first):
        row = HistoryRow(
            release_id=release.id, seq=seq, at=happened.at, by=happened.by, kind=type(happened.what).__name__,
            body=codec.dump(happened.what), content=content, request_key=key, previous_hash=before, hash="",
        )  # fmt: skip
        before = row.hash = row_hash(row)
        rows.append(row.model_dump())
    new = {"events": release.events, "head_hash": before, "updated_at": at, "state": _state(release),
           "channel": release.channel}  # fmt: skip
    found = {"release": release.id, "head": head, "before": first - 1}
    for happened in step.happened:
        tags.follow(connection, release, happened.what)
    if not connection.execute(_NEW_HEAD, found | {f"new_{k}": v for k, v in new.items()}).rowcount:
        raise RuntimeError(f"{release.id} was changed by somebody else during this transaction.")
    connection.execute(sa.insert(HISTORY), rows)
    return before


def _first_head(release: Release, before: str) -> dict[str, object]:
    at = release.started_at
    return {
        "id": release.id, "product": release.product, "version": release.version, "channel": release.channel,
        "state": "open", "events": 0, "head_hash": before, "started_at": at, "updated_at": at,
    }  # fmt: skip


def _state(release: Release) -> str:
    if release.ended is None:
        return "open"
    return "cancelled" if release.ended.reason else "completed"


def _last_start(connection: sa.Connection, product: str) -> str:
    """The hash of the first row of the product's latest release: starts are chained, so none can go unnoticed."""
    connection.execute(sa.select(PRODUCTS.c.name).where(PRODUCTS.c.name == product).with_for_update())
    mine = (RELEASES.c.product == product, _h.seq == 1, _h.kind == Started.__name__)
    hashes = sa.select(_h.hash).join(RELEASES).where(*mine)
    taken = sa.select(_h.previous_hash).join(RELEASES).where(*mine)
    free: str | None = connection.execute(hashes.where(_h.hash.not_in(taken))).scalar()
    return free or NOTHING_BEFORE
