"""Reads which settings a product has: declared in `.env.example`, TOML, YAML, JSON or a JSON Schema, or called for in code."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.domain.interfaces import Setting
from bot.readers.keyed import NotReadable, document, text_of

IN_CODE = (
    r"""os\.environ(?:\.get\(|\[|\.setdefault\()\s*["']([A-Za-z_]\w{1,79})["']""",
    r"""(?:os\.)?[gG]etenv\(\s*["']([A-Za-z_]\w{1,79})["']""",
    r"""process\.env\.([A-Za-z_]\w{1,79})\b""",
    r"""process\.env\[\s*["']([A-Za-z_]\w{1,79})["']""",
    r"""\bENV(?:\.fetch\(|\[)\s*["']([A-Za-z_]\w{1,79})["']""",
    r"""env::var(?:_os)?\(\s*"([A-Za-z_]\w{1,79})\"""",
    r"""os\.LookupEnv\(\s*"([A-Za-z_]\w{1,79})\"""",
)
"""How Python, JavaScript, PHP, Ruby, Rust and Go ask for an environment variable."""
_LINE = re.compile(r"^\s*#?\s?(?:export\s+)?([A-Z][A-Z0-9_]{1,79})=(.*)$")
_MOST_KEYS = 5_000
_DEEPEST = 20
_LONGEST_NAME = 200


def read_settings(path: str, content: bytes) -> dict[str, Setting]:
    """The settings that a file declares, by name. Raises NotReadable."""
    name = path.rpartition("/")[2]
    if name.startswith(".env") or name.endswith((".env", ".env.example", ".env.sample", ".env.dist")):
        return {setting.name: setting for setting in _of_env(path, text_of(content))}
    whole = document(path, content)
    found = _of_schema(path, whole) if _is_schema(whole) else _of_keys(path, whole)
    return {setting.name: setting for _, setting in zip(range(_MOST_KEYS), found, strict=False)}


def settings_called_for(path: str, content: bytes, patterns: Iterable[str]) -> dict[str, Setting]:
    """The settings whose names the patterns find in code, without defaults."""
    import re2

    text = content.decode("utf-8", "replace")
    names = (match.group(1) for pattern in patterns for match in re2.finditer(pattern, text))
    return {name: Setting(name, "", path) for name in names if name}


def _of_env(path: str, text: str) -> Iterator[Setting]:
    """`NAME=value` lines. One that is commented out declares the setting as well, with this value as its example."""
    for line in text.splitlines():
        found = _LINE.match(line)
        if found:
            bare = re.sub(r"\s+#.*$", "", found[2]).strip().strip("\"'")
            yield Setting(found[1], bare, path)


def _is_schema(whole: Any) -> bool:
    return (
        isinstance(whole, dict)
        and isinstance(whole.get("properties"), dict)
        and ("$schema" in whole or "type" in whole)
    )


def _of_schema(path: str, node: Any, above: str = "", depth: int = 0) -> Iterator[Setting]:
    properties = node.get("properties") if isinstance(node, dict) else None
    for name, below in properties.items() if isinstance(properties, dict) and depth < _DEEPEST else []:
        called = f"{above}{name}"
        if isinstance(below, dict) and isinstance(below.get("properties"), dict):
            yield from _of_schema(path, below, f"{called}.", depth + 1)
        elif len(called) <= _LONGEST_NAME:
            default = below.get("default") if isinstance(below, dict) else None
            yield Setting(called, _text(default), path)


def _of_keys(path: str, node: Any, above: str = "", depth: int = 0) -> Iterator[Setting]:
    if not isinstance(node, dict):
        if depth == 0:
            raise NotReadable("it is no table of settings")
        return
    for name, below in node.items():
        called = f"{above}{name}"
        if isinstance(below, dict) and depth < _DEEPEST:
            yield from _of_keys(path, below, f"{called}.", depth + 1)
        elif len(called) <= _LONGEST_NAME:
            yield Setting(called, _text(below), path)


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:_LONGEST_NAME]
