"""The versions of notes as rows; their bodies are never changed."""

from typing import Any

import sqlalchemy as sa

from bot.domain.note_book import NoteBook
from bot.domain.noting import NoteVersion, VersionLine
from bot.domain.words import UserId
from storage import codec
from storage.statements import insert_for
from storage.tables import NOTE_VERSIONS

_n = NOTE_VERSIONS.c


def version(connection: sa.Connection, release_id: str, number: int | None) -> NoteVersion | None:
    """This version, or the latest one."""
    query = sa.select(_n.number, _n.by, _n.at, _n.body).where(_n.release_id == release_id)
    if number is not None:
        query = query.where(_n.number == number)
    row = connection.execute(query.order_by(_n.number.desc()).limit(1)).first()
    return NoteVersion(row.number, UserId(row.by), row.at, codec.load(NoteBook, row.body)) if row else None


def versions(connection: sa.Connection, release_id: str) -> list[VersionLine]:
    """All versions, the newest first."""
    query = sa.select(_n.number, _n.by, _n.at).where(_n.release_id == release_id).order_by(_n.number.desc())
    return [VersionLine(row.number, UserId(row.by), row.at) for row in connection.execute(query)]


def save(connection: sa.Connection, release_id: str, kept: NoteVersion) -> None:
    values: dict[str, Any] = {
        "release_id": release_id, "number": kept.number, "digest": kept.book.digest, "by": kept.by, "at": kept.at,
        "body": codec.dump(kept.book),
    }  # fmt: skip
    connection.execute(insert_for(connection, NOTE_VERSIONS).values(**values))
