"""A branch that moves under a release: what becomes void, what stays, and what nobody is asked for again."""

from dataclasses import replace

import pytest

from bot.domain import course
from bot.domain.events import BranchRead, Voided
from bot.domain.folding import fold
from bot.domain.orders import RefreshCard, WriteLog
from bot.domain.words import ItemKind, Phase, ReleaseType, RoleName
from tests.domain.builders import (
    C1,
    C2,
    CHLOE,
    DEVI,
    ELI,
    NOON,
    brought_to,
    head,
    kinds,
    moved,
    process,
    pushed_by_force,
    sign,
    started,
    tag_ordered,
    the,
)


def test_the_first_look_tells_what_the_release_is_about() -> None:
    release = started()
    seen = head(release, C1)

    step = course.read_head(release, seen, NOON, process())

    assert (step.release.commit, step.release.branch, step.release.previous_tag) == (C1, "main", "v2.3.0")
    assert step.release.total == 12
    assert kinds(step) == ["BranchRead"]
    assert step.orders == (RefreshCard(release.id), WriteLog(release.id, 2, 2))


def test_a_look_that_finds_nothing_new_changes_nothing_and_orders_nothing() -> None:
    release = moved(started(), C1)

    step = course.read_head(release, head(release, C1), NOON, process())

    assert (step.release, step.happened, step.orders) == (release, (), ())


def test_a_move_voids_what_was_signed_since_planning_and_says_whose_it_was() -> None:
    release = sign(brought_to(Phase.PREPARATION, leave="PREP-2"), "PREP-2", ELI).release
    release = sign(release, "PREP-4", DEVI).release

    step = course.read_head(release, head(release, C2), NOON, process())

    read = step.happened[0].what
    assert isinstance(read, BranchRead)
    assert read.voided == (
        Voided(ELI, RoleName("docs"), Phase.PREPARATION),
        Voided(DEVI, RoleName("database"), Phase.PREPARATION),
    )
    assert not step.release.is_done(process(), the("PREP-2"))


def test_a_move_opens_every_phase_again_but_the_one_that_stays_closed() -> None:
    release = brought_to(Phase.RELEASE)

    step = course.read_head(release, head(release, C2), NOON, process())

    assert kinds(step) == ["BranchRead", "PhaseReopened", "PhaseReopened"]
    assert step.release.phase(process()) is Phase.PREPARATION
    assert step.release.closed == {Phase.PLANNING}


def test_a_move_keeps_what_was_ticked_for_the_release_and_asks_again_for_what_was_ticked_for_the_commit() -> (
    None
):
    release = moved(brought_to(Phase.RELEASE), C2)

    done = {item.id for item in process().of(ReleaseType.MINOR) if release.is_done(process(), item)}

    assert done == {"PLAN-1", "PLAN-2", "PLAN-3", "PLAN-4", "PLAN-GO", "PREP-1", "PREP-3"}


@pytest.mark.parametrize("type_", list(ReleaseType))
def test_after_a_move_no_sign_off_from_preparation_on_counts_any_more(type_: ReleaseType) -> None:
    release = moved(brought_to(Phase.RELEASE, type_), C2)

    late = [i for i in process().of(type_) if i.kind is ItemKind.SIGN_OFF and i.phase is not Phase.PLANNING]

    assert [release.valid_sign_offs(process(), item) for item in late] == [()] * len(late)


def test_another_previous_tag_voids_as_a_move_does_because_the_notes_are_others() -> None:
    release = sign(brought_to(Phase.TESTING, leave="TEST-GO"), "TEST-GO", CHLOE).release

    step = course.read_head(release, head(release, C1, previous_tag="v2.3.1"), NOON, process())

    assert not step.release.is_done(process(), the("TEST-GO"))


def test_a_push_by_force_is_kept_as_one() -> None:
    release = brought_to(Phase.TESTING)

    step = course.read_head(release, pushed_by_force(release, C2), NOON, process())

    read = step.happened[0].what
    assert isinstance(read, BranchRead)
    assert read.rewritten


def test_from_the_order_of_its_tag_on_a_release_no_longer_follows_its_branch() -> None:
    release, _order = tag_ordered()

    assert course.read_head(release, head(release, C2), NOON, process()).happened == ()


def test_a_release_that_is_over_no_longer_follows_its_branch() -> None:
    release = brought_to(Phase.TESTING)
    over = course.cancel(release, "no", release.starter, _nobody(), NOON, process()).release

    assert course.read_head(over, head(over, C2), NOON, process()).happened == ()


def _nobody() -> course.Roles:
    return course.Roles({})


def test_history_folds_to_the_release_that_it_left() -> None:
    first = course.read_head(started(), head(started(), C1), NOON, process())

    assert fold([_start_of(started()), *first.happened]) == first.release


def _start_of(release: course.Release) -> course.Happened:
    what = course.Started(
        release.id, release.product, release.version, release.type, release.tag, release.channel, release.why
    )
    return course.Happened(release.starter, release.started_at, what)


def test_a_history_that_does_not_begin_with_its_start_is_no_release() -> None:
    with pytest.raises(ValueError, match="begins with its start"):
        fold([])
    with pytest.raises(ValueError, match="begins with its start"):
        fold([replace(_start_of(started()), what=course.Held("x"))])
    with pytest.raises(ValueError, match="was started twice"):
        fold([_start_of(started()), _start_of(started())])
