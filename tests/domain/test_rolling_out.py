"""A deployment in stages: what is written down, what keeps the next stage from beginning, and who may stop it."""

from datetime import timedelta

import pytest

from bot.domain import course, rolling_out
from bot.domain.errors import NotFound, Refused
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed
from bot.domain.release import Release
from bot.domain.rollout import Rollout
from bot.domain.rollout_events import RolloutBegun, StageReached
from bot.domain.words import ItemId
from bot.domain.working import work_goes_on
from tests.domain.at_work import POLICY, ended, run, started, work_of
from tests.domain.builders import BEN, ELI, MARA, NOON, ROLES, now

STAGES = (5, 25, 100)


def rolling() -> tuple[Release, DoWork]:
    """The bot's work for PLAN-1 runs, in three stages: the rules are the same for every item."""
    step = run(started().release, "PLAN-1", MARA)
    order = work_of(step)
    begun = RolloutBegun(ItemId("PLAN-1"), order.operation, STAGES, 60)
    return _goes_on(step.release, order, begun), order


def _goes_on(release: Release, order: DoWork, *also: RolloutBegun | StageReached) -> Release:
    return work_goes_on(release, order, also, now(release), POLICY).release


def _the(release: Release, order: DoWork) -> Rollout:
    found = rolling_out.rollout_of(release, order.operation)
    assert found is not None
    return found


def test_a_rollout_comes_from_stage_to_stage() -> None:
    release, order = rolling()
    assert _the(release, order).place == "Stage 1 of 3: 5 %"
    assert _the(release, order).soaks_until is None

    until = NOON + timedelta(hours=1)
    release = _goes_on(release, order, StageReached(order.operation, 5, until))

    mine = _the(release, order)
    assert (mine.next_stage, mine.place, mine.place_reached) == (
        25,
        "Stage 2 of 3: 25 %",
        "Stage 1 of 3: 5 %",
    )
    assert mine.soaks_until == until
    assert mine.step(mine.number) == f"{order.operation}.2"


def test_what_was_seen_twice_is_written_down_once() -> None:
    release, order = rolling()
    again = (
        RolloutBegun(ItemId("PLAN-1"), order.operation, STAGES, 60),
        StageReached(order.operation, 5, NOON),
    )
    once = work_goes_on(release, order, again, now(release), POLICY)
    twice = work_goes_on(once.release, order, again, now(release), POLICY)

    assert [type(one.what) for one in once.happened] == [StageReached]
    assert not twice.happened


def test_a_rollout_has_an_end_behind_which_nothing_is_written_down() -> None:
    release, order = rolling()
    release = ended(release, order, Failed("It is not well.")).release

    assert not work_goes_on(release, order, (StageReached(order.operation, 5),), NOON, POLICY).happened
    assert rolling_out.rollout_running(release) is None
    with pytest.raises(NotFound):
        rolling_out.pause(release, "", ELI, POLICY, NOON)


def test_anyone_pauses_and_the_role_of_the_item_goes_on() -> None:
    release, order = rolling()
    assert rolling_out.why_to_wait(release, _the(release, order)) is None

    paused = rolling_out.pause(release, "the graphs look odd", ELI, POLICY, NOON).release

    waits = rolling_out.why_to_wait(paused, _the(paused, order))
    assert waits is not None
    assert "the graphs look odd" in waits
    with pytest.raises(Refused, match="paused already"):
        rolling_out.pause(paused, "", MARA, POLICY, NOON)
    with pytest.raises(Refused, match="belongs to release-manager"):
        rolling_out.proceed(paused, ELI, ROLES, POLICY, NOON)

    went_on = rolling_out.proceed(paused, MARA, ROLES, POLICY, NOON).release
    assert rolling_out.why_to_wait(went_on, _the(went_on, order)) is None
    with pytest.raises(Refused, match="not paused"):
        rolling_out.proceed(went_on, MARA, ROLES, POLICY, NOON)


def test_a_hold_keeps_the_next_stage_from_beginning() -> None:
    release, order = rolling()
    held = course.hold(release, "the schema is wrong", BEN, NOON, POLICY).release

    waits = rolling_out.why_to_wait(held, _the(held, order))
    assert waits is not None
    assert "on hold since" in waits


def test_what_is_aborted_stays_so() -> None:
    release, order = rolling()
    with pytest.raises(Refused, match="belongs to"):
        rolling_out.abort(release, "", ELI, ROLES, POLICY, NOON)

    aborted = rolling_out.abort(release, "errors", MARA, ROLES, POLICY, NOON).release

    stop = _the(aborted, order).aborted
    assert stop is not None
    assert (stop.by, stop.reason) == (MARA, "errors")
    with pytest.raises(Refused, match="has aborted it"):
        rolling_out.proceed(aborted, MARA, ROLES, POLICY, NOON)
