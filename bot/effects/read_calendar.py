"""Read a calendar of holidays or freezes, from a file or an address."""

from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import responses
from pathlib import Path

from bot.domain.calendar_spans import Span
from bot.domain.errors import OutsideError, OutsideRefusal, UnknownOutcome
from bot.domain.orders import ReadCalendar
from bot.domain.outcomes import CalendarSeen, Outcome
from bot.parts import Parts
from bot.readers.icalendar_files import LARGEST, read_icalendar
from bot.recipes.web import Request, fetch

PATIENCE = 20.0
"""Seconds that a look may take, redirects included: a server that sends a byte now and then must not keep a worker."""
_BACK, _AHEAD = timedelta(days=60), timedelta(days=800)
"""A date may lie two years ahead; notices are counted back from it."""


def carry_out(parts: Parts, order: ReadCalendar) -> Outcome:
    return CalendarSeen(order.source, read_source(order.source, parts.calendar.zone, parts.clock()))


def read_source(source: str, zone: str, now: datetime) -> tuple[Span, ...]:
    """The events around now. Raises OutsideError or OutsideRefusal."""
    return read_icalendar(fetched(source), source, zone, (now - _BACK, now + _AHEAD))


def fetched(source: str, patience: float = PATIENCE) -> bytes:
    """What is there, at most a byte more than a calendar may have. Raises OutsideError or OutsideRefusal."""
    if not source.startswith(("https://", "http://")):
        try:
            with Path(source).open("rb") as file:
                return file.read(LARGEST + 1)
        except OSError as problem:
            raise OutsideRefusal(f"{source} cannot be read: {problem.strerror}.") from None
    try:
        asked = Request(source, headers={"Accept": "text/calendar"}, seconds=patience, most=LARGEST + 1)
        answer = fetch(asked)
    except UnknownOutcome as problem:  # of a look there is nothing to find out
        raise OutsideError(str(problem)) from None
    if answer.status != HTTPStatus.OK:
        reason = responses.get(answer.status, "")
        raise OutsideError(f"{source} answers with {answer.status} {reason}".rstrip() + ".")
    return answer.body
