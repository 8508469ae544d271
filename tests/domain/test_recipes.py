"""What a recipe is told, and how its end and its answers are judged."""

import pytest

from bot.domain.recipes import (
    CommandEnd,
    Context,
    Ending,
    Finished,
    Result,
    Running,
    filled,
    filled_address,
    judged,
    no_such_recipe,
    polled,
    unknown_placeholders,
    variables,
)
from bot.domain.words import Sha, Verdict

CONTEXT = Context("shop", "1.4.0", Sha("a" * 40), "op 1/x", tag="v1.4.0", environment="staging")
PASSED, FAILED, INCONCLUSIVE = Verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--to={environment}", "--to=staging"),
        ("{tag}{previous_tag}", "v1.4.0"),
        ("{{version}} {version}", "{version} 1.4.0"),
        ("$HOME `id` ; {}", "$HOME `id` ; {}"),
        ('{"a": {"b": 1}}', '{"a": {"b": 1}}'),
        ("{print $1}", "{print $1}"),
    ],
)
def test_placeholders_are_filled_in_and_nothing_else_has_a_meaning(text: str, expected: str) -> None:
    assert unknown_placeholders(text) == []
    assert filled(text, CONTEXT) == expected


def test_a_word_in_braces_that_is_no_placeholder_is_found() -> None:
    assert unknown_placeholders("{version} {enviroment} {{other}}") == ["enviroment"]


def test_a_value_stays_one_part_of_an_address() -> None:
    assert (
        filled_address("https://ci/{operation}?e={environment}", CONTEXT) == "https://ci/op%201%2Fx?e=staging"
    )


def test_a_command_is_told_the_same_by_variables() -> None:
    assert variables(CONTEXT) == {
        "HARBOURMASTER_PRODUCT": "shop",
        "HARBOURMASTER_VERSION": "1.4.0",
        "HARBOURMASTER_COMMIT": "a" * 40,
        "HARBOURMASTER_OPERATION": "op 1/x",
        "HARBOURMASTER_TAG": "v1.4.0",
        "HARBOURMASTER_PREVIOUS_TAG": "",
        "HARBOURMASTER_ENVIRONMENT": "staging",
        "HARBOURMASTER_STAGE": "",
        "HARBOURMASTER_COMPONENT": "",
    }


ENDS = [
    (CommandEnd(Ending.EXITED), Result(PASSED, "load passed.")),
    (CommandEnd(Ending.EXITED, 3), Result(FAILED, "load ended with code 3.")),
    (CommandEnd(Ending.EXITED, 75), Result(INCONCLUSIVE, "load says that it could not find out (code 75).")),
    (CommandEnd(Ending.EXITED, signal="SIGSEGV"), Result(FAILED, "load was ended by the signal SIGSEGV.")),
    (CommandEnd(Ending.TIMED_OUT),
     Result(FAILED, "load did not end within 60 seconds, and was stopped with all it had started.")),
    (CommandEnd(Ending.CANCELLED, why="Ada aborted it"),
     Result(INCONCLUSIVE, "load was stopped before its end: Ada aborted it.")),
    (CommandEnd(Ending.NOT_STARTED, why="there is no ./load.sh"),
     Result(INCONCLUSIVE, "load could not be started: there is no ./load.sh.")),
    (CommandEnd(Ending.EXITED, answer='{"summary": "12 shots.", "url": "https://ci/1", "measurements": {"p95_ms": 12}}'),
     Result(PASSED, "load passed. 12 shots.", "https://ci/1", {"p95_ms": 12.0})),
    (CommandEnd(Ending.EXITED, 1, answer='{"summary": "2 of 9 failed."}'),
     Result(FAILED, "load ended with code 1. 2 of 9 failed.")),
    (CommandEnd(Ending.EXITED, answer='{"summary": '),
     Result(INCONCLUSIVE, "load ended with code 0, and its result is not JSON.")),
    (CommandEnd(Ending.EXITED, answer="[" * 100_000),
     Result(INCONCLUSIVE, "load ended with code 0, and its result is not JSON.")),
    (CommandEnd(Ending.EXITED, answer='{"measurements": {"p95_ms": "12"}}'),
     Result(INCONCLUSIVE, "load ended with code 0, and its result has measurements that are not numbers by name.")),
    (CommandEnd(Ending.EXITED, answer='{"measurements": {"p95_ms": NaN}}'),
     Result(INCONCLUSIVE, "load ended with code 0, and its result has measurements that are not numbers by name.")),
    (CommandEnd(Ending.EXITED, answer='{"url": "javascript:alert(1)"}'), Result(PASSED, "load passed.")),
]  # fmt: skip


@pytest.mark.process("TEST-2")
@pytest.mark.parametrize(("end", "result"), ENDS)
def test_the_end_of_a_command_is_judged(end: CommandEnd, result: Result) -> None:
    assert judged("load", end, 60) == result


@pytest.mark.process("TEST-2")
@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"state": "running", "log": "half"}', Running("half")),
        ('{"state": "passed"}', Result(PASSED, "load reports: passed.")),
        ('{"state": "failed", "summary": "no"}', Result(FAILED, "no")),
        ('{"state": "ok"}', Result(INCONCLUSIVE, "load answered with the state 'ok'; it must be running, passed, failed or inconclusive.")),
        ('{"state": 1}', Result(INCONCLUSIVE, "load answered, and its answer has a `state` that is not text.")),
        ("<html>", Result(INCONCLUSIVE, "load answered, and its answer is not JSON.")),
        ("[]", Result(INCONCLUSIVE, "load answered, and its answer is not a JSON object.")),
    ],
)  # fmt: skip
def test_an_answer_over_http_is_judged(body: str, expected: Result | Running) -> None:
    assert polled("load", body) == (Finished(expected) if isinstance(expected, Result) else expected)


def test_a_recipe_that_nobody_wrote_is_inconclusive_and_says_what_to_add() -> None:
    assert no_such_recipe("load", "shop", ["deploy", "docs"]) == Result(
        INCONCLUSIVE,
        "shop has no recipe `load`; its recipes are: deploy, docs. "
        "Add [products.shop.recipes.load] to harbourmaster.toml, or do it by hand.",
    )
