"""The tag: when it is ordered, what becomes of the order, and what stops it."""

from dataclasses import replace

import pytest

from bot.domain import course, items, signoffs
from bot.domain.errors import Refused
from bot.domain.orders import MakeTag
from bot.domain.outcomes import TagImpossible, TagNotWanted, TagProved
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import Phase, ReleaseType, person
from tests.domain.builders import (
    BEN,
    C1,
    C2,
    C3,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NILS,
    NOON,
    ROLES,
    ballot,
    head,
    kinds,
    last_but_one,
    last_word,
    moved,
    now,
    process,
    sign,
    tag_ordered,
    tag_orders,
    the,
    tick,
)

PROVED = TagProved(C3, "release@example.com")


def result(release: Release, order: MakeTag, outcome: TagProved | TagImpossible | TagNotWanted) -> Step:
    return course.tag_result(release, order, outcome, now(release), process())


@pytest.mark.parametrize("type_", list(ReleaseType))
def test_the_last_sign_off_orders_the_tag_for_the_very_commit_that_was_signed(type_: ReleaseType) -> None:
    release = last_but_one(type_)

    step = last_word(release)

    (ordered,) = tag_orders(step)
    (order,) = (order for order in step.orders if isinstance(order, MakeTag))
    assert kinds(step) == ["Signed", "TagOrdered"]
    assert order == MakeTag(release.id, ordered.item, release.tag, C1, ordered.evidence)
    assert ordered.commit == C1


def test_everything_that_the_tag_rests_on_is_sealed_with_its_order() -> None:
    release, _order = tag_ordered()

    assert {item.id for item in process().of(ReleaseType.MINOR)} - release.sealed == {
        "REL-1", "REL-2", "REL-3", "REL-4", "REL-5", "POST-1", "POST-2", "POST-3", "POST-4", "POST-GO",
    }  # fmt: skip


def test_no_sign_off_of_an_earlier_commit_leads_to_a_tag() -> None:
    release = moved(last_but_one(), C2)

    steps = []
    for item, by in (("PREP-2", CHLOE), ("PREP-4", DEVI), ("PREP-GO", BEN)):
        steps.append(sign(release, item, by))
        release = steps[-1].release
    for item, by in (
        ("TEST-1", DEVI),
        ("TEST-2", CHLOE),
        ("TEST-3", CHLOE),
        ("TEST-4", DEVI),
        ("TEST-5", DEVI),
    ):
        steps.append(tick(release, item, by))
        release = steps[-1].release
    for item, by in (("TEST-GO", CHLOE), ("REL-GO", BEN)):
        steps.append(sign(release, item, by))
        release = steps[-1].release
    last = sign(release, "REL-GO-OPS", ELI)

    assert [tag_orders(step) for step in steps] == [[]] * len(steps)
    assert [ordered.commit for ordered in tag_orders(last)] == [C2]


def test_on_hold_no_tag_is_ordered_and_when_resumed_it_is() -> None:
    release = sign(last_but_one(), "REL-GO-OPS", DEVI).release
    withheld = result(
        course.hold(release, "wait", NILS, NOON, process()).release,
        order_of(release),
        TagNotWanted("on hold"),
    )

    resumed = course.resume(withheld.release, NILS, ROLES, NOON, process())

    assert kinds(withheld) == ["TagWithheld"]
    assert kinds(resumed) == ["Resumed", "TagOrdered"]


def order_of(release: Release) -> MakeTag:
    assert release.tagging is not None
    return MakeTag(
        release.id,
        release.tagging.item,
        release.tagging.tag,
        release.tagging.commit,
        release.tagging.evidence,
    )


def test_a_rejection_holds_the_tag_back_until_it_is_withdrawn() -> None:
    release = last_but_one()
    rejected = signoffs.reject(release, "the server smokes", ELI, ROLES, process(), now(release)).release
    full = sign(rejected, "REL-GO-OPS", DEVI)

    freed = signoffs.withdraw(full.release, ELI, process(), now(full.release))

    assert kinds(full) == ["Signed"]
    assert kinds(freed) == ["Withdrawn", "TagOrdered"]


def test_a_tag_that_is_proved_is_written_down_and_the_release_goes_on() -> None:
    release, order = tag_ordered()

    step = result(release, order, PROVED)

    assert kinds(step) == ["TagMade"]
    assert step.release.tagged == course.TagMade("REL-1", "v2.4.0", C1, C3, "release@example.com")
    assert step.release.is_done(process(), the("REL-1"))
    assert step.release.sealed >= release.sealed


def test_the_same_proof_twice_is_written_down_once() -> None:
    release, order = tag_ordered()
    tagged = result(release, order, PROVED).release

    again = result(tagged, order, PROVED)

    assert (again.release, again.happened, again.orders) == (tagged, (), ())


def test_a_tag_that_was_made_while_the_release_was_cancelled_is_written_down_all_the_same() -> None:
    release, order = tag_ordered()
    cancelled = course.cancel(release, "no", MARA, ROLES, NOON, process()).release

    step = result(cancelled, order, PROVED)

    assert kinds(step) == ["TagMade"]
    assert step.release.ended == cancelled.ended


def test_a_tag_that_cannot_be_made_waits_for_somebody_to_try_again() -> None:
    release, order = tag_ordered()

    failed = result(release, order, TagImpossible("The key is not there."))
    retried = course.retry(failed.release, BEN, ROLES, NOON, process())

    assert kinds(failed) == ["TagFailed"]
    assert kinds(retried) == ["Retried", "TagOrdered"]
    assert [order for order in retried.orders if isinstance(order, MakeTag)] == [order]


def test_a_failed_tag_is_not_ordered_again_by_itself() -> None:
    release, order = tag_ordered()
    failed = result(release, order, TagImpossible("The key is not there.")).release

    step = course.hold(failed, "wait", NILS, NOON, process())
    resumed = course.resume(step.release, NILS, ROLES, NOON, process())

    assert (tag_orders(step), tag_orders(resumed)) == ([], [])


def test_only_those_who_answer_for_the_tag_try_it_again() -> None:
    release, order = tag_ordered()
    failed = result(release, order, TagImpossible("The key is not there.")).release

    with pytest.raises(Refused, match="REL-1 belongs to release-manager"):
        course.retry(failed, DEVI, ROLES, NOON, process())


def test_nothing_is_tried_again_that_has_not_failed() -> None:
    with pytest.raises(Refused) as answer:
        course.retry(tag_ordered()[0], BEN, ROLES, NOON, process())

    assert str(answer.value) == "Nothing of shop-2.4.0 has failed."


def test_a_branch_that_moved_at_the_last_look_takes_the_tag_and_the_sign_offs_back() -> None:
    release, order = tag_ordered()
    seen = head(release, C2)

    step = result(release, order, TagNotWanted("the branch has moved", seen))

    assert kinds(step) == ["TagWithheld", "BranchRead", "PhaseReopened", "PhaseReopened"]
    assert (step.release.commit, step.release.tagging) == (C2, None)
    read = step.happened[1].what
    assert isinstance(read, course.BranchRead)
    assert {v.phase for v in read.voided} == {Phase.PREPARATION, Phase.TESTING, Phase.RELEASE}


@pytest.mark.parametrize(
    "outcome", [TagImpossible("no"), TagNotWanted("no")], ids=["impossible", "not wanted"]
)
def test_a_late_no_about_an_order_that_is_no_longer_awaited_changes_nothing(
    outcome: TagImpossible | TagNotWanted,
) -> None:
    release, order = tag_ordered()
    tagged = result(release, order, PROVED).release

    assert result(tagged, order, outcome).happened == ()


@pytest.mark.parametrize(
    "outcome", [TagImpossible("no"), TagNotWanted("no")], ids=["impossible", "not wanted"]
)
def test_a_no_about_another_commit_changes_nothing(outcome: TagImpossible | TagNotWanted) -> None:
    release, order = tag_ordered()

    assert result(release, replace(order, commit=C2), outcome).happened == ()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(lambda r: r, None, id="nothing has changed"),
        pytest.param(lambda r: course.hold(r, "x", NILS, NOON, process()).release, "shop-2.4.0 is on hold.", id="held"),
        pytest.param(
            lambda r: course.cancel(r, "x", MARA, ROLES, NOON, process()).release, "shop-2.4.0 was cancelled.", id="cancelled",
        ),
        pytest.param(lambda r: replace(r, tagging=None), "shop-2.4.0 no longer stands on this commit.", id="taken back"),
    ],
)  # fmt: skip
def test_the_last_look_at_our_own_facts_says_why_not(change: object, why: str | None) -> None:
    release, order = tag_ordered()

    assert callable(change)
    assert course.why_not_to_tag(change(release), order) == why


def test_once_the_tag_is_ordered_its_evidence_cannot_be_taken_back_or_rejected() -> None:
    release, _order = tag_ordered()

    with pytest.raises(Refused, match="closed for good"):
        items.undo(release, the("TEST-3"), CHLOE, ROLES, process(), NOON)
    with pytest.raises(Refused, match="closed for good"):
        signoffs.withdraw(release, DEVI, process(), NOON)
    with pytest.raises(Refused, match=r"v2\.4\.0 was ordered on the strength of this phase"):
        signoffs.reject(release, "too late", DEVI, ROLES, process(), NOON)


def test_an_order_that_failed_gives_its_evidence_back() -> None:
    release, order = tag_ordered()
    failed = result(release, order, TagImpossible("no")).release

    step = signoffs.withdraw(failed, DEVI, process(), NOON)

    assert kinds(step) == ["Withdrawn"]


def test_a_release_whose_tag_exists_is_not_cancelled() -> None:
    release, order = tag_ordered()
    tagged = result(release, order, PROVED).release

    with pytest.raises(Refused) as answer:
        course.cancel(tagged, "no", NILS, ROLES, NOON, process())

    assert answer.value.reasons == (
        f"Only {person(MARA)}, who started shop-2.4.0, or a release-manager can cancel it.",
        "v2.4.0 exists, and a tag never goes away. Put shop-2.4.0 on hold, or bring it to its end.",
    )


def test_a_button_from_before_the_tag_does_nothing_after_it() -> None:
    before = last_but_one()
    old = ballot(before, "REL-GO-OPS")
    release, order = tag_ordered()
    tagged = result(release, order, PROVED).release

    with pytest.raises(Refused, match="has its 1 of 1"):
        signoffs.sign(tagged, old, ELI, ROLES, process(), NOON)
