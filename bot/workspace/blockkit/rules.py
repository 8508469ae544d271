"""The engine of the Block Kit check: small rules that look at one JSON value each. What Slack allows stands in the
declarations beside this file, never here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Surface(StrEnum):
    """Where blocks are shown; some blocks are allowed on one surface only."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


@dataclass(frozen=True)
class Finding:
    """One mistake in blocks, in the words Slack uses. `rule` names the kind of limit that was broken."""

    pointer: str
    message: str
    rule: str
    expected: tuple[str, ...] = ()
    got: str = ""

    @property
    def line(self) -> str:
        """As Slack writes it into `errors` and, with `[ERROR] ` before it, into `response_metadata.messages`."""
        return f"{self.message} [json-pointer:{self.pointer}]"

    def as_json(self) -> dict[str, Any]:
        """As `blocks.validate` answers it (slack_sdk 3.47, `blocks_validate`)."""
        constraint = {"type": self.rule, "expected": list(self.expected), "got": self.got}
        return {
            "pointer": self.pointer,
            "code": "failed_constraint",
            "message": self.message,
            "constraint": constraint,
        }


class Rule(Protocol):
    """Looks at one value and tells what is wrong with it."""

    def findings(self, value: Any, place: "Place") -> Iterator[Finding]: ...


@dataclass(frozen=True)
class Place:
    """Where in the JSON we are, on which surface, and the shapes that are known there."""

    pointer: str
    surface: Surface
    shapes: Mapping[str, "Shape"]

    def at(self, part: str | int) -> "Place":
        return Place(f"{self.pointer}/{part}", self.surface, self.shapes)

    def says(self, message: str, rule: str, expected: Sequence[str] = (), got: object = "") -> Finding:
        return Finding(self.pointer, message, rule, tuple(expected), str(got))


def _length(size: int, least: int, most: int, place: Place) -> Iterator[Finding]:
    if size > most:
        yield place.says(f"must be less than {most + 1} characters", "max_length", [str(most)], size)
    if size < least:
        yield place.says(f"must be more than {least - 1} characters", "min_length", [str(least)], size)


@dataclass(frozen=True)
class Str:
    """A string of `least` to `most` characters, if `among` is given one of those, if `like` is given of that form."""

    most: int = 255
    least: int = 1
    among: tuple[str, ...] = ()
    like: str = ""

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(value, str):
            yield place.says("must provide a string", "type", ["string"], type(value).__name__)
            return
        yield from _length(len(value), self.least, self.most, place)
        if self.among and value not in self.among:
            yield place.says(
                f"must be a valid enum value: {', '.join(self.among)}", "enum", self.among, value
            )
        if self.like and not re.fullmatch(self.like, value):
            yield place.says("failed to match the required format", "pattern", [self.like], value)


@dataclass(frozen=True)
class Bool:
    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(value, bool):
            yield place.says("must provide a boolean", "type", ["boolean"], type(value).__name__)


@dataclass(frozen=True)
class Number:
    """A number from `least` to `most`; whole unless `fractions`."""

    least: float | None = None
    most: float | None = None
    fractions: bool = False

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        kinds = (int, float) if self.fractions else (int,)
        if isinstance(value, bool) or not isinstance(value, kinds) or value != value:  # NaN alone
            yield place.says("must provide a number", "type", ["number"], type(value).__name__)
            return
        if self.least is not None and value < self.least:
            yield place.says(
                f"must be greater than or equal to {self.least:g}", "minimum", [str(self.least)], value
            )
        if self.most is not None and value > self.most:
            yield place.says(
                f"must be less than or equal to {self.most:g}", "maximum", [str(self.most)], value
            )


@dataclass(frozen=True)
class Items:
    """A list of `least` to `most` values that each obey one rule."""

    of: Rule
    most: int
    least: int = 1

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(value, list):
            yield place.says("must provide an array", "type", ["array"], type(value).__name__)
            return
        if len(value) > self.most:
            yield place.says(
                f"no more than {self.most} items allowed", "max_items", [str(self.most)], len(value)
            )
        if len(value) < self.least:
            yield place.says(
                f"no fewer than {self.least} items allowed", "min_items", [str(self.least)], len(value)
            )
        for index, item in enumerate(value):
            yield from self.of.findings(item, place.at(index))


TEXT_FIELDS = {"plain_text": "emoji", "mrkdwn": "verbatim"}


@dataclass(frozen=True)
class Text:
    """A text object: `plain_text` (with `emoji`) or `mrkdwn` (with `verbatim`), `least` to `most` characters long."""

    most: int
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
    least: int = 1

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield place.says("must provide an object", "type", ["object"], type(value).__name__)
            return
        kind = value.get("type")
        if kind not in self.kinds:
            yield place.at("type").says(
                f"must be a valid enum value: {', '.join(self.kinds)}", "enum", self.kinds, kind
            )
            return
        fields: dict[str, Rule] = {"text": Str(self.most, self.least), TEXT_FIELDS[kind]: Bool()}
        yield from Shape(kind, fields, needs=("text",)).findings(value, place)


PLAIN = ("plain_text",)


@dataclass(frozen=True)
class Of:
    """An object whose `type` is one of these names; each name is a declared shape.

    `known_as` gives the shape's name where two shapes share a type, as the image block and the image element do.
    """

    types: tuple[str, ...]
    known_as: Mapping[str, str] = field(default_factory=dict)

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield place.says("must provide an object", "type", ["object"], type(value).__name__)
            return
        kind = value.get("type")
        if kind not in self.types:
            yield place.says(f"unsupported type: {kind}", "enum", self.types, kind)
            return
        yield from place.shapes[self.known_as.get(kind, kind)].findings(value, place)


@dataclass(frozen=True)
class Record:
    """An object without a `type`, as an option or a confirm dialog, by the name of its shape."""

    name: str

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        yield from place.shapes[self.name].findings(value, place)


@dataclass(frozen=True)
class Optional:
    """A value that may be null."""

    of: Rule

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if value is not None:
            yield from self.of.findings(value, place)


@dataclass(frozen=True)
class Anything:
    """A value this check does not look into, as a file id; Slack fills it itself."""

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        del value, place
        return iter(())


Extra = Callable[[Mapping[str, Any], Place], Iterator[Finding]]
"""A check over several fields of one object, as "the initial option is among the options"."""

EVERYWHERE = frozenset(Surface)


@dataclass(frozen=True)
class Shape:
    """One declared block, element or record: its fields, the needed ones, and where it may stand.

    `one_of` names fields of which at least one must be there; `only_one_of` fields of which exactly one must be.
    """

    name: str
    fields: Mapping[str, Rule]
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    only_one_of: tuple[str, ...] = ()
    surfaces: frozenset[Surface] = EVERYWHERE
    extras: tuple[Extra, ...] = ()
    typed: bool = field(default=True)

    def findings(self, value: Any, place: Place) -> Iterator[Finding]:
        if not isinstance(value, dict):
            yield place.says("must provide an object", "type", ["object"], type(value).__name__)
            return
        if place.surface not in self.surfaces:
            allowed = sorted(self.surfaces)
            yield place.says(
                f"{self.name} is not allowed in a {place.surface}", "surface", allowed, place.surface
            )
        yield from self._presence(value, place)
        for name, item in value.items():
            if name == "type" and self.typed:
                continue
            rule = self.fields.get(name)
            if rule is None:
                yield place.says(f"invalid additional property: {name}", "additional_property", (), name)
            else:
                yield from rule.findings(item, place.at(name))
        for extra in self.extras:
            yield from extra(value, place)

    def _presence(self, value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
        for name in self.needs:
            if name not in value:
                yield place.says(f"missing required field: {name}", "required", [name])
        if self.one_of and not any(name in value for name in self.one_of):
            yield place.says(f"missing required field: {' or '.join(self.one_of)}", "required", self.one_of)
        if self.only_one_of and sum(name in value for name in self.only_one_of) != 1:
            yield place.says(
                f"exactly one of {', '.join(self.only_one_of)} is needed", "required", self.only_one_of
            )
