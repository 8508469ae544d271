"""Hold, resume and cancel: who may, and what is said to whoever may not."""

from collections.abc import Callable

import pytest

from bot.domain import course, items, signoffs
from bot.domain.errors import NotUnderstood, Refused
from bot.domain.release import Release
from bot.domain.turn import Standing, standing
from bot.domain.words import Phase, UserId, people, person
from tests.domain.builders import (
    ADA,
    BEN,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NILS,
    NOON,
    ROLES,
    ballot,
    brought_to,
    kinds,
    now,
    process,
    sign,
    the,
    tick,
)


def held(by: UserId, reason: str = "wait") -> Release:
    return course.hold(brought_to(Phase.TESTING), reason, by, NOON, process()).release


def test_anybody_may_stop_a_release() -> None:
    release = held(NILS, "the “cart” 🛒 smokes")

    assert [(h.by, h.reason) for h in release.holds] == [(NILS, "the “cart” 🛒 smokes")]


def test_holding_twice_is_answered_with_how_to_lift_it() -> None:
    with pytest.raises(Refused) as answer:
        course.hold(held(NILS), "more", NILS, NOON, process())

    assert str(answer.value) == "You hold shop-2.4.0 already. `/release resume shop-2.4.0` lifts it."


def test_a_release_goes_on_when_the_last_hold_is_lifted() -> None:
    twice = course.hold(held(NILS), "I too", DEVI, NOON, process()).release

    once = course.resume(twice, NILS, ROLES, NOON, process()).release
    free = course.resume(once, DEVI, ROLES, NOON, process()).release

    assert [h.by for h in once.holds] == [DEVI]
    assert free.holds == ()


def test_a_release_manager_lifts_all_holds() -> None:
    twice = course.hold(held(NILS), "I too", DEVI, NOON, process()).release

    assert course.resume(twice, BEN, ROLES, NOON, process()).release.holds == ()


def test_whoever_holds_nothing_is_told_who_does() -> None:
    twice = course.hold(held(NILS), "I too", DEVI, NOON, process()).release

    with pytest.raises(Refused) as answer:
        course.resume(twice, ELI, ROLES, NOON, process())

    assert (
        str(answer.value)
        == f"shop-2.4.0 is held by {people([DEVI, NILS])}; they or a release-manager can resume it."
    )


def test_what_is_not_held_is_not_resumed() -> None:
    with pytest.raises(Refused) as answer:
        course.resume(brought_to(Phase.TESTING), BEN, ROLES, NOON, process())

    assert str(answer.value) == "shop-2.4.0 is not on hold."


def test_on_hold_a_phase_is_not_closed_by_a_rejection_that_is_withdrawn() -> None:
    release = brought_to(Phase.PLANNING, leave="PLAN-GO")
    release = signoffs.reject(release, "no", ADA, ROLES, process(), now(release)).release
    release = sign(release, "PLAN-GO", BEN).release
    release = course.hold(release, "wait", NILS, now(release), process()).release

    withdrawn = signoffs.withdraw(release, ADA, process(), now(release))
    resumed = course.resume(withdrawn.release, NILS, ROLES, now(release), process())

    assert kinds(withdrawn) == ["Withdrawn"]
    assert kinds(resumed) == ["Resumed", "PhaseClosed"]


@pytest.mark.parametrize("by", [MARA, BEN], ids=["its starter", "a release manager"])
def test_a_release_is_cancelled_and_stays_so(by: UserId) -> None:
    release = course.cancel(brought_to(Phase.TESTING), "no", by, ROLES, NOON, process()).release

    assert standing(release, process()) is Standing.CANCELLED
    with pytest.raises(Refused, match="is over; it was cancelled"):
        course.refuse_if_ended(release)


def test_nothing_is_cancelled_without_a_reason() -> None:
    with pytest.raises(NotUnderstood, match="Say why"):
        course.cancel(brought_to(Phase.TESTING), " \n", MARA, ROLES, NOON, process())


def test_only_the_starter_and_release_managers_cancel() -> None:
    with pytest.raises(Refused) as answer:
        course.cancel(brought_to(Phase.TESTING), "no", CHLOE, ROLES, NOON, process())

    assert (
        str(answer.value)
        == f"Only {person(MARA)}, who started shop-2.4.0, or a release-manager can cancel it."
    )


Decision = Callable[[Release], object]

DECISIONS: dict[str, Decision] = {
    "sign": lambda r: signoffs.sign(r, ballot(r, "TEST-GO"), CHLOE, ROLES, process(), NOON),
    "reject": lambda r: signoffs.reject(r, "no", CHLOE, ROLES, process(), NOON),
    "withdraw": lambda r: signoffs.withdraw(r, CHLOE, process(), NOON),
    "tick": lambda r: tick(r, "TEST-1", DEVI),
    "undo": lambda r: items.undo(r, the("PREP-1"), MARA, ROLES, process(), NOON),
    "hold": lambda r: course.hold(r, "wait", CHLOE, NOON, process()),
    "resume": lambda r: course.resume(r, BEN, ROLES, NOON, process()),
    "cancel": lambda r: course.cancel(r, "no", BEN, ROLES, NOON, process()),
    "retry": lambda r: course.retry(r, BEN, ROLES, NOON, process()),
}


@pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS.keys())
def test_a_release_that_is_over_answers_every_decision_with_that(decision: Decision) -> None:
    over = course.cancel(brought_to(Phase.TESTING), "not this year", MARA, ROLES, NOON, process()).release

    with pytest.raises(Refused) as answer:
        decision(over)

    assert str(answer.value) == "shop-2.4.0 is over; it was cancelled: not this year."
