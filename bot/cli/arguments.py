"""What somebody typed, as a value: the options that the commands for any repository share."""

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.domain.convention import Unconventional
from bot.domain.words import Audience, Channel


class Form(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


@dataclass(frozen=True)
class Question:
    """One command with everything that was said to it."""

    command: str
    repository: Path
    since: str | None
    until: str | None
    form: Form
    prefix: str | None
    paths: tuple[str, ...]
    config: Path | None
    product: str | None
    component: str | None
    unconventional: Unconventional | None
    audience: Audience
    templates: Path | None
    channel: Channel | None
    into: Path | None
    title: str | None
    version: str | None


def asked(arguments: Sequence[str]) -> Question:
    """Read the words behind `harbourmaster`. Ends the program with code 2 and the usage when they cannot be read."""
    said = _parser().parse_args(arguments)
    return Question(
        command=said.command,
        repository=said.repository,
        since=_plain_name(said.since),
        until=_plain_name(said.until),
        form=Form(said.form),
        prefix=said.prefix,
        paths=tuple(said.paths),
        config=said.config,
        product=said.product,
        component=said.component,
        unconventional=Unconventional(said.unconventional) if said.unconventional else None,
        audience=Audience(getattr(said, "audience", Audience.USERS)),
        templates=getattr(said, "templates", None),
        channel=Channel(said.channel) if getattr(said, "channel", None) else None,
        into=getattr(said, "into", None),
        title=getattr(said, "title", None),
        version=getattr(said, "version", None),
    )


def _plain_name(ref: str | None) -> str | None:
    """A tag or branch by its name alone, also when it is written out as pipelines have it: `refs/tags/v1.4.0`."""
    return ref and ref.removeprefix("refs/tags/").removeprefix("refs/heads/")


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="harbourmaster", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    version = commands.add_parser(
        "version", allow_abbrev=False, help="The next version, and what decided it."
    )
    version.add_argument(
        "--pre-release", dest="channel", choices=list(Channel), help="The next one of this kind."
    )
    notes = commands.add_parser("notes", allow_abbrev=False, help="The release notes for a range.")
    notes.add_argument("--audience", choices=list(Audience), default=Audience.USERS, help="For whom; users.")
    notes.add_argument("--templates", type=Path, help="A folder with templates of your own, as users.md.j2.")
    notes.add_argument("--title", help="The name of the product in the heading; the folder's name.")
    changelog = commands.add_parser(
        "changelog", allow_abbrev=False,
        help="The changelog of the whole history, or with --from or --to the entry for one range.",
    )  # fmt: skip
    changelog.add_argument(
        "--into",
        type=Path,
        help="Print this changelog with the new entry in its place; the file stays as it is.",
    )
    for command in (notes, changelog):
        command.add_argument(
            "--as", dest="version", help="The version in the heading, for what has no tag yet."
        )
    for command in (version, notes, changelog):
        _shared(command)
    return parser


def _shared(command: ArgumentParser) -> None:
    command.add_argument(
        "--repository", type=Path, default=Path(), help="Any folder in it; never written to."
    )
    command.add_argument(
        "--from", dest="since", help="A tag, branch or commit; the last release before --to."
    )
    command.add_argument("--to", dest="until", help="A tag, branch or commit; HEAD.")
    command.add_argument("--format", dest="form", choices=list(Form), default=Form.TEXT)
    command.add_argument(
        "--tag-prefix", dest="prefix", help="What stands before the version in tags, as `shop@`."
    )
    command.add_argument(
        "--path",
        dest="paths",
        action="append",
        default=[],
        help="Only changes that touch it; may be repeated.",
    )
    command.add_argument(
        "--config", type=Path, help="A harbourmaster.toml, for its tables [notes] and [products]."
    )
    command.add_argument("--product", help="Which product of that file, if it has several.")
    command.add_argument("--component", help="Only this component of the product.")
    command.add_argument(
        "--unconventional", choices=list(Unconventional), help="What becomes of commits without a type."
    )
