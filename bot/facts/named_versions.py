"""Reads the named versions of a product at a commit, from the sources that are configured or, without any, conventional."""

from collections.abc import Mapping
from typing import assert_never

from bot.domain.named_versions import (
    CommitCount,
    FileKey,
    FilePattern,
    HighestNumber,
    Known,
    Reading,
    Source,
    Unreadable,
    sequence_faults,
)
from bot.readers.globs import leading_number, matching
from bot.readers.keyed import NotReadable, pattern_match, value_at
from bot.repository.files import Snapshot, TooLarge, commit_count, is_shallow

CONVENTIONAL: Mapping[str, Source] = {
    "python.version": FileKey("pyproject.toml", "project.version"),
    "node.version": FileKey("package.json", "version"),
    "rust.version": FileKey("Cargo.toml", "package.version"),
    "maven.version": FileKey("pom.xml", "version"),
    "api.openapi_yaml": FileKey("openapi.yaml", "info.version"),
    "api.openapi_json": FileKey("openapi.json", "info.version"),
    "version_file": FilePattern("VERSION", r"^\s*v?(\d[0-9A-Za-z.+-]*)\s*$"),
}
"""What is looked at when nothing is configured; files that are not there are left out."""


def read_versions(snapshot: Snapshot, sources: Mapping[str, Source]) -> dict[str, Reading]:
    """A reading for each source, in their order. What cannot be read says why. Raises OutsideError."""
    files = [source.file for source in sources.values() if isinstance(source, FileKey | FilePattern)]
    snapshot.read_all(files)
    return {name: _read(snapshot, source) for name, source in sources.items()}


def conventional(snapshot: Snapshot) -> dict[str, Source]:
    """The conventional sources whose files this commit has, and the build number."""
    there = {
        name: source
        for name, source in CONVENTIONAL.items()
        if isinstance(source, FileKey | FilePattern) and source.file in snapshot.entries
    }
    return {**there, "build": CommitCount()}


def _read(snapshot: Snapshot, source: Source) -> Reading:
    match source:
        case FileKey(file, key):
            content = _content(snapshot, file)
            if isinstance(content, Unreadable):
                return content
            try:
                return Known(value_at(file, content, key), file, snapshot.last_commit(file))
            except NotReadable as problem:
                return Unreadable(f"{file}: {problem}", file)
        case FilePattern(file, pattern):
            content = _content(snapshot, file)
            if isinstance(content, Unreadable):
                return content
            try:
                return Known(pattern_match(content, pattern), file, snapshot.last_commit(file))
            except NotReadable as problem:
                return Unreadable(f"{file}: {problem}", file)
        case HighestNumber(glob):
            return _highest(snapshot, glob)
        case CommitCount():
            if is_shallow(snapshot.git):
                return Unreadable(
                    "the history was cut off (a shallow clone), so its commits cannot be counted"
                )
            return Known(str(commit_count(snapshot.git, snapshot.commit)), commit=snapshot.commit)
        case _:
            assert_never(source)


def _content(snapshot: Snapshot, file: str) -> bytes | Unreadable:
    match snapshot.read(file):
        case None:
            return Unreadable(f"there is no file {file}", file)
        case TooLarge(size):
            return Unreadable(f"{file} has {size} bytes, more than is read", file)
        case content:
            return content


def _highest(snapshot: Snapshot, glob: str) -> Reading:
    # The way back of a migration (`0001_x.down.sql`, Flyway's `U1__x.sql`) has the number of the way there.
    paths = [path for path in matching(glob, snapshot.entries) if not _is_way_back(path)]
    numbers = {path: number for path in paths if (number := leading_number(path)) is not None}
    if not numbers:
        return Unreadable(f"no file fits {glob} and begins with a number")
    path = max(numbers, key=lambda each: numbers[each])
    return Known(str(numbers[path]), path, snapshot.last_commit(path), sequence_faults(numbers))


def _is_way_back(path: str) -> bool:
    name = path.rpartition("/")[2]
    return ".down." in name or name.endswith("_down.sql") or (name[:1] == "U" and "__" in name)
