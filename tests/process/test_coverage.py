"""Which statements of docs/process.md a test shows at work. What the page says the bot does, a test must show."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "process.md"


@cache
def statements() -> dict[str, str]:
    """The ids of the page, in its order, with what the bot does about each today."""
    rows = re.findall(r"^\| ([A-Z]+-\d+) \| [^|]+ \| ([^|]+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


@cache
def marked() -> dict[str, list[str]]:
    """The ids that tests carry in `pytest.mark.process`, each with the names of these tests."""
    found: dict[str, list[str]] = {}
    for file in sorted(TESTS.rglob("test_*.py")):
        for test, id_ in _marks(ast.parse(file.read_text("utf-8"))):
            found.setdefault(id_, []).append(test)
    return found


def _marks(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if not isinstance(node, ast.FunctionDef):
            continue
        for mark in node.decorator_list:
            if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.process":
                yield from ((node.name, str(ast.literal_eval(argument))) for argument in mark.args)


def test_every_mark_names_a_statement_of_the_page() -> None:
    known = statements()

    unknown = {id_: tests for id_, tests in marked().items() if id_ not in known}

    assert known
    assert unknown == {}


def test_whatever_the_bot_does_by_itself_or_asks_a_signature_for_is_shown_by_a_test() -> None:
    shown = marked()

    missing = [
        id_
        for id_, today in statements().items()
        if today.startswith(("The bot does it", "Signed off by")) and id_ not in shown
    ]

    assert missing == []


def test_no_test_claims_a_statement_that_the_page_calls_not_done_yet() -> None:
    known = statements()

    claimed = {id_: tests for id_, tests in marked().items() if known.get(id_, "").startswith("Not yet")}

    assert claimed == {}


def test_the_statements_without_a_test_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    shown, known = marked(), statements()

    without = [id_ for id_ in known if id_ not in shown]

    with capsys.disabled():
        print(
            f"\n{len(known) - len(without)} of {len(known)} statements have a test; without one: {', '.join(without)}"
        )
    assert set(without) | set(shown) == set(known)
