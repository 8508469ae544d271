"""`harbourmaster archive`: everything that is kept of a release as one file, and the proof that such a file holds."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine


def archive(
    release: Annotated[str, typer.Argument(help="The release, as `shop-1.4.0`.")],
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    url: Annotated[
        str | None,
        typer.Option("--database", help="Else HARBOURMASTER_DATABASE_URL, else var/harbourmaster.sqlite."),
    ] = None,
) -> None:
    """Write everything that is kept of a release into one file, which `verify --archive` proves without the database."""
    from bot.config import database_url
    from storage.archive import write_archive
    from storage.database import check
    from storage.engine import open_engine

    engine = open_engine(url or database_url(os.environ))
    check(engine)
    files = write_archive(engine, release, to, _pages(engine, release))
    typer.echo(
        f"{release} is in {to}: {files} files. `harbourmaster verify --archive {to}` looks whether it holds."
    )


def proved(file: Path) -> str:
    """That an archive holds, as a sentence. Raises OutsideRefusal with everything that does not."""
    from bot.domain.errors import OutsideRefusal
    from storage.archive import read_archive

    found = read_archive(file)
    if found.broken:
        places = "\n".join(f"broken: {sentence}" for sentence in found.broken)
        raise OutsideRefusal(
            f"{places}\nThe archive of {found.release} does not hold. Write it anew from the database."
        )
    return (
        f"The archive of {found.release} holds: {found.rows} rows, the last with the hash {found.last_hash}."
    )


def _pages(engine: "Engine", release_id: str) -> Mapping[str, str]:
    """The last notes for each audience, and the entry of the manifest."""
    from bot.domain.manifest import Manifest, write_manifest
    from bot.domain.manifest_entries import with_all
    from bot.domain.note_book import as_notes
    from bot.domain.words import Audience, ReleaseId
    from bot.views.note_pages import markdown
    from storage.store import Store

    with Store(engine).reading() as tx:
        found, notes = tx.release(ReleaseId(release_id)), tx.notes(release_id)
    manifest = write_manifest(with_all(Manifest(), [found] if found else []))
    pages = {f"notes/{one}.md": markdown(as_notes(notes.book), one) for one in Audience} if notes else {}
    return {"releases.json": manifest, **pages}
