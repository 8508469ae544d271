"""What voids a sign-off voids it for good: a moved branch, evidence that was taken back or done again, a changed process."""

from dataclasses import replace

import pytest

from bot.domain import course, items, signoffs
from bot.domain.errors import OutOfDate, Refused
from bot.domain.events import Lapsed, Voided
from bot.domain.outcomes import TagImpossible
from bot.domain.people import Roles
from bot.domain.release import Release
from bot.domain.turn import ItemState, item_state
from bot.domain.words import Phase, ReleaseType, RoleName, person
from tests.domain.builders import (
    ADA,
    BEN,
    C1,
    C2,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    MEMBERS,
    NILS,
    ROLES,
    ballot,
    brought_to,
    head,
    kinds,
    moved,
    now,
    process,
    sign,
    tag_ordered,
    the,
    tick,
)


def ready_to_ship() -> Release:
    """In the release phase, signed by the release manager; the operators' sign-off is missing."""
    release = brought_to(Phase.RELEASE, leave="REL-GO-OPS")
    assert release.is_done(process(), the("REL-GO"))
    return release


@pytest.mark.parametrize(("item", "first"), [("PREP-1", "PREP-GO"), ("TEST-1", "TEST-GO")])
def test_evidence_of_an_earlier_phase_that_is_done_again_voids_what_was_signed_on_it(
    item: str, first: str
) -> None:
    release = ready_to_ship()

    undone = items.undo(release, the(item), MARA, ROLES, process(), now(release)).release
    again = tick(undone, item, min(ROLES.of(the(item).role))).release

    assert not again.is_done(process(), the("REL-GO"))
    assert item_state(again, process(), the(first)) is ItemState.AGAIN


def test_the_log_says_whose_sign_offs_lapsed_when_their_evidence_is_undone() -> None:
    release = ready_to_ship()

    step = items.undo(release, the("TEST-1"), DEVI, ROLES, process(), now(release))

    (lapsed,) = [h.what for h in step.happened if isinstance(h.what, Lapsed)]
    assert kinds(step) == ["ItemUndone", "Lapsed", "PhaseReopened"]
    assert [(v.role, v.phase) for v in lapsed.voided] == [
        ("qa", Phase.TESTING),
        ("release-manager", Phase.RELEASE),
    ]


def test_a_sign_off_taken_back_in_an_earlier_phase_voids_the_later_ones() -> None:
    release = ready_to_ship()
    (tester,) = (s.by for s in release.sign_offs if s.item == "TEST-GO")

    step = signoffs.withdraw(release, tester, process(), now(release))

    assert not step.release.is_done(process(), the("REL-GO"))


def test_a_branch_that_is_forced_back_revives_no_sign_off() -> None:
    release = brought_to(Phase.TESTING, leave="TEST-GO")
    signed = sign(release, "TEST-GO", CHLOE).release
    shown = ballot(release, "TEST-GO")

    back = moved(moved(signed, C2), C1)

    assert back.commit == signed.commit
    assert not back.is_done(process(), the("TEST-GO"))
    with pytest.raises(OutOfDate):
        signoffs.sign(back, shown, ELI, ROLES, process(), now(back))


def test_a_changed_process_voids_at_the_next_step_and_for_good() -> None:
    release = sign(brought_to(Phase.TESTING, leave="TEST-GO"), "TEST-GO", CHLOE).release
    stricter = process(("TEST-GO", 2))

    held = course.hold(release, "wait", NILS, now(release), stricter)

    (lapsed,) = [h.what for h in held.happened if isinstance(h.what, Lapsed)]
    assert Voided(CHLOE, RoleName("qa"), Phase.TESTING) in lapsed.voided
    assert not held.release.is_done(process(), the("TEST-GO"))


def test_only_sign_offs_that_count_are_sealed() -> None:
    release = sign(brought_to(Phase.PLANNING, leave="PLAN-GO"), "PLAN-GO", BEN).release
    release = replace(release, closed=frozenset(), kept=frozenset())
    undone = items.undo(release, the("PLAN-1"), MARA, ROLES, process(), now(release)).release
    again = tick(undone, "PLAN-1", MARA).release

    closed = sign(again, "PLAN-GO", ADA).release

    assert [s.by for s in closed.valid_sign_offs(process(), the("PLAN-GO"))] == [ADA]


def test_the_latest_word_is_taken_back_whatever_phase_it_is_about() -> None:
    release = sign(brought_to(Phase.RELEASE), "REL-GO", ADA).release
    undone = items.undo(release, the("PREP-1"), MARA, ROLES, process(), now(release)).release
    rejected = signoffs.reject(undone, "not yet", ADA, ROLES, process(), now(undone)).release

    step = signoffs.withdraw(rejected, ADA, process(), now(rejected))

    assert step.happened[0].what.phase is Phase.PREPARATION  # type: ignore[union-attr]  # a Withdrawn
    assert step.release.rejections == ()


def test_a_tag_failure_does_not_outlive_the_commit_it_was_about() -> None:
    release, order = tag_ordered()
    failed = course.tag_result(
        release, order, TagImpossible("the key cannot sign"), now(release), process()
    ).release

    step = course.read_head(failed, head(failed, C2), now(failed), process())

    assert failed.tag_failed is not None
    assert step.release.tag_failed is None


WITHOUT_CHLOE = Roles({**MEMBERS, RoleName("qa"): MEMBERS[RoleName("qa")] - {CHLOE}})


def test_the_rejection_of_somebody_who_left_the_role_is_taken_back_by_a_release_manager() -> None:
    release = brought_to(Phase.TESTING, leave="TEST-GO")
    rejected = signoffs.reject(release, "no", CHLOE, ROLES, process(), now(release)).release

    step = signoffs.withdraw_for(rejected, CHLOE, BEN, WITHOUT_CHLOE, process(), now(rejected))

    assert step.release.rejections == ()
    assert step.release.results == rejected.results


def test_nobody_else_takes_back_a_rejection_and_none_of_somebody_who_is_there() -> None:
    release = brought_to(Phase.TESTING, leave="TEST-GO")
    rejected = signoffs.reject(release, "too slow", CHLOE, ROLES, process(), now(release)).release

    with pytest.raises(Refused) as answer:
        signoffs.withdraw_for(rejected, CHLOE, NILS, ROLES, process(), now(rejected))

    assert answer.value.reasons == (
        "Only a release-manager takes back another's rejection.",
        f"{person(CHLOE)} is in qa and can withdraw their own rejection: too slow",
    )
    with pytest.raises(Refused, match="has not rejected anything"):
        signoffs.withdraw_for(rejected, NILS, BEN, ROLES, process(), now(rejected))


def test_what_comes_before_an_item_is_all_of_the_earlier_phases_and_what_it_names() -> None:
    whole = process().of(ReleaseType.MINOR)

    before = process().before(ReleaseType.MINOR, the("POST-GO"))

    named = {"POST-1", "POST-2", "POST-3", "POST-4"}
    assert before == tuple(i for i in whole if i.phase is not Phase.POST_RELEASE or i.id in named)
    assert process().before(ReleaseType.MINOR, the("PLAN-1")) == ()
