"""Which event an audience is told of, and whether that is still true by the time it is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.calendar_days import Calendar
from bot.domain.events import Cancelled, Completed, Event, Held, PhaseClosed, Resumed, Started, WorkEnded
from bot.domain.notice_book import NoticeBook, NoticeSent, noted
from bot.domain.notices import Kind, NoticeRules, notices
from bot.domain.posts import Post, posts_of, why_untrue
from bot.domain.records import Ended, Hold, Work
from bot.domain.release import Release
from bot.domain.rollback import Rollback
from bot.domain.rollback_events import RollbackAsked, RollbackDropped, RollbackEnded, Target
from bot.domain.tag_events import TagMade
from bot.domain.words import Audience, ItemId, Phase, Verdict
from tests.domain.builders import BEN, C2, C3, CHANNEL
from tests.domain.test_notices import TUESDAY, release, rules

OPEN = release(TUESDAY)
AT = datetime(2026, 12, 1, tzinfo=UTC)
BACK = RollbackAsked(Target("v1.3.2", "1.3.2"), "Orders are lost.", "", "")
GONE = replace(OPEN, rollbacks=(Rollback(1, BACK, BEN, AT, BACK.target, decided_at=AT, ended_at=AT),))
GOING = replace(OPEN, rollbacks=(Rollback(1, BACK, BEN, AT, BACK.target, decided_at=AT),))
HELD = replace(OPEN, holds=(Hold(BEN, AT, "red"),))
CANCELLED = replace(OPEN, ended=Ended(BEN, AT, "nobody needs it"))
MADE = TagMade(ItemId("REL-1"), "v1.4.0", C2, C3, "release@shop.example")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Started(OPEN.id, "shop", "1.4.0", OPEN.type, "v1.4.0", CHANNEL, ""), (Post.STARTED,)),
        (PhaseClosed(Phase.PLANNING), (Post.FROZEN,)),
        (PhaseClosed(Phase.TESTING), ()),
        (MADE, (Post.TAGGED,)),
        (Completed(), (Post.COMPLETED,)),
        (Held("red"), (Post.ON_HOLD,)),
        (Resumed((BEN,)), ()),
        (Cancelled("nobody needs it"), (Post.CANCELLED,)),
        (RollbackEnded("v1.3.2", "v1.4.0"), (Post.ROLLED_BACK, Post.WITHDRAWN)),
        (RollbackDropped("it was nothing"), ()),
    ],
)
def test_what_is_told_of_an_event(event: Event, expected: tuple[Post, ...]) -> None:
    assert posts_of(event, OPEN) == expected


def test_the_tag_of_a_pre_release_is_a_candidate() -> None:
    assert posts_of(MADE, replace(OPEN, version="1.4.0-rc.1")) == (Post.CANDIDATE,)


def test_a_candidate_that_has_reached_staging_is_told_once() -> None:
    first, again, second = (
        Work(ItemId("TEST-1"), f"o{n}", "staging", C2, BEN, AT, WorkEnded(ItemId("TEST-1"), f"o{n}", Verdict.PASSED, "", facts=(("candidate", tag),)), AT)
        for n, tag in enumerate(("v1.4.0-rc.1", "v1.4.0-rc.1", "v1.4.0-rc.2"))
    )  # fmt: skip

    told = [
        posts_of(works[-1].ended, replace(OPEN, works=works))
        for works in ((first,), (first, again), (first, again, second))
        if works[-1].ended
    ]

    assert told == [(Post.CANDIDATE,), (), (Post.CANDIDATE,)]


@pytest.mark.parametrize(
    ("one", "untrue"),
    [
        pytest.param(HELD, set(), id="on hold"),
        pytest.param(OPEN, {Post.ON_HOLD}, id="the hold was lifted"),
        pytest.param(CANCELLED, {Post.STARTED, Post.FROZEN, Post.CANDIDATE, Post.ON_HOLD}, id="cancelled"),
        pytest.param(replace(GOING, holds=HELD.holds), set(), id="a rollback that is not over"),
        pytest.param(
            replace(GONE, holds=HELD.holds),
            {Post.STARTED, Post.FROZEN, Post.CANDIDATE, Post.TAGGED, Post.DEPLOYED, Post.HEALTHY, Post.COMPLETED},
            id="rolled back",
        ),
    ],
)  # fmt: skip
def test_what_has_waited_is_said_only_while_it_is_true(one: Release, untrue: set[Post]) -> None:
    assert {post for post in Post if why_untrue(post, one)} == untrue


def test_whoever_is_told_of_a_cancellation_as_it_happens_gets_no_second_notice_of_it() -> None:
    sent = NoticeSent("users-5bd", Audience.USERS, TUESDAY, CHANNEL, "1.0")
    one = replace(CANCELLED, book=noted(NoticeBook(), BEN, AT, sent))
    both: NoticeRules = rules()
    once = replace(both, audiences=(replace(both.audiences[0], posts=frozenset({Post.CANCELLED})),))

    def kinds(ruled: NoticeRules) -> set[Kind]:
        return {n.kind for n in notices(one, ruled, Calendar())}

    assert kinds(both) == {Kind.ADVANCE, Kind.CALLED_OFF}
    assert kinds(once) == {Kind.ADVANCE}
