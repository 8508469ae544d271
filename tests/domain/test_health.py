"""Rounds of probes, judged with the clock as an argument; and what a single answer must be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.health import (
    EnvironmentWanted,
    Healthy,
    HttpProbe,
    Probing,
    Seen,
    StillProbing,
    Unhealthy,
    after_round,
    judge_answer,
)
from bot.domain.recipes import Context
from bot.domain.words import Sha

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
STAGING = EnvironmentWanted("staging", times=3, within=10, every=2)
CONTEXT = Context("shop", "1.4.0", Sha("a" * 40), "op-1", tag="v1.4.0")
PROBE = HttpProbe("https://staging/health")
GOOD, BAD = Seen(), Seen("https://staging/health answered 503 and not 200.")


def rounds(*seen: Seen) -> object:
    """What a series of rounds, two seconds apart, leads to."""
    probing, now = Probing(START), START
    for one in seen:
        health = after_round(STAGING, probing, [one], now)
        if not isinstance(health, StillProbing):
            return health
        probing, now = health.probing, health.again_at
    return probing


@pytest.mark.process("REL-4")
def test_three_good_rounds_in_a_row_are_healthy() -> None:
    assert rounds(GOOD, GOOD, GOOD) == Healthy("staging is healthy: 3 good rounds in a row.")


@pytest.mark.process("REL-4")
def test_a_bad_round_begins_the_count_again() -> None:
    assert rounds(GOOD, GOOD, BAD, GOOD) == Probing(START, successes=1, rounds=4)


@pytest.mark.process("REL-4")
def test_the_deadline_ends_the_rounds_and_names_what_was_wrong_last() -> None:
    assert rounds(*[GOOD, GOOD, BAD] * 2) == Unhealthy(
        "staging did not become healthy within 10 seconds: 0 of 3 good rounds in a row, 6 rounds in all. "
        "https://staging/health answered 503 and not 200.",
        ("https://staging/health answered 503 and not 200.",),
    )


def test_a_round_is_good_only_when_every_probe_is() -> None:
    health = after_round(STAGING, Probing(START), [GOOD, BAD, GOOD], START)

    assert isinstance(health, StillProbing)
    assert health.probing == Probing(START, 0, 1, (str(BAD.problem),))


def test_an_hour_that_the_clock_jumps_ends_the_rounds_unless_the_last_one_is_good() -> None:
    later = START + timedelta(hours=1)

    assert isinstance(after_round(STAGING, Probing(START, 1), [GOOD], later), Unhealthy)
    assert isinstance(after_round(STAGING, Probing(START, 2), [GOOD], later), Healthy)


ANSWERS: list[tuple[dict[str, Any], int, Any, str | None]] = [
    ({}, 200, None, None),
    ({}, 503, None, "https://staging/health answered 503 and not 200."),
    ({"status": 204}, 204, None, None),
    ({"json": "status.ok", "equals": True}, 200, {"status": {"ok": True}}, None),
    ({"json": "status.ok", "equals": True}, 200, {"status": {"ok": 1}},
     "https://staging/health has '1' at `status.ok`, and 'True' is wanted."),
    ({"json": "nodes.1.up"}, 200, {"nodes": [{}, {"up": False}]}, None),
    ({"json": "nodes.2.up"}, 200, {"nodes": [{}, {}]}, "https://staging/health has no `nodes.2.up` in its answer."),
    ({"json": "a"}, 200, [1], "https://staging/health has no `a` in its answer."),
    ({"version": "v"}, 200, {"v": "1.4.0"}, None),
    ({"version": "v"}, 200, {"v": "v1.4.0"}, None),
    ({"version": "v"}, 200, {"v": "1.3.9"},
     "https://staging/health serves the version '1.3.9', and 1.4.0 is released."),
    ({"version": "v"}, 200, {"v": None},
     "https://staging/health serves the version 'None', and 1.4.0 is released."),
    ({"version": "v"}, 200, {}, "https://staging/health does not say its version: there is no `v` in the answer."),
]  # fmt: skip


@pytest.mark.process("REL-4")
@pytest.mark.parametrize(("wants", "status", "document", "problem"), ANSWERS)
def test_an_answer_is_as_wanted_or_says_what_is_wrong(
    wants: dict[str, Any], status: int, document: Any, problem: str | None
) -> None:
    assert judge_answer(replace(PROBE, **wants), status, document, CONTEXT) == Seen(problem)
