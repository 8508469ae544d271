"""A spread sample of the kill matrix; `make crash` runs all of it and writes docs/reliability.md."""

import signal
from pathlib import Path
from typing import get_args

import pytest

from bot.domain.orders import Order
from tests.crash.ordeal import ordeal
from tests.crash.page import PAGE
from tests.crash.replica import LEASE

SAMPLE = (
    "Started: before the commit",
    "git.push_new_branch: after the call",
    "slack.post notice: after the call",
    "git.commit_files PREP-3.2: after the call",
    "result of WriteLog: before the commit",
    "ItemDone PREP-1: after the commit",
    "checkout.check_out: after the call",
    "runner.begin TEST-1.1: after the call",
    "slack.post log: after the call",
    "git.push_new_tag: after the call",
    "result of MakeTag REL-1: before the commit",
    "INSERT INTO environment_lines: before the commit",
    "prober.round REL-4.1: after the call",
    "runner.begin POST-1.1.0: after the call",
    "slack.post alarm: after the call",
    "result of RollBack shutdown: before the commit",
    "runner.begin rollback-1.1.code-2: after the call",
    "operations.sent rollback-1.1.restart-4: before the call",
    "operations.get rollback-1.1.restart-4: after the call",
    "slack.post post: after the call",
    "slack.post corrective: after the call",
)
"""Places of each kind: before and after a commit, in a look, after the effect and before its result, after the result."""

TROUBLED = (
    "storing TellOfRename: before the commit",
    "slack.post renamed: after the call",
    "slack.post channel: after the call",
    "result of TellOfAudience: before the commit",
    "slack.post reminder: after the call",
)

TAKEN_OVER = (
    "git.push_new_tag: after the call",
    "slack.post log: after the call",
    "operations.claim REL-3.1: after the call",
)


@pytest.mark.timeout(400)
def test_a_bot_that_is_killed_again_and_again_brings_the_release_and_its_rollback_to_their_end(
    tmp_path: Path,
) -> None:
    with ordeal(tmp_path, "one") as (people, (one,)):
        people.goes_back = True
        one.start(*SAMPLE)

        people.play(deaths=len(SAMPLE))
        people.settle()

        assert people.struck() == set(SAMPLE)
        assert "\n".join(people.wrongs()) == ""


@pytest.mark.timeout(400)
def test_a_bot_that_is_killed_while_it_tells_people_of_channels_and_open_items_tells_them_once(
    tmp_path: Path,
) -> None:
    with ordeal(tmp_path, "one") as (people, (one,)):
        people.meet_troubles([one])
        one.start(*TROUBLED)

        people.play(deaths=len(TROUBLED))
        people.settle()

        assert people.struck() == set(TROUBLED)
        assert "\n".join(people.wrongs()) == ""


@pytest.mark.postgres
def test_another_replica_takes_over_what_a_dead_one_had_in_hand(tmp_path: Path, postgres_url: str) -> None:
    with ordeal(tmp_path, "one", "two", database_url=postgres_url) as (people, both):
        for replica in both:
            replica.comes_back = 2 * LEASE + 1
            replica.start(*TAKEN_OVER)

        people.play(deaths=len(TAKEN_OVER))
        people.settle()

        assert people.struck() == set(TAKEN_OVER)
        assert "\n".join(people.wrongs()) == ""


@pytest.mark.postgres
def test_a_replica_that_slept_longer_than_its_lease_is_fenced_off(tmp_path: Path, postgres_url: str) -> None:
    """One sleeps before it pushes the tag of a candidate, one when it has pushed the release's and has not said so yet."""
    places = ("git.push_new_tag: before the call", "result of MakeTag REL-1: before the commit")
    with ordeal(tmp_path, "one", "two", database_url=postgres_url) as (people, both):
        for replica in both:
            replica.follow(dict.fromkeys(places, "stop"))

        for place in places:
            people.play_until(lambda place=place: place in people.struck())  # type: ignore[misc]  # bound now
            people.pause(2 * LEASE)
            for replica in both:
                replica.signal(signal.SIGCONT)
        people.play(deaths=len(places))
        people.settle()

        assert people.struck() == set(places)
        assert "\n".join(people.wrongs()) == ""


def test_a_clock_that_is_set_ahead_and_back_by_an_hour_loses_nothing(tmp_path: Path) -> None:
    plan = {
        "git.commit_files PREP-3.2: before the call": "clock 3600",
        "runner.begin TEST-1.1: after the call": "clock -3600",
    }
    with ordeal(tmp_path, "one") as (people, (one,)):
        one.follow(plan)

        people.play(deaths=len(plan))
        people.settle()

        assert people.struck() == set(plan)
        assert "\n".join(people.wrongs()) == ""


def test_the_page_has_every_kind_of_order() -> None:
    """A new kind is killed as well before it is trusted; `make crash` writes the page."""
    written = PAGE.read_text()
    assert [kind.__name__ for kind in get_args(Order) if f"| result of {kind.__name__}" not in written] == []
