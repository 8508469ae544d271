"""What covers less than the commit: a review of migrations stands as long as those files do, and is not asked for without any."""

from dataclasses import replace

import pytest

from bot.domain import course, signoffs, working
from bot.domain.errors import Refused
from bot.domain.events import Lapsed, Signed
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Passed
from bot.domain.policy import TAG, Policy, read_policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.turn import ItemState, item_state, needs
from bot.domain.words import ReleaseType, Sha, UserId
from tests.domain.builders import (
    C1,
    C2,
    C3,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NOON,
    ROLES,
    ballot,
    facts,
    head,
    now,
    sign,
    start,
    the,
    tick,
)

PROCESS = """
[[items]]
id = "PREP-MIG"
phase = "preparation"
kind = "check"
role = "database"
title = "Migrations are listed"
does = "migrations"
of_commit = true
by_hand = false

[[items]]
id = "PREP-4"
phase = "preparation"
kind = "sign-off"
role = "database"
title = "Migrations are reviewed"
after = ["PREP-MIG"]
covers = "migrations"

[[items]]
id = "PREP-5"
phase = "preparation"
kind = "task"
role = "database"
title = "The plan is confirmed"
after = ["PREP-MIG"]
covers = "migrations"

[[items]]
id = "PREP-DR"
phase = "preparation"
kind = "sign-off"
role = "docs"
title = "The documentation is reviewed"
points = ["accuracy", "clarity"]

[[items]]
id = "TEST-4"
phase = "testing"
kind = "check"
role = "database"
title = "Migrations are tried"
of_commit = true
covers = "migrations"

[[items]]
id = "REL-1"
phase = "release"
kind = "action"
role = "release-manager"
title = "Tag"
does = "tag"
"""
POLICY = read_policy(PROCESS, {}, {TAG, "migrations"})
BY_HAND = read_policy(PROCESS, {}, {TAG})


def begun(policy: Policy = POLICY) -> Release:
    wanted = course.Wanted("shop", ReleaseType.MINOR, None)
    return moved(start(wanted, seen=facts(), policy=policy).release, C1, policy).release


def moved(release: Release, commit: Sha, policy: Policy = POLICY) -> Step:
    return course.read_head(release, head(release, commit), now(release), policy)


def read(release: Release, digest: str) -> Step:
    """The bot's look at the migrations ends: these are their files, by digest."""
    work = release.works[-1]
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    outcome = Passed("read", (("migrations", digest),))
    return working.work_ended(release, order, outcome, now(release), POLICY)


def state(release: Release, item: str, policy: Policy = POLICY) -> ItemState:
    return item_state(release, policy, the(item, policy))


def reviewed() -> Release:
    release = read(begun(), "d1").release
    return tick(sign(release, "PREP-4", DEVI, POLICY).release, "PREP-5", DEVI, POLICY).release


def test_nobody_is_asked_before_the_bot_has_looked() -> None:
    release = begun()

    with pytest.raises(Refused, match="PREP-4 opens when PREP-MIG is done"):
        sign(release, "PREP-4", DEVI, POLICY)


def test_without_migrations_nobody_is_asked_and_the_test_of_them_is_not_needed_either() -> None:
    release = read(begun(), "").release

    assert {i: state(release, i) for i in ("PREP-4", "PREP-5", "TEST-4")} == dict.fromkeys(
        ("PREP-4", "PREP-5", "TEST-4"), ItemState.DONE
    )
    assert [need.item.id for need in needs(release, POLICY, ROLES)] == ["PREP-DR"]
    with pytest.raises(Refused, match="PREP-5 is not needed: there are no migrations in"):
        tick(release, "PREP-5", DEVI, POLICY)


def test_with_migrations_both_words_are_demanded() -> None:
    release = read(begun(), "d1").release

    assert [need.item.id for need in needs(release, POLICY, ROLES)] == ["PREP-4", "PREP-5", "PREP-DR"]
    assert state(reviewed(), "PREP-4") is ItemState.DONE


def test_an_unrelated_commit_voids_nothing_of_it() -> None:
    step = moved(reviewed(), C2)

    assert not any(isinstance(h.what, Lapsed) for h in step.happened)
    assert state(step.release, "PREP-4") is ItemState.DONE
    assert state(step.release, "PREP-MIG") is ItemState.RUNNING
    again = read(step.release, "d1")
    assert [type(h.what).__name__ for h in again.happened] == ["WorkEnded"]
    assert (state(again.release, "PREP-4"), state(again.release, "PREP-5")) == (
        ItemState.DONE,
        ItemState.DONE,
    )


def test_a_changed_file_voids_the_review_by_name_and_asks_for_the_plan_again() -> None:
    step = read(moved(reviewed(), C2).release, "d2")

    (lapsed,) = [h.what for h in step.happened if isinstance(h.what, Lapsed)]
    assert [(v.by, v.role) for v in lapsed.voided] == [(DEVI, "database")]
    assert (state(step.release, "PREP-4"), state(step.release, "PREP-5")) == (
        ItemState.AGAIN,
        ItemState.AGAIN,
    )


def test_what_was_void_once_stays_void_even_when_the_files_come_back() -> None:
    changed = read(moved(reviewed(), C2).release, "d2").release
    back = read(moved(changed, C3).release, "d1").release

    assert state(back, "PREP-4") is ItemState.AGAIN


def test_a_look_that_could_not_tell_binds_the_review_to_the_commit() -> None:
    release = moved(reviewed(), C2).release
    work = release.works[-1]
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    step = working.work_ended(release, order, Failed("git is away"), now(release), POLICY)

    assert any(isinstance(h.what, Lapsed) for h in step.happened)


def test_where_the_bot_does_not_look_the_review_is_of_the_commit_as_ever() -> None:
    release = begun(BY_HAND)
    signed = sign(release, "PREP-4", DEVI, BY_HAND).release

    assert BY_HAND.item("PREP-MIG") is None
    assert state(signed, "PREP-4", BY_HAND) is ItemState.DONE
    assert state(moved(signed, C2, BY_HAND).release, "PREP-4", BY_HAND) is ItemState.AGAIN


@pytest.mark.parametrize("by", [ELI, CHLOE])
def test_each_point_of_a_review_has_to_be_answered(by: UserId) -> None:
    release = read(begun(), "").release
    offered = ballot(release, "PREP-DR", POLICY)

    with pytest.raises(Refused, match="asks for an answer to each of its points; open: clarity"):
        signoffs.sign(release, offered, by, ROLES, POLICY, NOON, ["accuracy"])
    step = signoffs.sign(release, offered, by, ROLES, POLICY, NOON, ["clarity", "accuracy"])
    (signed,) = [h.what for h in step.happened if isinstance(h.what, Signed)]
    assert signed.points == ("accuracy", "clarity")
    assert step.release.sign_offs[0].points == ("accuracy", "clarity")


def test_the_starter_reviews_nothing() -> None:
    release = replace(read(begun(), "d1").release, starter=DEVI)

    with pytest.raises(Refused, match="four eyes"):
        sign(release, "PREP-4", DEVI, POLICY)
    assert MARA not in ROLES.of(the("PREP-4", POLICY).role)
