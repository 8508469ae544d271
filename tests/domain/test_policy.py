"""The process as data: the shipped one holds together, and one that does not is refused with the place."""

from importlib import resources

import pytest

from bot.domain.policy import PolicyMistake, read_policy, works_of
from bot.domain.words import ItemId, ItemKind, Phase, ReleaseType
from tests.domain.builders import process

TEXT = resources.files("bot").joinpath("process.toml").read_text("utf-8")
ITEM = 'id = "{id}"\nphase = "{phase}"\nkind = "{kind}"\nrole = "{role}"\ntitle = "T"\n{more}'


def item(id_: str, *, phase: str = "testing", kind: str = "task", role: str = "qa", more: str = "") -> str:
    return "[[items]]\n" + ITEM.format(id=id_, phase=phase, kind=kind, role=role, more=more)


@pytest.mark.parametrize("type_", list(ReleaseType))
def test_every_type_of_release_is_tested_signed_and_tagged(type_: ReleaseType) -> None:
    items = process().of(type_)

    assert [i.id for i in items if i.does == "tag"] == ["REL-1"]
    signed = {i.phase for i in items if i.kind is ItemKind.SIGN_OFF}
    ordinary = {Phase.PREPARATION, Phase.TESTING, Phase.RELEASE}
    assert signed >= ({Phase.RELEASE} if type_ is ReleaseType.HOTFIX else ordinary)
    assert any(i.of_commit for i in process().of(type_, Phase.TESTING))


@pytest.mark.parametrize("type_", list(ReleaseType))
def test_the_tag_comes_after_every_sign_off_of_its_phase(type_: ReleaseType) -> None:
    signing = {i.id for i in process().of(type_, Phase.RELEASE) if i.kind is ItemKind.SIGN_OFF}
    tag = process().item("rel-1")

    assert tag is not None
    assert set(tag.after) & {i.id for i in process().of(type_)} == signing


def test_a_hotfix_has_one_sign_off_before_its_tag_by_two_people_of_different_roles() -> None:
    before = [i for i in process().of(ReleaseType.HOTFIX) if i.phase is not Phase.POST_RELEASE]

    (go,) = (i for i in before if i.kind is ItemKind.SIGN_OFF)
    assert (go.id, go.quorum) == ("HOTFIX-GO", 2)
    assert len(go.signers) == 5


@pytest.mark.parametrize("type_", [t for t in ReleaseType if t is not ReleaseType.HOTFIX])
def test_the_testing_sign_off_comes_after_every_other_item_of_testing(type_: ReleaseType) -> None:
    others = {i.id for i in process().of(type_, Phase.TESTING)} - {"TEST-GO"}
    go = process().sign_off(type_, Phase.TESTING, "qa")

    assert go is not None
    assert others <= set(go.after)


def test_a_raised_quorum_makes_another_version_of_the_process() -> None:
    raised = process(("TEST-GO", 2))

    assert raised.version != process().version
    assert next(i.quorum for i in raised.items if i.id == "TEST-GO") == 2


def test_a_title_is_not_part_of_what_a_signer_relies_on() -> None:
    text = item("A-1")

    assert read_policy(text, {}).version == read_policy(text.replace('"T"', '"Other words"'), {}).version


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            item("A-1") + item("A-1"), "An item id stands twice in process.toml.", id="an id twice"
        ),
        pytest.param(
            item("A-1", more='after = ["A-9"]'), "A-1 comes after A-9, and there is no such item.", id="after nothing"
        ),
        pytest.param(
            item("A-1", more='after = ["A-2"]\n') + item("A-2", more='after = ["A-1"]'),
            "A-1 comes after A-2, so A-2 must stand above it in process.toml.", id="a circle",
        ),
        pytest.param(
            item("A-1", more='after = ["A-1"]'),
            "A-1 comes after A-1, so A-1 must stand above it in process.toml.", id="after itself",
        ),
        pytest.param(
            item("A-1", phase="planning") + item("A-2", more='after = ["A-1"]'),
            "A-2 names A-1 of another phase; the order of the phases covers that already.", id="after another phase",
        ),
        pytest.param(
            item("A-1", kind="sign-off") + item("A-2", kind="sign-off"),
            "A-2: a second sign-off of qa in testing; one role signs once a phase.", id="one role signing twice",
        ),
        pytest.param(
            item("A-1", kind="sign-off", more="quorum = 0"),
            "A-1 asks for 0 people; a sign-off needs at least one.", id="a sign-off by nobody",
        ),
        pytest.param(
            item("A-1", kind="sign-off", more='roles = ["qa", "docs"]'),
            "A-1 is signed by people of different roles, so it asks for 2 to 2 of them, and not for 1.", id="different roles, alone",
        ),
        pytest.param(
            item("A-1", kind="sign-off", more='quorum = 3\nroles = ["qa", "docs"]'),
            "A-1 is signed by people of different roles, so it asks for 2 to 2 of them, and not for 3.", id="more people than roles",
        ),
        pytest.param(
            item("A-1", kind="sign-off") + item("A-2", kind="sign-off", role="docs", more='quorum = 2\nroles = ["docs", "qa"]'),
            "A-2: a second sign-off of qa in testing; one role signs once a phase.", id="one of its roles signing twice",
        ),
    ],
)  # fmt: skip
def test_a_process_that_does_not_hold_together_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(PolicyMistake) as mistake:
        read_policy(text, {})

    assert str(mistake.value) == sentence


def test_a_quorum_of_nobody_is_refused_wherever_it_comes_from() -> None:
    with pytest.raises(PolicyMistake):
        read_policy(item("A-1", kind="sign-off"), {ItemId("A-1"): 0})


def test_two_sign_offs_of_one_role_may_stand_in_one_phase_when_no_type_has_both() -> None:
    text = item("A-1", kind="sign-off", more='types = ["hotfix"]\n') + item(
        "A-2", kind="sign-off", more='types = ["minor"]'
    )

    policy = read_policy(text, {})

    assert policy.sign_off(ReleaseType.HOTFIX, Phase.TESTING, "qa") == policy.item("A-1")
    assert policy.sign_off(ReleaseType.MINOR, Phase.TESTING, "qa") == policy.item("A-2")


def test_an_item_waits_for_what_the_bot_does_and_not_where_a_person_does_it() -> None:
    text = item("NOTES", more='does = "changelog"\n') + item("SIGNED", more='after_bot = ["NOTES"]\n')

    assert [i.after for i in read_policy(text, {}, {"tag", "changelog"}).items] == [(), ("NOTES",)]
    assert [i.after for i in read_policy(text, {}).items] == [(), ()]


def test_nobody_signs_what_the_bot_is_about_to_move() -> None:
    by_bot = read_policy(TEXT, {}, works_of(TEXT) | {"tag"})

    for signed, moving in (("PLAN-DR", "PLAN-1"), ("PREP-2", "PREP-3")):
        found = by_bot.item(signed)
        assert found is not None
        assert moving in found.after
