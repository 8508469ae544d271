"""Business days, holidays and freeze windows as plain facts. Where they come from is the readers' business."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKDAYS = frozenset(range(5))
"""Monday to Friday, counted as `date.weekday` does."""
_FURTHEST_BACK = 366
"""A calendar in which no day of a year is a business day is a mistake; counting stops there."""


@dataclass(frozen=True)
class Freeze:
    """A time in which nothing is released: from `starts` up to, and without, `ends`. Both are instants in UTC."""

    name: str
    starts: datetime
    ends: datetime
    products: frozenset[str] = frozenset()
    """Which products it is about; none named means all of them."""

    def covers(self, at: datetime) -> bool:
        return self.starts <= at < self.ends

    def is_about(self, product: str) -> bool:
        return not self.products or product in self.products


@dataclass(frozen=True)
class Holiday:
    day: date
    name: str


@dataclass(frozen=True)
class Calendar:
    """What is known of a team's days. `unread` are calendars that are configured and have never been read."""

    zone: str = "UTC"
    workdays: frozenset[int] = WORKDAYS
    hours: tuple[time, time] | None = None
    """When the team works, on its days of work, in its own zone; None: it has not said."""
    holidays: Mapping[date, str] = field(default_factory=dict)
    freezes: tuple[Freeze, ...] = ()
    unread: tuple[str, ...] = ()

    def is_business_day(self, day: date) -> bool:
        """A day of work that does not lie wholly inside a freeze."""
        return self.is_day_of_work(day) and not self._is_frozen(day)

    def is_day_of_work(self, day: date) -> bool:
        """A workday that is no holiday. People work through a freeze; it is only releases that rest."""
        return day.weekday() in self.workdays and day not in self.holidays

    def _is_frozen(self, day: date) -> bool:
        if not self.freezes:
            return False
        zone = ZoneInfo(self.zone)
        begins = datetime.combine(day, time(), zone).astimezone(UTC)
        ends = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        return any(freeze.starts <= begins and ends <= freeze.ends for freeze in self.freezes)

    def business_days_before(self, day: date, count: int) -> date | None:
        """The business day that lies `count` of them before `day`; None when a year of looking finds too few."""
        for back in range(1, _FURTHEST_BACK + count * 7):
            if day.toordinal() - back < 1:
                return None
            earlier = day - timedelta(days=back)
            if self.is_business_day(earlier):
                count -= 1
                if count == 0:
                    return earlier
        return None

    def why_nobody_works(self, at: datetime) -> str | None:
        """Why the team is not at work at this instant, in a few words; None when it is, as far as is known."""
        here = at.astimezone(ZoneInfo(self.zone))
        if here.date() in self.holidays:
            return f"{here:%Y-%m-%d} is a day off ({self.holidays[here.date()]})"
        if here.weekday() not in self.workdays:
            return f"{here:%Y-%m-%d} is a {here:%A}"
        if self.hours is not None and not self.hours[0] <= here.time() < self.hours[1]:
            return f"it works from {self.hours[0]:%H:%M} to {self.hours[1]:%H:%M} {self.zone}"
        return None

    def freeze_at(self, at: datetime) -> Freeze | None:
        """The freeze that covers this instant; of several the one that ends last."""
        return max((f for f in self.freezes if f.covers(at)), key=lambda f: f.ends, default=None)

    def freezes_at(self, at: datetime) -> tuple[Freeze, ...]:
        return tuple(f for f in self.freezes if f.covers(at))

    def between(self, first: date, last: date) -> Iterable[Holiday]:
        """The holidays from `first` to `last`, both included, in order."""
        return (Holiday(day, self.holidays[day]) for day in sorted(self.holidays) if first <= day <= last)


def freeze_ends(freeze: Freeze, zone: str) -> str:
    """When a freeze ends, on the clocks of a zone, as `2027-01-03 08:00 Europe/Berlin`."""
    return f"{freeze.ends.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
