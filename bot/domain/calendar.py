"""Wall times in a time zone and the instants they mean. A wall time that does not exist or exists twice is asked back."""

import difflib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.domain.errors import NotUnderstood

DEFAULT_TIME = time(10, 0)
_FURTHEST = timedelta(days=366 * 2)


@dataclass(frozen=True)
class Planned:
    """When a release is planned: the instant, and the wall time and zone it came from (zone rules change)."""

    at: datetime
    wall: str
    zone: str


def known_zone(name: str) -> str:
    """The name of a zone, checked. Raises NotUnderstood, with the likeliest name, for one that does not exist."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder, such as `Europe`
        as_written = {known.lower(): known for known in available_timezones()}
        near = difflib.get_close_matches(name.lower(), as_written, n=1)
        hint = f" Did you mean `{as_written[near[0]]}`?" if near else " Write it as `Europe/Berlin`."
        raise NotUnderstood(f"“{name[:40]}” is not a time zone.{hint}") from None
    return name


def as_rules_are_now(given: Planned) -> Planned:
    """The same wall time with the instant that today's zone data gives it: governments change their clocks.

    A wall time that no longer means exactly one instant keeps the one it had.
    """
    try:
        return replace(given, at=instant(datetime.strptime(given.wall, "%Y-%m-%d %H:%M"), given.zone))  # noqa: DTZ007 - a wall time
    except (NotUnderstood, ZoneInfoNotFoundError, ValueError, OverflowError):
        return given


def planned(day: str, clock: str | None, zone: str, now: datetime) -> Planned:
    """Read `2026-12-01` and `14:30` (10:00 when left out) in the zone. Raises NotUnderstood with what to write instead."""
    naive = datetime.combine(_day(day), _time(clock) if clock else DEFAULT_TIME)
    try:
        at = instant(naive, zone)
    except OverflowError:  # the first and the last day of the calendar have no instant in every zone
        raise NotUnderstood(f"{day} is too far from today. Check the year.") from None
    if at <= now:
        here = now.astimezone(ZoneInfo(zone))
        raise NotUnderstood(
            f"{naive:%Y-%m-%d %H:%M} ({zone}) is in the past: there it is {here:%Y-%m-%d %H:%M}. Name a later time."
        )
    if at - now > _FURTHEST:
        raise NotUnderstood(f"{day} is more than two years ahead. Check the year.")
    return Planned(at, f"{naive:%Y-%m-%d %H:%M}", zone)


def instant(wall: datetime, zone: str) -> datetime:
    """The one instant in UTC that a naive wall time means in a zone. Raises NotUnderstood when it is none or two."""
    first = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    second = wall.replace(tzinfo=ZoneInfo(zone), fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    there_and_back = first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if there_and_back != wall:
        raise NotUnderstood(
            f"{wall:%H:%M} does not exist on {wall:%Y-%m-%d} in {zone}: the clocks go forward over it. Name another time."
        )
    raise NotUnderstood(
        f"{wall:%H:%M} exists twice on {wall:%Y-%m-%d} in {zone}: the clocks go back. Name another time."
    )


def _day(text: str) -> date:
    try:
        read = date.fromisoformat(text)
        if read.isoformat() != text:  # ISO 8601 has other ways to write a date, such as `2026-W49-2`
            raise ValueError(text)
        return read
    except ValueError:
        raise NotUnderstood(f"“{text[:40]}” is not a date that exists. Write it as `2026-12-01`.") from None


def _time(text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall time has no zone until its product gives one
    except ValueError:
        raise NotUnderstood(f"“{text[:40]}” is not a time of day. Write it as `14:30`.") from None
