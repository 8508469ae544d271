"""Rules between named versions, such as `frontend.api_client compatible-with backend.api`, and whether they hold."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from semver import Version

from bot.domain.findings import Finding, Severity
from bot.domain.named_versions import RELEASED, Known, Reading, Readings, Unreadable
from bot.domain.words import short

NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*")
_LONGEST_NUMBER = 30


class Relation(StrEnum):
    EQUAL = "equal"
    COMPATIBLE = "compatible-with"
    """The same major version, and not a newer minor one: a client may not know more than its server."""
    AT_LEAST = "at-least"
    TRACKS = "tracks"
    """The same number as the highest migration, whose sequence has neither gaps nor duplicates."""


@dataclass(frozen=True)
class Rule:
    left: str
    relation: Relation
    right: str
    item: str = "VA-1"

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}"


class Verdict(StrEnum):
    HOLDS = "holds"
    BROKEN = "broken"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Judged:
    """A rule with its verdict and the sentence that shows both values and where they came from."""

    rule: Rule
    verdict: Verdict
    sentence: str


def parse_rule(text: str) -> Rule:
    """Read `left relation right`. Raises ValueError with what is wrong, as a predicate."""
    words = text.split()
    if len(words) != 3:
        raise ValueError('must be three words, as "frontend.api_client compatible-with backend.api".')
    left, relation, right = words
    if relation not in list(Relation):
        raise ValueError(f"must have one of {', '.join(Relation)} in its middle.")
    if not NAME.fullmatch(left) or not NAME.fullmatch(right):
        raise ValueError("must name two versions in small letters, digits, `_`, `-` and dots.")
    return Rule(left, Relation(relation), right, _item(left, Relation(relation), right))


def _item(left: str, relation: Relation, right: str) -> str:
    """The statement of the process that a rule is about, by what it speaks of."""
    first = {left.split(".")[0], right.split(".")[0]}
    if relation is Relation.TRACKS:
        return "VA-3"
    if "docs" in first:
        return "VA-4"
    return "VA-2" if "bot" in first else "VA-1"


def judge_all(rules: Iterable[Rule], readings: Readings) -> tuple[Judged, ...]:
    return tuple(judge(rule, readings) for rule in rules)


def judge(rule: Rule, readings: Readings) -> Judged:
    """Whether the rule holds. What could not be read, or not compared, is inconclusive and never passes."""
    left, right = _reading(rule.left, readings), _reading(rule.right, readings)
    if isinstance(left, Unreadable) or isinstance(right, Unreadable):
        unread = [
            f"{name} cannot be read: {reading.why}"
            for name, reading in ((rule.left, left), (rule.right, right))
            if isinstance(reading, Unreadable)
        ]
        return Judged(rule, Verdict.INCONCLUSIVE, f"“{rule}” cannot be judged: {'; '.join(unread)}.")
    where = f"{_shown(rule.left, left)}, {_shown(rule.right, right)}"
    if rule.relation is Relation.TRACKS and right.faults:
        return Judged(rule, Verdict.BROKEN, f"“{rule}” is broken: {'; '.join(right.faults)} ({where}).")
    holds = _holds(rule.relation, left.value, right.value)
    if holds is None:
        sentence = f"“{rule}” cannot be judged, because one of the two is not a version: {where}."
        return Judged(rule, Verdict.INCONCLUSIVE, sentence)
    if holds:
        return Judged(rule, Verdict.HOLDS, f"“{rule}” holds: {where}.")
    return Judged(rule, Verdict.BROKEN, f"“{rule}” is broken: {where}.")


def alignment_findings(judged: Sequence[Judged]) -> tuple[Finding, ...]:
    """A finding for each rule that does not hold."""
    severities = {Verdict.BROKEN: Severity.BLOCKS, Verdict.INCONCLUSIVE: Severity.INCONCLUSIVE}
    return tuple(
        Finding(f"{j.rule.item}:{j.rule}".replace(" ", "_"), j.rule.item, severities[j.verdict], j.sentence)
        for j in judged
        if j.verdict is not Verdict.HOLDS
    )


def _reading(name: str, readings: Readings) -> Reading:
    return readings.get(
        name, Unreadable("the release has no version yet" if name == RELEASED else "it has no source")
    )


def _shown(name: str, known: Known) -> str:
    place = f" in {known.file}" if known.file else ""
    commit = f" at {short(known.commit)}" if known.commit else ""
    return f"{name} is {known.value}{place}{commit}"


def _holds(relation: Relation, left: str, right: str) -> bool | None:
    """None when one of the two cannot be compared that way."""
    match relation:
        case Relation.EQUAL:
            return _same(left, right)
        case Relation.TRACKS:
            return _same(left, right)
        case Relation.COMPATIBLE:
            ours, theirs = _version(left), _version(right)
            if ours is None or theirs is None:
                return None
            return ours.major == theirs.major and ours.minor <= theirs.minor
        case Relation.AT_LEAST:
            ours, theirs = _version(left), _version(right)
            return None if ours is None or theirs is None else ours >= theirs
        case _:
            assert_never(relation)


def _same(left: str, right: str) -> bool:
    """Equal as text, or as numbers: `0042` of a file's name is the 42 of a setting."""
    if left.isdecimal() and right.isdecimal() and max(len(left), len(right)) <= _LONGEST_NUMBER:
        return int(left) == int(right)
    return left.removeprefix("v") == right.removeprefix("v")


def _version(text: str) -> Version | None:
    """A version of one, two or three numbers; people write an API's version as `3` or `3.1`."""
    bare = text.removeprefix("v")
    if len(bare) > _LONGEST_NUMBER * 2 or not bare.isascii():
        return None
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", bare):
        numbers = [int(part) for part in bare.split(".")]
        return Version(*numbers)
    return Version.parse(bare) if Version.is_valid(bare) else None
