"""Read a calendar of holidays or freezes, from a file or an address."""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from bot.domain.calendar_spans import Span
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.orders import ReadCalendar
from bot.domain.outcomes import CalendarSeen, Outcome
from bot.parts import Parts
from bot.readers.icalendar_files import LARGEST, read_icalendar

_PATIENCE = 20
"""Seconds for which a server may be silent."""
_BACK, _AHEAD = timedelta(days=60), timedelta(days=800)
"""A date may lie two years ahead; notices are counted back from it."""


def carry_out(parts: Parts, order: ReadCalendar) -> Outcome:
    return CalendarSeen(order.source, read_source(order.source, parts.calendar.zone, parts.clock()))


def read_source(source: str, zone: str, now: datetime) -> tuple[Span, ...]:
    """The events around now. Raises OutsideError or OutsideRefusal."""
    return read_icalendar(fetched(source), source, zone, (now - _BACK, now + _AHEAD))


def fetched(source: str) -> bytes:
    """What is there, at most a byte more than a calendar may have. Raises OutsideError or OutsideRefusal."""
    if not source.startswith(("https://", "http://")):
        try:
            with Path(source).open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError as problem:
            raise OutsideRefusal(f"{source} cannot be read: {problem.strerror}.") from None
    asked = Request(source, headers={"User-Agent": "harbourmaster", "Accept": "text/calendar"})  # noqa: S310 - the scheme is looked at above
    try:
        with urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310 - as above
            return bytes(answer.read(LARGEST + 1))
    except HTTPError as problem:
        raise OutsideError(f"{source} answers with {problem.code} {problem.reason}.") from None
    except (URLError, OSError, ValueError) as problem:
        raise OutsideError(f"{source} does not answer: {getattr(problem, 'reason', problem)}.") from None
