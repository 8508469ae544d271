"""What is allowed and yet looks wrong. A doubt is told at the start and stops nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.config.environment import variables
from bot.config.lines import KeyPath
from bot.config.mistakes import Mistake, did_you_mean, place_of
from bot.config.surroundings import Surroundings
from bot.config.tables import FileTables
from bot.domain.words import RoleName

_OF_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def doubts(
    file: str, lines: Mapping[KeyPath, int], tables: FileTables, around: Surroundings
) -> Iterator[Mistake]:
    """Every doubt, those of the file with their line."""
    for path, sentence in (
        *_open_keys(tables),
        *_tokens_at_risk(tables),
        *_idle_roles(tables, around),
        *_deaf_callbacks(tables, around),
    ):
        yield Mistake(file, place_of(path, lines), sentence)
    yield from _unknown_variables(tables, around)


def _open_keys(tables: FileTables) -> Iterator[tuple[KeyPath, str]]:
    key = Path(tables.signing.key)
    if tables.signing.format == "ssh" and key.suffix != ".pub" and key.stat().st_mode & 0o004:
        sentence = (
            f"`signing.key` names {key}, which everyone on this machine may read and sign with. "
            f"Run `chmod o-r {key}`."
        )
        yield ("signing", "key"), sentence


def _deaf_callbacks(tables: FileTables, around: Surroundings) -> Iterator[tuple[KeyPath, str]]:
    if around.environ.get("HARBOURMASTER_HTTP", "").strip():
        return
    for product, table in tables.products.items():
        for name, recipe in table.recipes.items():
            if recipe.callback:
                sentence = (
                    f"`products.{product}.recipes.{name}.callback` waits for a report, and nothing listens for one. "
                    "Set HARBOURMASTER_HTTP."
                )
                yield ("products", product, "recipes", name, "callback"), sentence


def _tokens_at_risk(tables: FileTables) -> Iterator[tuple[KeyPath, str]]:
    for name, product in tables.products.items():
        address = urlsplit(product.repository)
        if not product.token_env or address.scheme == "https":
            continue
        if address.scheme != "http":
            sentence = f"`products.{name}.token_env` is not used: only https and http take a token."
            yield ("products", name, "token_env"), sentence
        elif address.hostname not in _OF_THIS_MACHINE:
            sentence = (
                f"`products.{name}.repository` is reached without encryption, so the token of `token_env` can be "
                "read on the way. Use https."
            )
            yield ("products", name, "repository"), sentence


def _idle_roles(tables: FileTables, around: Surroundings) -> Iterator[tuple[KeyPath, str]]:
    for wanted, types in around.roles_of_some.items():
        if wanted not in tables.roles:
            sentence = (
                f"`roles.{wanted}` is missing, and {' and '.join(types)} releases are signed by it: until somebody is in it, "
                "none of them can be started."
            )
            yield ("roles", wanted), sentence
    for role in tables.roles:
        if RoleName(role) not in around.roles_used | around.roles_of_some.keys():
            hint = did_you_mean(role, around.roles_used)
            yield ("roles", role), f"`roles.{role}` is a role to which the process gives nothing.{hint}"


def _unknown_variables(tables: FileTables, around: Surroundings) -> Iterator[Mistake]:
    # A slip in HARBOURMASTER_DATABASE_URL would otherwise end, without a word, in a fresh SQLite file.
    known = {
        *variables(),
        tables.calendar.feed_token_env,
        *(product.token_env for product in tables.products.values()),
    }
    known.update(name for product in tables.products.values() for name in product.secret_names())
    for name in sorted(around.environ):
        if name.startswith("HARBOURMASTER_") and name not in known:
            hint = did_you_mean(name, variables())
            yield Mistake("environment", None, f"{name} is set, and nothing reads it.{hint}")
