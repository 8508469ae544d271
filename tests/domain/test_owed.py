"""What a hotfix has skipped is owed: asked for after the release, chased, done or waived, and never forgotten."""

from datetime import timedelta

import pytest

from bot.configured import process_text
from bot.domain import course, items
from bot.domain.errors import NotUnderstood, Refused
from bot.domain.outcomes import TagProved
from bot.domain.policy import TAG, PolicyMistake, read_policy
from bot.domain.release import Release
from bot.domain.reminders import WHOLE_ROLE, Manners, Reminded
from bot.domain.reminding import plan
from bot.domain.turn import needs
from bot.domain.words import ItemId, Phase, ReleaseType, UserId
from tests.domain.builders import (
    BEN,
    C1,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NILS,
    NOON,
    ROLES,
    do_item,
    kinds,
    now,
    process,
    sign,
    tag_ordered,
    the,
    tick,
)

OWED = ["OWED-PLAN-3", "OWED-PREP-2", "OWED-PREP-4", "OWED-TEST-2", "OWED-TEST-3", "OWED-TEST-4", "OWED-TEST-5", "OWED-REL-2"]  # fmt: skip


def shipped() -> Release:
    """A hotfix that is out, and in its last phase."""
    release, order = tag_ordered(ReleaseType.HOTFIX)
    release = course.tag_result(release, order, TagProved(C1, "release@example.com"), NOON, process()).release
    for item in process().of(ReleaseType.HOTFIX, Phase.RELEASE):
        if not release.is_done(process(), item):
            release = do_item(release, item, process()).release
    return release


def on_hold() -> Release:
    return course.hold(shipped(), "wait", NILS, NOON, process()).release


def waive(release: Release, item: str, by: UserId, reason: str = "the module is gone") -> Release:
    return items.waive_owed(release, the(item), reason, by, ROLES, process(), now(release)).release


def test_what_a_hotfix_skipped_is_asked_for_after_the_release_of_the_role_that_answers_for_it() -> None:
    release = shipped()

    owed = [need for need in needs(release, process(), ROLES) if need.item.owed]

    assert [need.item.id for need in owed] == OWED
    assert [need.item.role for need in owed] == [the(id_.removeprefix("OWED-")).role for id_ in OWED]
    assert [need.item.title for need in owed] == [the(id_.removeprefix("OWED-")).title for id_ in OWED]


def test_no_other_type_of_release_owes_anything() -> None:
    for type_ in (ReleaseType.MAJOR, ReleaseType.MINOR, ReleaseType.PATCH):
        assert not any(item.owed for item in process().of(type_))


def test_the_release_is_complete_when_everything_is_done_or_waived_and_not_before() -> None:
    release = tick(tick(shipped(), "POST-1", DEVI).release, "POST-2", CHLOE).release
    for item in OWED[:-1]:
        release = do_item(release, the(item), process()).release
    with pytest.raises(Refused, match="POST-GO opens when OWED-REL-2 is done"):
        sign(release, "POST-GO", BEN)

    release = waive(release, "OWED-REL-2", ELI)

    assert kinds(sign(release, "POST-GO", BEN))[-1] == "Completed"


def test_a_waiver_keeps_its_reason_and_can_be_taken_back() -> None:
    release = waive(shipped(), "OWED-TEST-3", MARA)
    result = release.result(ItemId("OWED-TEST-3"))

    assert result is not None
    assert (result.by, result.waived, result.note) == (MARA, True, "the module is gone")
    undone = items.undo(release, the("OWED-TEST-3"), MARA, ROLES, process(), now(release)).release
    assert not undone.is_done(process(), the("OWED-TEST-3"))


@pytest.mark.parametrize(
    ("release", "item", "by", "reason", "words"),
    [
        pytest.param(shipped, "OWED-TEST-3", NILS, "no", "belongs to qa", id="a stranger"),
        pytest.param(shipped, "OWED-TEST-3", DEVI, "no", "belongs to qa", id="somebody of another role"),
        pytest.param(on_hold, "OWED-TEST-3", CHLOE, "no", "is on hold", id="on hold"),
        pytest.param(
            lambda: tag_ordered(ReleaseType.HOTFIX)[0], "OWED-TEST-3", CHLOE, "no", "belongs to post-release", id="before the release",
        ),
        pytest.param(
            lambda: waive(shipped(), "OWED-TEST-3", CHLOE), "OWED-TEST-3", ELI, "no", "is not owed any more", id="twice",
        ),
    ],
)  # fmt: skip
def test_it_refuses_to_waive(release, item: str, by: UserId, reason: str, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as answer:
        waive(release(), item, by, reason)

    assert any(words in said for said in answer.value.reasons)


def test_a_waiver_says_why() -> None:
    with pytest.raises(NotUnderstood):
        waive(shipped(), "OWED-TEST-3", CHLOE, " ")


def test_people_are_reminded_of_what_is_owed_until_it_is_done() -> None:
    release = shipped()
    manners = Manners(most=1)
    (owed, other) = (
        next(n for n in needs(release, process(), ROLES) if n.item.id == id_)
        for id_ in ("OWED-TEST-2", "POST-2")
    )
    tuesday = NOON - timedelta(hours=1)
    often = [Reminded(n.item.id, CHLOE, tuesday, 9, tuesday) for n in (owed, other)]

    found = plan([owed, other], often, {}, {}, tuesday + timedelta(hours=25), manners)

    assert [(n.item, n.number) for n in found.due if n.user == CHLOE] == [(owed.item.id, 10)]
    never = plan([owed], often, {}, {}, tuesday + timedelta(hours=25), Manners(most=0))
    assert [n for n in never.due if n.user != WHOLE_ROLE] == []


ITEM = '[[items]]\nid = "{}"\nphase = "testing"\nkind = "task"\nrole = "qa"\ntitle = "T"\n{}'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[hotfix]\nowes = ["A-9"]\n' + ITEM.format("A-1", ""), "[hotfix] owes A-9, and there is no such item."),
        ('[hotfix]\nowes = ["A-1"]\n' + ITEM.format("A-1", ""), "[hotfix] owes A-1, and does it as well."),
        ('[fast_track]\nskips = ["A-9"]\n' + ITEM.format("A-1", ""), "[fast_track] skips A-9, and there is no such item."),
        (
            '[fast_track]\nskips = ["A-1"]\n' + ITEM.format("A-1", 'does = "tag"\n'),
            "[fast_track] skips A-1, and without it there is no release.",
        ),
    ],
)  # fmt: skip
def test_a_way_that_does_not_hold_together_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(PolicyMistake) as mistake:
        read_policy(text, {})

    assert str(mistake.value) == sentence


def test_where_the_bot_sees_that_there_are_no_migrations_nobody_owes_their_review() -> None:
    policy = read_policy(process_text(), {}, {TAG, "migrations"})

    assert policy.source(ReleaseType.HOTFIX, the("OWED-PREP-4", policy)) == the("PREP-MIG", policy)
