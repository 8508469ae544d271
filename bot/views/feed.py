"""The calendar of planned releases and freezes as an iCalendar feed, for people's own calendars."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.calendar_days import Freeze
from bot.domain.release import Release

_A_RELEASE_TAKES = timedelta(hours=1)


def feed(releases: Iterable[Release], freezes: Iterable[Freeze], now: datetime) -> str:
    """iCalendar text. An event's UID stays the same when its time moves, so that calendars move it as well."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Harbourmaster//Releases//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Releases")
    for release in releases:
        at = release.planned_at
        if at is None:
            continue
        event = _event(f"{release.id}@harbourmaster", f"{release.product} {release.version}", now)
        event.add("dtstart", at)
        event.add("dtend", at + _A_RELEASE_TAKES)
        event.add("sequence", release.book.moves)
        event.add("status", "TENTATIVE" if release.holds else "CONFIRMED")
        calendar.add_component(event)
    for freeze in freezes:
        event = _event(
            f"freeze-{freeze.starts:%Y%m%dT%H%M}-{freeze.name}@harbourmaster", f"Freeze: {freeze.name}", now
        )
        event.add("dtstart", freeze.starts)
        event.add("dtend", freeze.ends)
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _event(uid: str, summary: str, now: datetime) -> Any:
    import icalendar

    event = icalendar.Event()
    event.add("uid", uid)
    event.add("summary", summary)
    event.add("dtstamp", now)
    return event
