"""The calendar on the way to an acknowledgement: read once, and again only when what is known of it has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bench.quiet import QuietSlack, config_in
from bot.app import assemble
from bot.config import CalendarSettings
from bot.days import calendar_now
from bot.domain.calendar_days import Calendar
from bot.domain.calendar_spans import Span
from bot.domain.orders import ReadCalendar
from bot.domain.outcomes import CalendarSeen
from bot.parts import Parts
from bot.workflow.results import order_done

MONDAY = datetime(2026, 12, 7, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class Reads:
    """Counts how often the database is asked for the events of a calendar."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += "calendars.spans" in statement


@contextmanager
def counted(parts: Parts) -> Iterator[Reads]:
    reads = Reads()
    sa.event.listen(parts.store.engine, "before_cursor_execute", reads)
    try:
        yield reads
    finally:
        sa.event.remove(parts.store.engine, "before_cursor_execute", reads)


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    bot = assemble(config_in(tmp_path, f"sqlite:///{tmp_path}/it.sqlite"), slack=QuietSlack())
    yield replace(bot.parts, calendar=CalendarSettings(holiday_calendars=("/srv/team.ics",)))
    bot.stop()


def events(n: int) -> tuple[Span, ...]:
    return tuple(Span(f"Day {i}", MONDAY + i * DAY, MONDAY + (i + 1) * DAY) for i in range(n))


def is_read(parts: Parts, spans: tuple[Span, ...], at: datetime) -> None:
    """The bot has read the calendar and found these events in it, by the way every order takes."""
    order = ReadCalendar(parts.calendar.sources[0])
    with parts.store.transaction() as tx:
        tx.order(order, at)
    (claim,) = parts.queue.claim(at, DAY, 1)
    assert order_done(parts, claim, CalendarSeen(order.source, spans), at)


def look(
    parts: Parts, at: datetime = MONDAY, product: str | None = None, country: str | None = None
) -> Calendar:
    with parts.store.reading() as tx:
        return calendar_now(parts, tx, at, product, country)


def test_a_calendar_of_2000_events_is_read_once_for_any_number_of_requests(parts: Parts) -> None:
    is_read(parts, events(2_000), MONDAY)

    with counted(parts) as reads:
        found = {id(look(parts, MONDAY + timedelta(minutes=n))) for n in range(100)}

    assert (len(found), reads.count) == (1, 1)


def test_it_is_read_again_when_other_events_were_found_and_not_when_the_same_ones_were(parts: Parts) -> None:
    assert look(parts).unread == ("team.ics",)
    is_read(parts, events(1), MONDAY)
    first = look(parts)

    is_read(parts, events(1), MONDAY + DAY)
    with counted(parts) as reads:
        same = look(parts, MONDAY + DAY)
    is_read(parts, events(2), MONDAY + 2 * DAY)
    other = look(parts, MONDAY + 2 * DAY)

    assert (reads.count, same) == (0, first)
    assert first.holidays == {date(2026, 12, 7): "Day 0", date(2026, 12, 8): "Day 0"}
    assert date(2026, 12, 9) in other.holidays


def test_each_product_country_and_year_has_a_calendar_of_its_own(parts: Parts) -> None:
    is_read(parts, (), MONDAY)

    german = look(parts, country="DE").holidays

    assert date(2026, 10, 3) in german
    assert date(2026, 10, 3) not in look(parts).holidays
    assert date(2030, 10, 3) not in german
    assert date(2030, 10, 3) in look(parts, MONDAY + 366 * DAY, country="DE").holidays
