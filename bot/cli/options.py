"""What several commands share: the options for the configuration and the database, and the way to end with a sentence."""

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="harbourmaster.toml; else HARBOURMASTER_CONFIG.")
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--database", help="Else HARBOURMASTER_DATABASE_URL, else var/harbourmaster.sqlite."),
]


def database(given: str | None) -> str:
    """The address of the database, without asking for Slack's tokens: an operator may have none at hand."""
    from bot.config import database_url

    return given or database_url(os.environ)


def fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
