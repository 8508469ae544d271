"""Whose turn it is: where a release stands, what it waits for, and what one person can do right now."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import course, signoffs
from bot.domain.outcomes import TagImpossible, TagProved
from bot.domain.people import Roles
from bot.domain.release import Release
from bot.domain.turn import ItemState, Standing, item_state, needs, needs_of, phases_of, signable, standing
from bot.domain.words import Phase, ReleaseType, RoleName, UserId
from tests.domain.builders import (
    ADA,
    BEN,
    C1,
    C2,
    C3,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    MEMBERS,
    NILS,
    NOON,
    ROLES,
    brought_to,
    moved,
    now,
    process,
    sign,
    started,
    tag_ordered,
    the,
    tick,
)


def failed() -> Release:
    release, order = tag_ordered()
    return course.tag_result(release, order, TagImpossible("The key is not there."), NOON, process()).release


def tagged() -> Release:
    release, order = tag_ordered()
    return course.tag_result(release, order, TagProved(C3, "release@example.com"), NOON, process()).release


def held(release: Release) -> Release:
    return course.hold(release, "wait", NILS, NOON, process()).release


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        pytest.param(lambda: started(), Standing.READING, id="nothing was read yet"),
        pytest.param(lambda: moved(started(), C1), Standing.WAITING, id="people are to do something"),
        pytest.param(lambda: held(started()), Standing.ON_HOLD, id="held before it was read"),
        pytest.param(lambda: held(failed()), Standing.ON_HOLD, id="held after its tag failed"),
        pytest.param(lambda: tag_ordered()[0], Standing.TAGGING, id="its tag is ordered"),
        pytest.param(lambda: failed(), Standing.TAG_FAILED, id="its tag could not be made"),
        pytest.param(lambda: tagged(), Standing.WAITING, id="its tag is made"),
        pytest.param(lambda: signoffs.reject(brought_to(Phase.TESTING), "no", CHLOE, ROLES, process(), NOON).release,
            Standing.REJECTED, id="rejected"),
        pytest.param(lambda: course.cancel(held(started()), "no", MARA, ROLES, NOON, process()).release, Standing.CANCELLED, id="cancelled on hold",
        ),
    ],
)  # fmt: skip
def test_a_release_stands_in_one_word(brought: Callable[[], Release], expected: Standing) -> None:
    assert standing(brought(), process()) is expected


@pytest.mark.parametrize(
    ("brought", "item", "expected"),
    [
        pytest.param(lambda: brought_to(Phase.TESTING), "TEST-1", ItemState.OPEN, id="to be done now"),
        pytest.param(lambda: brought_to(Phase.TESTING), "TEST-2", ItemState.LATER, id="after another one"),
        pytest.param(lambda: brought_to(Phase.TESTING), "REL-GO", ItemState.LATER, id="of a later phase"),
        pytest.param(lambda: brought_to(Phase.TESTING), "PLAN-GO", ItemState.DONE, id="of a sealed phase"),
        pytest.param(
            lambda: moved(brought_to(Phase.RELEASE), C2),
            "PREP-2",
            ItemState.AGAIN,
            id="signed for an earlier commit",
        ),
        pytest.param(
            lambda: moved(brought_to(Phase.RELEASE), C2),
            "PREP-3",
            ItemState.DONE,
            id="ticked for the release",
        ),
        pytest.param(lambda: tag_ordered()[0], "REL-1", ItemState.RUNNING, id="the tag on its way"),
        pytest.param(lambda: failed(), "REL-1", ItemState.FAILED, id="the tag that failed"),
        pytest.param(lambda: tagged(), "REL-1", ItemState.DONE, id="the tag that is made"),
    ],
)
def test_an_item_is_in_one_state(brought: Callable[[], Release], item: str, expected: ItemState) -> None:
    assert item_state(brought(), process(), the(item)) is expected


def test_a_sign_off_that_lacks_one_of_two_people_is_open_and_not_to_be_done_again() -> None:
    two = process(("PREP-2", 2))
    release = sign(brought_to(Phase.PREPARATION, policy=two, leave="PREP-2"), "PREP-2", ELI, two).release

    (need,) = (need for need in needs(release, two, ROLES) if need.item.id == "PREP-2")

    assert item_state(release, two, the("PREP-2", two)) is ItemState.OPEN
    assert (need.missing, need.who, need.cannot_be_met) == (1, {CHLOE}, False)


def test_a_quorum_that_cannot_be_met_is_said() -> None:
    three = process(("TEST-GO", 3))
    release = brought_to(Phase.TESTING, policy=three, leave="TEST-GO")
    alone = replace(ROLES, members={**MEMBERS, RoleName("qa"): frozenset({CHLOE, MARA})})

    (need,) = needs(release, three, alone)

    assert (need.missing, need.who, need.cannot_be_met) == (3, {CHLOE}, True)


def test_a_release_needs_what_its_phase_lacks_in_the_order_of_the_process() -> None:
    release = moved(started(), C1)

    assert [need.item.id for need in needs(release, process(), ROLES)] == [
        "PLAN-1",
        "PLAN-2",
        "PLAN-3",
        "PLAN-4",
    ]


def test_the_bots_own_work_needs_nobody() -> None:
    assert needs(tag_ordered()[0], process(), ROLES) == ()


@pytest.mark.parametrize(
    ("person", "mine"),
    [
        pytest.param(ELI, ["PREP-2", "PREP-4"], id="somebody of two roles"),
        pytest.param(CHLOE, ["PREP-2"], id="somebody of one role"),
        pytest.param(BEN, [], id="somebody whose turn comes later"),
        pytest.param(NILS, [], id="somebody without a role"),
    ],
)
def test_a_person_can_sign_what_is_open_for_a_role_of_theirs(person: UserId, mine: list[str]) -> None:
    release = brought_to(Phase.PREPARATION, leave="PREP-2")

    assert [item.id for item in signable(release, process(), ROLES, person)] == mine


def test_what_a_person_can_sign_is_exactly_what_signing_accepts() -> None:
    release = sign(brought_to(Phase.PREPARATION, leave="PREP-2"), "PREP-2", ELI).release

    assert {p: [i.id for i in signable(release, process(), ROLES, p)] for p in (ELI, CHLOE, DEVI, ADA)} == {
        ELI: [], CHLOE: [], DEVI: ["PREP-4"], ADA: [],
    }  # fmt: skip
    assert sign(release, "PREP-4", DEVI).happened


def test_the_starter_can_tick_but_not_sign() -> None:
    release = brought_to(Phase.PLANNING, leave="PLAN-GO")

    assert needs_of(release, process(), ROLES, MARA) == ()
    assert [n.item.id for n in needs_of(moved(started(), C1), process(), ROLES, MARA)] == ["PLAN-1"]


def test_nobody_has_a_turn_while_nothing_can_move() -> None:
    assert needs_of(started(), process(), ROLES, MARA) == ()
    assert needs_of(held(moved(started(), C1)), process(), ROLES, MARA) == ()


def test_a_hotfix_has_no_planning() -> None:
    assert phases_of(started(ReleaseType.HOTFIX), process()) == tuple(Phase)[1:]


def test_roles_that_nobody_fills_are_needs_that_cannot_be_met() -> None:
    release = moved(started(), C1)

    assert all(need.cannot_be_met for need in needs(release, process(), Roles({})))


def test_ticking_brings_the_next_item_forward() -> None:
    release = brought_to(Phase.TESTING)

    after = tick(release, "TEST-1", DEVI).release

    assert [n.item.id for n in needs(release, process(), ROLES)] == ["TEST-1"]
    assert [n.item.id for n in needs(after, process(), ROLES)] == ["TEST-2", "TEST-3", "TEST-4", "TEST-5"]
    assert now(after) > now(release)
