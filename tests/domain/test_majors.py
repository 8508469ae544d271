"""What a major release asks for beyond the others, and what is judged of a rehearsal that was waived."""

from dataclasses import replace

import pytest

from bot.configured import process_text
from bot.domain import course, working
from bot.domain.errors import Refused
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Passed
from bot.domain.people import Roles
from bot.domain.policy import TAG, read_policy
from bot.domain.rehearsed import judge_way_back
from bot.domain.release import Release
from bot.domain.words import ItemId, Phase, ReleaseType, RoleName
from tests.domain.builders import (
    C1,
    C2,
    CHANNEL,
    DEVI,
    MARA,
    MEMBERS,
    NOON,
    ROLES,
    brought_to,
    facts,
    moved,
    now,
    process,
    the,
)

REHEARSED = read_policy(process_text(), {}, {TAG, "rehearsal", "way-back"})
WITHOUT = Roles({role: who for role, who in MEMBERS.items() if role != "architecture"})


def start(type_: ReleaseType, roles: Roles) -> Release:
    wanted = course.Wanted("shop", type_, None)
    return course.start(
        wanted, MARA, NOON, facts=facts(suggested="2.3.1"), open_versions={}, attempts={}, channel=CHANNEL, tag_prefix="v",
        policy=process(), roles=roles,
    ).release  # fmt: skip


def test_only_major_releases_need_architecture() -> None:
    assert process().roles_of_some == {RoleName("architecture"): (ReleaseType.MAJOR,)}


def test_a_major_release_is_not_started_where_nobody_could_sign_it() -> None:
    with pytest.raises(Refused, match="signed by architecture"):
        start(ReleaseType.MAJOR, WITHOUT)
    for type_ in (ReleaseType.MINOR, ReleaseType.PATCH, ReleaseType.HOTFIX):
        assert start(type_, WITHOUT).type is type_
    assert start(
        ReleaseType.MAJOR,
        replace(WITHOUT, members={**WITHOUT.members, RoleName("architecture"): frozenset()}),
    )


def rehearsal_failed(type_: ReleaseType) -> tuple[Release, str]:
    release = brought_to(Phase.TESTING, type_, REHEARSED, leave="TEST-2")
    (work,) = release.works
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    failed = working.work_ended(release, order, Failed("It did not come back."), now(release), REHEARSED)
    return failed.release, work.operation


@pytest.mark.parametrize("type_", [ReleaseType.MAJOR, ReleaseType.MINOR])
def test_a_waived_rehearsal_is_a_finding_of_the_deployment_with_its_reason(type_: ReleaseType) -> None:
    release, _ = rehearsal_failed(type_)
    item = the("TEST-5", REHEARSED)
    waived = working.waive(
        release, item, "result", "staging moves", DEVI, ROLES, REHEARSED, now(release)
    ).release

    judged = judge_way_back(waived, REHEARSED)

    assert isinstance(judged, Failed)
    assert [f.name for f in judged.found] == ["TEST-5:waived"]
    assert "was waived: staging moves." in judged.summary
    assert "REL-BACK" in the("REL-3", REHEARSED).after
    assert isinstance(judge_way_back(moved(waived, C2, REHEARSED), REHEARSED), Passed), (
        "the rehearsal is asked for again"
    )


def test_a_rehearsal_that_passed_or_that_people_did_leaves_nothing_to_answer_for() -> None:
    assert isinstance(judge_way_back(brought_to(Phase.TESTING), process()), Passed)
    release = brought_to(Phase.TESTING, policy=REHEARSED, leave="TEST-2")
    assert release.works[0].item == ItemId("TEST-5")
    assert release.works[0].commit == C1
    assert isinstance(judge_way_back(release, REHEARSED), Passed)
