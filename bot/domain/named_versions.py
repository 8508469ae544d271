"""Named versions of a product's parts: where each is read, what was read, and the table of a release. Reads no file."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias


@dataclass(frozen=True)
class FileKey:
    """The value at a dotted key of a TOML, JSON, YAML or XML file."""

    file: str
    key: str


@dataclass(frozen=True)
class FilePattern:
    """What the one group of a regular expression matches in a file."""

    file: str
    pattern: str


@dataclass(frozen=True)
class HighestNumber:
    """The highest number with which the names of the files of a glob begin, after letters such as the `V` of Flyway."""

    glob: str


@dataclass(frozen=True)
class CommitCount:
    """The number of commits up to the release: a build number that only grows."""


Source: TypeAlias = FileKey | FilePattern | HighestNumber | CommitCount


@dataclass(frozen=True)
class Known:
    """A version that was read. `commit` is the one that last touched `file`; `faults` are gaps and duplicates."""

    value: str
    file: str = ""
    commit: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A version that could not be read, and why. It never satisfies a rule."""

    why: str
    file: str = ""


Reading: TypeAlias = Known | Unreadable
Readings: TypeAlias = Mapping[str, Reading]

RELEASED = "released"
"""The name under which rules speak of the version that is released; nobody configures it."""


@dataclass(frozen=True)
class VersionRow:
    """One line of the table: the version now, and at the last release (None when there is none to compare with)."""

    name: str
    now: Reading
    before: Reading | None

    @property
    def has_changed(self) -> bool:
        """Whether both are known and differ, or only one side is known."""
        match self.now, self.before:
            case Known(value=now), Known(value=before):
                return now != before
            case Known(), Unreadable():
                return True
            case Unreadable(), Known():
                return True
            case _:
                return False


def version_table(now: Readings, before: Readings | None) -> tuple[VersionRow, ...]:
    """A row for each name, in the order of `now`; what `before` lacks is unreadable there."""
    return tuple(
        VersionRow(
            name,
            reading,
            None if before is None else before.get(name, Unreadable("it did not exist")),
        )
        for name, reading in now.items()
    )


def sequence_faults(numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Duplicate numbers and gaps among numbered files, as sentences. Numbers of ten digits or more are dates, where
    gaps mean nothing; duplicates do."""
    by_number: dict[int, list[str]] = {}
    for path, number in sorted(numbers.items()):
        by_number.setdefault(number, []).append(path)
    faults = [
        f"the number {number} is taken {len(paths)} times, by {' and '.join(paths)}"
        for number, paths in sorted(by_number.items())
        if len(paths) > 1
    ]
    ordered = sorted(by_number)
    for low, high in pairwise(ordered):
        if high - low > 1 and high < 10**7:
            missing = f"{low + 1}" if high - low == 2 else f"{low + 1} to {high - 1}"
            faults.append(
                f"the number {missing} is missing between {by_number[low][0]} and {by_number[high][0]}"
            )
    return tuple(faults)
