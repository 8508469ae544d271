"""The fast track of a patch: one asks, another one confirms, what policy lists is skipped, and what it says is owed."""

from dataclasses import replace

import pytest

from bot.domain import course, items, speeding
from bot.domain.errors import NotFound, NotUnderstood, OutOfDate, Refused
from bot.domain.fast_track import FastTracked
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.turn import needs
from bot.domain.ways import FAST_TRACK
from bot.domain.words import Phase, ReleaseType, Sha, UserId
from tests.domain.builders import (
    BEN,
    C1,
    C2,
    CHLOE,
    DEVI,
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
    sign,
    started,
    tick,
)

SKIPPED = ("PLAN-2", "PLAN-3", "PLAN-GO", "PREP-GO")


def patch() -> Release:
    return moved(started(ReleaseType.PATCH), C1)


def ask(release: Release, by: UserId = MARA, reason: str = "the till is down") -> Release:
    return speeding.ask(release, reason, by, process(), now(release)).release


def confirm(release: Release, by: UserId = BEN, seen: Sha = C1) -> Step:
    return speeding.confirm(release, seen, by, ROLES, process(), now(release))


def fast() -> Release:
    return confirm(ask(patch())).release


def test_what_two_people_want_skips_what_policy_lists_and_nothing_else() -> None:
    step = confirm(ask(patch()))

    assert step.happened[0].what == FastTracked(C1, SKIPPED, ("OWED-PLAN-2", "OWED-PLAN-3"))
    usual = {item.id for item in process().of(ReleaseType.PATCH)}
    assert usual - {item.id for item in process().of(step.release.way)} == {*SKIPPED}
    assert [need.item.id for need in needs(step.release, process(), ROLES)] == ["PLAN-1", "PLAN-4"]


def test_asking_alone_changes_nothing() -> None:
    release = ask(patch())

    assert release.way == ReleaseType.PATCH
    assert [need.item.id for need in needs(release, process(), ROLES)] == [
        "PLAN-1",
        "PLAN-2",
        "PLAN-3",
        "PLAN-4",
    ]


def test_a_phase_that_was_held_up_by_what_is_skipped_alone_is_complete() -> None:
    release = ask(tick(tick(patch(), "PLAN-1", MARA).release, "PLAN-4", DEVI).release)

    assert kinds(confirm(release)) == ["FastTracked", "PhaseClosed"]


def test_what_is_skipped_and_owed_is_asked_for_after_the_release() -> None:
    release = fast()
    for item in process().of(FAST_TRACK):
        if item.phase is Phase.POST_RELEASE:
            break
        if item.does != "tag" and item.phase is not Phase.RELEASE:
            release = do_item(release, item, process()).release

    assert release.phase(process()) is Phase.RELEASE
    assert [i.id for i in process().of(FAST_TRACK, Phase.POST_RELEASE) if i.owed] == [
        "OWED-PLAN-2",
        "OWED-PLAN-3",
    ]


def test_a_sign_off_that_rests_on_what_is_skipped_is_asked_for_again() -> None:
    release = brought_to(Phase.PREPARATION, ReleaseType.PATCH, leave="PREP-2")
    release = sign(release, "PREP-4", DEVI).release

    step = confirm(ask(release))

    assert kinds(step) == ["FastTracked", "Lapsed"]
    assert [v.by for v in step.happened[1].what.voided] == [DEVI]  # type: ignore[union-attr]


@pytest.mark.parametrize("type_", [ReleaseType.MAJOR, ReleaseType.MINOR, ReleaseType.HOTFIX])
def test_only_a_patch_takes_it(type_: ReleaseType) -> None:
    with pytest.raises(Refused, match=f"is a {type_} release, and only a patch can take the fast track"):
        ask(moved(started(type_), C1))


def test_nobody_asks_for_nothing() -> None:
    with pytest.raises(NotUnderstood):
        ask(patch(), reason="  ")


@pytest.mark.parametrize(
    ("release", "words"),
    [
        pytest.param(lambda: started(ReleaseType.PATCH), "has not been read", id="before the branch is read"),
        pytest.param(lambda: ask(patch()), "has asked for it already", id="twice"),
        pytest.param(fast, "is on the fast track already", id="after it was confirmed"),
        pytest.param(
            lambda: brought_to(Phase.TESTING, ReleaseType.PATCH), "nothing left that the fast track", id="after what it skips",
        ),
        pytest.param(
            lambda: course.hold(patch(), "wait", NILS, NOON, process()).release, "is on hold", id="on hold"
        ),
        pytest.param(
            lambda: course.cancel(patch(), "no", MARA, ROLES, NOON, process()).release, "is over", id="after its end",
        ),
    ],
)  # fmt: skip
def test_it_is_not_asked_for(release, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as answer:
        ask(release())

    assert any(words in reason for reason in answer.value.reasons)


@pytest.mark.parametrize(
    ("release", "by", "words"),
    [
        pytest.param(lambda: ask(patch()), MARA, "You asked for it, so somebody else", id="who asked"),
        pytest.param(lambda: ask(patch()), DEVI, "release-manager or qa confirm a fast track", id="another role"),
        pytest.param(lambda: ask(patch()), NILS, "you are in none of them", id="a stranger"),
        pytest.param(fast, CHLOE, "has confirmed it already", id="a second time"),
        pytest.param(fast, BEN, "has confirmed it already", id="the same button again"),
        pytest.param(
            lambda: course.hold(ask(patch()), "wait", NILS, NOON, process()).release, BEN, "is on hold", id="on hold"
        ),
        pytest.param(
            lambda: ask_at_the_end_of_preparation(), BEN, "nothing left that the fast track", id="after what it skips",
        ),
    ],
)  # fmt: skip
def test_it_is_not_confirmed(release, by: UserId, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as answer:
        confirm(release(), by)

    assert any(words in reason for reason in answer.value.reasons)


def ask_at_the_end_of_preparation() -> Release:
    release = ask(brought_to(Phase.PREPARATION, ReleaseType.PATCH, leave="PREP-GO"))
    return sign(release, "PREP-GO", BEN).release


@pytest.mark.parametrize("seen", [C1, C2])
def test_when_the_branch_moves_somebody_asks_again(seen: Sha) -> None:
    later = moved(ask(patch()), C2)

    with pytest.raises(OutOfDate, match="asks again"):
        confirm(later, seen=seen)
    again = ask(later)
    with pytest.raises(OutOfDate):
        confirm(again, seen=C1)
    assert confirm(again, seen=C2).release.way == FAST_TRACK


def test_without_a_request_there_is_nothing_to_confirm() -> None:
    with pytest.raises(OutOfDate):
        confirm(patch())


def test_what_is_skipped_is_no_longer_an_item_of_the_release() -> None:
    with pytest.raises(NotFound) as answer:
        items.find_item(fast(), process(), "PLAN-2")

    assert str(answer.value) == (
        "A patch release on the fast track has no PLAN-2 (Testing completion verifies all features)."
    )


def test_a_process_without_a_fast_track_has_nothing_to_skip() -> None:
    usual = process()
    none = replace(
        usual, items=tuple(replace(i, types=i.types | {FAST_TRACK}) for i in usual.items), _by_id={}
    )

    with pytest.raises(Refused, match="nothing left"):
        speeding.ask(patch(), "now", MARA, none, NOON)
