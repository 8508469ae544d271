"""Where clocks go wrong: for every zone, the instants from 2024 to 2030 at which it changes its clocks."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

ZONES = sorted(available_timezones() - {"localtime"})
_FIRST, _LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
_DAYS = (_LAST - _FIRST).days


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Every change of the clocks, to the minute: the first instant with the new offset."""
    there = ZoneInfo(zone)

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(there).utcoffset()

    found = []
    for n in range(0, _DAYS, 7):  # no zone changes its clocks and back within a week
        before, after = _FIRST + timedelta(days=n), min(_FIRST + timedelta(days=n + 7), _LAST)
        if offset(before) == offset(after):
            continue
        old = offset(before)
        while after - before > timedelta(minutes=1):
            middle = before + (after - before) // 2
            before, after = (middle, after) if offset(middle) == old else (before, middle)
        found.append(after.replace(second=0, microsecond=0))
    return tuple(found)


@st.composite
def zones_and_walls(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and a wall time in it, without a zone of its own; half of them within four hours of a change, where there is one."""
    zone = draw(st.sampled_from(ZONES))
    known = changes(zone) if draw(st.booleans()) else ()
    if not known:
        return zone, (_FIRST + timedelta(minutes=draw(st.integers(1440, _DAYS * 1440)))).replace(tzinfo=None)
    wall = draw(st.sampled_from(known)).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    return zone, wall + timedelta(minutes=draw(st.integers(-240, 240)))


def instants_that_read(wall: datetime, zone: str) -> set[datetime]:
    """Every instant at which a clock in this zone shows this wall time, found without asking about folds."""
    there = ZoneInfo(zone)
    around = {
        (wall.replace(tzinfo=UTC) + timedelta(hours=h)).astimezone(there).utcoffset()
        for h in range(-26, 27, 2)
    }
    guesses = {(wall - offset).replace(tzinfo=UTC) for offset in around if offset is not None}
    return {guess for guess in guesses if guess.astimezone(there).replace(tzinfo=None) == wall}
