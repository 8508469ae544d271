"""Everything that is kept of one release as one file, for whoever has to prove later what was done and who answered for it.

A zip file: the history as it is chained, the versions of the notes, what recipes printed, pages for people, and a checksum of
each. It can be verified without the database and without the bot's configuration.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import sqlalchemy as sa

from bot.domain.errors import NotFound, OutsideError
from storage.chain import Row, row_hash
from storage.tables import HISTORY, NOTE_VERSIONS, OPERATION_LOGS, RELEASES

SUMS, RELEASE, ROWS = "SHA256SUMS", "release.json", "history.jsonl"
_MOST = 1 << 30
"""Bytes of one file inside; more than the output of any release."""
_h, _n, _l = HISTORY.c, NOTE_VERSIONS.c, OPERATION_LOGS.c
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same release gives the same file, byte for byte."""


@dataclass(frozen=True)
class Archived:
    """What was found in an archive. `broken` are sentences; empty when it holds."""

    release: str
    rows: int
    last_hash: str
    """The hash of the last row, which the database must have as well."""
    broken: tuple[str, ...]


def write_archive(engine: sa.Engine, release_id: str, to: Path, pages: Mapping[str, str]) -> int:
    """Write the archive of a release into the new file `to`, with these pages beside what is stored. The number of files in it.

    Raises NotFound when there is no such release, OutsideError when the file exists or cannot be written.
    """
    with engine.connect().execution_options(write=False) as connection:
        files = {name: body.encode() for name, body in pages.items()} | dict(_stored(connection, release_id))
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items()))
    try:
        with to.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, body in (*sorted(files.items()), (SUMS, sums.encode())):
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    except FileExistsError:
        raise OutsideError(f"{to} is there already, and is not written over. Choose another name.") from None
    except OSError as problem:
        to.unlink(missing_ok=True)
        raise OutsideError(f"{to} cannot be written: {problem.strerror}.") from None
    return len(files) + 1


def _stored(connection: sa.Connection, release_id: str) -> Iterator[tuple[str, bytes]]:
    head = connection.execute(sa.select(RELEASES).where(RELEASES.c.id == release_id)).mappings().one_or_none()
    if head is None:
        raise NotFound(f"There is no release “{release_id[:80]}”. `/release list` names them.")
    yield RELEASE, _json(dict(head), indent=2)
    rows = connection.execute(sa.select(HISTORY).where(_h.release_id == release_id).order_by(_h.seq))
    yield ROWS, b"".join(_json(dict(row)) for row in rows.mappings())
    notes = sa.select(NOTE_VERSIONS).where(_n.release_id == release_id).order_by(_n.number)
    for row in connection.execute(notes).mappings():
        yield f"notes/version-{row['number']}.json", _json({**row, "body": json.loads(row["body"])}, indent=2)
    pieces = sa.select(OPERATION_LOGS).where(_l.operation.startswith(f"{release_id}.", autoescape=True))
    output: dict[str, bytes] = {}
    for row in connection.execute(pieces.order_by(_l.operation, _l.at)).mappings():
        output[row["operation"]] = output.get(row["operation"], b"") + bytes(row["body"])
    for operation, body in output.items():
        yield f"output/{operation.replace('/', '-')}.txt", body


def _json(value: Mapping[str, Any], indent: int | None = None) -> bytes:
    plain = {key: one.isoformat() if isinstance(one, datetime) else one for key, one in value.items()}
    return (
        json.dumps(plain, ensure_ascii=False, indent=indent, sort_keys=indent is not None) + "\n"
    ).encode()


def read_archive(file: Path) -> Archived:
    """Look whether an archive holds: every file by its checksum, every row of the history by its hash and by the row before.

    Raises OutsideError when it is no archive of a release at all.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if any(info.file_size > _MOST for info in archive.infolist()):
                raise OutsideError(f"{file} holds a file of more than {_MOST:,} bytes, which no release has.")
            files = {name: archive.read(name) for name in archive.namelist()}
        sums, head = files.pop(SUMS).decode(), json.loads(files[RELEASE])
        rows = [cast(Row, _row(line)) for line in files[ROWS].decode().splitlines()]
        found = (*_wrong_files(files, sums), *_wrong_rows(rows, head))
        return Archived(str(head["id"]), len(rows), str(head["head_hash"]), found)
    except OSError as problem:
        raise OutsideError(f"{file} cannot be read: {problem.strerror}.") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise OutsideError(f"{file} is no archive of a release ({type(problem).__name__}).") from None


def _row(line: str) -> SimpleNamespace:
    told = json.loads(line)
    return SimpleNamespace(**{**told, "at": datetime.fromisoformat(told["at"])})


def _wrong_files(files: Mapping[str, bytes], sums: str) -> Iterator[str]:
    wanted = {name: digest for digest, _, name in (line.partition("  ") for line in sums.splitlines())}
    for name in sorted(wanted.keys() | files.keys()):
        if name not in files:
            yield f"{name} is missing."
        elif name not in wanted:
            yield f"{name} was added."
        elif hashlib.sha256(files[name]).hexdigest() != wanted[name]:
            yield f"{name} was changed."


def _wrong_rows(rows: list[Row], head: Mapping[str, Any]) -> Iterator[str]:
    before: Row | None = None
    for number, row in enumerate(rows, start=1):
        if row.seq != number or row.release_id != head["id"]:
            yield f"Row {number} of the history is missing, or of another release."
            return
        if row_hash(row) != row.hash:
            yield f"Row {row.seq} of the history was changed after it was written."
        if before is not None and row.previous_hash != before.hash:
            yield f"Row {row.seq} of the history does not follow from row {before.seq}."
        before = row
    if before is None or (before.seq, before.hash) != (head["events"], head["head_hash"]):
        yield "The history does not end where the release says."
