"""Where the keys of a TOML document stand, because `tomllib` does not tell. It keeps no values and judges nothing."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping

KeyPath = tuple[str | int, ...]
"""The way to a value: keys of tables, and indices (from 0) of arrays."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# Up to two quotes may stand right before the three that close a string, and belong to it.
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})'
    r"|'''.*?'''(?:'{0,2})"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, of every table, key and array element of a document that `tomllib` has accepted.

    A table stands where its own header is; one that is only named on the way, as `a` in `[a.b]`, where it is
    named first. For a text that is not TOML the answer has no meaning.
    """
    scan = _Scan(text)
    scan.document()
    return scan.lines


class _Scan:
    """One walk through the text from top to bottom; the grammar of TOML 1.0 without its refusals."""

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._at = 0
        self._breaks = [place for place, char in enumerate(text) if char == "\n"]
        self._last: dict[KeyPath, int] = {}
        """The index of the last table of each array of tables: `[a.b]` after `[[a]]` means that one."""

    def document(self) -> None:
        table: KeyPath = ()
        while self._next() != "":
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> KeyPath:
        line = self._line()
        is_array = self._text.startswith("[[", self._at)
        self._at += 2 if is_array else 1
        *outer, name = self._key()
        self._next()
        self._at += 2 if is_array else 1

        path: KeyPath = ()
        for part in outer:
            path = (*path, part)
            self.lines.setdefault(path, line)
            if path in self._last:
                path = (*path, self._last[path])
        path = (*path, name)
        if is_array:
            self.lines.setdefault(path, line)
            self._last[path] = self._last.get(path, -1) + 1
            path = (*path, self._last[path])
        self.lines[path] = line
        return path

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for name in self._key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._next()
        self._at += len("=")
        self._value(path)

    def _key(self) -> list[str]:
        names = []
        while True:
            if self._next() in "\"'":
                # The parser itself undoes the escapes of a quoted key, so there is one reading of them.
                names.append(tomllib.loads(f"key = {self._take(_STRING)}")["key"])
            else:
                names.append(self._take(_BARE_KEY))
            if self._next() != ".":
                return names
            self._at += len(".")

    def _value(self, path: KeyPath) -> None:
        match self._next():
            case "[":
                self._array(path)
            case "{":
                self._inline_table(path)
            case '"' | "'":
                self._take(_STRING)
            case _:
                self._take(_SCALAR)

    def _array(self, path: KeyPath) -> None:
        self._at += len("[")
        index = 0
        while self._next() != "]":
            self.lines[(*path, index)] = self._line()
            self._value((*path, index))
            self._pass_comma()
            index += 1
        self._at += len("]")

    def _inline_table(self, path: KeyPath) -> None:
        self._at += len("{")
        while self._next() != "}":
            self._pair(path)
            self._pass_comma()
        self._at += len("}")

    def _pass_comma(self) -> None:
        if self._next() == ",":
            self._at += len(",")

    def _next(self) -> str:
        """Pass blanks, line breaks and comments; the character that follows, or "" at the end."""
        self._take(_BLANK)
        return self._text[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise ValueError(f"Line {self._line()} is not TOML; only a text that tomllib accepts has places.")
        self._at = found.end()
        return found[0]

    def _line(self) -> int:
        return bisect_left(self._breaks, self._at) + 1
