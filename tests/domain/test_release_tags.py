"""Which tags are versions of a line, and where a range begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from bot.domain.release_tags import (
    TagRef,
    component_of,
    line_of,
    precedence,
    prefix_of,
    release_tag,
    shipped_earlier,
    siblings,
    starts_before,
    taken_versions,
    usual_prefix,
)
from bot.domain.words import Sha


def refs(*names: str) -> list[TagRef]:
    return [TagRef(name, Sha(f"{place:040}")) for place, name in enumerate(names)]


@pytest.mark.parametrize(
    ("name", "prefix", "version"),
    [
        ("v1.4.0", "v", "1.4.0"),
        ("1.4.0", "", "1.4.0"),
        ("v1.4.0-rc.10", "v", "1.4.0-rc.10"),
        ("22.2.0-next.4", "", "22.2.0-next.4"),
        ("shop@1.4.0", "shop@", "1.4.0"),
        ("@ada/shop@1.4.0", "@ada/shop@", "1.4.0"),
        ("shop-v1.4.0", "shop-v", "1.4.0"),
        ("release/1.4.0", "release/", "1.4.0"),
    ],
)
def test_a_version_is_read_out_of_a_tag(name: str, prefix: str, version: str) -> None:
    read = release_tag(TagRef(name, Sha("")))

    assert read is not None
    assert (read.prefix, read.version) == (prefix, version)


@pytest.mark.parametrize(
    "name", ["latest", "v1.4", "1.2.3.4", "v01.2.3", "v1.4.0+build", "v1.4.0-01", "v1.4.0-", "--output=x", "1" * 300 + ".0.0"]
)  # fmt: skip
def test_odd_tags_are_no_versions(name: str) -> None:
    assert release_tag(TagRef(name, Sha(""))) is None


def test_a_line_is_in_the_order_of_versions_and_names_what_it_left_aside() -> None:
    line = line_of(
        refs("v1.10.0", "v1.9.0", "latest", "v2.0.0-rc.10", "v2.0.0-rc.9", "2.0.0", "api@9.0.0"), None
    )

    assert [tag.name for tag in line.tags] == ["v1.9.0", "v1.10.0", "v2.0.0-rc.9", "v2.0.0-rc.10", "2.0.0"]
    assert line.odd == ("latest", "api@9.0.0")


@pytest.mark.parametrize(
    ("names", "prefix", "read"),
    [
        pytest.param(["1.0", "1.1"], None, ["1.0.0", "1.1.0"], id="nothing else"),
        pytest.param(
            ["v4.1", "v4.1.1", "v4.2"], None, ["4.1.0", "4.1.1", "4.2.0"], id="followed by its patches"
        ),
        pytest.param(
            ["v6.5", "v6.5-rc1", "v6.5.1"], None, ["6.5.0-rc1", "6.5.0", "6.5.1"], id="pre-releases"
        ),
        pytest.param(
            ["v4.1", "v4.1.0", "v4.1.1"], None, ["4.1.0", "4.1.1"], id="one that moves with its series"
        ),
        pytest.param(["v1.4.0", "v1.5"], None, ["1.4.0"], id="an odd one"),
        pytest.param(["shop-1.4", "shop-1.4.1", "api-1.9"], "shop-", ["1.4.0", "1.4.1"], id="with a prefix"),
        pytest.param(["1", "v2", "2026", "1.2.3.4"], None, [], id="no versions at all"),
    ],
)
def test_people_who_write_two_numbers_for_a_first_patch_are_understood(
    names: list[str], prefix: str | None, read: list[str]
) -> None:
    line = line_of(refs(*names), prefix)

    assert [tag.version for tag in line.tags] == read
    assert {tag.name for tag in line.tags} | set(line.odd) == set(names)
    assert not {tag.name for tag in line.tags} & set(line.odd)


def test_a_line_with_a_prefix_has_its_own_tags_only() -> None:
    line = line_of(refs("v1.0.0", "shop2-1.0.0", "shop2-1.1.0", "shop2-v1.2.0"), "shop2-")

    assert [tag.version for tag in line.tags] == ["1.0.0", "1.1.0"]


def test_the_prefix_that_is_meant_is_found_in_the_tags() -> None:
    assert prefix_of("shop@1.0.0") == "shop@"
    assert prefix_of("v1.0.0") is prefix_of("main") is None
    assert usual_prefix(["api@1.0.0", "shop@1.0.0", "shop@1.1.0", "x"]) == "shop@"
    assert usual_prefix(["api@1.0.0", "v1.0.0"]) is usual_prefix([]) is None


@pytest.mark.parametrize(
    ("prefix", "component"),
    [
        ("shop@", "shop"),
        ("shop-v", "shop"),
        ("@ada/shop@", "shop"),
        ("release/", ""),
        ("v", ""),
        ("", ""),
    ],
)
def test_a_prefix_names_a_component(prefix: str, component: str) -> None:
    assert component_of(prefix) == component


LINE = line_of(
    refs("v1.0.0", "v1.0.1", "v1.1.0-rc.1", "v1.1.0-rc.2", "v1.1.0", "v1.1.1", "v2.0.0-beta.1", "v2.0.0"),
    None,
)


@pytest.mark.parametrize(
    ("to", "starts"),
    [
        ("v1.1.0", ["v1.0.1", "v1.0.0"]),
        ("v1.1.0-rc.2", ["v1.1.0-rc.1", "v1.0.1", "v1.0.0"]),
        ("v1.1.0-rc.1", ["v1.0.1", "v1.0.0"]),
        ("v1.0.0", []),
        (None, ["v2.0.0", "v1.1.1", "v1.1.0", "v1.0.1", "v1.0.0"]),
    ],
)
def test_a_range_begins_at_a_final_release_below_and_a_pre_release_also_at_one_of_its_own(
    to: str | None, starts: list[str]
) -> None:
    tag = next((tag for tag in LINE.tags if tag.name == to), None)

    assert [start.name for start in starts_before(LINE, tag)] == starts


def test_siblings_are_the_final_releases_between_two_versions() -> None:
    low, high = precedence(Version.parse("1.0.0")), precedence(Version.parse("2.0.0"))

    assert [tag.name for tag in siblings(LINE, low, high)] == ["v1.0.1", "v1.1.0", "v1.1.1"]


def test_what_was_tagged_later_has_not_shipped_before() -> None:
    between = [tag for tag in LINE.tags if tag.name in ("v1.0.1", "v1.1.1")]
    dates = {"v1.0.1": 10, "v1.1.1": 30, "v1.1.0": 20}

    assert [tag.name for tag in shipped_earlier(between, "v1.1.0", dates)] == ["v1.0.1"]
    assert shipped_earlier(between, None, dates) == between


def test_pre_releases_are_taken_too() -> None:
    assert taken_versions(["v1.0.0", "v1.1.0-rc.1", "latest", "1.9.0"], "v") == ["1.1.0-rc.1", "1.0.0"]


parts = st.one_of(st.integers(0, 30).map(str), st.sampled_from(["alpha", "beta", "rc", "x-1"]))
versions = st.builds(
    lambda core, pre: Version(*core, prerelease=".".join(pre) or None),
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
    st.lists(parts, max_size=3),
)


@given(versions, versions)
def test_precedence_is_that_of_semantic_versioning(one: Version, other: Version) -> None:
    assert (precedence(one) < precedence(other)) == (one < other)


@given(st.text(max_size=40))
def test_any_name_is_a_version_or_left_aside(name: str) -> None:
    line = line_of([TagRef(name, Sha(""))], None)

    assert len(line.tags) + len(line.odd) == 1
