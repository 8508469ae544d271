"""What people may decide about a date, a notice and an exception from a freeze, and every refusal with what to do instead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.calendar import Planned
from bot.domain.calendar_days import Calendar, Freeze
from bot.domain.errors import NotFound, NotUnderstood, Refused, UserError
from bot.domain.notice_book import NoticeCancelled, NoticeSent, noted
from bot.domain.notices import State, notices
from bot.domain.planning import (
    LONGEST_NOTICE,
    Asking,
    Days,
    cancel_notice,
    edit_notice,
    move_notice,
    reschedule,
    sign_exception,
    why_frozen,
)
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import Audience, UserId
from tests.domain.builders import BEN, CHANNEL, CHLOE, DEVI, ELI, MARA, ROLES, process
from tests.domain.test_notices import LONG_AGO, release, rules

DATE = datetime(2026, 12, 15, 14, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
YEAR_END = Freeze("Year end", datetime(2026, 12, 20, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC))
NEXT_YEAR_END = replace(
    YEAR_END, starts=YEAR_END.starts + timedelta(days=365), ends=YEAR_END.ends + timedelta(days=365)
)
INSIDE = Planned(datetime(2026, 12, 21, 9, tzinfo=UTC), "2026-12-21 09:00", "UTC")
DAYS = Days(rules(), Calendar(freezes=(YEAR_END, NEXT_YEAR_END)), "UTC")
UNREAD = Days(rules(), Calendar(unread=("team.ics",)), "UTC")
ONE = release(DATE)
SENT = replace(ONE, book=noted(ONE.book, MARA, LONG_AGO, NoticeSent("users-5bd", Audience.USERS, DATE, CHANNEL, "1.0")))  # fmt: skip
CANCELLED = replace(ONE, book=noted(ONE.book, MARA, LONG_AGO, NoticeCancelled("users-5bd")))


def ask(by: UserId = MARA, at: datetime = NOW, days: Days = DAYS) -> Asking:
    return Asking(by, at, ROLES, process(), days)


@pytest.mark.parametrize(
    ("deed", "kind", "why"),
    [
        pytest.param(lambda: reschedule(ONE, INSIDE, ask()), Refused, "2 more of release-manager or operations have to sign", id="a date inside a freeze"),
        pytest.param(lambda: reschedule(ONE, INSIDE, ask(days=UNREAD)), Refused, "Nobody knows yet whether this date is free", id="a calendar that was never read"),
        pytest.param(lambda: reschedule(ONE, ONE.planned or INSIDE, ask()), Refused, "is planned for 2026-12-15 14:00 UTC already", id="the date it has"),
        pytest.param(lambda: reschedule(ONE, INSIDE, ask(CHLOE)), Refused, "can move its date", id="a date by somebody else"),
        pytest.param(lambda: edit_notice(ONE, "users-5bd", "x" * 40_000, ask()), NotUnderstood, "at most 3,000 characters; this has 40,000", id="40,000 characters"),
        pytest.param(lambda: edit_notice(SENT, "users-5bd", "x", ask()), Refused, "is not waiting any more: sent", id="words for a notice that is sent"),
        pytest.param(lambda: edit_notice(ONE, "users-5bd", "x", ask(CHLOE)), Refused, "belong to", id="words by somebody else"),
        pytest.param(lambda: move_notice(ONE, "users-5bd", DATE, ask()), Refused, "would go out after the planned date", id="a notice behind the date"),
        pytest.param(lambda: move_notice(SENT, "users-5bd", NOW, ask()), Refused, "users-5bd has been sent", id="a notice sent twice"),
        pytest.param(lambda: cancel_notice(SENT, "users-5bd", ask()), Refused, "is not waiting any more: sent", id="one that is sent is not called off"),
        pytest.param(lambda: cancel_notice(CANCELLED, "users-5bd", ask()), Refused, "is not waiting any more: cancelled", id="called off twice"),
        pytest.param(lambda: move_notice(ONE, "users-7bd", NOW, ask()), NotFound, "There is: `users-5bd`, `users-1bd`, `users-1h`", id="a notice there is not"),
        pytest.param(lambda: move_notice(replace(ONE, planned=None), "users-5bd", NOW, ask()), NotFound, "none, as it has no planned date", id="a release without a date"),
        pytest.param(lambda: sign_exception(ONE, "Year end", "x", ask(MARA)), Refused, "so others sign its exceptions", id="an exception by its starter"),
        pytest.param(lambda: sign_exception(ONE, "Year end", "x", ask(CHLOE)), Refused, "you are in none of them", id="an exception by somebody without the role"),
        pytest.param(lambda: sign_exception(ONE, "Easter", "x", ask(BEN)), NotFound, "There is: “Year end”.", id="a freeze there is not"),
        pytest.param(lambda: sign_exception(ONE, "Year end", "  ", ask(BEN)), NotUnderstood, "", id="no reason"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_is_refused_with_its_reason(
    deed: Callable[[], Step], kind: type[UserError], why: str
) -> None:
    with pytest.raises(kind) as refusal:
        deed()

    assert why in str(refusal.value)
    assert len(str(refusal.value)) < 600


def signed(one: Release, *people: UserId, at: datetime = NOW) -> Release:
    for who in people:
        one = sign_exception(one, "year end", "customers wait", ask(who, at)).release
    return one


def test_an_exception_counts_for_one_freeze_when_the_quorum_has_signed_and_nobody_signs_twice() -> None:
    one = signed(ONE, BEN)
    assert why_frozen(one, INSIDE.at, DAYS) is not None
    with pytest.raises(Refused, match="You have signed the exception"):
        signed(one, BEN)

    one = signed(one, DEVI)

    assert why_frozen(one, INSIDE.at, DAYS) is None
    assert reschedule(one, INSIDE, ask()).release.planned == INSIDE
    assert why_frozen(one, NEXT_YEAR_END.starts, DAYS) is not None, "that of the next year is another freeze"
    assert why_frozen(signed(one, ELI, at=YEAR_END.starts), INSIDE.at, DAYS) is None


@pytest.mark.parametrize("one", [ONE, CANCELLED])
def test_a_notice_that_is_moved_or_sent_now_waits_again_also_when_it_was_cancelled(one: Release) -> None:
    moved = move_notice(one, "USERS-5BD", NOW, ask()).release

    found = {n.id: n for n in notices(moved, DAYS.rules, DAYS.calendar)}["users-5bd"]
    assert (found.at, found.state, found.was_moved) == (NOW, State.WAITING, True)


def test_the_longest_words_are_taken_and_no_words_are_ours_again() -> None:
    edited = edit_notice(ONE, "users-5bd", "x" * LONGEST_NOTICE, ask()).release
    again = edit_notice(edited, "users-5bd", "  ", ask()).release

    texts = [notices(one, DAYS.rules, DAYS.calendar)[0].text for one in (edited, again)]
    assert texts == ["x" * LONGEST_NOTICE, ""]
