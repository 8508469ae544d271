"""The `harbourmaster` command line. It parses, calls one thing, prints; nothing is decided here."""

import contextlib
import os
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.fact_commands import register as register_fact_commands
from bot.cli.options import ConfigFile, fail
from bot.cli.record_commands import register as register_record_commands

if TYPE_CHECKING:
    from bot.config import Config

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The release bot for Slack.",
    pretty_exceptions_enable=False,
)
register_fact_commands(app)
register_record_commands(app)

_ANY_WORDS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command()
def run(
    config: ConfigFile = None,
    http: Annotated[
        str | None, typer.Option(help="Listen here for Slack over HTTP, as 0.0.0.0:3000.")
    ] = None,
) -> None:
    """Run the bot: over Socket Mode, or over HTTP with --http."""
    from bot.app import assemble, run_until
    from bot.configured import read_config
    from bot.logs import write_logs

    write_logs()
    settings = read_config(config, os.environ)
    for warning in settings.warnings:
        typer.echo(f"warning: {warning.sentence}", err=True)
    environment = settings.environment
    secrets = [secret.get_secret_value() for secret in environment.signing_secrets]
    if http is not None and not secrets:
        fail(
            "--http needs SLACK_SIGNING_SECRET: without it nobody could tell Slack's requests from forged ones."
        )
    if http is None and environment.app_token is None:
        fail("SLACK_APP_TOKEN is not set, so there is no Socket Mode. Set it, or use --http 0.0.0.0:3000.")
    address = _address(http) if http is not None else None
    bot = assemble(settings)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if address is not None:
        try:
            port = bot.listen_http(secrets, *address)
        except OSError as problem:
            fail(f"Nothing can listen on {http}: {problem.strerror}. Name another address.")
        typer.echo(f"Harbourmaster listens on {address[0]}:{port}.")
    elif environment.app_token is not None:
        bot.listen_socket(environment.app_token.get_secret_value(), environment.api_url)
        typer.echo("Harbourmaster connects to Slack over Socket Mode.")
    if environment.operators_door is not None:
        try:
            bot.open_door(*_address(environment.operators_door))
        except OSError as problem:
            fail(
                f"Nothing can listen on {environment.operators_door} (HARBOURMASTER_HTTP): {problem.strerror}."
            )
        typer.echo(f"Health and numbers are at http://{environment.operators_door}/readyz and /metrics.")
    bot.start()
    run_until(bot, stopping.wait)
    bot.stop()


@app.command()
def check(config: ConfigFile = None) -> None:
    """Read the configuration and the environment, and report every mistake at once."""
    from bot.configured import read_config

    settings = read_config(config, os.environ)
    for warning in settings.warnings:
        typer.echo(f"warning: {warning.sentence}")
    _check_announcements(settings)
    names = ", ".join(sorted(settings.products))
    typer.echo(f"The configuration is good. Products: {names}. Roles: {', '.join(sorted(settings.roles))}.")


@app.command()
def calendar(
    config: ConfigFile = None,
    ics: Annotated[bool, typer.Option("--ics", help="As iCalendar text, for other calendars.")] = False,
) -> None:
    """Show the planned releases and the freezes."""
    from bot.app import assemble
    from bot.configured import read_config
    from bot.workflow.planning import calendar_feed, planned_lines

    parts = assemble(read_config(config, os.environ)).parts
    typer.echo(calendar_feed(parts) if ics else "\n".join(planned_lines(parts)), nl=not ics)


@app.command()
def manifest(
    http: Annotated[str | None, typer.Option(help="The public address for the HTTP variant.")] = None,
) -> None:
    """Print the Slack app manifest."""
    from bot.slack.manifest import manifest as make
    from bot.slack.manifest import to_yaml

    try:
        text = to_yaml(make(http))
    except ValueError as problem:
        fail(str(problem))
    typer.echo(text, nl=False)


@app.command()
def demo(
    autoplay: Annotated[
        bool, typer.Option("--autoplay", help="Let the demo's people play a whole release.")
    ] = False,
    repository: Annotated[
        Path | None, typer.Option(help="Any git repository on disk as the product; never written.")
    ] = None,
    port: Annotated[int, typer.Option(help="Where the local workspace's page is served.")] = 8765,
) -> None:
    """Run the main job here: a local Slack workspace, a product behind a real git remote, a fresh signing key."""
    from bot.demo.show import play, show
    from bot.logs import write_logs

    write_logs()
    if autoplay:
        raise typer.Exit(play(repository))
    show(repository, port)


@app.command()
def rehearse(
    config: ConfigFile = None,
    port: Annotated[int, typer.Option(help="Where the local workspace's page is served.")] = 8765,
) -> None:
    """Walk a release through your own products, roles and process: in a local Slack, with pushes to scratch copies."""
    import tempfile

    from bot.demo.rehearsal import rehearse as play
    from bot.logs import write_logs

    write_logs()
    with (
        tempfile.TemporaryDirectory(prefix="harbourmaster-") as folder,
        play(Path(folder), config, os.environ, port) as workspace,
    ):
        typer.echo(
            f"Open {workspace.page_url} and act as the people of your roles. Ctrl-C ends it; nothing is kept."
        )
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


@app.command(
    "version", context_settings=_ANY_WORDS, help="The next version of a repository, and what decided it."
)
@app.command("notes", context_settings=_ANY_WORDS, help="Release notes from a repository, for one audience.")
@app.command("changelog", context_settings=_ANY_WORDS, help="The changelog of a repository, or one entry.")
def for_any_repository(context: typer.Context) -> None:
    """These three are read by `bot.cli`, which `harbourmaster` reaches without loading this module."""
    from bot.cli import run as answer

    raise typer.Exit(answer([str(context.info_name), *context.args]))


def _check_announcements(settings: "Config") -> None:
    """Templates and calendars, of which a mistake would otherwise show when the first of them is needed."""
    from bot.domain.errors import OutsideError, OutsideRefusal
    from bot.effects.read_calendar import read_source
    from bot.views.announcement_samples import broken_templates
    from bot.views.note_samples import broken_pages

    mistakes = [*broken_templates(settings.announcement_templates)]
    folders = dict.fromkeys(
        [settings.notes.templates, *(p.notes.templates for p in settings.products.values())]
    )
    mistakes += [problem for folder in folders for problem in broken_pages(folder)]
    for source in settings.calendar.sources:
        if not source.startswith(("https://", "http://")):  # what is elsewhere may be away just now
            try:
                read_source(source, settings.calendar.zone, datetime.now(UTC))
            except (OutsideError, OutsideRefusal) as problem:
                mistakes.append(str(problem))
    if mistakes:
        fail("\n".join(mistakes))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        fail(
            f"“{text}” is not an address to listen on. Write it as 127.0.0.1:3000, or 0.0.0.0:3000 for every interface."
        )
    return host.strip("[]"), int(port)


def _database_trouble() -> type[Exception]:
    """What SQLAlchemy raises when a database cannot be reached or read."""
    from sqlalchemy.exc import OperationalError

    return OperationalError


def main() -> None:
    """The entry point: mistakes of the person and of the world end in one sentence, not in a traceback."""
    from bot.domain.errors import OutsideError, OutsideRefusal, UserError

    try:
        app()
    except SystemExit:
        raise
    except (UserError, OutsideError, OutsideRefusal) as problem:
        typer.echo(str(problem), err=True)
        raise SystemExit(1) from None
    # Evaluated only when something else was raised: commands without a database never load SQLAlchemy.
    except _database_trouble() as problem:
        reason = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
        typer.echo(
            f"The database cannot be used: {reason}. Look whether it is up, and at HARBOURMASTER_DATABASE_URL.",
            err=True,
        )
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
