"""Wall times and the instants they mean: in the past, skipped by the clock, or there twice."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Planned, planned
from bot.domain.errors import NotUnderstood
from tests.domain.clock_changes import ZONES, changes, instants_that_read, zones_and_walls

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        pytest.param("2026-12-01", "14:30", "UTC", datetime(2026, 12, 1, 14, 30, tzinfo=UTC), id="in UTC"),
        pytest.param(
            "2026-12-01",
            None,
            "UTC",
            datetime(2026, 12, 1, 10, tzinfo=UTC),
            id="ten o'clock when no time is named",
        ),
        pytest.param(
            "2026-12-01",
            "14:30",
            "Asia/Kolkata",
            datetime(2026, 12, 1, 9, tzinfo=UTC),
            id="in a zone of half hours",
        ),
        pytest.param(
            "2026-07-01", "14:30", "Europe/Berlin", datetime(2026, 7, 1, 12, 30, tzinfo=UTC), id="in summer"
        ),
        pytest.param(
            "2026-12-01", "14:30", "Europe/Berlin", datetime(2026, 12, 1, 13, 30, tzinfo=UTC), id="in winter"
        ),
        pytest.param(
            "2026-03-29",
            "01:59",
            "Europe/Berlin",
            datetime(2026, 3, 29, 0, 59, tzinfo=UTC),
            id="just before the gap",
        ),
        pytest.param(
            "2026-03-29",
            "03:00",
            "Europe/Berlin",
            datetime(2026, 3, 29, 1, tzinfo=UTC),
            id="just after the gap",
        ),
        pytest.param(
            "2026-10-25", "03:00", "Europe/Berlin", datetime(2026, 10, 25, 2, tzinfo=UTC), id="after the fold"
        ),
        pytest.param("2028-02-29", "09:00", "UTC", datetime(2028, 2, 29, 9, tzinfo=UTC), id="on a leap day"),
    ],
)
def test_a_wall_time_becomes_an_instant(day: str, clock: str | None, zone: str, expected: datetime) -> None:
    found = planned(day, clock, zone, NOW)

    assert found == Planned(expected, f"{day} {clock or '10:00'}", zone)


@pytest.mark.parametrize(
    ("day", "clock", "zone", "words"),
    [
        pytest.param(
            "2026-03-29", "02:30", "Europe/Berlin", "does not exist on 2026-03-29", id="the spring gap"
        ),
        pytest.param(
            "2026-03-29", "02:00", "Europe/Berlin", "does not exist", id="the first minute of the gap"
        ),
        pytest.param(
            "2026-10-25", "02:30", "Europe/Berlin", "exists twice on 2026-10-25", id="the autumn fold"
        ),
        pytest.param(
            "2026-10-04", "02:15", "Australia/Lord_Howe", "does not exist", id="a gap of half an hour"
        ),
        pytest.param(
            "2026-02-28", "10:00", "UTC", "is in the past: there it is 2026-03-01 12:00", id="yesterday"
        ),
        pytest.param("2026-03-01", "12:00", "UTC", "is in the past", id="this very minute"),
        pytest.param(
            "2026-03-01", "12:30", "Europe/Berlin", "there it is 2026-03-01 13:00", id="past in its zone"
        ),
        pytest.param("2062-12-01", "10:00", "UTC", "more than two years ahead", id="the year mistyped"),
        pytest.param(
            "0001-01-01", "00:00", "Asia/Tokyo", "0001-01-01", id="the first day that a calendar has"
        ),
        pytest.param("9999-12-31", "23:59", "America/New_York", "9999-12-31", id="the last day that it has"),
        pytest.param("2026-02-30", "10:00", "UTC", "not a date that exists", id="the thirtieth of February"),
        pytest.param("2027-02-29", "10:00", "UTC", "not a date that exists", id="no leap year"),
        pytest.param("2026-W49-2", "10:00", "UTC", "Write it as `2026-12-01`", id="a date by its week"),
        pytest.param("20261201", "10:00", "UTC", "Write it as `2026-12-01`", id="no hyphens"),
        pytest.param("01.12.2026", "10:00", "UTC", "Write it as `2026-12-01`", id="points"),
        pytest.param("tomorrow", "10:00", "UTC", "Write it as `2026-12-01`", id="a word"),
        pytest.param("💥" * 2000, "10:00", "UTC", "Write it as `2026-12-01`", id="two thousand emoji"),
        pytest.param("2026-12-01", "24:00", "UTC", "Write it as `14:30`", id="twenty-four o'clock"),
        pytest.param("2026-12-01", "2pm", "UTC", "Write it as `14:30`", id="am and pm"),
        pytest.param("2026-12-01", "14:30:15", "UTC", "Write it as `14:30`", id="seconds"),
        pytest.param("2026-12-01", "“14:30”", "UTC", "Write it as `14:30`", id="quotes"),
    ],
)
def test_a_time_that_cannot_be_meant_is_asked_back(day: str, clock: str, zone: str, words: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        planned(day, clock, zone, NOW)

    assert words in str(refusal.value)
    assert len(str(refusal.value)) < 300


@settings(max_examples=200)
@given(zones_and_walls())
def test_in_every_zone_a_wall_time_is_exactly_one_instant_or_asked_back(there: tuple[str, datetime]) -> None:
    zone, wall = there
    day_before = wall.replace(tzinfo=UTC) - timedelta(days=2)
    meant = instants_that_read(wall, zone)

    try:
        found = planned(f"{wall:%Y-%m-%d}", f"{wall:%H:%M}", zone, day_before)
    except NotUnderstood:
        assert len(meant) != 1
    else:
        assert meant == {found.at}


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]
)
def test_every_quarter_of_an_hour_around_a_change_of_the_clocks_is_one_instant_or_asked_back(
    zone: str,
) -> None:
    there, asked_back = ZoneInfo(zone), 0
    of_2026 = [change for change in changes(zone) if change.year == 2026]

    for change in of_2026:
        for quarter in range(-12, 13):
            wall = change.astimezone(there).replace(tzinfo=None, fold=0) + timedelta(minutes=15 * quarter)
            meant = instants_that_read(wall, zone)
            try:
                assert {
                    planned(f"{wall:%Y-%m-%d}", f"{wall:%H:%M}", zone, NOW - timedelta(days=70)).at
                } == meant
            except NotUnderstood:
                asked_back += 1
                assert len(meant) != 1

    assert len(of_2026) == 2
    assert asked_back >= 4


@given(st.text(max_size=30), st.none() | st.text(max_size=10))
def test_no_words_for_a_date_are_ever_a_crash(day: str, clock: str | None) -> None:
    try:
        found = planned(day, clock, "Europe/Berlin", NOW)
    except NotUnderstood:
        return

    assert found.at > NOW


@given(st.dates(), st.times(), st.sampled_from(ZONES))
def test_no_date_of_the_calendar_is_ever_a_crash(day: object, clock: object, zone: str) -> None:
    try:
        found = planned(str(day), str(clock)[:5], zone, NOW)
    except NotUnderstood:
        return

    assert found.at > NOW
