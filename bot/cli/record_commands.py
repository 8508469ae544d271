"""The commands about what is kept: history and its proof, manifest, output of recipes, archives, the database itself."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.archive_command import archive, proved
from bot.cli.options import ConfigFile, DatabaseUrl, database, fail


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(verify)
    app.command()(releases)
    app.command()(log)
    app.command()(archive)
    tables = typer.Typer(no_args_is_help=True, help="Bring the database up to date, check it, back it up.")
    tables.command("upgrade")(db_upgrade)
    tables.command("check")(db_check)
    tables.command("backup")(db_backup)
    app.add_typer(tables, name="db")


def verify(
    url: DatabaseUrl = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="Also compare every release tag with the remotes.")
    ] = False,
    config: ConfigFile = None,
    archive_file: Annotated[
        Path | None,
        typer.Option("--archive", help="Look at this archive of a release instead; it needs no database."),
    ] = None,
) -> None:
    """Recompute the hash chain of the whole history, and with --remote look at the release tags on the remotes."""
    if archive_file is not None:
        typer.echo(proved(archive_file))
        return
    from storage.database import check as check_tables
    from storage.database import verify as verify_history
    from storage.engine import open_engine

    engine = open_engine(database(url))
    check_tables(engine)
    rows, broken = verify_history(engine)
    for sentence in broken:
        typer.echo(f"broken: {sentence}")
    if broken:
        fail(f"The history of {rows} rows does not hold in {len(broken)} places. Compare it with a backup.")
    typer.echo(f"The history holds: {rows} rows, every hash as it was written.")
    if remote:
        _verify_tags(config)


def _verify_tags(config: Path | None) -> None:
    from bot.app import verify_tags
    from bot.configured import read_config

    compared, wrong = verify_tags(read_config(config, os.environ))
    for sentence in wrong:
        typer.echo(f"tag: {sentence}")
    if wrong:
        fail(
            f"{len(wrong)} of {compared} release tags are not what was proved. The bot repairs none of them."
        )
    typer.echo(f"The release tags hold: {compared}, each the object that was proved.")


def releases(product: str, url: DatabaseUrl = None) -> None:
    """Print the manifest of a product's releases, in the format of releases.json."""
    from bot.domain.manifest import Manifest, write_manifest
    from bot.domain.manifest_entries import with_all
    from storage.database import check as check_tables
    from storage.engine import open_engine
    from storage.store import Store

    engine = open_engine(database(url))
    check_tables(engine)
    with Store(engine).reading() as tx:
        known = tx.releases_of(product, 100_000)
    if not known:
        fail(f"There is no release of {product} in this database. Look at the name, or at --database.")
    typer.echo(write_manifest(with_all(Manifest(), known)), nl=False)


def log(
    operation: Annotated[str, typer.Argument(help="The operation, as the card and the thread name it.")],
    url: DatabaseUrl = None,
) -> None:
    """Print the whole output of a recipe that was kept, secrets masked."""
    from bot.recipes.output import of_parts
    from storage.engine import open_engine
    from storage.operations import Operations

    operations = Operations(open_engine(database(url)))
    parts = operations.parts_of(operation)
    if not parts:
        fail(f"No recipe was run under the name “{operation}”. Copy it from the card or the thread.")
    typer.echo(of_parts({name: operations.log(name) for name in parts}, operation), nl=False)
    for found in filter(None, map(operations.get, parts)):
        typer.echo(found.result.summary if found.result else f"It still runs on {found.host}.", err=True)


def db_upgrade(url: DatabaseUrl = None) -> None:
    """Bring the tables up to date. Safe to run again, and while other replicas start."""
    from storage.database import upgrade
    from storage.engine import open_engine

    before, after = upgrade(open_engine(database(url)))
    typer.echo(
        "The database is up to date."
        if before == after
        else f"The database went from {before or 'empty'} to {after}."
    )


def db_check(url: DatabaseUrl = None) -> None:
    """Say whether the tables are those that this version works with."""
    from storage.database import check as check_tables
    from storage.engine import open_engine

    check_tables(open_engine(database(url)))
    typer.echo("The database is up to date.")


def db_backup(
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")], url: DatabaseUrl = None
) -> None:
    """Write a consistent copy while the bot runs."""
    from storage.database import backup
    from storage.engine import open_engine

    backup(open_engine(database(url)), to)
    typer.echo(f"Backed up to {to}.")
