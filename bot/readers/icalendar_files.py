"""iCalendar files as spans of time. What would take for ever is refused; nothing is fetched here."""

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.calendar_spans import Span
from bot.domain.errors import OutsideRefusal

LARGEST = 2_000_000
"""Bytes. The public holidays of ten years are about 100 kB."""
MOST_SPANS = 2_000
MOST_REPEATED = 200
"""Each of them may stand for hundreds of days."""
_EARLIEST, _LATEST = 1970, 2200
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


def read_icalendar(
    content: bytes, source: str, zone: str, around: tuple[datetime, datetime]
) -> tuple[Span, ...]:
    """The events of a file that touch the time `around`, repetitions worked out. Times without a zone, and whole days, are
    on the clocks of `zone`. Raises OutsideRefusal, naming the source, when it cannot be used as it is."""
    if len(content) > LARGEST:
        raise OutsideRefusal(
            f"{source} is larger than {LARGEST // 1_000_000} MB. Name a calendar that holds only holidays or freezes."
        )
    import icalendar
    import recurring_ical_events

    try:
        calendar: Any = icalendar.Calendar.from_ical(content)
        _refuse_endless(calendar, source)
        events = recurring_ical_events.of(calendar).between(*around)
        found = tuple(itertools.islice(_spans(events, zone), MOST_SPANS + 1))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OverflowError,
        ArithmeticError,
    ) as problem:
        raise OutsideRefusal(
            f"{source} is no calendar that can be read: {' '.join(str(problem).split())[:200]}. "
            "It must be an iCalendar file (.ics)."
        ) from None
    if len(found) > MOST_SPANS:
        raise OutsideRefusal(
            f"{source} has more than {MOST_SPANS:,} events in the next two years. "
            "Name a calendar that holds only holidays or freezes."
        )
    return tuple(sorted(found, key=lambda span: (span.starts, span.name)))


def _refuse_endless(calendar: Any, source: str) -> None:
    """What would be worked out for minutes, or has no end at all, in the words of its own name."""
    repeated = [event for event in calendar.walk("VEVENT") if "RRULE" in event or "RDATE" in event]
    if len(repeated) > MOST_REPEATED:
        raise OutsideRefusal(
            f"{source} has {len(repeated):,} events that repeat; {MOST_REPEATED} are taken. "
            "Name a calendar that holds only holidays or freezes."
        )
    for event in calendar.walk("VEVENT"):
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            often = {str(word).upper() for word in rule.get("FREQ", [])}
            if often & _TOO_OFTEN or any(key in rule for key in ("BYSECOND", "BYMINUTE", "BYHOUR")):
                raise OutsideRefusal(
                    f"{source}: “{_name(event)}” repeats more than once a day, "
                    "which no holiday and no freeze does. Correct it there."
                )
            if often & {"DAILY", "WEEKLY"} and _year(event, "DTSTART") < _EARLIEST:
                raise OutsideRefusal(
                    f"{source}: “{_name(event)}” has been repeated since the year {_year(event, 'DTSTART')}. "
                    "Let it begin later there."
                )
        if _year(event, "DTEND") > _LATEST:
            raise OutsideRefusal(
                f"{source}: “{_name(event)}” never ends (the year {_year(event, 'DTEND')}). Give it an end there."
            )


def _year(event: Any, name: str) -> int:
    at = event.get(name)
    return int(at.dt.year) if at is not None else _EARLIEST


def _spans(events: Iterable[Any], zone: str) -> Iterator[Span]:
    for event in events:
        starts = _instant(event.start, zone)
        ends = _instant(event.end, zone)
        if isinstance(event.start, date) and not isinstance(event.start, datetime) and ends <= starts:
            ends = _instant(event.start + timedelta(days=1), zone)
        if str(event.get("STATUS", "")).upper() != "CANCELLED" and ends > starts:
            yield Span(_name(event), starts, ends)


def _instant(when: date | datetime, zone: str) -> datetime:
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), ZoneInfo(zone)).astimezone(UTC)
    return (when if when.tzinfo else when.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _name(event: Any) -> str:
    said = " ".join(str(event.get("SUMMARY", "")).split())
    return "".join(letter for letter in said if letter.isprintable())[:80] or "without a name"
