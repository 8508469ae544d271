"""Writing one value into somebody else's file and leaving every other byte as it was. Each edit is read back before it
counts: the file must say the new value in that place and the same as before in all others."""

import re
from pathlib import PurePosixPath
from typing import Any

from bot.domain.named_versions import FileKey, FilePattern
from bot.readers.keyed import NotReadable, document, pattern_match, value_at

_MOST_READ = 20 * 1024 * 1024
"""Bytes that are parsed in search of the right place, all tries together."""
_LARGEST = 2 * 1024 * 1024


def with_version(content: bytes, where: FileKey | FilePattern, version: str) -> bytes:
    """The file with this version at its key, or in the group of its pattern. Raises NotReadable with what is in the way."""
    if len(content) > _LARGEST:
        raise NotReadable(f"it is larger than {_LARGEST // 1024 // 1024} MiB")
    match where:
        case FileKey(file, key):
            return _at_key(file, content, key, version)
        case FilePattern(_, pattern):
            return _at_pattern(content, pattern, version)


def _at_key(file: str, content: bytes, key: str, version: str) -> bytes:
    """Try each place in which the old value stands: the right one is where only this key changes."""
    old = value_at(file, content, key)
    if old == version:
        return content
    before = _flat(file, content)
    places = [match.start() for match in re.finditer(re.escape(old.encode()), content)]
    for place in places[: max(1, _MOST_READ // max(1, len(content)))]:
        changed = content[:place] + version.encode() + content[place + len(old.encode()) :]
        if _says(file, changed, key, version) and _differences(before, _flat(file, changed)) == 1:
            return changed
    raise NotReadable(f"the value of {key} could not be replaced by itself, without anything else")


def _says(file: str, content: bytes, key: str, version: str) -> bool:
    try:
        return value_at(file, content, key) == version
    except NotReadable:
        return False


def _at_pattern(content: bytes, pattern: str, version: str) -> bytes:
    import re2

    old = pattern_match(content, pattern)
    if old == version:
        return content
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise NotReadable("it is not UTF-8 text") from None
    options = re2.Options()
    options.log_errors = False
    found = re2.compile(f"(?m:{pattern})", options).search(text)
    if found is None:
        raise NotReadable("the pattern matches nothing in it")
    start, end = found.span(1)
    changed = (text[:start] + version + text[end:]).encode()
    try:
        said = pattern_match(changed, pattern)
    except NotReadable:
        said = ""
    if said != version:
        raise NotReadable(f"the pattern does not match {version} any more, so it would not be found again")
    return changed


def _flat(file: str, content: bytes) -> list[str]:
    """Everything the file says, each value with its place: two files that differ in one value differ in one line."""
    if PurePosixPath(file).suffix.lower() in (".xml", ".pom", ".csproj", ".props", ".plist"):
        from defusedxml.ElementTree import fromstring

        return [
            repr((each.tag, each.text, each.tail, sorted(each.attrib.items())))
            for each in fromstring(content).iter()
        ]
    return list(_leaves(document(file, content), ""))


def _leaves(value: Any, place: str) -> list[str]:
    if isinstance(value, dict):
        return [
            line
            for key, each in value.items()
            for line in [f"{place}.{key!r}", *_leaves(each, f"{place}.{key!r}")]
        ]
    if isinstance(value, list):
        return [line for n, each in enumerate(value) for line in _leaves(each, f"{place}[{n}]")]
    return [f"{place}={value!r}"]


def _differences(before: list[str], after: list[str]) -> int:
    if len(before) != len(after):
        return len(before) + len(after)
    return sum(one != other for one, other in zip(before, after, strict=True))
