"""A recipe whose other side reports by itself: signed, once, and about nothing else."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest

from bot.domain.recipes import Finished, HttpRecipe, Result, Running
from bot.domain.words import Verdict
from bot.health import operators_door
from bot.recipes.callback import STRANGER
from bot.recipes.request import signed
from bot.recipes.runner import RecipeRunner
from bot.recipes.web import Answer, Request, fetch
from bot.slack.server import serve_waitress
from tests.recipes.conftest import SECRETS, Yard
from tests.recipes.server import Team

KEY = SECRETS["HOOK_KEY"]


@pytest.fixture
def runner(yard: Yard, team: Team) -> RecipeRunner:
    yard.recipes["load"] = HttpRecipe("load", f"{team.address}/jobs", "HOOK_KEY", callback=True)
    yard.recipes["polled"] = HttpRecipe("polled", f"{team.address}/jobs", "HOOK_KEY", f"{team.address}/state")
    team.says("/jobs", "", 202)
    return yard.runner()


@pytest.fixture
def door(runner: RecipeRunner) -> Iterator[str]:
    """The address of a real operators' door."""
    server = serve_waitress(operators_door(list, lambda: b"", runner.report), "127.0.0.1", 0, threads=2)
    yield f"http://127.0.0.1:{server.port}/operations"
    server.stop()


def posted(door: str, told: object, at: datetime, key: str = KEY) -> Answer:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return fetch(Request(door, "POST", signed(key, body, at), body))


def test_the_result_is_reported_and_the_first_one_counts(runner: RecipeRunner, yard: Yard, door: str) -> None:
    assert runner.begin("load", yard.context()) == Running()
    assert runner.look("op-1") == Running("It will call back.")

    going = posted(door, {"operation": "op-1", "state": "running", "log": "half of it"}, yard.now)
    assert (going.status, going.text) == (202, "op-1 goes on.\n")
    passed = {
        "operation": "op-1",
        "state": "passed",
        "summary": "p95 120 ms",
        "measurements": {"p95_ms": 120},
    }
    ended = posted(door, passed, yard.now)
    again = posted(door, {**passed, "state": "failed"}, yard.now)

    assert (ended.status, ended.text) == (200, "op-1 has ended: passed.\n")
    assert (again.status, again.text) == (200, "op-1 has ended: passed.\n")
    assert runner.look("op-1") == Finished(
        Result(Verdict.PASSED, "p95 120 ms", None, {"p95_ms": 120.0}), "half of it"
    )


def test_whoever_does_not_prove_who_they_are_changes_nothing_and_learns_nothing(
    runner: RecipeRunner, yard: Yard, door: str
) -> None:
    runner.begin("load", yard.context())
    runner.begin("polled", yard.context("op-2"))
    good = {"operation": "op-1", "state": "passed"}
    old = yard.now - timedelta(minutes=5, seconds=1)

    answers = [
        posted(door, good, yard.now, key="another key"),
        posted(door, good, old),
        posted(door, {"operation": "op-2", "state": "passed"}, yard.now),
        posted(door, {"operation": "op-3", "state": "passed"}, yard.now),
        posted(door, {"operation": "op\0-1", "state": "passed"}, yard.now),
        posted(door, ["op-1"], yard.now),
        posted(door, b"[" * 100_000, yard.now),
        posted(door, b"\xff\xfe", yard.now),
        fetch(Request(door, "POST", {}, json.dumps(good).encode())),
        fetch(Request(door, "POST", {"X-Harbourmaster-Timestamp": "nan"}, json.dumps(good).encode())),
    ]

    assert {(one.status, one.text) for one in answers} == {(401, f"{STRANGER[1]}\n")}
    assert runner.look("op-1") == Running("It will call back.")


def test_a_signature_for_one_operation_counts_for_no_other(
    runner: RecipeRunner, yard: Yard, door: str
) -> None:
    runner.begin("load", yard.context())
    runner.begin("load", yard.context("op-2"))
    body = json.dumps({"operation": "op-1", "state": "passed"}).encode()
    headers = signed(KEY, body, yard.now)

    answer = fetch(Request(door, "POST", headers, body.replace(b"op-1", b"op-2")))

    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert runner.look("op-2") == Running("It will call back.")


def test_a_report_that_is_no_answer_is_inconclusive_and_one_that_never_comes_fails(
    runner: RecipeRunner, yard: Yard, door: str
) -> None:
    runner.begin("load", yard.context())
    runner.begin("load", yard.context("op-2"))

    odd = posted(door, {"operation": "op-1", "state": "splendid"}, yard.now)
    yard.now += timedelta(seconds=901)

    assert odd.text == "op-1 has ended: inconclusive.\n"
    assert runner.look("op-2") == Finished(
        Result(Verdict.FAILED, "load did not end within 900 seconds; it was not told to stop.")
    )


def test_a_report_that_is_too_long_is_not_read(yard: Yard, door: str) -> None:
    assert posted(door, b"x" * 1_048_577, yard.now).status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
