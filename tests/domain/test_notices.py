"""Notices over all zones and years: never early, never missed, never double; business days against a slow reference."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import Planned
from bot.domain.calendar_days import Calendar, Freeze
from bot.domain.notice_book import (
    NoticeBook,
    NoticeCancelled,
    NoticeEdited,
    NoticeMoved,
    NoticeSent,
    NoticeSkipped,
    Rescheduled,
    noted,
)
from bot.domain.notices import (
    AudiencePlan,
    Lead,
    Notice,
    NoticeRules,
    NotNow,
    SendIt,
    SkipIt,
    State,
    last_look,
    notice_time,
    notices,
    waiting,
)
from bot.domain.release import Hold, Release
from bot.domain.words import Audience, ReleaseId, ReleaseType
from tests.domain.builders import BEN, CHANNEL, MARA
from tests.domain.clock_changes import ZONES, changes, instants_that_read, zones_and_walls

NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
instants = st.datetimes(datetime.fromisoformat("2024-01-20"), datetime.fromisoformat("2030-12-31")).map(
    lambda at: at.replace(tzinfo=UTC)
)
zones = st.sampled_from(ZONES)
leads = st.one_of(
    st.integers(1, 30).map(lambda n: Lead(days=n)),
    st.integers(1, 6000).map(lambda n: Lead(span=timedelta(minutes=n))),
)
days_off = st.sets(st.dates(date(2023, 12, 1), date(2031, 1, 1)), max_size=40)


def release(at: datetime, zone: str = "UTC", **more: object) -> Release:
    wall = f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
    begun = Release(
        id=ReleaseId("shop-1.4.0"), product="shop", version="1.4.0", type=ReleaseType.MINOR, tag="v1.4.0",
        channel=CHANNEL, starter=MARA, started_at=LONG_AGO, why="", planned=Planned(at, wall, zone),
    )  # fmt: skip
    return replace(begun, **more)  # type: ignore[arg-type]  # fields by name


def rules(zone: str = "UTC", *wanted: Lead, at: time = time(10)) -> NoticeRules:
    chosen = wanted or (Lead(days=5), Lead(days=1), Lead(span=timedelta(hours=1)))
    return NoticeRules((AudiencePlan(Audience.USERS, CHANNEL, zone, at, chosen),))


def slowly_before(calendar: Calendar, day: date, count: int) -> date:
    """Walk back a day at a time and count those that are workdays and no holidays."""
    while count:
        day -= timedelta(days=1)
        if day.weekday() < 5 and day not in calendar.holidays:
            count -= 1
    return day


@given(st.dates(date(2024, 6, 1), date(2030, 12, 31)), st.integers(1, 60), days_off)
def test_business_days_are_counted_as_a_slow_reference_counts_them(
    day: date, count: int, off: set[date]
) -> None:
    calendar = Calendar(holidays=dict.fromkeys(off, "off"))

    assert calendar.business_days_before(day, count) == slowly_before(calendar, day, count)


@given(instants, zones, zones, leads, st.times().map(lambda t: t.replace(second=0, microsecond=0)), days_off)
def test_a_notice_is_at_its_time_of_day_in_every_zone_and_before_the_release(
    at: datetime, zone: str, product_zone: str, lead: Lead, clock: time, off: set[date]
) -> None:
    at = at.replace(second=0, microsecond=0)
    calendar = Calendar(zone=product_zone, holidays=dict.fromkeys(off, "off"))

    found = notices(release(at, product_zone), rules(zone, lead, at=clock), calendar)

    for notice in found:
        assert notice.at < notice.planned.at
        here = notice.at.astimezone(ZoneInfo(zone))
        if lead.span is not None:
            assert notice.planned.at - notice.at == lead.span
        else:
            on = notice.planned.at.astimezone(ZoneInfo(zone)).date()
            day = slowly_before(calendar, on, lead.days)
            wall = datetime.combine(day, clock, ZoneInfo(zone))
            exists = wall.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall.replace(
                tzinfo=None
            )
            assert here.replace(tzinfo=None) == wall.replace(tzinfo=None) or not exists
            assert here >= wall.astimezone(UTC) or exists
    assert len({n.id for n in found}) == len(found) <= 1


def test_at_every_change_of_the_clocks_a_time_of_day_is_its_first_instant_or_as_far_behind_the_gap() -> None:
    calendar, seen = Calendar(workdays=frozenset(range(7))), {"once": 0, "twice": 0, "never": 0}

    alike = {(changes(zone), NEW_YEAR.astimezone(ZoneInfo(zone)).utcoffset()): zone for zone in ZONES}
    for zone in alike.values():
        for change in changes(zone):
            before, after = ((change + timedelta(days=n)).astimezone(ZoneInfo(zone)) for n in (-1, 1))
            gap = (after.utcoffset() or timedelta()) - (before.utcoffset() or timedelta())
            behind = change.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
            for wall in (behind - gap / 2, behind + gap / 2, behind, behind - timedelta(hours=3)):
                plan = AudiencePlan(Audience.USERS, CHANNEL, zone, wall.time())
                noon = datetime.combine(wall.date() + timedelta(days=1), time(12), ZoneInfo(zone))
                at = notice_time(noon.astimezone(UTC), Lead(days=1), plan, calendar)
                assert at is not None
                meant = instants_that_read(wall, zone)
                seen[("never", "once", "twice")[len(meant)]] += 1
                shown = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
                if meant:
                    assert at == min(meant), (zone, wall)
                else:
                    assert (shown - wall, at - change) == (gap, shown - behind), (zone, wall)

    assert all(count > 200 for count in seen.values()), seen


@settings(max_examples=200)
@given(zones_and_walls(), st.lists(st.integers(0, 40_000), min_size=1, max_size=60), st.integers(1, 180))
def test_however_the_bot_wakes_up_each_notice_is_settled_once_and_never_early(
    there: tuple[str, datetime], wakes: list[int], late_after: int
) -> None:
    zone, wall = there
    at = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    one = release(at, zone)
    ruled = replace(rules(zone), late_after=timedelta(minutes=late_after))
    calendar = Calendar(zone=zone)
    planned = notices(one, ruled, calendar)
    begins = min(n.at for n in planned) - timedelta(hours=2)
    moments = sorted({begins + timedelta(minutes=m) for m in wakes} | {at + timedelta(days=1)})
    settled: dict[str, list[datetime]] = {n.id: [] for n in planned}

    for now in moments:
        for order in planned:  # every order may be carried out at every wake-up, done or not
            known = {n.id: n for n in notices(one, ruled, calendar)}
            look = last_look(one, known.get(order.id), order.at, now, ruled, calendar)
            match look:
                case NotNow():
                    continue
                case SkipIt(why):
                    event: NoticeSent | NoticeSkipped = NoticeSkipped(order.id, at, why)
                case SendIt(late):
                    assert order.at <= now < at
                    assert late == (now - order.at > ruled.late_after)
                    event = NoticeSent(order.id, Audience.USERS, at, CHANNEL, "1.0", late)
            settled[order.id].append(now)
            one = replace(one, book=noted(one.book, MARA, now, event))

    assert all(len(times) == 1 for times in settled.values()), settled
    assert waiting(one, ruled, calendar) == ()


TUESDAY = datetime(2026, 12, 15, 14, tzinfo=UTC)
DAY_AHEAD = datetime(2026, 12, 14, 10, tzinfo=UTC)


def the(id_: str, one: Release, calendar: Calendar | None = None) -> Notice:
    return {n.id: n for n in notices(one, rules(), calendar or Calendar())}[id_]


def look(one: Release, now: datetime, calendar: Calendar | None = None) -> object:
    calendar = calendar or Calendar()
    return last_look(one, the("users-1bd", one, calendar), DAY_AHEAD, now, rules(), calendar)


FROZEN = Calendar(freezes=(Freeze("Year end", TUESDAY - timedelta(hours=1), TUESDAY + timedelta(days=9)),))


@pytest.mark.parametrize(
    ("one", "now", "calendar", "expected"),
    [
        pytest.param(release(TUESDAY), DAY_AHEAD, None, SendIt(), id="at its time it is sent"),
        pytest.param(release(TUESDAY), DAY_AHEAD - timedelta(microseconds=1), None, NotNow(), id="not a moment before"),
        pytest.param(release(TUESDAY), DAY_AHEAD + timedelta(minutes=60), None, SendIt(), id="an hour late is in time"),
        pytest.param(release(TUESDAY), DAY_AHEAD + timedelta(minutes=61), None, SendIt(late=True), id="later says so"),
        pytest.param(release(TUESDAY), TUESDAY - timedelta(minutes=30), None, SkipIt("it could not be sent in time, and a later notice has taken its place"), id="a later notice takes its place"),
        pytest.param(release(TUESDAY), TUESDAY, None, SkipIt("the planned date had passed by then"), id="after the date it makes no sense"),
        pytest.param(release(TUESDAY, holds=(Hold(BEN, LONG_AGO, "red"),)), DAY_AHEAD, None, SkipIt("the release was on hold"), id="on hold"),
        pytest.param(release(TUESDAY), DAY_AHEAD, FROZEN, SkipIt("the planned date lies inside the freeze “Year end”"), id="in a freeze that came later"),
    ],
)  # fmt: skip
def test_at_the_last_look_a_notice_is_sent_or_not_and_why(
    one: Release, now: datetime, calendar: Calendar | None, expected: object
) -> None:
    assert look(one, now, calendar) == expected


def test_what_people_decided_counts_until_the_date_moves() -> None:
    book = NoticeBook()
    for event in (
        NoticeEdited("users-1bd", "Soon."),
        NoticeMoved("users-1h", DAY_AHEAD),
        NoticeCancelled("users-5bd"),
    ):
        book = noted(book, MARA, LONG_AGO, event)
    one = release(TUESDAY, book=book)

    assert (the("users-1bd", one).text, the("users-1h", one).at, the("users-5bd", one).state) == (
        "Soon.", DAY_AHEAD, State.CANCELLED,
    )  # fmt: skip
    moved = replace(one, book=noted(book, MARA, LONG_AGO, Rescheduled(Planned(TUESDAY, "", "UTC"), None)))
    assert (the("users-1bd", moved).text, the("users-5bd", moved).state) == ("", State.WAITING)


def test_a_notice_whose_time_had_passed_when_the_date_was_set_is_not_sent_after_all() -> None:
    one = release(TUESDAY, started_at=datetime(2026, 12, 10, tzinfo=UTC))

    assert [(n.id, n.state) for n in notices(one, rules(), Calendar())] == [
        ("users-5bd", State.MISSED), ("users-1bd", State.WAITING), ("users-1h", State.WAITING),
    ]  # fmt: skip


def test_weekends_holidays_and_whole_days_of_a_freeze_are_no_business_days() -> None:
    friday_frozen = Freeze("Audit", datetime(2026, 12, 11, tzinfo=UTC), datetime(2026, 12, 12, tzinfo=UTC))
    calendar = Calendar(holidays={date(2026, 12, 14): "Founders' day"}, freezes=(friday_frozen,))

    assert the("users-1bd", release(TUESDAY), calendar).at == datetime(2026, 12, 10, 10, tzinfo=UTC)


def test_a_calendar_without_a_single_business_day_ends_the_count() -> None:
    assert Calendar(workdays=frozenset()).business_days_before(date(2026, 12, 15), 5) is None
