"""Notices and business days in every zone there is, around every change of its clocks from 2024 to 2030."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar_days import Calendar, Freeze
from bot.domain.notice_book import NoticeSent, noted
from bot.domain.notices import Notice, NotNow, SendIt, last_look, notices
from bot.domain.release import Release
from bot.domain.words import Audience
from tests.domain.builders import CHANNEL, MARA
from tests.domain.clock_changes import ZONES, changes
from tests.domain.test_notices import NEW_YEAR, release, rules

BARELY = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)
AROUND = (timedelta(), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=13), timedelta(days=4))
"""So long after a change of the clocks, and so long before one, releases are planned."""


def test_in_every_zone_a_notice_near_a_change_of_the_clocks_is_neither_early_nor_missed_nor_double() -> None:
    told = 0
    alike = {(changes(zone), NEW_YEAR.astimezone(ZoneInfo(zone)).utcoffset()): zone for zone in ZONES}

    for zone in alike.values():
        for change in changes(zone) or (datetime(2026, 7, 1, 12, tzinfo=UTC),):
            for planned_at in {change + sign * away for away in AROUND for sign in (-1, 1)}:
                one, ruled, calendar = release(planned_at, zone), rules(zone), Calendar(zone=zone)
                for notice in notices(one, ruled, calendar):
                    one = told_once(one, notice, zone)
                    told += 1

    assert len(alike) > 60
    assert told > 10_000


def told_once(one: Release, notice: Notice, zone: str) -> Release:
    """Look at it a moment before its time, at its time, when it has been sent, and an hour and a day later."""
    ruled, calendar = rules(zone), Calendar(zone=zone)

    def look(now: datetime) -> object:
        known = {n.id: n for n in notices(one, ruled, calendar)}
        return last_look(one, known[notice.id], notice.at, now, ruled, calendar)

    assert look(notice.at - BARELY) == NotNow(), (zone, notice)
    assert look(notice.at) == SendIt(), (zone, notice)
    sent = NoticeSent(notice.id, Audience.USERS, notice.planned.at, CHANNEL, "1.0")
    one = replace(one, book=noted(one.book, MARA, notice.at, sent))
    for later in (timedelta(), timedelta(hours=1), timedelta(days=1)):
        assert look(notice.at + later) == NotNow(), (zone, notice)
    return one


quarters = st.integers(-40 * 96, 40 * 96).map(lambda n: n * QUARTER)
"""Whole quarters of an hour, within forty days: every clock of these years differs from UTC by some of them."""


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, date]:
    """A calendar with freezes, holidays and workdays of any kind, and a day behind them; often near a change of its clocks."""
    zone = draw(st.sampled_from(ZONES))
    middle = draw(st.sampled_from(changes(zone) or (datetime(2027, 3, 1, tzinfo=UTC),)))
    ends = draw(st.lists(st.tuples(quarters, quarters).map(sorted), max_size=6))
    freezes = tuple(Freeze("f", middle + starts, middle + end) for starts, end in ends if starts < end)
    off = draw(st.sets(st.integers(-60, 60), max_size=15))
    holidays = {middle.date() + timedelta(days=n): "off" for n in off}
    workdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    calendar = Calendar(zone, workdays, holidays=holidays, freezes=freezes)
    return calendar, middle.date() + timedelta(days=draw(st.integers(-30, 40)))


@settings(max_examples=300)
@given(calendars(), st.integers(1, 15))
def test_business_days_are_those_that_a_slow_reference_finds_quarter_by_quarter(
    drawn: tuple[Calendar, date], count: int
) -> None:
    calendar, day = drawn

    found = calendar.business_days_before(day, count)

    slowly, left = day, count
    while left and (day - slowly).days < 200 + 7 * count:
        slowly -= timedelta(days=1)
        left -= is_business_day(calendar, slowly)
    assert found == slowly if left == 0 else found is None or (day - found).days >= 200


def is_business_day(calendar: Calendar, day: date) -> bool:
    """One of its quarters of an hour, as the clocks of the zone show them, lies in no freeze at all or not in the same one."""
    if day.weekday() not in calendar.workdays or day in calendar.holidays:
        return False
    zone, noon = ZoneInfo(calendar.zone), datetime.combine(day, time(12), UTC)
    instants = [noon + n * QUARTER for n in range(-40 * 4, 40 * 4)]
    of_the_day = [at for at in instants if at.astimezone(zone).date() == day]
    return not any(all(f.starts <= at < f.ends for at in of_the_day) for f in calendar.freezes)
