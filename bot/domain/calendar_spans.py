"""The calendar of a team put together from its parts: what is configured, public holidays, and calendars that were read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.calendar_days import Freeze


@dataclass(frozen=True)
class Span:
    """One event of a calendar that was read: from `starts` up to, and without, `ends`, both in UTC. The name is foreign text."""

    name: str
    starts: datetime
    ends: datetime


def days_covered(spans: Iterable[Span], zone: str) -> Mapping[date, str]:
    """The days that these spans touch, on the clocks of a zone. A span of years counts for its first 366 days."""
    return {day: span.name for span in spans for day in _days(span, ZoneInfo(zone))}


def _days(span: Span, zone: ZoneInfo) -> Iterator[date]:
    day = span.starts.astimezone(zone).date()
    last = (span.ends - timedelta(microseconds=1)).astimezone(zone).date()
    for _ in range(366):
        if day > last:
            return
        yield day
        day += timedelta(days=1)


def freezes_of(spans: Iterable[Span]) -> tuple[Freeze, ...]:
    return tuple(Freeze(span.name, span.starts, span.ends) for span in spans)
