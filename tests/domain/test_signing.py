"""Sign-offs: who may say yes to what, and the answer that each mistake gets."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import course, signoffs
from bot.domain.errors import OutOfDate, Refused
from bot.domain.people import Roles
from bot.domain.release import Release
from bot.domain.reminders import Away
from bot.domain.words import ItemId, Phase, RoleName, UserId, people, person
from tests.domain.builders import (
    ADA,
    BEN,
    C2,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NILS,
    NOON,
    ROLES,
    ballot,
    brought_to,
    head,
    kinds,
    line,
    moved,
    now,
    process,
    pushed_by_force,
    sign,
    the,
    tick,
    without,
)

TWO_TESTERS = process(("TEST-GO", 2))


def in_testing() -> Release:
    """Everything before the testers' sign-off is done, which two of them have to give."""
    return brought_to(Phase.TESTING, policy=TWO_TESTERS, leave="TEST-GO")


def refusal(release: Release, item: str, by: UserId) -> str:
    with pytest.raises((Refused, OutOfDate)) as answer:
        sign(release, item, by, TWO_TESTERS)
    return str(answer.value)


def test_a_sign_off_counts_for_its_role_at_its_commit() -> None:
    release = in_testing()

    step = sign(release, "TEST-GO", CHLOE, TWO_TESTERS)

    (given,) = step.release.valid_sign_offs(TWO_TESTERS, the("TEST-GO", TWO_TESTERS))
    assert (given.by, given.role, given.phase, given.commit) == (CHLOE, "qa", Phase.TESTING, release.commit)
    assert kinds(step) == ["Signed"]


def test_the_phase_is_passed_with_the_last_of_its_quorum_and_not_before() -> None:
    first = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release

    step = sign(first, "TEST-GO", ELI, TWO_TESTERS)

    assert first.phase(TWO_TESTERS) is Phase.TESTING
    assert step.release.phase(TWO_TESTERS) is Phase.RELEASE
    assert kinds(step) == ["Signed", "PhaseClosed"]


def test_a_double_click_is_told_that_it_counted_the_first_time() -> None:
    release = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release

    assert refusal(release, "TEST-GO", CHLOE) == (
        f"You signed TEST-GO as qa already, at {release.sign_offs[-1].at:%H:%M} UTC. Nothing to do."
    )


def test_a_double_click_on_the_sign_off_that_closed_the_phase_is_told_the_same() -> None:
    first = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release
    closed = sign(first, "TEST-GO", ELI, TWO_TESTERS).release

    assert refusal(closed, "TEST-GO", ELI).startswith("You signed TEST-GO as qa already, at ")


def test_the_slower_of_two_people_who_click_at_once_is_told_who_was_faster() -> None:
    release = brought_to(Phase.PREPARATION, leave="PREP-2")
    both_saw = ballot(release, "PREP-2")
    faster = signoffs.sign(release, both_saw, ELI, ROLES, process(), now(release)).release

    with pytest.raises(Refused) as answer:
        signoffs.sign(faster, both_saw, CHLOE, ROLES, process(), now(faster))

    assert answer.value.reasons == (
        f"PREP-2 has its 1 of 1 from {person(ELI)}; yours is not needed any more.",
    )


def test_the_slower_of_two_people_is_told_when_the_faster_one_completed_the_phase() -> None:
    release = brought_to(Phase.PLANNING, leave="PLAN-GO")
    both_saw = ballot(release, "PLAN-GO")
    faster = signoffs.sign(release, both_saw, BEN, ROLES, process(), now(release)).release

    with pytest.raises(OutOfDate) as answer:
        signoffs.sign(faster, both_saw, ADA, ROLES, process(), now(faster))

    assert str(answer.value) == "Planning of shop-2.4.0 is complete; your signature is not needed any more."


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        pytest.param(
            NILS,
            f"qa signs this, and you are not in it. Ask {people([ADA, CHLOE, ELI])}.",
            id="nobody's role",
        ),
        pytest.param(
            DEVI, f"qa signs this, and you are not in it. Ask {people([ADA, CHLOE, ELI])}.", id="another role"
        ),
    ],
)
def test_whoever_lacks_the_role_is_told_whom_to_ask(by: UserId, sentence: str) -> None:
    assert refusal(in_testing(), "TEST-GO", by) == sentence


def test_a_role_that_has_not_been_read_yet_is_not_taken_for_an_empty_one() -> None:
    release, qa = in_testing(), RoleName("qa")
    unread = Roles({qa: frozenset()}, unread=frozenset({qa}))

    with pytest.raises(Refused) as answer:
        signoffs.sign(release, ballot(release, "TEST-GO", TWO_TESTERS), CHLOE, unread, TWO_TESTERS, NOON)

    assert str(answer.value) == "Who is in qa could not be read from Slack yet. Try again in a minute."


def test_whoever_started_the_release_never_signs_it() -> None:
    release = brought_to(Phase.PLANNING, leave="PLAN-GO")

    with pytest.raises(Refused) as answer:
        sign(release, "PLAN-GO", MARA)

    assert str(answer.value) == "You started shop-2.4.0, so somebody else has to sign it (four eyes)."


def test_one_person_fills_one_role_in_a_phase() -> None:
    release = sign(brought_to(Phase.PREPARATION, leave="PREP-2"), "PREP-2", ELI).release

    with pytest.raises(Refused) as answer:
        sign(release, "PREP-4", ELI)

    assert answer.value.reasons == (
        "You signed preparation as docs already; one person fills one role per phase.",
    )


def test_one_person_may_fill_another_role_once_the_first_sign_off_is_void() -> None:
    signed = sign(brought_to(Phase.PREPARATION, leave="PREP-2"), "PREP-2", ELI).release
    release = moved(signed, C2)

    step = sign(release, "PREP-4", ELI)

    assert [(s.item, s.commit) for s in step.release.sign_offs if s.by == ELI] == [("PREP-4", C2)]


def test_a_sign_off_opens_when_what_it_rests_on_is_done() -> None:
    release = brought_to(Phase.PREPARATION, leave="PREP-2")

    with pytest.raises(Refused) as answer:
        sign(release, "PREP-GO", BEN)

    assert answer.value.reasons == ("PREP-GO opens when PREP-2 and PREP-4 are done.",)


def test_nobody_signs_on_hold_and_the_reason_is_quoted() -> None:
    release = course.hold(in_testing(), "the “basket” 🧺 is <!channel>", NILS, NOON, TWO_TESTERS).release

    assert refusal(release, "TEST-GO", CHLOE) == (
        f"shop-2.4.0 is on hold since 12:00 UTC by {person(NILS)}: the “basket” 🧺 is <!channel>"
    )


def test_all_reasons_are_named_at_once() -> None:
    release = brought_to(Phase.PREPARATION, leave="PREP-2")
    release = course.hold(release, "wait", NILS, NOON, process()).release

    with pytest.raises(Refused) as answer:
        signoffs.sign(release, ballot(release, "PREP-GO"), MARA, without("product", MARA), process(), NOON)

    assert answer.value.reasons == (
        f"product signs this, and you are not in it. Ask {people([ADA, BEN])}.",
        "You started shop-2.4.0, so somebody else has to sign it (four eyes).",
        f"shop-2.4.0 is on hold since 12:00 UTC by {person(NILS)}: wait",
        "PREP-GO opens when PREP-2 and PREP-4 are done.",
    )


def test_an_old_button_is_answered_with_the_commits_that_came_in_between() -> None:
    release = in_testing()
    old = ballot(release, "TEST-GO", TWO_TESTERS)
    lines = [line(C2, "Round the sum", "Lena"), line(C2, "Say “sum” 🧮 & <b>", "Bo")]
    seen = head(release, C2, lines=lines, new=2)
    release = course.read_head(release, seen, now(release), TWO_TESTERS).release
    release = back_in_testing(release)

    with pytest.raises(OutOfDate) as answer:
        signoffs.sign(release, old, CHLOE, ROLES, TWO_TESTERS, NOON)

    assert str(answer.value) == (
        "You saw shop-2.4.0 at 1111111; main is now at 2222222. 2 commits came in between:\n"
        "• 2222222 Round the sum (Lena)\n"
        "• 2222222 Say “sum” 🧮 & <b> (Bo)\n"
        "Look at the present card and sign there."
    )


def back_in_testing(release: Release) -> Release:
    """Whatever the move has opened again is done again, up to the testers' sign-off."""
    for item, by in (("PREP-2", CHLOE), ("PREP-4", DEVI), ("PREP-GO", BEN)):
        release = sign(release, item, by, TWO_TESTERS).release
    for item, by in (
        ("TEST-1", DEVI),
        ("TEST-2", CHLOE),
        ("TEST-3", ELI),
        ("TEST-4", DEVI),
        ("TEST-5", DEVI),
    ):
        release = tick(release, item, by, TWO_TESTERS).release
    return release


def test_of_many_commits_in_between_five_are_shown_and_the_rest_counted() -> None:
    release = in_testing()
    old = ballot(release, "TEST-GO", TWO_TESTERS)
    lines = [line(C2, f"{n} " + "x" * 300, "y" * 300) for n in range(9)]
    release = course.read_head(release, head(release, C2, lines=lines, new=40), NOON, TWO_TESTERS).release

    told = signoffs.what_changed(release, old)

    assert "40 commits came in between:" in told
    assert told.count("•") == 5
    assert "… and 35 more" in told
    assert len(told) < 1000


def test_a_rewritten_history_is_called_that() -> None:
    release = in_testing()
    old = ballot(release, "TEST-GO", TWO_TESTERS)
    release = course.read_head(release, pushed_by_force(release, C2), NOON, TWO_TESTERS).release

    assert "The branch's history was rewritten." in signoffs.what_changed(release, old)


def test_an_old_button_of_a_phase_that_opened_again_says_where_the_release_is() -> None:
    release = in_testing()
    old = ballot(release, "TEST-GO", TWO_TESTERS)
    release = moved(release, C2, TWO_TESTERS)

    with pytest.raises(OutOfDate) as answer:
        signoffs.sign(release, old, CHLOE, ROLES, TWO_TESTERS, NOON)

    assert "went back to preparation; testing opens again after it." in str(answer.value)


def test_a_button_from_before_a_test_was_done_again_is_out_of_date_at_the_same_commit() -> None:
    release = in_testing()
    old = ballot(release, "TEST-GO", TWO_TESTERS)
    release = replace(release, results=tuple(r for r in release.results if r.item != "TEST-2"))
    release = tick(release, "TEST-2", ELI, TWO_TESTERS).release

    with pytest.raises(OutOfDate) as answer:
        signoffs.sign(release, old, CHLOE, ROLES, TWO_TESTERS, NOON)

    assert "has changed at the same commit" in str(answer.value)


def test_a_button_given_under_another_process_is_out_of_date() -> None:
    release = brought_to(Phase.TESTING, leave="TEST-GO")
    old = ballot(release, "TEST-GO", process())

    with pytest.raises(OutOfDate):
        signoffs.sign(release, old, CHLOE, ROLES, TWO_TESTERS, NOON)


@pytest.mark.parametrize(
    "field",
    [
        pytest.param({"role": RoleName("nobody")}, id="a role that does not sign"),
        pytest.param({"role": RoleName("product")}, id="a role that does not sign this phase"),
        pytest.param({"phase": Phase.PREPARATION, "role": RoleName("product")}, id="a phase that is over"),
        pytest.param({"phase": Phase.RELEASE, "role": RoleName("operations")}, id="a phase that is to come"),
        pytest.param({"commit": C2}, id="another commit"),
        pytest.param({"digest": "0" * 64}, id="another digest"),
    ],
)
def test_a_ballot_that_is_not_about_what_is_there_now_is_out_of_date(field: dict[str, object]) -> None:
    release = in_testing()
    crossed = replace(ballot(release, "TEST-GO", TWO_TESTERS), **field)  # type: ignore[arg-type]  # one field at a time

    with pytest.raises((OutOfDate, Refused)):
        signoffs.sign(release, crossed, CHLOE, ROLES, TWO_TESTERS, NOON)


def test_a_ballot_of_one_release_does_not_count_for_another() -> None:
    other = replace(in_testing(), id="shop-9.9.9")

    with pytest.raises(OutOfDate):
        signoffs.sign(in_testing(), ballot(other, "TEST-GO", TWO_TESTERS), CHLOE, ROLES, TWO_TESTERS, NOON)


def test_a_rejection_blocks_the_phase_until_it_is_withdrawn() -> None:
    release = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release
    rejected = signoffs.reject(release, "It “crashes” 💥", ADA, ROLES, TWO_TESTERS, now(release)).release
    full = sign(rejected, "TEST-GO", ELI, TWO_TESTERS).release

    freed = signoffs.withdraw(full, ADA, TWO_TESTERS, now(full)).release

    assert (full.phase(TWO_TESTERS), freed.phase(TWO_TESTERS)) == (Phase.TESTING, Phase.RELEASE)
    assert [(r.by, r.role, r.reason) for r in full.rejections] == [(ADA, "qa", "It “crashes” 💥")]


def test_a_rejection_takes_back_ones_own_sign_off() -> None:
    release = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release

    rejected = signoffs.reject(release, "no", CHLOE, ROLES, TWO_TESTERS, NOON).release

    assert rejected.valid_sign_offs(TWO_TESTERS, the("TEST-GO", TWO_TESTERS)) == ()
    assert refusal(rejected, "TEST-GO", CHLOE) == (
        "Your rejection still stands. Take it back first: `/release withdraw shop-2.4.0`."
    )


def test_a_reason_of_two_thousand_characters_is_kept_whole() -> None:
    reason = "“'\"`💥 \n" * 249 + "end"

    rejected = signoffs.reject(in_testing(), reason, ELI, ROLES, TWO_TESTERS, NOON).release

    assert rejected.rejections[0].reason == reason


def test_rejecting_twice_is_answered() -> None:
    release = signoffs.reject(in_testing(), "no", ELI, ROLES, TWO_TESTERS, NOON).release

    with pytest.raises(Refused) as answer:
        signoffs.reject(release, "no!", ELI, ROLES, TWO_TESTERS, NOON)

    assert (
        str(answer.value) == "You rejected this phase already; your rejection stands until you withdraw it."
    )


def test_whoever_signs_nothing_in_this_phase_is_pointed_to_hold() -> None:
    with pytest.raises(Refused) as answer:
        signoffs.reject(in_testing(), "no", BEN, ROLES, TWO_TESTERS, NOON)

    assert str(answer.value) == (
        "qa sign testing, and you are in none of them. `/release hold` stops a release for anyone."
    )


def test_a_sign_off_can_be_taken_back_and_given_again() -> None:
    release = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release

    taken_back = signoffs.withdraw(release, CHLOE, TWO_TESTERS, now(release)).release
    again = sign(taken_back, "TEST-GO", CHLOE, TWO_TESTERS).release

    assert taken_back.sign_offs != release.sign_offs
    assert len(again.valid_sign_offs(TWO_TESTERS, the("TEST-GO", TWO_TESTERS))) == 1


def test_what_a_sealed_phase_rests_on_cannot_be_taken_back() -> None:
    release = brought_to(Phase.PREPARATION)

    with pytest.raises(Refused) as answer:
        signoffs.withdraw(release, next(s.by for s in release.sign_offs), process(), NOON)

    assert str(answer.value).startswith(
        "What you signed is closed for good: the next phase or the tag rests on it."
    )


def test_nothing_said_is_nothing_to_take_back() -> None:
    with pytest.raises(Refused) as answer:
        signoffs.withdraw(in_testing(), NILS, TWO_TESTERS, NOON)

    assert str(answer.value) == "You have signed and rejected nothing of shop-2.4.0 that could be taken back."


def test_a_sign_off_is_void_when_the_items_that_it_rests_on_are_done_again() -> None:
    release = sign(in_testing(), "TEST-GO", CHLOE, TWO_TESTERS).release
    release = replace(release, results=tuple(r for r in release.results if r.item != ItemId("TEST-3")))

    done_again = tick(release, "TEST-3", ELI, TWO_TESTERS).release

    assert done_again.valid_sign_offs(TWO_TESTERS, the("TEST-GO", TWO_TESTERS)) == ()


def test_eligible_are_those_of_the_role_who_have_not_signed_and_fill_no_other_role() -> None:
    release = sign(brought_to(Phase.PREPARATION, leave="PREP-2"), "PREP-2", ELI).release

    assert signoffs.eligible(release, process(), the("PREP-4"), ROLES) == {DEVI}
    assert signoffs.eligible(release, process(), the("PREP-2"), ROLES) == {CHLOE}
    assert signoffs.eligible(release, process(), the("PREP-GO"), ROLES) == {BEN, ADA}


def test_whoever_signs_in_the_place_of_somebody_who_is_away_signs_for_them_by_name() -> None:
    release = in_testing()
    until = now(release) + timedelta(days=1)

    def signed_for(*away: Away, by: UserId = CHLOE) -> tuple[UserId, ...]:
        offered = ballot(release, "TEST-GO", TWO_TESTERS)
        step = signoffs.sign(release, offered, by, ROLES, TWO_TESTERS, now(release), away=away)
        (given,) = step.release.sign_offs[-1:]
        assert given.by == by
        return given.stands_in_for

    assert signed_for(Away(ELI, until, CHLOE)) == (ELI,)
    assert signed_for(Away(ELI, until, CHLOE), by=ADA) == (), "somebody else stands in"
    assert signed_for(Away(ELI, until)) == (), "nobody does"
    assert signed_for(Away(ELI, now(release), CHLOE)) == (), "they are back"
    assert signed_for(Away(DEVI, until, CHLOE)) == (), "they could not sign this themselves"
