"""When samples are taken while production is watched."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.watching import Window, in_words

OPENS = datetime(2027, 6, 1, 12, tzinfo=UTC)
HOUR = Window(OPENS, timedelta(hours=1), timedelta(minutes=25))
SECONDS = st.integers(0, 100_000).map(lambda n: timedelta(seconds=n))


def test_the_first_sample_is_taken_at_once_and_the_last_when_the_window_closes() -> None:
    assert [HOUR.at(n) - OPENS for n in range(HOUR.last + 1)] == [
        timedelta(minutes=m) for m in (0, 25, 50, 60)
    ]
    assert [HOUR.due(OPENS + timedelta(minutes=m)) for m in (-1, 0, 24, 25, 59, 60, 600)] == [
        0,
        0,
        0,
        1,
        2,
        3,
        3,
    ]


def test_a_window_of_no_length_has_one_sample() -> None:
    once = Window(OPENS, timedelta(), timedelta(minutes=1))
    assert (once.last, once.due(OPENS), once.closes) == (0, 0, OPENS)


@given(SECONDS, st.integers(1, 5000).map(lambda n: timedelta(seconds=n)), SECONDS)
def test_no_sample_is_due_before_its_time_and_each_is_due_at_it(
    length: timedelta, every: timedelta, later: timedelta
) -> None:
    window = Window(OPENS, length, every)
    due = window.due(OPENS + later)
    assert 0 <= due <= window.last
    assert window.at(due) <= OPENS + later
    assert due == window.last or window.at(due + 1) > OPENS + later
    assert window.at(window.last) == window.closes


def test_spans_are_said_in_the_largest_unit_that_fits() -> None:
    assert [in_words(n) for n in (0, 45, 90, 300, 5400, 7200)] == [
        "0 s",
        "45 s",
        "90 s",
        "5 min",
        "90 min",
        "2 h",
    ]
