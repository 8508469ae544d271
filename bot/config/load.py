"""Reads the environment and harbourmaster.toml into one Config, and collects the mistakes of both before it gives up."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr, ValidationError

from bot.config.announcements import notice_rules, templates_folder
from bot.config.calendar import unknown_names
from bot.config.doubts import doubts
from bot.config.environment import Environment, read_environment
from bot.config.lines import KeyPath, lines_of
from bot.config.mistakes import ConfigMistakes, Mistake, in_sentences, nearest, place_of
from bot.config.surroundings import Surroundings
from bot.config.tables import (
    FileTables,
    NotesTable,
    ProductNotesTable,
    ProductTable,
    SigningTable,
    known_keys,
)
from bot.config.values import Config, NoteSettings, Product, RoleMembers, Signing
from bot.domain.convention import Convention, Label, Unconventional
from bot.domain.words import ChannelId, ItemId, RoleName, UserId


@dataclass(frozen=True)
class Document:
    """A file that is TOML, before anything is known about its keys."""

    file: str
    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]


def load(
    path: Path | None,
    environ: Mapping[str, str],
    *,
    roles_used: Set[RoleName],
    items_known: Mapping[ItemId, RoleName],
    works_known: Set[str] = frozenset(),
    roles_of_some: Mapping[RoleName, Sequence[str]] = MappingProxyType({}),
) -> Config:
    """Read everything that can be configured.

    `path` is the file; None takes it from HARBOURMASTER_CONFIG. `roles_used` are the roles the process gives items
    to, `items_known` its sign-offs, each with the role that signs it, `works_known` what the bot can do for items by itself,
    `roles_of_some` the roles that only some types of release need, with those types.
    Relative paths in the file start in its folder.

    Raises ConfigMistakes with every mistake of the environment and of the file. When the file is not TOML, that is
    the only mistake of the file that can be named.
    """
    file = path or Path(environ.get("HARBOURMASTER_CONFIG", "").strip() or "harbourmaster.toml")
    around = Surroundings(
        environ, file.parent.absolute(), roles_used, items_known, works_known, roles_of_some
    )
    mistakes: list[Mistake] = []
    environment = document = tables = None
    try:
        environment = read_environment(environ)
    except ConfigMistakes as found:
        mistakes.extend(found.mistakes)
    try:
        document = read_document(file)
        tables = _read_tables(document, around)
    except ConfigMistakes as found:
        mistakes.extend(found.mistakes)
    if environment is None or document is None or tables is None:
        raise ConfigMistakes(mistakes)
    return _config(environment, document, tables, around)


def read_document(file: Path) -> Document:
    """The file as TOML, its keys not looked at. Raises ConfigMistakes when it cannot be read or is no TOML."""
    name = str(file)
    try:
        content = file.read_bytes()
    except OSError as error:
        sentence = (
            f"The file cannot be read: {error.strerror}. Write it after harbourmaster.example.toml, "
            "or name another one in HARBOURMASTER_CONFIG."
        )
        raise ConfigMistakes([Mistake(name, None, sentence)]) from None
    try:
        text = content.decode("utf-8-sig")  # some editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigMistakes([Mistake(name, line, "This is not UTF-8 text, as TOML must be.")]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigMistakes([_syntax_mistake(name, text, str(error))]) from None
    return Document(name, data, lines_of(text))


def _syntax_mistake(file: str, text: str, words: str) -> Mistake:
    # Until Python 3.14 the place is only in the words: "Invalid value (at line 3, column 7)".
    what = re.sub(r" \(at .*\)$", "", words)
    place = re.search(r"\(at line (\d+), column (\d+)\)$", words)
    if place is None:
        return Mistake(
            file, text.rstrip("\n").count("\n") + 1, f"TOML cannot read the file to its end: {what}."
        )
    return Mistake(file, int(place[1]), f"TOML cannot read column {place[2]} of this line: {what}.")


def _read_tables(document: Document, around: Surroundings) -> FileTables:
    mistakes = [
        Mistake(document.file, place_of(path, document.lines), sentence)
        for path, sentence in _sentences(document.data, around)
    ]
    try:
        tables = FileTables.model_validate(document.data, context=around)
    except ValidationError as error:
        mistakes += [
            Mistake(document.file, place_of(path, document.lines), sentence)
            for path, sentence in in_sentences(error, known_keys)
        ]
        tables = None
    if tables is None or mistakes:
        raise ConfigMistakes(sorted(mistakes, key=lambda mistake: mistake.line or 0))
    return tables


def _sentences(data: Mapping[str, Any], around: Surroundings) -> Iterator[tuple[KeyPath, str]]:
    yield from _unfilled_roles(data, around)
    yield from _high_quorums(data, around)
    yield from unknown_names(data, _table(data, "products"), _table(data, "roles"))


def _unfilled_roles(data: Mapping[str, Any], around: Surroundings) -> Iterator[tuple[KeyPath, str]]:
    # This and the next rule look at the data as written, so that a mistake elsewhere does not hide theirs.
    if not isinstance(data.get("roles", {}), dict):
        return
    configured = data.get("roles", {}).keys()
    for role in sorted(around.roles_used - configured):
        alike = nearest(role, configured - around.roles_used)
        hint = "" if alike is None else f" Or is `roles.{alike}` meant to be this one?"
        sentence = (
            f"`roles.{role}` is missing, and the process gives items to this role. "
            f"Add [roles.{role}] with `members`, a `group`, or both.{hint}"
        )
        yield ("roles", role), sentence


def _high_quorums(data: Mapping[str, Any], around: Surroundings) -> Iterator[tuple[KeyPath, str]]:
    for item, quorum in _table(data, "policy", "quorum").items():
        role = around.items_known.get(ItemId(item))
        if role is None or not isinstance(quorum, int):
            continue
        people = _table(data, "roles", role)
        members = people.get("members")
        if "group" in people or not isinstance(members, list):
            continue
        number = len({member for member in members if isinstance(member, str)})
        if quorum > number:
            sentence = (
                f"`policy.quorum.{item}` asks for {quorum} people of the role {role}, which has {number}. "
                "Add members or a group, or lower the quorum."
            )
            yield ("policy", "quorum", item), sentence


def _table(data: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The table at this path of data that nobody has checked yet; empty when there is none."""
    found: Any = data
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _config(environment: Environment, document: Document, tables: FileTables, around: Surroundings) -> Config:
    return Config(
        environment=environment,
        signing=_signing(tables.signing),
        products={name: _product(name, table, tables, around) for name, table in tables.products.items()},
        roles={
            RoleName(name): RoleMembers(frozenset(UserId(member) for member in table.members), table.group)
            for name, table in tables.roles.items()
        },
        quorums={ItemId(item): quorum for item, quorum in tables.policy.quorum.items()},
        notes=note_settings(tables.notes),
        reminders=tables.reminders.manners(),
        calendar=tables.calendar.settings(around.environ),
        announcement_templates=templates_folder(tables.announcements),
        warnings=tuple(doubts(document.file, document.lines, tables, around)),
    )


def note_settings(table: NotesTable) -> NoteSettings:
    """The table [notes] as values."""
    labels = tuple(Label(glob, type_) for type_, globs in table.labels.items() for glob in globs)
    convention = Convention(unconventional=Unconventional(table.unconventional), labels=labels)
    templates = Path(table.templates) if table.templates else None
    return NoteSettings(convention, templates, issues=table.issues)


def _signing(table: SigningTable) -> Signing:
    match table.format:
        case "ssh":
            signers = None if table.allowed_signers is None else Path(table.allowed_signers)
            return Signing("ssh", Path(table.key), signers)
        case "openpgp":
            return Signing("openpgp", table.key, None)


def product_notes(settings: NoteSettings, own: ProductNotesTable | None) -> NoteSettings:
    """The settings of [notes], with what the product says otherwise."""
    if own is None:
        return settings
    templates = Path(own.templates) if own.templates else settings.templates
    return replace(
        settings, templates=templates, paths=tuple(own.paths), issues=own.issues or settings.issues
    )


def _product(name: str, table: ProductTable, tables: FileTables, around: Surroundings) -> Product:
    token = None if table.token_env is None else SecretStr(around.environ[table.token_env].strip())
    return Product(
        name=name,
        repository=table.repository,
        token=token,
        branch=table.branch,
        channel=ChannelId(table.channel),
        tag_prefix=table.tag_prefix,
        timezone=ZoneInfo(table.timezone),
        look_every=table.look_every,
        automates=frozenset(around.works_known if table.automates is None else table.automates),
        facts=table.wanted(),
        notes=product_notes(note_settings(tables.notes), table.notes),
        notices=notice_rules(
            table.audiences, table.channel, table.timezone, tables.calendar, tables.announcements.late_after
        ),
        recipes={name: recipe.recipe(name) for name, recipe in table.recipes.items()},
        environments={name: known.environment(name) for name, known in table.environments.items()},
        deploy_order=tuple(table.deploy_order),
        secrets={name: SecretStr(around.environ[name].strip()) for name in table.secret_names()},
    )
