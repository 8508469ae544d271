"""The line before an environment: one has it, the others wait in the order in which they asked."""

from datetime import timedelta

import pytest

from bot.domain.locks import Broken, Holds, InLine, Waits, holder_of, next_of, turn_of
from bot.domain.words import ReleaseId
from tests.domain.builders import BEN, NOON

ONE = InLine("one", ReleaseId("shop-1.4.0"), NOON, holds=True)
TWO = InLine("two", ReleaseId("shop-1.3.4"), NOON + timedelta(minutes=1))
THREE = InLine("three", ReleaseId("shop-1.5.0"), NOON + timedelta(minutes=2))


def test_one_has_the_environment_and_the_others_know_their_place_and_behind_whom_they_are() -> None:
    line = (THREE, ONE, TWO)

    turns = [turn_of(line, name) for name in ("one", "two", "three")]

    assert turns == [Holds(), Waits(1, ONE), Waits(2, ONE)]


def test_when_nobody_has_it_whoever_asked_first_is_next() -> None:
    line = (THREE, TWO)

    assert holder_of(line) is None
    assert next_of(line) == TWO


def test_one_from_whom_it_was_taken_is_told_by_whom_and_stands_in_nobodys_way() -> None:
    broken = InLine("one", ReleaseId("shop-1.4.0"), NOON, broken_by=BEN, broken_why="it hangs")

    assert turn_of((broken, TWO), "one") == Broken(BEN, "it hangs")
    assert next_of((broken, TWO)) == TWO


def test_one_that_does_not_stand_in_line_has_no_turn() -> None:
    with pytest.raises(ValueError, match="does not stand in line"):
        turn_of((ONE,), "four")
