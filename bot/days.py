"""The calendar and the rules about dates of a product at this moment: from the configuration, the public holidays, and the
calendars that were read. What was put together once is kept until one of them changes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.config import CalendarSettings, FreezeSetting
from bot.domain.calendar_days import Calendar, Freeze
from bot.domain.calendar_spans import Span, days_covered, freezes_of
from bot.domain.planning import Days
from bot.parts import Parts
from bot.readers.public_holidays import public_holidays
from storage.store import Tx

_YEARS_BACK, _YEARS_AHEAD = 1, 3
"""Around this year: a date may lie two years ahead, and notices are counted back from it."""


def days_now(parts: Parts, tx: Tx, product: str, now: datetime) -> Days:
    """What decisions about a date of this product look at. Raises NotFound for a product that is not configured."""
    found = parts.product(product)
    return Days(found.notices, calendar_now(parts, tx, now, product), str(found.timezone))


def calendar_now(
    parts: Parts, tx: Tx, now: datetime, product: str | None = None, country: str | None = None
) -> Calendar:
    """The team's calendar, with the freezes of one product or of all. With a country its public holidays count in place of
    the team's."""
    settings, versions = parts.calendar, tx.calendar_versions()
    read = tuple(versions.get(source) for source in settings.sources)
    countries = settings.countries if country is None else (country,)
    return parts.kept_calendars.get(
        (product, country), (read, now.year), lambda: _made(settings, tx, now.year, product, countries)
    )


def _made(
    settings: CalendarSettings, tx: Tx, year: int, product: str | None, countries: tuple[str, ...]
) -> Calendar:
    read = {source: tx.calendar(source) for source in settings.sources}
    unread = tuple(source.rpartition("/")[2] or source for source, spans in read.items() if spans is None)
    freezes = [*_configured(settings), *freezes_of(_of(read, settings.freeze_calendars))]
    public = public_holidays(countries, year - _YEARS_BACK, year + _YEARS_AHEAD)
    holidays: dict[date, str] = {
        **public,
        **days_covered(_of(read, settings.holiday_calendars), settings.zone),
        **settings.holidays,
    }
    return Calendar(
        settings.zone, settings.workdays, settings.hours, holidays,
        tuple(f for f in freezes if product is None or f.is_about(product)), unread,
    )  # fmt: skip


def _of(read: dict[str, tuple[Span, ...] | None], sources: Iterable[str]) -> Iterable[Span]:
    return (span for source in sources for span in read[source] or ())


def _configured(settings: CalendarSettings) -> list[Freeze]:
    return [_freeze(one, settings.zone) for one in settings.freezes]


def _freeze(one: FreezeSetting, zone: str) -> Freeze:
    starts, ends = (wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall in (one.starts, one.ends))
    return Freeze(one.name, starts, ends, one.products)
