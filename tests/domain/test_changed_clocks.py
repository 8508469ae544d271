"""The zone data changes between the decision to send a notice and its sending: never early, never missed, never double."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.calendar_days import Calendar
from bot.domain.notice_book import NoticeSent, noted
from bot.domain.notices import Kind, Notice, NoticeRules, NotNow, SendIt, State, last_look, notices, waiting
from bot.domain.release import Release
from bot.domain.words import Audience
from tests.clocks import clocks_changed
from tests.domain.builders import CHANNEL, MARA
from tests.domain.test_notices import LONG_AGO, release, rules

ZONE = "Europe/Berlin"
DATE = datetime(2026, 12, 15, 14, tzinfo=UTC)
"""15:00 on the clocks of Berlin, as they go today."""
HOUR = timedelta(hours=1)
RULES, CALENDAR = rules(), Calendar()


def sent(one: Release, notice: Notice, now: datetime) -> Release:
    event = NoticeSent(notice.id, Audience.USERS, notice.planned.at, CHANNEL, "1.0")
    return replace(one, book=noted(one.book, MARA, now, event))


def listed(one: Release, ruled: NoticeRules = RULES) -> dict[str, Notice]:
    return {n.id: n for n in notices(one, ruled, CALENDAR)}


@pytest.mark.parametrize(("like", "moved"), [("Europe/Helsinki", -HOUR), ("Europe/London", HOUR)])
def test_a_notice_that_was_ordered_before_goes_out_once_at_its_new_time(
    tmp_path: Path, like: str, moved: timedelta
) -> None:
    one = release(DATE, ZONE)
    orders = {(n.id, n.at) for n in waiting(one, RULES, CALENDAR)}
    told: list[tuple[str, datetime]] = []

    with clocks_changed(tmp_path, ZONE, like):
        now = DATE - timedelta(days=12)
        while now < DATE + timedelta(days=1):
            for id_, at in sorted(orders, key=lambda order: order[1]):
                known = listed(one).get(id_)
                look = last_look(one, known, at, now, RULES, CALENDAR) if at <= now else None
                if isinstance(look, SendIt) and known is not None:
                    told.append((id_, now))
                    one = sent(one, known, now)
                if isinstance(look, NotNow):  # this order is done; whatever still waits gets one
                    orders = {*orders - {(id_, at)}, *((n.id, n.at) for n in waiting(one, RULES, CALENDAR))}
            now += timedelta(minutes=10)

    assert told == [
        ("users-5bd", datetime(2026, 12, 8, 10, tzinfo=UTC)),
        ("users-1bd", datetime(2026, 12, 14, 10, tzinfo=UTC)),
        ("users-1h", DATE - HOUR + moved),
    ]


def test_whoever_was_told_the_instant_of_before_is_told_the_new_one_once(tmp_path: Path) -> None:
    one = release(DATE, ZONE)
    one = sent(one, listed(one)["users-5bd"], LONG_AGO)
    assert Kind.MOVED not in {n.kind for n in listed(one).values()}

    with clocks_changed(tmp_path, ZONE, "Europe/London"):
        correction = listed(one)["users-clocks-20261215T1500"]
        assert (correction.kind, correction.state, correction.planned.at) == (
            Kind.MOVED,
            State.WAITING,
            DATE + HOUR,
        )
        now = DATE - timedelta(days=3)
        assert last_look(one, correction, correction.at, now, RULES, CALENDAR) == SendIt()

        one = sent(one, correction, now)

        assert [(n.id, n.state) for n in listed(one).values() if n.kind is Kind.MOVED] == [
            (correction.id, State.SENT)
        ]
        assert one.planned_at == DATE + HOUR


def test_a_wall_time_that_no_longer_exists_keeps_the_instant_it_had(tmp_path: Path) -> None:
    at = datetime(2026, 3, 8, 1, 30, tzinfo=UTC)
    one = release(at, ZONE)  # 02:30, over which New York's clocks go forward on that day

    with clocks_changed(tmp_path, ZONE, "America/New_York"):
        assert one.planned_at == at
