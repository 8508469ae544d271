"""A mistake in the configuration, its place and its sentence; and pydantic's errors put into such sentences."""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.config.lines import KeyPath
from bot.domain.errors import UserError

KnownKeys = Callable[[KeyPath], Iterable[str]]
"""Answers for the path of a table which keys may stand in it."""

_TYPES: Mapping[str, str] = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number without quotes",
    "list_type": 'must be a list in brackets, as `["U0123456789"]`',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "bool_type": "must be true or false",
}
"""What pydantic's error types mean for the person who wrote the file."""


@dataclass(frozen=True)
class Mistake:
    """One mistake. `file` is the path as it was given, or `environment`; `line` counts from 1."""

    file: str
    line: int | None
    """None when it has no line of its own: a variable of the environment, a table that is not there."""
    sentence: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.sentence}"


class ConfigMistakes(UserError):
    """The configuration cannot be used. Every mistake is named at once; the text is their report."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(report(mistakes))
        self.mistakes = tuple(mistakes)


def report(mistakes: Iterable[Mistake]) -> str:
    """One line for each mistake, `harbourmaster.toml:14: …`, in the order they come."""
    return "\n".join(str(mistake) for mistake in mistakes)


def dotted(path: Sequence[str | int]) -> str:
    """A key as it is written in TOML: `products.shop.channel`. Quoted, so unprintable text stays harmless."""
    return ".".join(
        str(part) if re.fullmatch(r"[A-Za-z0-9_-]+", str(part)) else json.dumps(part) for part in path
    )


def shown(value: str) -> str:
    """A short value inside a sentence. Never for a value that may be a secret."""
    return f"`{value}`" if value.isprintable() and len(value) <= 40 else "this text"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like this one, capitals aside; None when none is near."""
    as_written = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), as_written, n=1)
    return as_written[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The question, with a blank before it, to be put behind a sentence; empty when no known word is near."""
    near = nearest(word, known)
    return "" if near is None else f" Did you mean `{near}`?"


def place_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of the key, or of the nearest table around it when the key itself is not in the file."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)


def in_sentences(
    error: ValidationError, known: KnownKeys, below: KeyPath = ()
) -> Iterable[tuple[KeyPath, str]]:
    """Each error of pydantic as the key it is about and a sentence.

    Rules of ours raise ValueError with a predicate (`must be …`) that is put behind the name of the key. `below` is
    the path of the table that was read, when that was not the whole file.
    """
    for detail in error.errors(include_url=False, include_input=False):
        # Pydantic marks an error in the key of a mapping, as against its value, by a last part "[key]".
        path = (*below, *(part for part in detail["loc"] if part != "[key]"))
        yield path, f"{_subject(path)} {_predicate(detail['type'], path, detail, known)}"


def _subject(path: KeyPath) -> str:
    if path and isinstance(path[-1], int):
        return f"Entry {path[-1] + 1} of `{dotted(path[:-1])}`"
    return f"`{dotted(path)}`"


def _predicate(type_: str, path: KeyPath, detail: Mapping[str, Any], known: KnownKeys) -> str:
    match type_:
        case "missing":
            return "is missing. docs/configuration.md says what belongs there."
        case "extra_forbidden":
            there = list(known(path[:-1]))
            hint = did_you_mean(str(path[-1]), there) or f" Known here: {', '.join(there)}."
            return f"is not a setting.{hint}"
        case "too_short":
            return "must not be empty."
        case "greater_than_equal":
            return f"must be {detail['ctx']['ge']} or more."
        case "value_error":
            return f"{detail['ctx']['error']}"
        case "literal_error":
            return f"must be {detail['ctx']['expected']}."
        case _:
            return f"{_TYPES.get(type_, detail['msg'])}."
