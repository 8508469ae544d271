"""Recipes over HTTP: a signed request that counts once, and an address that tells how far the work is."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from bot.domain.errors import OutsideError, UnknownOutcome
from bot.domain.recipes import Finished, HttpRecipe, Result, Running, Unknown
from bot.domain.words import Verdict
from bot.recipes.runner import RecipeRunner
from tests.recipes.conftest import SECRETS, Yard
from tests.recipes.server import Team

PASSED, FAILED, INCONCLUSIVE = Verdict


@pytest.fixture
def runner(yard: Yard, team: Team) -> RecipeRunner:
    yard.recipes["load"] = HttpRecipe(
        "load", f"{team.address}/jobs", "HOOK_KEY", f"{team.address}/jobs/{{operation}}"
    )
    yard.recipes["once"] = HttpRecipe("once", f"{team.address}/jobs", "HOOK_KEY")
    return yard.runner()


@pytest.mark.process("TEST-3")
def test_a_signed_request_begins_the_work_and_polling_brings_its_result(
    runner: RecipeRunner, yard: Yard, team: Team
) -> None:
    team.says("/jobs", "", 202)

    assert runner.begin("load", yard.context()) == Running()

    (asked,) = team.asked
    stamp = asked.headers["x-harbourmaster-timestamp"]
    digest = hmac.new(SECRETS["HOOK_KEY"].encode(), f"{stamp}.".encode() + asked.body, hashlib.sha256)
    assert asked.headers["x-harbourmaster-signature"] == f"v1={digest.hexdigest()}"
    assert stamp == str(int(yard.now.timestamp()))
    assert asked.headers["idempotency-key"] == "op-1"
    assert json.loads(asked.body) == {
        "recipe": "load", "product": "shop", "version": "1.4.0", "commit": yard.commit, "operation": "op-1",
        "tag": "v1.4.0", "previous_tag": "v1.3.0", "environment": "staging", "stage": "25", "component": "",
    }  # fmt: skip

    team.says("/jobs/op-1", '{"state": "running", "log": "half of it"}')
    assert runner.look("op-1") == Running("half of it")
    answer = {
        "state": "passed", "summary": "p95 is <!channel>\u202e 120 ms", "url": "https://ci/1", "log": "all\x1b[0m of it",
        "measurements": {"p95_ms": 120},
    }  # fmt: skip
    team.says("/jobs/op-1", json.dumps(answer))
    result = Result(PASSED, "p95 is <!channel> 120 ms", "https://ci/1", {"p95_ms": 120.0})
    assert runner.look("op-1") == Finished(result, "all of it")
    assert runner.log("op-1") == "all of it"
    team.replies.clear()
    assert runner.look("op-1") == Finished(result, "all of it")


def test_after_a_restart_the_other_side_is_asked_first_and_not_told_again(
    yard: Yard, runner: RecipeRunner, team: Team
) -> None:
    def breaks_off(request: object) -> None:
        """Takes the request and closes the connection without an answer."""

    team.replies["/jobs"] = breaks_off
    with pytest.raises(UnknownOutcome, match="broke the connection off"):
        runner.begin("load", yard.context())
    team.says("/jobs/op-1", '{"state": "running"}')

    assert yard.runner().begin("load", yard.context()) == Running()

    assert [asked.method for asked in team.asked] == ["POST", "GET"]


def test_a_request_that_never_arrived_is_sent_again_under_the_same_key(
    runner: RecipeRunner, yard: Yard, team: Team
) -> None:
    team.says("/jobs", "", 503)
    with pytest.raises(OutsideError, match=r"load was not taken: http://127.0.0.1:\d+/jobs answered 503\."):
        runner.begin("load", yard.context())
    assert runner.look("op-1") == Unknown()
    team.says("/jobs", "", 200)

    assert runner.begin("load", yard.context()) == Running()

    assert [(a.method, a.headers["idempotency-key"]) for a in team.asked] == [
        ("POST", "op-1"), ("GET", "op-1"), ("GET", "op-1"), ("POST", "op-1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "result"),
    [
        (200, "", Result(PASSED, "once answered 200.")),
        (200, '{"state": "failed", "summary": "no"}', Result(FAILED, "no")),
        (202, '{"state": "running"}',
         Result(INCONCLUSIVE, "once answered that it is running; without `poll` nobody can ask how it ends.")),
        (200, "<html>", Result(INCONCLUSIVE, "once answered, and its answer is not JSON.")),
        (200, "x" * 2_000_000,
         Result(INCONCLUSIVE, "once answered with more than 1,048,576 bytes, which is too long to be read.")),
    ],
)  # fmt: skip
def test_without_an_address_to_ask_the_answer_is_the_result(
    runner: RecipeRunner, yard: Yard, team: Team, status: int, body: str, result: Result
) -> None:
    team.says("/jobs", body, status)

    assert runner.begin("once", yard.context()) == Finished(result)


def test_a_refusal_is_inconclusive_and_a_redirect_of_a_post_is_not_followed(
    runner: RecipeRunner, yard: Yard, team: Team
) -> None:
    team.says("/jobs", "", 302, Location="/elsewhere")

    look = runner.begin("load", yard.context())

    assert look == Finished(Result(INCONCLUSIVE, f"load was refused: {team.address}/jobs answered 302."))
    assert len(team.asked) == 1


def test_work_that_never_ends_has_failed_after_its_time(runner: RecipeRunner, yard: Yard, team: Team) -> None:
    team.says("/jobs", "", 202)
    team.says("/jobs/op-1", '{"state": "running"}')
    runner.begin("load", yard.context())

    yard.now += timedelta(seconds=901)

    assert runner.look("op-1") == Finished(
        Result(FAILED, "load did not end within 900 seconds; it was not told to stop.")
    )


def test_a_result_counts_also_when_the_clock_has_jumped_past_its_time(
    runner: RecipeRunner, yard: Yard, team: Team
) -> None:
    team.says("/jobs", "", 202)
    team.says("/jobs/op-1", '{"state": "passed"}')
    runner.begin("load", yard.context())

    yard.now += timedelta(hours=1)

    assert runner.look("op-1") == Finished(Result(PASSED, "load reports: passed."))


def test_an_outage_that_lasts_longer_than_the_work_may_ends_it(
    runner: RecipeRunner, yard: Yard, team: Team
) -> None:
    team.says("/jobs", "", 202)
    runner.begin("load", yard.context())
    team.says("/jobs/op-1", "", 500)

    yard.now += timedelta(hours=1)

    assert runner.look("op-1") == Finished(
        Result(FAILED, "load did not end within 900 seconds; it was not told to stop.")
    )


def test_an_outage_while_polling_is_no_result(runner: RecipeRunner, yard: Yard, team: Team) -> None:
    team.says("/jobs", "", 202)
    runner.begin("load", yard.context())
    team.says("/jobs/op-1", "", 500)

    with pytest.raises(OutsideError, match=r"How far load is cannot be read: .* answered 500\."):
        runner.look("op-1")


def test_a_cancelled_request_says_that_the_other_side_was_not_told(
    runner: RecipeRunner, yard: Yard, team: Team
) -> None:
    team.says("/jobs", "", 202)
    runner.begin("load", yard.context())

    runner.cancel("op-1", "Ada aborted it")

    sentence = "load was cancelled: Ada aborted it. Whoever carries it out was not told to stop."
    assert runner.look("op-1") == Finished(Result(INCONCLUSIVE, sentence))
