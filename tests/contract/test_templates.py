"""Every template is used, and every template that is named exists."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache

from tests.contract.project import PROJECT

FOLDER = PROJECT / "templates"
ROOMS = ("bot", "commands", "storage", "templates")


def templates() -> set[str]:
    return {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.j2")}


@cache
def named_in_code() -> frozenset[str]:
    """The names of templates in the code and in the templates; what is computed in a name becomes a `*`."""
    return frozenset(_all_names())


def _all_names() -> Iterator[str]:
    for room in ROOMS:
        for path in (PROJECT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                yield from _named(node)
    for path in FOLDER.rglob("*.j2"):
        words = path.read_text().replace("'", '"').split('"')
        yield from (word for word in words if word.endswith(".j2"))


def _named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text.endswith(".j2") and " " not in text:
            yield text
        case ast.JoinedStr(values=values):
            parts = [str(v.value) if isinstance(v, ast.Constant) else "*" for v in values]
            if parts and parts[-1].endswith(".j2") and parts != [".j2"]:
                yield "".join(parts)
        case _:
            return


def fits(name: str, template: str) -> bool:
    """Code may name a template by its path in the folder or by the end of it."""
    return fnmatch(template, name) or fnmatch(template, f"*/{name}")


def test_every_template_is_used() -> None:
    assert {t for t in templates() if not any(fits(name, t) for name in named_in_code())} == set()


def test_every_template_that_is_named_exists() -> None:
    there = templates()

    assert {name for name in named_in_code() if not any(fits(name, t) for t in there)} == set()
