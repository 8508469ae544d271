"""Registers the commands that read facts from a repository with the command line. It imports what they need on demand."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.tables import Format, Report, rendered

if TYPE_CHECKING:
    from bot.cli.facts import Asked

Repository = Annotated[Path, typer.Option(help="Any git repository on disk, bare or not; never written to.")]
Since = Annotated[str, typer.Option("--from", help="Tag, branch or commit; else the release tag before.")]
Until = Annotated[str, typer.Option("--to", help="Tag, branch or commit; else HEAD.")]
Settings = Annotated[
    Path | None, typer.Option("--config", help="harbourmaster.toml; else the conventional places.")
]
ProductName = Annotated[
    str | None, typer.Option("--product", help="Which product of the file, if it has several.")
]
Shape = Annotated[Format, typer.Option("--format", help="How to print it.")]

_HERE = Path()


_ABOUT_A_RANGE = {
    "versions": "Show the named versions, what changed since the last release, and whether they fit each other.",
    "migrations": "List the migrations of a range in order; as Markdown, draft their guide.",
    "docs": "Compare API and settings between two commits, and find what the documentation lacks.",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(branches)
    for name, said in _ABOUT_A_RANGE.items():
        app.command(name, help=said)(_about_a_range(name))


def _about_a_range(name: str) -> "Callable[..., None]":
    """The command of this name: all of them ask about a range of a repository, and differ in what they look for."""

    def command(
        repository: Repository = _HERE,
        since: Since = "",
        until: Until = "",
        config: Settings = None,
        product: ProductName = None,
        format_: Shape = Format.TEXT,
    ) -> None:
        from bot.cli import facts

        found = {"versions": facts.versions, "migrations": facts.migrations, "docs": facts.docs}
        _print(found[name], facts.Asked(repository, since, until, config, product), format_)

    return command


def branches(
    repository: Repository = _HERE,
    main: Annotated[str | None, typer.Option(help="The main branch; else main, master or HEAD's.")] = None,
    below: Annotated[str, typer.Option(help="Where branches are, as refs/remotes/origin/.")] = "refs/heads/",
    since: Annotated[
        str, typer.Option("--from", help="Only branches that hold more than this tag, branch or commit.")
    ] = "",
    until: Annotated[
        str, typer.Option("--to", help="Only branches that this tag, branch or commit contains.")
    ] = "",
    config: Settings = None,
    product: ProductName = None,
    format_: Shape = Format.TEXT,
) -> None:
    """List every branch with its owner and age, its place beside the main branch, and what the rules say."""
    from bot.cli import facts

    asked = facts.Asked(repository, since, until, config, product)
    _print(lambda each: facts.branches(each, main, below), asked, format_)


def _print(command: "Callable[[Asked], Report]", asked: "Asked", format_: Format) -> None:
    from bot.cli.facts import stands_in_the_way

    report = command(asked)
    typer.echo(rendered(report, format_), nl=False)
    if stands_in_the_way(report):
        raise typer.Exit(1)
