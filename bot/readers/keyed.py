"""Values at a dotted key of a TOML, JSON, YAML or XML file, and what a pattern finds in one. Files are hostile: sizes,
depths and references are bounded, and nothing in a file is run."""

import json
import tomllib
from pathlib import PurePosixPath
from typing import Any

_DEEPEST = 60
_LONGEST_VALUE = 200


class NotReadable(ValueError):
    """The file or the key cannot be read; the text says why, to be put behind a colon."""


def value_at(path: str, content: bytes, key: str) -> str:
    """The text or number at `key`, as text. In XML a key names elements below the root; `@name` an attribute.

    Raises NotReadable.
    """
    if PurePosixPath(path).suffix.lower() in (".xml", ".pom", ".csproj", ".props", ".plist"):
        return _bounded(_xml_value(content, key), key)
    found: Any = document(path, content)
    for part in _parts(found, key):
        if isinstance(found, dict) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and len(part) < 7 and int(part) < len(found):
            found = found[int(part)]
        else:
            raise NotReadable(f"it has no key {key}")
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise NotReadable(f"the key {key} holds neither text nor a number")
    return _bounded(str(found), key)


def document(path: str, content: bytes) -> Any:
    """The whole of a TOML, JSON or YAML file as plain values. Raises NotReadable."""
    text = text_of(content)
    try:
        match PurePosixPath(path).suffix.lower():
            case ".toml":
                return tomllib.loads(text)
            case ".json":
                return json.loads(text)
            case ".yaml" | ".yml":
                return _yaml(text)
            case suffix:
                raise NotReadable(f"a file ending in {suffix or 'nothing'} has no keys; use a pattern")
    except RecursionError:
        raise NotReadable("it is nested too deeply") from None
    except ValueError as problem:
        if isinstance(problem, NotReadable):
            raise
        raise NotReadable(f"it is not valid ({_first_line(problem)})") from None


def text_of(content: bytes) -> str:
    """UTF-8, with or without a byte order mark. Raises NotReadable."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable("it is not UTF-8 text") from None


def pattern_match(content: bytes, pattern: str) -> str:
    """What the group of `pattern` holds where it matches first; `^` and `$` are the ends of a line.

    The search takes time in proportion to the file, whatever the pattern. Raises NotReadable.
    """
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        found = re2.compile(f"(?m:{pattern})", options).search(content.decode("utf-8", "replace"))
    except re2.error as problem:
        raise NotReadable(f"the pattern cannot be used ({_first_line(problem)})") from None
    if found is None or found.group(1) is None:
        raise NotReadable("the pattern matches nothing in it")
    return _bounded(found.group(1), "the pattern")


def _yaml(text: str) -> Any:
    import yaml

    # An alias can make a small text a huge document; nobody needs one for what is read here. The loader sees them first.
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_yaml_loader()):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
                raise NotReadable("it has aliases (`*name`) or is nested too deeply, which is not read")
        return yaml.load(text, Loader=_yaml_loader())  # noqa: S506 - both loaders are the safe ones
    except yaml.YAMLError as problem:
        raise NotReadable(f"it is not valid YAML ({_first_line(problem)})") from None


def _yaml_loader() -> Any:
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _xml_value(content: bytes, key: str) -> str:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        found = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as problem:
        raise NotReadable(f"it is not XML that can be read safely ({_first_line(problem)})") from None
    for part in key.split("."):
        if part.startswith("@"):
            return str(found.get(part[1:], "")) or _no_key(key)
        # `{http://maven.apache.org/POM/4.0.0}version` is what people call `version`.
        below = next((child for child in found if str(child.tag).rpartition("}")[2] == part), None)
        found = below if below is not None else _no_key(key)
    return (found.text or "").strip() or _no_key(key)


def _no_key(key: str) -> Any:
    raise NotReadable(f"it has no value at {key}")


def _parts(found: Any, key: str) -> list[str]:
    """A key is one key when the document has it whole, such as `app.version` in a flat file."""
    return [key] if isinstance(found, dict) and key in found else key.split(".")


def _bounded(value: str, key: str) -> str:
    value = value.strip()
    if not value or len(value) > _LONGEST_VALUE or not value.isprintable():
        raise NotReadable(f"what {key} holds is no version")
    return value


def _first_line(problem: Exception) -> str:
    words = " ".join(str(problem).split())
    return "".join(letter for letter in words if letter.isprintable())[:120] or type(problem).__name__
