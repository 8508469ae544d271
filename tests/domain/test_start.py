"""Starting a release: which version it becomes, and the sentences for those it cannot become."""

import pytest

from bot.domain.calendar import Planned
from bot.domain.course import Wanted
from bot.domain.errors import NotUnderstood, Refused
from bot.domain.orders import ReadProduct, RefreshCard, WriteLog
from bot.domain.records import Override
from bot.domain.words import Cause, ReleaseId, ReleaseType
from tests.domain.builders import MARA, NILS, NOON, facts, kinds, start

SUGGESTED = "suggested: 2 commits bring a feature and none breaks anything"
BUT = "the commits suggest 2.4.0"


def wanted(what: str, cause: Cause | None = None) -> Wanted:
    return Wanted("shop", what, None, cause=cause)


@pytest.mark.parametrize(
    ("asked", "last", "version", "type_", "why"),
    [
        pytest.param("minor", "2.3.0", "2.4.0", ReleaseType.MINOR, SUGGESTED, id="the suggested type"),
        pytest.param("MINOR", "2.3.0", "2.4.0", ReleaseType.MINOR, SUGGESTED, id="in capitals"),
        pytest.param("major", "2.3.0", "3.0.0", ReleaseType.MAJOR, f"asked for as major; {BUT}", id="another type"),
        pytest.param("hotfix", "2.3.0", "2.3.1", ReleaseType.HOTFIX, f"asked for as hotfix; {BUT}", id="a hotfix"),
        pytest.param("2.4.0", "2.3.0", "2.4.0", ReleaseType.MINOR, SUGGESTED, id="the suggested version"),
        pytest.param("v2.5.0", "2.3.0", "2.5.0", ReleaseType.MINOR, f"chosen by hand; {BUT}", id="another version"),
        pytest.param("3.0.0-rc.1", "2.3.0", "3.0.0-rc.1", ReleaseType.MAJOR, f"chosen by hand; {BUT}", id="a pre-release"),
        pytest.param("1.0.0", None, "1.0.0", ReleaseType.MAJOR, f"chosen by hand; {BUT}", id="the first release"),
    ],
)  # fmt: skip
def test_a_release_is_started(
    asked: str, last: str | None, version: str, type_: ReleaseType, why: str
) -> None:
    release = start(wanted(asked), seen=facts(last)).release

    assert (release.id, release.version, release.tag) == (f"shop-{version}", version, f"v{version}")
    assert (release.type, release.why) == (type_, why)
    assert (release.starter, release.started_at) == (MARA, NOON)


@pytest.mark.process("VER-4")
@pytest.mark.parametrize(
    ("asked", "taken", "version"),
    [
        pytest.param("alpha", (), "2.4.0-alpha.1", id="the first"),
        pytest.param("Beta", ("2.4.0-alpha.3",), "2.4.0-beta.1", id="the next channel"),
        pytest.param(
            "rc", ("2.4.0-rc.10", "2.4.0-rc.9", "2.4.0-beta.1"), "2.4.0-rc.11", id="the next number"
        ),
    ],
)
def test_the_next_pre_release_is_started_by_the_name_of_its_channel(
    asked: str, taken: tuple[str, ...], version: str
) -> None:
    release = start(wanted(asked), seen=facts(taken=(*taken, "2.3.0"))).release

    assert (release.version, release.type) == (version, ReleaseType.MINOR)
    assert release.why == f"the next {asked.lower()} on the way to 2.4.0"


def test_a_pre_release_of_a_channel_that_is_over_is_refused() -> None:
    with pytest.raises(
        Refused, match=r"2\.4\.0-alpha\.1 would come before 2\.4\.0-rc\.1, which is tagged already\."
    ):
        start(wanted("alpha"), seen=facts(taken=("2.4.0-rc.1", "2.3.0")))
    with pytest.raises(Refused, match="is not known: it has not been read yet"):
        start(wanted("beta"), seen=None)


def test_a_version_lower_than_the_changes_ask_for_needs_a_release_manager_and_a_reason() -> None:
    with pytest.raises(Refused) as refusal:
        start(wanted("2.3.1"), seen=facts())
    with pytest.raises(Refused) as not_theirs:
        start(Wanted("shop", "patch", None, "behind a flag"), seen=facts(), by=NILS)
    with pytest.raises(NotUnderstood):
        start(Wanted("shop", "patch", None, "  "), seen=facts())
    step = start(Wanted("shop", "patch", None, " behind a flag "), seen=facts())

    assert str(refusal.value) == (
        "The changes ask for 2.4.0, because 2 commits bring a feature and none breaks anything; 2.3.1 promises less. Start "
        "2.4.0, or say why the lower one is enough: `/release start shop 2.3.1 because <reason>`. The reason is kept."
    )
    assert str(not_theirs.value).startswith(
        "The changes ask for 2.4.0, and only a release-manager answers for a lower version: ask "
    )
    assert kinds(step) == ["Started", "VersionOverridden"]
    assert step.release.override == Override(MARA, NOON, "2.4.0", "behind a flag")


def test_the_first_step_asks_for_a_card_a_line_in_the_log_and_a_look_at_the_repository() -> None:
    step = start(wanted("minor"), seen=facts())

    id_ = ReleaseId("shop-2.4.0")
    assert kinds(step) == ["Started"]
    assert step.orders == (RefreshCard(id_), WriteLog(id_, 1, 1), ReadProduct("shop"))


def test_a_date_stays_with_the_release() -> None:
    when = Planned(NOON, "2026-12-01 13:00", "Europe/Berlin")

    assert start(Wanted("shop", "minor", when), seen=facts()).release.planned == when


def test_a_version_can_be_named_before_the_repository_was_read() -> None:
    release = start(wanted("1.4.0"), seen=None).release

    assert (release.version, release.why) == ("1.4.0", "chosen by hand")


def test_a_version_started_again_after_a_cancel_gets_an_id_of_its_own_and_the_same_tag() -> None:
    release = start(wanted("2.4.0"), seen=facts(), attempts={"2.4.0": 1}).release

    assert (release.id, release.tag) == ("shop-2.4.0~2", "v2.4.0")


def test_a_component_has_its_own_prefix_in_its_tags() -> None:
    assert start(wanted("2.4.0"), seen=facts(), tag_prefix="backend/v").release.tag == "backend/v2.4.0"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        pytest.param("2.3.0", "2.3.0 is already tagged (v2.3.0). Start a higher version.", id="taken"),
        pytest.param("v2.1.0", "2.1.0 is already tagged (v2.1.0). Start a higher version.", id="taken long ago"),
        pytest.param("2.2.9", "2.2.9 is not above the last release, 2.3.0. Start 2.3.1 or higher.", id="below the last"),
        pytest.param("2.3.0-rc.1", "2.3.0-rc.1 is not above the last release, 2.3.0. Start 2.3.1 or higher.", id="its candidate"),
    ],
)  # fmt: skip
def test_a_version_that_cannot_be_next_is_refused_with_one_that_can(asked: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        start(wanted(asked), seen=facts("2.3.0", taken=("2.3.0", "2.1.0")))

    assert str(refusal.value) == sentence


def test_a_version_that_is_on_its_way_is_not_started_twice() -> None:
    with pytest.raises(Refused) as refusal:
        start(wanted("minor"), seen=facts(), open_versions={"2.4.0": ReleaseId("shop-2.4.0~2")})

    assert (
        str(refusal.value)
        == "shop-2.4.0~2 is already on its way. See it with `/release status shop-2.4.0~2`."
    )


def test_without_a_look_at_the_repository_the_next_version_is_not_guessed() -> None:
    with pytest.raises(Refused) as refusal:
        start(wanted("minor"), seen=None)

    assert str(refusal.value) == (
        "The next version of shop is not known: it has not been read yet. "
        "Try again in a minute, or name the version: `/release start shop 1.4.0`."
    )


@pytest.mark.parametrize("asked", ["", "next", "1.4", "minor release", "1.4.0+7", "🚢" * 1000, "“1.4.0”"])
def test_what_is_neither_a_type_nor_a_version_is_not_understood(asked: str) -> None:
    with pytest.raises(NotUnderstood):
        start(wanted(asked), seen=facts())


@pytest.mark.process("TH-1", "TH-2", "TH-3", "TH-4")
@pytest.mark.parametrize("cause", [*Cause, None])
def test_a_hotfix_keeps_what_has_caused_it_and_needs_no_cause(cause: Cause | None) -> None:
    release = start(wanted("hotfix", cause), seen=facts()).release

    assert (release.type, release.cause) == (ReleaseType.HOTFIX, cause)


def test_a_release_that_can_wait_has_no_cause() -> None:
    with pytest.raises(Refused) as answer:
        start(wanted("minor", Cause.OUTAGE), seen=facts())

    assert str(answer.value) == (
        "An outage makes a hotfix, and 2.4.0 is a minor release. Start a hotfix: `/release start shop hotfix outage`."
    )
