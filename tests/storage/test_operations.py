"""Operations of recipes: claimed once, ended once, their output kept in pieces."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.domain.recipes import Context, Result
from bot.domain.words import Sha, Verdict
from storage.operations import Operation, Operations
from storage.store import Store
from tests.storage.builders import NOW, A, begun, later

HERE = Operation(
    Context("shop", "1.4.0", Sha("a" * 40), "op-1", "v1.4.0"), "deploy", "a place", "host-1", NOW, later(60)
)
THERE = replace(HERE, place="another place", host="host-2")


@pytest.fixture
def operations(engine: sa.Engine) -> Operations:
    return Operations(engine)


def test_an_operation_is_claimed_by_whoever_comes_first(operations: Operations) -> None:
    assert operations.get("op-1") is None

    assert operations.claim(HERE) is None

    assert operations.claim(THERE) == HERE
    assert operations.get("op-1") == HERE


def test_of_many_that_claim_at_once_one_gets_the_operation(operations: Operations) -> None:
    wanted = [replace(HERE, place=f"place {number}") for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(operations.claim, wanted))

    kept = operations.get("op-1")
    assert kept in wanted
    assert [answer for answer in answers if answer is not None] == [kept] * 7


def test_the_first_end_of_an_operation_counts(operations: Operations) -> None:
    passed = Result(Verdict.PASSED, "deployed", "https://ci/1", {"p95_ms": 120.5})
    operations.claim(HERE)
    operations.sent("op-1")
    assert operations.get("op-1") == replace(HERE, state="sent")

    assert operations.end("op-1", passed, later(10)) == passed

    assert operations.end("op-1", Result(Verdict.FAILED, "late"), later(20)) == passed
    operations.sent("op-1")
    assert operations.get("op-1") == replace(HERE, state="ended", result=passed)


def test_old_output_is_forgotten_but_not_that_of_a_release_that_is_open(
    operations: Operations, engine: sa.Engine
) -> None:
    begun(Store(engine))
    passed = Result(Verdict.PASSED, "deployed")
    for name, at in (("gone-1.0.0.TEST-1.1", 10), ("gone-1.0.0.TEST-1.2", 900), (f"{A}.TEST-1.1", 10)):
        operations.claim(replace(HERE, context=replace(HERE.context, operation=name)))
        operations.save_log(name, {0: b"output"})
        operations.end(name, passed, later(at))

    assert operations.forget_output(later(60)) == ["gone-1.0.0.TEST-1.1"]

    assert operations.log("gone-1.0.0.TEST-1.1") == {}
    assert operations.log("gone-1.0.0.TEST-1.2") == {0: b"output"}
    assert operations.log(f"{A}.TEST-1.1") == {0: b"output"}
    assert operations.get("gone-1.0.0.TEST-1.1") is not None, "nobody may begin it again"


def test_pieces_of_output_that_grow_or_fall_off_are_brought_up_to_date(operations: Operations) -> None:
    operations.save_log("op-1", {0: b"first\0\xff", 7: b"half"})
    operations.save_log("op-2", {0: b"another"})

    operations.save_log("op-1", {0: b"first\0\xff", 7: b"half and more"})
    assert operations.log("op-1") == {0: b"first\0\xff", 7: b"half and more"}
    operations.save_log("op-1", {0: b"first\0\xff", 900: b"last"})

    assert operations.log("op-1") == {0: b"first\0\xff", 900: b"last"}
    assert operations.log("op-2") == {0: b"another"}
    assert operations.log("op-3") == {}
