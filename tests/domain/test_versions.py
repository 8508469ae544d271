"""Version numbers and tag names: what is read, what is refused, and which one comes next."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from semver import Version

from bot.domain.errors import NotUnderstood
from bot.domain.versions import (
    branch_to_follow,
    bumped,
    parse_version,
    type_between,
    version_of_tag,
)
from bot.domain.words import ReleaseType

# The regular expression that semver.org publishes, anchored so that a line break at the end does not pass.
_SEMVER = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(?:-((?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
    r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?"
)

almost_versions = st.one_of(
    st.text(),
    st.from_regex(_SEMVER),
    st.from_regex(_SEMVER, fullmatch=True),
    st.text(alphabet="v0123456789.-+abrc \n٣²", max_size=20),
    st.builds(lambda *n: ".".join(map(str, n)), *[st.integers(min_value=0)] * 3),
)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("1.4.0", "1.4.0", id="three numbers"),
        pytest.param("v1.4.0", "1.4.0", id="three numbers after a v"),
        pytest.param("1.4.0-rc.2", "1.4.0-rc.2", id="a pre-release"),
        pytest.param("0.0.0", "0.0.0", id="nothing but zeros"),
        pytest.param("10.200.3000", "10.200.3000", id="numbers of several digits"),
    ],
)
def test_a_version_is_read(text: str, version: str) -> None:
    assert str(parse_version(text)) == version


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("v", id="a v alone"),
        pytest.param("1.4", id="two numbers"),
        pytest.param("1.4.0.0", id="four numbers"),
        pytest.param("01.4.0", id="a leading zero"),
        pytest.param("1.4.0-rc.01", id="a leading zero in the pre-release"),
        pytest.param("vv1.4.0", id="two v"),
        pytest.param("V1.4.0", id="a capital V"),
        pytest.param(" 1.4.0", id="a space before"),
        pytest.param("1.4.0\n", id="a line break after"),
        pytest.param("1.4.٠", id="a digit of another script"),
        pytest.param("-1.4.0", id="a negative number"),
        pytest.param("1.4.0-", id="an empty pre-release"),
        pytest.param("1.4.0+build.7", id="build metadata"),
        pytest.param("1.4.0🚢", id="an emoji"),
        pytest.param("“1.4.0”", id="typographic quotes"),
        pytest.param("1.4.0'; DROP TABLE releases", id="a quote and what may follow it"),
        pytest.param("9" * 2000 + ".0.0", id="two thousand digits"),
    ],
)
def test_what_is_no_version_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        parse_version(text)

    assert "`1.4.0`" in str(refusal.value)
    assert len(str(refusal.value)) < 300


@example("1.4.0\n")
@given(almost_versions)
def test_no_text_is_read_as_a_version_that_semver_refuses(text: str) -> None:
    try:
        version = parse_version(text)
    except NotUnderstood:
        return

    assert _SEMVER.fullmatch(text.removeprefix("v"))
    assert str(version) == text.removeprefix("v")
    assert version.build is None


@given(almost_versions, st.sampled_from(["", "v", "backend/v", "1."]))
def test_a_tag_is_read_as_the_version_that_would_give_it_its_name_or_not_at_all(
    text: str, prefix: str
) -> None:
    name = f"{prefix}{text}"

    version = version_of_tag(prefix, name)

    assert version is None or f"{prefix}{version}" == name


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("2.4.0", id="a tag without the prefix"),
        pytest.param("web-v2.4.0", id="a tag of another component"),
        pytest.param("v2.4", id="a tag with two numbers"),
        pytest.param("v2.4.0+7", id="a tag with build metadata"),
        pytest.param("nightly", id="a tag that is a word"),
    ],
)
def test_other_tags_of_the_repository_are_passed_over(name: str) -> None:
    assert version_of_tag("v", name) is None


@pytest.mark.parametrize(
    ("previous", "type_", "expected"),
    [
        pytest.param(None, ReleaseType.MAJOR, "1.0.0", id="the first release as a major one"),
        pytest.param(None, ReleaseType.MINOR, "0.1.0", id="the first release as a minor one"),
        pytest.param(None, ReleaseType.HOTFIX, "0.1.0", id="the first release as a hotfix"),
        pytest.param("2.3.4", ReleaseType.MAJOR, "3.0.0", id="a major one sets the others to zero"),
        pytest.param("2.3.4", ReleaseType.MINOR, "2.4.0", id="a minor one sets the patch to zero"),
        pytest.param("2.3.4", ReleaseType.PATCH, "2.3.5", id="a patch"),
        pytest.param("2.3.4", ReleaseType.HOTFIX, "2.3.5", id="a hotfix counts as a patch"),
        pytest.param("0.9.9", ReleaseType.MINOR, "0.10.0", id="nine is followed by ten"),
    ],
)
def test_the_next_version_follows_from_the_last_one_and_the_type(
    previous: str | None, type_: ReleaseType, expected: str
) -> None:
    last = Version.parse(previous) if previous else None

    assert str(bumped(last, type_)) == expected


@pytest.mark.parametrize("type_", list(ReleaseType))
def test_the_type_of_a_bump_is_read_back_from_the_two_versions(type_: ReleaseType) -> None:
    previous = Version.parse("2.3.4")
    wanted = ReleaseType.PATCH if type_ is ReleaseType.HOTFIX else type_

    assert type_between(previous, bumped(previous, type_)) is wanted


@pytest.mark.parametrize(
    ("type_", "version", "branches", "followed"),
    [
        pytest.param(ReleaseType.MINOR, "2.4.0", ["main"], "main", id="nobody has cut a branch"),
        pytest.param(ReleaseType.MINOR, "2.4.0", ["main", "release/2.4"], "release/2.4", id="its own branch"),
        pytest.param(ReleaseType.MINOR, "2.4.0", ["main", "release/2.40"], "main", id="a branch of 2.40"),
        pytest.param(ReleaseType.PATCH, "2.4.1", ["release/2.4"], "release/2.4", id="a patch of its line"),
        pytest.param(
            ReleaseType.HOTFIX, "2.4.1", ["release/2.4"], "main", id="a hotfix has a branch of its own"
        ),
        pytest.param(ReleaseType.HOTFIX, "2.4.1", ["hotfix/2.4.1"], "hotfix/2.4.1", id="the hotfix's branch"),
    ],
)
def test_a_release_follows_its_own_branch_as_soon_as_it_is_cut(
    type_: ReleaseType, version: str, branches: list[str], followed: str
) -> None:
    assert branch_to_follow(type_, version, branches, "main") == followed
