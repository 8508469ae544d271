"""Items that people tick, and open again."""

import pytest

from bot.domain import course, items
from bot.domain.errors import NotFound, Refused
from bot.domain.release import Release
from bot.domain.words import Phase, ReleaseType, UserId, people, person
from tests.domain.builders import (
    ADA,
    BEN,
    C1,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NILS,
    NOON,
    ROLES,
    brought_to,
    do_item,
    kinds,
    moved,
    now,
    process,
    started,
    tag_ordered,
    the,
    tick,
)


def refused(release: Release, item: str, by: UserId) -> tuple[str, ...]:
    with pytest.raises(Refused) as answer:
        tick(release, item, by)
    return answer.value.reasons


def undo(release: Release, item: str, by: UserId) -> Release:
    return items.undo(release, the(item), by, ROLES, process(), now(release)).release


@pytest.mark.parametrize("name", ["PLAN-1", "plan-1", "Plan-1"])
def test_an_item_is_found_in_any_case(name: str) -> None:
    assert items.find_item(started(), process(), name) == the("PLAN-1")


def test_an_item_that_is_not_there_is_answered_with_those_that_are_open() -> None:
    release = tick(moved(started(), C1), "PLAN-2", CHLOE).release

    with pytest.raises(NotFound) as answer:
        items.find_item(release, process(), "PLAN-9" + "💥" * 2000)

    assert str(answer.value) == f"There is no item “PLAN-9{'💥' * 34}”. Open now: PLAN-1, PLAN-3, PLAN-4."


def test_an_item_of_other_types_of_release_is_answered_as_that() -> None:
    with pytest.raises(NotFound) as answer:
        items.find_item(started(ReleaseType.HOTFIX), process(), "TEST-5")

    assert (
        str(answer.value) == "A hotfix release has no TEST-5 (Rollback testing confirms recovery procedures)."
    )


def test_a_release_that_is_over_has_no_open_items_to_name() -> None:
    release = finished()

    with pytest.raises(NotFound) as answer:
        items.find_item(release, process(), "PLAN-9")

    assert str(answer.value) == "There is no item “PLAN-9”."


def finished() -> Release:
    """A hotfix with everything done, tag and all."""
    release, order = tag_ordered(ReleaseType.HOTFIX)
    proved = course.TagProved(C1, "release@example.com")
    release = course.tag_result(release, order, proved, NOON, process()).release
    for item in process().of(ReleaseType.HOTFIX):
        if not release.is_done(process(), item):
            release = do_item(release, item, process()).release
    return release


def test_a_finished_release_is_over() -> None:
    release = finished()

    assert release.ended is not None
    assert refused(release, "POST-1", DEVI) == (f"{release.id} is over; it was completed.",)


def test_a_note_of_two_thousand_characters_is_kept_whole() -> None:
    note = "“'\"`💥 \n" * 250
    release = moved(started(), C1)

    done = items.mark_done(release, the("PLAN-1"), note, MARA, ROLES, process(), NOON).release

    assert [(r.by, r.item, r.commit, r.note) for r in done.results] == [(MARA, "PLAN-1", C1, note)]


def test_the_starter_may_tick_because_ticking_is_not_signing() -> None:
    assert kinds(tick(started(), "PLAN-1", MARA)) == ["ItemDone"]


def test_ticking_twice_is_answered() -> None:
    release = tick(started(), "PLAN-1", MARA).release

    assert refused(release, "PLAN-1", MARA) == (
        "PLAN-1 is done already. `/release undo PLAN-1` opens it again.",
    )


def test_whoever_lacks_the_role_is_told_whom_to_ask() -> None:
    assert refused(started(), "PLAN-1", NILS) == (
        f"PLAN-1 belongs to release-manager, and you are not in it. Ask {people([ADA, BEN, MARA])}.",
    )


def test_a_sign_off_is_not_ticked() -> None:
    assert refused(started(), "PLAN-GO", BEN) == (
        "PLAN-GO is a sign-off of product: `/release approve shop-2.4.0`.",
    )


def test_the_tag_is_not_ticked() -> None:
    (reason,) = refused(brought_to(Phase.RELEASE), "REL-1", BEN)

    assert reason == "REL-1 is carried out by the bot: it begins as soon as everything before it is done."


def test_an_item_waits_for_the_ones_before_it() -> None:
    assert refused(brought_to(Phase.TESTING), "TEST-2", CHLOE) == ("TEST-2 comes after TEST-1.",)


@pytest.mark.parametrize(
    ("item", "by", "sentence"),
    [
        pytest.param(
            "PREP-1", MARA, "PREP-1 belongs to preparation; shop-2.4.0 is in planning.", id="to come"
        ),
        pytest.param(
            "POST-4", ELI, "POST-4 belongs to post-release; shop-2.4.0 is in planning.", id="the last phase"
        ),
    ],
)
def test_an_item_of_another_phase_is_not_ticked(item: str, by: UserId, sentence: str) -> None:
    assert refused(started(), item, by) == (sentence,)


def test_every_reason_is_named_at_once() -> None:
    release = course.hold(brought_to(Phase.TESTING), "wait", ELI, NOON, process()).release

    assert refused(release, "TEST-2", NILS) == (
        f"shop-2.4.0 is on hold by {person(ELI)}: wait",
        f"TEST-2 belongs to qa, and you are not in it. Ask {people([ADA, CHLOE, ELI])}.",
        "TEST-2 comes after TEST-1.",
    )


def test_an_item_can_be_opened_again_and_the_phase_with_it() -> None:
    release = brought_to(Phase.TESTING)

    step = items.undo(release, the("PREP-1"), MARA, ROLES, process(), NOON)

    assert kinds(step) == ["ItemUndone", "Lapsed", "PhaseReopened"]
    assert step.release.phase(process()) is Phase.PREPARATION


def test_undoing_a_test_voids_the_sign_off_that_rests_on_it_even_when_it_is_done_again() -> None:
    release = brought_to(Phase.RELEASE)

    again = tick(undo(release, "TEST-3", CHLOE), "TEST-3", CHLOE).release

    assert not again.is_done(process(), the("TEST-GO"))
    assert again.phase(process()) is Phase.TESTING


@pytest.mark.parametrize(
    ("item", "by", "sentence"),
    [
        pytest.param("PREP-3", MARA, "PREP-3 is not ticked, so there is nothing to undo.", id="nothing ticked"),
        pytest.param("PLAN-GO", BEN, "PLAN-GO is not ticked, so there is nothing to undo.", id="a sign-off"),
        pytest.param(
            "PLAN-1", MARA,
            "PLAN-1 is closed for good: the next phase or the tag rests on it. `/release hold` stops the release.", id="sealed",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_undone_says_why(item: str, by: UserId, sentence: str) -> None:
    with pytest.raises(Refused) as answer:
        undo(brought_to(Phase.PREPARATION), item, by)

    assert str(answer.value) == sentence


def test_nothing_is_undone_while_the_release_is_on_hold_even_by_an_old_button() -> None:
    release = tick(moved(started(), C1), "PLAN-2", CHLOE).release
    held = course.hold(release, "The cluster is being moved.", DEVI, now(release), process()).release

    with pytest.raises(Refused) as answer:
        undo(held, "PLAN-2", CHLOE)

    assert answer.value.reasons == (f"{held.id} is on hold by {people([DEVI])}: The cluster is being moved.",)


def test_only_those_who_answer_for_an_item_undo_it() -> None:
    release = tick(moved(started(), C1), "PLAN-2", CHLOE).release

    with pytest.raises(Refused) as answer:
        undo(release, "PLAN-2", DEVI)

    assert str(answer.value) == f"{person(CHLOE)} ticked PLAN-2; they or somebody of qa can undo it."


@pytest.mark.parametrize(
    "by", [CHLOE, ELI, BEN], ids=["who ticked it", "somebody of its role", "a release manager"]
)
def test_those_who_answer_for_an_item_undo_it(by: UserId) -> None:
    release = tick(moved(started(), C1), "PLAN-2", CHLOE).release

    assert undo(release, "PLAN-2", by).results == ()
