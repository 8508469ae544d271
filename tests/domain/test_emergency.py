"""The emergency sign-off of a hotfix: two people of different roles, for the very commit."""

from dataclasses import replace

import pytest

from bot.domain import signoffs
from bot.domain.errors import OutOfDate, Refused
from bot.domain.freezing import SIZE, judge_size
from bot.domain.outcomes import Failed, Passed
from bot.domain.people import Roles
from bot.domain.release import Release
from bot.domain.turn import needs, signable
from bot.domain.words import Phase, ReleaseType, RoleName, UserId
from tests.domain.builders import (
    BEN,
    C2,
    CHLOE,
    DEVI,
    ELI,
    MARA,
    NILS,
    ROLES,
    ballot,
    brought_to,
    kinds,
    moved,
    now,
    process,
    sign,
    the,
)

GO = "HOTFIX-GO"


def urgent() -> Release:
    return brought_to(Phase.RELEASE, ReleaseType.HOTFIX, leave=GO)


def refused(release: Release, by: UserId, role: str) -> tuple[str, ...]:
    with pytest.raises(Refused) as answer:
        sign(release, GO, by, role=role)
    return answer.value.reasons


def members(**roles: set[UserId]) -> Roles:
    return Roles({RoleName(name.replace("_", "-")): frozenset(who) for name, who in roles.items()})


def test_two_people_of_different_roles_order_the_tag() -> None:
    once = sign(urgent(), GO, BEN, role="product")
    twice = sign(once.release, GO, DEVI, role="operations")

    assert kinds(once) == ["Signed"]
    assert kinds(twice) == ["Signed", "TagOrdered"]
    assert [(s.by, s.role) for s in twice.release.sign_offs if s.item == GO] == [
        (BEN, "product"), (DEVI, "operations"),
    ]  # fmt: skip


def test_a_second_person_of_the_same_role_is_not_enough() -> None:
    release = sign(urgent(), GO, DEVI, role="operations").release

    assert refused(release, ELI, "operations") == (
        f"\ue000{DEVI}\ue001 signed HOTFIX-GO as operations already, and it asks for people of different roles.",
    )
    assert sign(release, GO, ELI, role="qa").release.is_done(process(), the(GO))


@pytest.mark.parametrize(
    ("by", "role", "words"),
    [
        pytest.param(MARA, "release-manager", "so somebody else has to sign it", id="the starter"),
        pytest.param(NILS, "operations", "you are not in it", id="a stranger"),
        pytest.param(CHLOE, "operations", "you are not in it", id="somebody of another role"),
    ],
)
def test_it_refuses(by: UserId, role: str, words: str) -> None:
    assert any(words in reason for reason in refused(urgent(), by, role))


def test_nobody_signs_it_twice_in_two_of_their_roles() -> None:
    release = sign(urgent(), GO, BEN, role="product").release

    (said,) = refused(release, BEN, "release-manager")
    assert said.startswith("You signed HOTFIX-GO as product already")


def test_a_role_that_does_not_count_has_no_ballot() -> None:
    release = urgent()
    forged = ballot(release, GO, role="docs")

    with pytest.raises(OutOfDate, match="docs no longer signs release"):
        signoffs.sign(release, forged, ELI, ROLES, process(), now(release))


def test_when_the_branch_moves_both_words_are_void_and_an_old_button_signs_nothing() -> None:
    release = urgent()
    old = ballot(release, GO, role="operations")
    signed = sign(release, GO, BEN, role="product").release

    later = moved(signed, C2)

    assert later.valid_sign_offs(process(), the(GO)) == ()
    assert [(s.by, s.role) for s in later.lapsed] == [(BEN, "product")]
    with pytest.raises(OutOfDate):
        signoffs.sign(later, old, DEVI, ROLES, process(), now(later))
    assert later.phase(process()) is Phase.TESTING


def test_without_two_roles_filled_by_different_people_it_cannot_be_met() -> None:
    release = urgent()

    def stuck(roles: Roles) -> bool:
        (need,) = needs(release, process(), roles)
        return need.cannot_be_met

    assert stuck(members(operations={DEVI, ELI}))
    assert stuck(members(operations={DEVI}, qa={DEVI}))
    assert stuck(members(operations={DEVI}, release_manager={MARA}))
    assert not stuck(members(operations={DEVI}, qa={DEVI, ELI}))
    assert not stuck(members(operations={DEVI, ELI}, qa={DEVI}))


def test_after_one_word_only_another_role_can_still_speak() -> None:
    release = sign(urgent(), GO, DEVI, role="operations").release
    roles = replace(ROLES, members={RoleName("operations"): frozenset({DEVI, ELI})})

    (need,) = needs(release, process(), roles)

    assert (need.who, need.missing, need.cannot_be_met) == (frozenset(), 1, True)
    assert signable(release, process(), ROLES, ELI) == (the(GO),)


def test_a_small_repair_passes_and_a_large_one_asks_somebody_to_answer_for_it() -> None:
    assert judge_size(1, 1, 200) == Passed(
        "1 line in 1 file, of 200 lines that a hotfix should change at most"
    )

    large = judge_size(3, 201, 200)

    assert isinstance(large, Failed)
    assert [f.name for f in large.found] == [SIZE]
    assert large.summary.startswith(
        "This hotfix changes 201 lines in 3 files; a hotfix should change no more than 200"
    )
