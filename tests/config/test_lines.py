"""The scanner against documents whose lines are known because the test wrote them down while writing the text."""

import json
import tomllib
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.config.lines import KeyPath, lines_of

SCALARS = [
    "1",
    "-1.5e3",
    "true",
    "1979-05-27 07:32:00",
    '""',
    "''",
    r'"a # [x] = \" } b\\"',
    "'a \" # ]] \\'",
    '"""\n[fake]\nkey = 1 # no\n"""',
    '"""a\\\n   b \\""" c"""',
    '""""two quotes""\n at both ends"""""',
    '""""""',
    "'''\n[fake]\n\"\"\" \\\n'''",
    "''''one quote'\n at both ends''''",
]
BETWEEN = ["", " ", "\n", '\n\n  # [comment] = """\n', "\t"]


@dataclass
class Writer:
    """Writes TOML and notes the line of every key when it writes it."""

    draw: Any
    text: str = ""
    expected: dict[KeyPath, int] = field(default_factory=dict)
    rendered: dict[KeyPath, str] = field(default_factory=dict)
    names: int = 0

    def line(self) -> int:
        return self.text.count("\n") + 1

    def note(self, path: KeyPath, rendering: str) -> None:
        self.expected[path] = self.line()
        self.rendered[path] = rendering

    def fresh_name(self) -> tuple[str, str]:
        """A name that no other key has, and one way to write it."""
        self.names += 1
        form = self.draw(st.sampled_from(["bare", "basic", "literal"]))
        if form == "bare":
            return f"k-{self.names}", f"k-{self.names}"
        if form == "basic":
            name = f'k"é\n[.{self.names} = #'
            return name, json.dumps(name)
        name = f'k"]\\u {self.names}'
        return name, f"'{name}'"

    def blank(self) -> str:
        return str(self.draw(st.sampled_from(["", " ", "\t "])))

    def key(self, table: KeyPath) -> KeyPath:
        """One key or a dotted one, each part noted on this line."""
        path = table
        for n in range(self.draw(st.integers(1, 3))):
            name, rendering = self.fresh_name()
            path = (*path, name)
            self.note(path, rendering)
            self.text += (f"{self.blank()}.{self.blank()}" if n else "") + rendering
        return path

    def pair(self, table: KeyPath, depth: int) -> None:
        path = self.key(table)
        self.text += f"{self.blank()}={self.blank()}"
        self.value(path, depth)

    def value(self, path: KeyPath, depth: int) -> None:
        kind = self.draw(st.sampled_from(["scalar", "array", "inline"] if depth else ["scalar"]))
        if kind == "scalar":
            self.text += self.draw(st.sampled_from(SCALARS))
        elif kind == "array":
            self.array(path, depth - 1)
        else:
            self.inline_table(path, depth - 1)

    def array(self, path: KeyPath, depth: int) -> None:
        self.text += "[" + self.draw(st.sampled_from(BETWEEN))
        size = self.draw(st.integers(0, 3))
        for index in range(size):
            self.note((*path, index), "")
            self.value((*path, index), depth)
            self.text += self.draw(st.sampled_from(BETWEEN))
            if index < size - 1 or self.draw(st.booleans()):
                self.text += "," + self.draw(st.sampled_from(BETWEEN))
        self.text += "]"

    def inline_table(self, path: KeyPath, depth: int) -> None:
        self.text += "{" + self.blank()
        for n in range(self.draw(st.integers(0, 3))):
            self.text += f",{self.blank()}" if n else ""
            self.pair(path, depth)
            self.text += self.blank()
        self.text += "}"

    def pairs(self, table: KeyPath) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.text += self.draw(st.sampled_from(["", "\n", "# [comment]\n", "  "]))
            self.pair(table, depth=2)
            self.text += self.blank() + self.draw(st.sampled_from(["\n", "# key = '''\n"]))

    def tables(self) -> None:
        """[a.b] with its pairs, and sometimes [a] behind it."""
        name, rendering = self.fresh_name()
        below, below_rendering = self.fresh_name()
        self.note((name,), rendering)
        self.note((name, below), below_rendering)
        self.text += f"[{self.blank()}{rendering} . {below_rendering}{self.blank()}]\n"
        self.pairs((name, below))
        if self.draw(st.booleans()):
            self.note((name,), rendering)
            self.text += f"  [{rendering}] # its own header\n"
            self.pairs((name,))

    def array_of_tables(self) -> None:
        """[[a]] several times, each with its pairs, a table [a.b] and an array of tables [[a.c]]."""
        name, rendering = self.fresh_name()
        for index in range(self.draw(st.integers(1, 3))):
            if index == 0:
                self.note((name,), rendering)
            self.note((name, index), rendering)
            self.text += f"[[{self.blank()}{rendering}{self.blank()}]]\n"
            self.pairs((name, index))
            below, below_rendering = self.fresh_name()
            self.note((name, index, below), below_rendering)
            self.text += f"[{rendering}.{below_rendering}]\n"
            self.pairs((name, index, below))
            inner, inner_rendering = self.fresh_name()
            self.note((name, index, inner), inner_rendering)
            self.note((name, index, inner, 0), inner_rendering)
            self.text += f"[[{rendering}.{inner_rendering}]]\n"
            self.pairs((name, index, inner, 0))


@st.composite
def documents(draw: Any) -> Writer:
    writer = Writer(draw)
    writer.pairs(())
    for _ in range(draw(st.integers(0, 3))):
        draw(st.sampled_from([writer.tables, writer.array_of_tables]))()
    if draw(st.booleans()):
        writer.text = writer.text.replace("\n", "\r\n")
    return writer


def paths_in(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    match value:
        case dict():
            inside = [((*path, key), child) for key, child in value.items()]
        case list():
            inside = [((*path, index), child) for index, child in enumerate(value)]
        case _:
            inside = []
    return {here for here, _ in inside}.union(*(paths_in(child, here) for here, child in inside))


# A busy machine makes slow examples, and slowness is not what is tested.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_every_key_of_any_document_is_found_on_the_line_that_holds_it(document: Writer) -> None:
    lines = lines_of(document.text)

    assert set(lines) == paths_in(tomllib.loads(document.text))
    assert lines == document.expected
    written = document.text.split("\n")
    assert all(document.rendered[path] in written[line - 1] for path, line in lines.items())


def test_a_text_that_looks_like_keys_inside_a_string_is_not_taken_for_keys() -> None:
    text = 'a = """\n[b]\nc = 1\n"""\nd = [\n  "x", # e = 1\n  { f = 2 },\n]\n'

    lines = lines_of(text)

    assert lines == {("a",): 1, ("d",): 5, ("d", 0): 6, ("d", 1): 7, ("d", 1, "f"): 7}


def test_a_table_stands_where_its_own_header_is() -> None:
    text = "[a.b]\nx = 1\n\n[a]\ny = 2\n"

    lines = lines_of(text)

    assert lines == {("a", "b"): 1, ("a", "b", "x"): 2, ("a",): 4, ("a", "y"): 5}


def test_an_empty_document_has_no_lines() -> None:
    assert lines_of("# nothing but a comment") == {}
