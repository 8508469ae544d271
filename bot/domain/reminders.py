"""What is known of reminders: how people want to be reminded, who is away, and what they were told already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.domain.calendar_days import Calendar
from bot.domain.words import ItemId, UserId

WHOLE_ROLE = UserId("*")
"""In place of a person: the reminder that goes to everybody of the role, in the release's thread."""


@dataclass(frozen=True)
class Manners:
    """How people are reminded; a team writes its own in [reminders]."""

    after: timedelta = timedelta(hours=4)
    """How long something may be open before the first reminder."""
    every: timedelta = timedelta(hours=24)
    most: int = 3
    """How often one person is reminded of one item; 0: never."""
    escalate_after: timedelta = timedelta(hours=48)
    """How long something may be open before the whole role is told in the release's thread."""
    opens: time = time(9)
    closes: time = time(17)
    """The hours of a day of work, in each person's own zone."""
    countries: Mapping[UserId, str] = field(default_factory=dict)
    """Whose public holidays count for a person, in place of those of the team's calendar: `DE`, `DE-BY`."""


@dataclass(frozen=True)
class Desk:
    """Where a person works: on whose clocks, and on which days."""

    zone: str = "UTC"
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True)
class Away:
    """A person is away until then; what waits for them is brought to `stands_in`, who signs in their own name."""

    user: UserId
    until: datetime
    stands_in: UserId | None = None

    def is_back(self, now: datetime) -> bool:
        return self.until <= now


@dataclass(frozen=True)
class Reminded:
    """What is remembered of one open item and one person (or WHOLE_ROLE)."""

    item: ItemId
    user: UserId
    since: datetime
    """When it was first seen open for them."""
    times: int = 0
    last: datetime | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True)
class Nudge:
    """One reminder to be sent now; `number` counts those of this person for this item."""

    item: ItemId
    user: UserId
    number: int


@dataclass(frozen=True)
class Plan:
    """The reminders that are due, what is to be remembered, and when to look again (None: when something changes)."""

    due: tuple[Nudge, ...]
    remembered: tuple[Reminded, ...]
    again_at: datetime | None
