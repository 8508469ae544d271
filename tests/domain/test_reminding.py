"""Who is reminded, when, and how often."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar_days import Calendar, Freeze
from bot.domain.errors import NotUnderstood, Refused
from bot.domain.reminders import WHOLE_ROLE, Away, Desk, Manners, Nudge, Plan, Reminded
from bot.domain.reminding import go_away, places_taken, plan, snooze_until, working_time
from bot.domain.turn import Need
from bot.domain.words import UserId
from tests.domain.builders import ADA, BEN, CHLOE, DEVI, ELI, ROLES, the

TUESDAY = datetime(2026, 12, 1, 10, tzinfo=UTC)
HOURS = timedelta(hours=1)
MANNERS = Manners()
DESKS = {CHLOE: Desk("Europe/Paris"), ELI: Desk("America/New_York"), ADA: Desk("Asia/Kolkata")}
SIGN = Need(the("TEST-GO"), frozenset({CHLOE, ELI}), 1, 2)


def planned(before: Plan | None, at: datetime, away: tuple[Away, ...] = (), need: Need = SIGN) -> Plan:
    remembered = before.remembered if before else ()
    return plan([need], remembered, {gone.user: gone for gone in away}, DESKS, at, MANNERS)


def test_nobody_is_reminded_at_once() -> None:
    first = planned(None, TUESDAY)

    assert first.due == ()
    assert first.again_at == TUESDAY + 4 * HOURS, "14:00 UTC is 15:00 in Paris, and 9:00 in New York"


def test_those_who_are_missing_are_reminded_each_in_their_own_hours() -> None:
    first = planned(None, TUESDAY)

    second = planned(first, TUESDAY + 4 * HOURS)

    assert second.due == (Nudge(SIGN.item.id, CHLOE, 1), Nudge(SIGN.item.id, ELI, 1))
    late = planned(planned(None, TUESDAY + 5 * HOURS), TUESDAY + 9 * HOURS)
    assert late.due == (Nudge(SIGN.item.id, ELI, 1),), "in Paris it is 20:00"
    assert late.again_at == datetime(2026, 12, 2, 8, tzinfo=UTC)


def test_reminders_are_spaced_and_capped() -> None:
    sent, at, now = [], planned(None, TUESDAY), TUESDAY
    for _ in range(24 * 14):
        now += HOURS
        at = planned(at, now)
        sent += [(nudge, now) for nudge in at.due if nudge.user == CHLOE]

    assert [nudge.number for nudge, _ in sent] == [1, 2, 3]
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(sent)]
    assert all(gap >= MANNERS.every for gap in gaps)


def test_whoever_has_signed_is_forgotten_and_begins_anew() -> None:
    first = planned(None, TUESDAY)
    reminded = planned(first, TUESDAY + 4 * HOURS)

    gone = plan([], reminded.remembered, {}, DESKS, TUESDAY + 5 * HOURS, MANNERS)

    assert gone == Plan((), (), None)


def test_somebody_who_is_away_is_left_alone_and_the_one_who_stands_in_is_told() -> None:
    away = Away(CHLOE, TUESDAY + timedelta(days=3), ELI)
    first = planned(None, TUESDAY, (away,))

    second = planned(first, TUESDAY + 4 * HOURS, (away,))

    assert second.due == (Nudge(SIGN.item.id, ELI, 1),)
    assert places_taken(SIGN, {CHLOE: away}, ELI, TUESDAY) == (away,)
    assert places_taken(SIGN, {CHLOE: away}, ELI, away.until) == ()
    assert places_taken(Need(the("TEST-GO"), frozenset({ELI}), 1, 1), {CHLOE: away}, ELI, TUESDAY) == ()
    back = planned(second, TUESDAY + timedelta(days=3, minutes=1), (away,))
    assert CHLOE in {r.user for r in back.remembered}


def test_a_stand_in_who_may_not_do_it_is_not_told() -> None:
    away = (Away(CHLOE, TUESDAY + timedelta(days=3), DEVI),)

    first = planned(None, TUESDAY, away, Need(the("TEST-GO"), frozenset({CHLOE}), 1, 1))

    assert {r.user for r in first.remembered} == {WHOLE_ROLE}


def test_the_whole_role_is_told_once_after_the_deadline() -> None:
    at, told = planned(None, TUESDAY), []
    for hour in range(1, 24 * 7):
        at = planned(at, TUESDAY + hour * HOURS)
        told += [(n, hour) for n in at.due if n.user == WHOLE_ROLE]

    assert told == [(Nudge(SIGN.item.id, WHOLE_ROLE, 1), 48)]


def test_a_snooze_moves_only_ones_own() -> None:
    first = planned(None, TUESDAY)
    rows = [replace(r, snoozed_until=TUESDAY + 6 * HOURS) if r.user == CHLOE else r for r in first.remembered]

    at_noon = plan([SIGN], rows, {}, DESKS, TUESDAY + 4 * HOURS, MANNERS)

    assert at_noon.due == (Nudge(SIGN.item.id, ELI, 1),)


def test_a_team_that_wants_no_reminders_gets_none() -> None:
    silent = replace(MANNERS, most=0)

    assert plan([SIGN], (), {}, DESKS, TUESDAY, silent).again_at is None


@pytest.mark.parametrize("hours", ["0", "-1", "many", "400", "1.5", "٤"])
def test_a_snooze_that_makes_no_sense(hours: str) -> None:
    with pytest.raises(NotUnderstood, match="no number of hours"):
        snooze_until(hours, TUESDAY)


@pytest.mark.parametrize(
    ("until", "who", "why"),
    [
        (TUESDAY - HOURS, None, "has passed"),
        (TUESDAY + timedelta(days=500), None, "more than a year"),
        (TUESDAY + HOURS, CHLOE, "cannot stand in for yourself"),
        (TUESDAY + HOURS, BEN, "fills none of your roles"),
    ],
)
def test_who_cannot_stand_in(until: datetime, who: UserId | None, why: str) -> None:
    with pytest.raises(Refused, match=why):
        go_away(CHLOE, until, who, ROLES, TUESDAY)


def test_somebody_of_the_same_role_stands_in() -> None:
    assert go_away(CHLOE, TUESDAY + HOURS, ELI, ROLES, TUESDAY) == Away(CHLOE, TUESDAY + HOURS, ELI)


MINUTE = timedelta(minutes=1)
hours = st.sampled_from([(time(9), time(17)), (time(6), time(9, 30)), (time(10, 15), time(23, 59))])
workdays = st.sets(st.integers(0, 6), min_size=1).map(frozenset)


def slowly(at: datetime, desk: Desk, manners: Manners) -> datetime:
    """The first minute from `at` on that the clock of this person shows as one of work."""
    zone = ZoneInfo(desk.zone)
    while True:
        local = at.astimezone(zone)
        day = local.date()
        works = local.weekday() in desk.calendar.workdays and day not in desk.calendar.holidays
        if works and manners.opens <= local.time() < manners.closes:
            return at
        at += MINUTE


@given(
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    minute=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from(sorted(available_timezones() - {"localtime"})),
    days=workdays,
    off=st.sets(st.integers(0, 9)),
    frozen=st.booleans(),
    between=hours,
)
@settings(max_examples=60, deadline=None)
def test_a_reminder_is_at_the_first_minute_of_work_as_a_slow_reference_finds_it(
    day: date,
    minute: int,
    zone: str,
    days: frozenset[int],
    off: set[int],
    frozen: bool,
    between: tuple[time, time],
) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    holidays = {day + timedelta(days=n - 1): "off" for n in off}
    freeze = Freeze("people work through it", at - timedelta(days=9), at + timedelta(days=9))
    desk = Desk(zone, Calendar(workdays=days, holidays=holidays, freezes=(freeze,) if frozen else ()))
    manners = replace(MANNERS, opens=between[0], closes=between[1])

    assert working_time(at, desk, manners) == slowly(at, desk, manners)


def test_a_person_is_reminded_on_the_days_of_their_own_country() -> None:
    friday = date(2026, 12, 4)
    off = replace(DESKS[CHLOE], calendar=Calendar(holidays={friday: "a holiday in France"}))
    thursday_night = datetime(2026, 12, 3, 18, tzinfo=UTC)

    first = plan([SIGN], (), {}, DESKS | {CHLOE: off}, thursday_night, MANNERS)
    on_friday = plan([SIGN], first.remembered, {}, DESKS | {CHLOE: off}, thursday_night + 20 * HOURS, MANNERS)
    on_monday = plan(
        [SIGN], on_friday.remembered, {}, DESKS | {CHLOE: off}, datetime(2026, 12, 7, 8, tzinfo=UTC), MANNERS
    )

    assert on_friday.due == (Nudge(SIGN.item.id, ELI, 1),)
    assert Nudge(SIGN.item.id, CHLOE, 1) in on_monday.due


def test_a_calendar_without_any_day_of_work_puts_reminders_off_for_a_year_and_not_for_ever() -> None:
    found = working_time(TUESDAY, Desk(calendar=Calendar(workdays=frozenset())), MANNERS)

    assert timedelta(days=366) <= found - TUESDAY <= timedelta(days=367)


def test_what_is_remembered_is_one_row_a_person_and_item() -> None:
    first = planned(None, TUESDAY)

    assert first.remembered == tuple(
        Reminded(SIGN.item.id, user, TUESDAY) for user in (CHLOE, ELI, WHOLE_ROLE)
    )
