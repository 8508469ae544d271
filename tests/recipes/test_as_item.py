"""A recipe as an item of the process: begun by the order, looked at until it has ended, its limits judged."""

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.actions import recipe
from bot.domain import course, working
from bot.domain.findings import Finding, Severity
from bot.domain.measurements import parse_limit
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, Running
from bot.domain.policy import TAG, read_policy
from bot.domain.recipes import CommandRecipe
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.parts import Parts
from bot.recipes.health import RecipeProber
from bot.views.log import log_entry
from storage.queue import Queue
from storage.store import Store
from tests.domain.at_work import work_of
from tests.domain.builders import MARA, ROLES, facts, head, now, start
from tests.recipes.conftest import Yard, eventually

POLICY = read_policy(
    """
[[items]]
id = "TEST-3"
phase = "testing"
kind = "check"
role = "qa"
title = "Measure"
does = "recipe:it@staging"
of_commit = true

[[items]]
id = "REL-1"
phase = "release"
kind = "action"
role = "release-manager"
title = "Tag"
does = "tag"
""",
    {},
    {TAG, "recipe:it@staging"},
)


def parts_of(yard: Yard) -> Parts:
    runner = yard.runner()
    return Parts(
        store=Store(yard.engine()), queue=Queue(yard.engine()), policy=POLICY, products=runner.products, role_members={},
        repositories={}, slack=cast(Any, None), runner=runner, prober=RecipeProber(runner), clock=lambda: yard.now,
    )  # fmt: skip


def begun(yard: Yard, version: str, previous_tag: str) -> tuple[Step, Step]:
    """A release that is started, and whose branch stands at the yard's commit: its work is ordered."""
    first = start(course.Wanted("shop", version, None), seen=facts(), policy=POLICY)
    seen = head(first.release, yard.commit, previous_tag=previous_tag)
    return first, course.read_head(first.release, seen, now(first.release), POLICY)


def carried_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    def ended() -> Judged | None:
        outcome = recipe.carry_out(parts, release, order)
        return None if isinstance(outcome, Running) else outcome

    return eventually(ended)


def shipped(yard: Yard, parts: Parts, version: str, p95: float) -> None:
    """A release is in the store, over, whose work has measured this."""
    measures(yard, p95)
    first, second = begun(yard, version, "v2.3.0")
    outcome = carried_out(parts_of(yard), second.release, work_of(second))
    third = working.work_ended(second.release, work_of(second), outcome, now(second.release), POLICY)
    last = course.cancel(third.release, "for the test", MARA, ROLES, now(third.release), POLICY)
    with parts.store.transaction() as tx:
        tx.lock_product("shop")
        for step in (first, second, third, last):
            tx.append(step, key=f"{version} {step.release.events}", policy=POLICY)


def measures(yard: Yard, p95: float, *limits: str) -> None:
    answer = f'{{"summary": "Measured.", "measurements": {{"p95_ms": {p95}}}}}'
    command = ("sh", "-c", f"echo to $HARBOURMASTER_ENVIRONMENT; echo '{answer}' > $HARBOURMASTER_RESULT")
    yard.recipes["it"] = CommandRecipe("it", command, limits=tuple(parse_limit(limit) for limit in limits))


@pytest.mark.process("TEST-3")
def test_a_recipe_that_passes_leaves_its_measurements_as_facts(yard: Yard) -> None:
    measures(yard, 120, "p95_ms at most 200", "p95_ms at most 10 % above the previous release")
    _, second = begun(yard, "2.4.0", "v2.3.0")
    parts, order = parts_of(yard), work_of(second)

    outcome = carried_out(parts, second.release, order)

    assert outcome == Passed("it passed. Measured.", (("measured.p95_ms", "120.0"),))
    assert parts.runner.log(order.operation) == "to staging\n"
    assert recipe.carry_out(parts_of(yard), second.release, order) == outcome


@pytest.mark.process("TEST-3")
def test_a_limit_that_does_not_hold_fails_the_item_with_a_finding_to_answer_for(yard: Yard) -> None:
    measures(yard, 250, "p95_ms at most 200", "rps at least 5")
    _, second = begun(yard, "2.4.0", "v2.3.0")

    outcome = carried_out(parts_of(yard), second.release, work_of(second))

    assert outcome == Failed(
        "Measured. 1 of 2 limits does not hold.",
        (
            Finding("p95_ms at most 200", "TEST-3", Severity.BLOCKS, "p95_ms is 250; it must be at most 200."),
            Finding("rps at least 5", "TEST-3", Severity.INCONCLUSIVE,
                    "rps was not measured, so nobody knows whether it is at least 5."),
        ),
        (("measured.p95_ms", "250.0"),),
    )  # fmt: skip


def test_a_recipe_that_runs_shows_its_last_line_and_is_ended_when_nobody_wants_it_any_more(
    yard: Yard,
) -> None:
    yard.command("sh", "-c", "echo one; echo two; sleep 1000")
    _, second = begun(yard, "2.4.0", "v2.3.0")
    parts, order = parts_of(yard), work_of(second)
    eventually(lambda: cast(Any, recipe.carry_out(parts, second.release, order)).progress == "two")

    recipe.call_off(parts, second.release, order)

    sentence = "it was stopped before its end: it is no longer wanted for shop-2.4.0."
    stopped = carried_out(parts, second.release, order)
    assert stopped == Inconclusive(sentence, (("tail", "one\ntwo"),))
    ended = working.work_ended(second.release, order, stopped, now(second.release), POLICY)
    text, _ = log_entry(ended.happened)
    assert text.splitlines()[-2:] == ["> one", "> two"], "the thread shows what it has said last"


def test_a_commit_that_nobody_has_read_is_inconclusive(yard: Yard) -> None:
    _, second = begun(yard, "2.4.0", "v2.3.0")

    outcome = recipe.carry_out(parts_of(yard), second.release, replace(work_of(second), commit=None))

    assert outcome == Inconclusive("The commit of this release has not been read from the repository yet.")


@pytest.mark.process("TEST-3")
def test_measurements_are_compared_with_those_of_the_previous_release(yard: Yard) -> None:
    parts = parts_of(yard)
    shipped(yard, parts, "2.4.0", 100)
    limit = "p95_ms at most 10 % above the previous release"
    measures(yard, 120, limit)
    _, second = begun(yard, "2.5.0", "v2.4.0")

    outcome = carried_out(parts_of(yard), second.release, work_of(second))

    sentence = (
        f"p95_ms is 120 and was 100 in the previous release (+20%); it must be {limit[7:]}, which is 110."
    )
    assert outcome == Failed(
        "Measured. 1 of 1 limits does not hold.",
        (Finding(limit, "TEST-3", Severity.BLOCKS, sentence),),
        (("measured.p95_ms", "120.0"),),
    )
