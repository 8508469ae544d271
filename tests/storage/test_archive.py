"""The archive of a release: whole, the same each time, and found out when somebody changes it."""

import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.domain.errors import NotFound, OutsideError
from storage.archive import read_archive, write_archive
from storage.chain import row_hash
from storage.operations import Operations
from storage.store import Store
from tests.storage.builders import A, begun, held

PAGES = {"notes/users.md": "# shop 1.4.0\n"}


@pytest.fixture
def archived(engine: sa.Engine, tmp_path: Path) -> Path:
    store, file = Store(engine), tmp_path / "shop.zip"
    begun(store)
    held(store, A, "U0MARA", "until <Monday> \u202e")
    begun(store, product="till")
    Operations(engine).save_log(f"{A}.TEST-1.1", {0: b"deployed\xff\n", 20: b"the end"})
    write_archive(engine, A, file, PAGES)
    return file


def changed(file: Path, name: str, body: bytes | None, *, sums: bool = False) -> Path:
    """The archive with one file changed or taken out; with `sums` by somebody who mends the checksums as well."""
    import hashlib

    with zipfile.ZipFile(file) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    files = {one: old for one, old in {**files, name: body}.items() if old is not None}
    if sums:
        lines = (f"{hashlib.sha256(b).hexdigest()}  {n}\n" for n, b in files.items() if n != "SHA256SUMS")
        files["SHA256SUMS"] = "".join(lines).encode()
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for one, old in files.items():
            archive.writestr(one, old)
    return other


@pytest.mark.process("TGM-4")
def test_it_holds_history_notes_output_and_manifest_of_this_release_alone(archived: Path) -> None:
    found = read_archive(archived)

    assert (found.release, found.rows, found.broken) == (A, 2, ())
    with zipfile.ZipFile(archived) as archive:
        assert set(archive.namelist()) == {
            "SHA256SUMS", "history.jsonl", "release.json", "notes/users.md", f"output/{A}.TEST-1.1.txt",
        }  # fmt: skip
        assert archive.read(f"output/{A}.TEST-1.1.txt") == b"deployed\xff\nthe end"
        assert "until <Monday>" in archive.read("history.jsonl").decode()


def test_the_same_release_gives_the_same_file(engine: sa.Engine, archived: Path, tmp_path: Path) -> None:
    write_archive(engine, A, tmp_path / "again.zip", PAGES)

    assert (tmp_path / "again.zip").read_bytes() == archived.read_bytes()


@pytest.mark.process("TGM-4")
@pytest.mark.parametrize("sums", [False, True])
def test_whoever_changes_a_row_is_found_out(archived: Path, *, sums: bool) -> None:
    with zipfile.ZipFile(archived) as archive:
        first, second = archive.read("history.jsonl").decode().splitlines()
    other = json.dumps({**json.loads(second), "by": "U0EVE"})

    found = read_archive(changed(archived, "history.jsonl", f"{first}\n{other}\n".encode(), sums=sums))

    assert "Row 2 of the history was changed after it was written." in found.broken


def test_whoever_writes_the_hashes_of_a_changed_row_anew_ends_elsewhere(archived: Path) -> None:
    from storage.archive import _row

    with zipfile.ZipFile(archived) as archive:
        first, second = archive.read("history.jsonl").decode().splitlines()
    told = {**json.loads(second), "by": "U0EVE"}
    told["hash"] = row_hash(_row(json.dumps(told)))  # type: ignore[arg-type]  # has the columns of a row

    found = read_archive(
        changed(archived, "history.jsonl", f"{first}\n{json.dumps(told)}\n".encode(), sums=True)
    )

    assert found.broken == ("The history does not end where the release says.",)


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("notes/users.md", b"other", "notes/users.md was changed."),
        ("notes/users.md", None, "notes/users.md is missing."),
        ("more.txt", b"more", "more.txt was added."),
        ("history.jsonl", b"", "The history does not end where the release says."),
    ],
)
def test_every_other_change_is_named(archived: Path, name: str, body: bytes | None, said: str) -> None:
    assert said in read_archive(changed(archived, name, body)).broken


@pytest.mark.parametrize("body", [b"", b"no zip file", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_refused_in_a_sentence(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "it.zip"
    file.write_bytes(body)

    with pytest.raises(OutsideError, match="is no archive of a release"):
        read_archive(file)
    with pytest.raises(OutsideError, match="cannot be read"):
        read_archive(tmp_path / "nothing.zip")


def test_nothing_is_written_over_and_an_unknown_release_leaves_no_file(
    engine: sa.Engine, archived: Path, tmp_path: Path
) -> None:
    with pytest.raises(OutsideError, match="is there already"):
        write_archive(engine, A, archived, PAGES)
    with pytest.raises(NotFound, match="There is no release"):
        write_archive(engine, "shop-9.9.9", tmp_path / "none.zip", {})
    assert not (tmp_path / "none.zip").exists()
