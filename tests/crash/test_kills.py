"""A spread sample of the kill matrix; `make crash` runs all of it and writes docs/reliability.md."""

import signal
from pathlib import Path

import pytest

from tests.crash.ordeal import LEASE, ordeal

SAMPLE = (
    "Started: before the commit",
    "ReadProduct: claimed",
    "git.refresh: after the call",
    "slack.post card: after the call",
    "ItemDone PREP-3: after the commit",
    "slack.update: before the call",
    "slack.post log: after the call",
    "result of WriteLog: before the commit",
    "Signed HOTFIX-GO: after the commit",
    "git.ask_for_tag: after the call",
    "git.push_new_tag: before the call",
    "git.prove_tag: before the call",
    "result of MakeTag REL-1: before the commit",
)
"""One place of each kind: before and after a commit, in a look, after the effect and before its result, after the result."""

TAKEN_OVER = ("git.push_new_tag: after the call", "slack.post log: after the call")


def test_a_bot_that_is_killed_again_and_again_brings_the_release_to_its_end(tmp_path: Path) -> None:
    with ordeal(tmp_path, "one") as (people, (one,)):
        one.start(*SAMPLE)

        people.play(deaths=len(SAMPLE))
        people.settle()

        assert people.struck() == set(SAMPLE)
        assert people.wrongs() == []


@pytest.mark.postgres
@pytest.mark.parametrize("place", TAKEN_OVER)
def test_another_replica_takes_over_what_a_dead_one_had_in_hand(
    tmp_path: Path, postgres_url: str, place: str
) -> None:
    with ordeal(tmp_path, "one", "two", database_url=postgres_url) as (people, both):
        for replica in both:
            replica.comes_back = False
            replica.start(place)

        people.play(deaths=1)
        people.settle()

        assert people.struck() == {place}
        assert [replica.pid is None for replica in both].count(True) == 1
        assert people.wrongs() == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    "place", ["git.push_new_tag: before the call", "result of MakeTag REL-1: before the commit"]
)
def test_a_replica_that_slept_longer_than_its_lease_is_fenced_off(
    tmp_path: Path, postgres_url: str, place: str
) -> None:
    with ordeal(tmp_path, "one", "two", database_url=postgres_url) as (people, both):
        for replica in both:
            replica.start(place, stops=True)

        people.play_until_struck()
        people.pause(2 * LEASE)
        people.play(deaths=1)
        for replica in both:
            replica.signal(signal.SIGCONT)
        people.pause(LEASE)
        people.settle()

        assert people.struck() == {place}
        assert people.wrongs() == []


def test_a_clock_that_jumps_an_hour_ahead_loses_nothing(tmp_path: Path) -> None:
    with ordeal(tmp_path, "one") as (people, (one,)):
        one.ahead = 0.0
        one.start("ItemDone TEST-1: after the commit")
        one.ahead = 3600.0

        people.play(deaths=1)
        people.settle()

        assert people.wrongs() == []
