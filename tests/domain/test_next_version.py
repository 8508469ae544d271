"""The next version, pre-releases on the way to it."""

from dataclasses import replace

import pytest
from semver import Version

from bot.domain.convention import Convention, Label, Unconventional
from bot.domain.errors import Refused
from bot.domain.next_version import next_version
from bot.domain.release_tags import Line, TagRef, line_of
from bot.domain.settling import Entry, judge, settle
from bot.domain.words import Channel, Sha
from tests.domain.test_settling import history, reverts


def tagged(*names: str) -> Line:
    return line_of([TagRef(name, Sha("1" * 40)) for name in names], None)


def entries(*messages: str) -> list[Entry]:
    changes = history(*((chr(ord("z") - place), message) for place, message in enumerate(messages)))
    return settle([judge(change) for change in changes])


def version_after(line: Line, previous: str | None, *messages: str, channel: Channel | None = None) -> str:
    last = next((tag for tag in line.tags if tag.name == previous), None)
    return str(next_version(last, entries(*messages), line, channel).version)


@pytest.mark.process("PREP-1", "VER-1", "VER-2", "VER-3")
@pytest.mark.parametrize(
    ("previous", "messages", "expected"),
    [
        ("v1.4.2", ["feat!: x", "fix: y"], "2.0.0"),
        ("v1.4.2", ["refactor: x\n\nBREAKING CHANGE: y"], "2.0.0"),
        ("v1.4.2", ["fix: y", "feat: x"], "1.5.0"),
        ("v1.4.2", ["perf: x", "docs: y"], "1.4.3"),
        ("v0.4.2", ["feat!: x"], "0.5.0"),
        (None, ["feat: x"], "0.1.0"),
    ],
)
def test_the_weightiest_change_decides(previous: str | None, messages: list[str], expected: str) -> None:
    line = tagged(previous) if previous else tagged()

    assert version_after(line, previous, *messages) == expected


@pytest.mark.process("VER-4")
@pytest.mark.parametrize(
    ("previous", "messages", "expected"),
    [
        ("v1.5.0-rc.1", ["fix: x"], ("1.5.0", "minor")),
        ("v1.5.0-rc.1", ["feat: x"], ("1.5.0", "minor")),
        ("v1.5.0-rc.1", ["feat!: x"], ("2.0.0", "major")),
        ("v1.4.3-rc.1", ["fix: x"], ("1.4.3", "patch")),
        ("v1.4.3-rc.1", ["feat: x"], ("1.5.0", "minor")),
        ("v2.0.0-beta.1", ["feat!: x"], ("2.0.0", "major")),
        ("v0.2.0-rc.2", ["feat!: x"], ("0.2.0", "minor")),
    ],
)
def test_what_follows_a_pre_release_goes_on_to_its_version_or_beyond(
    previous: str, messages: list[str], expected: tuple[str, str]
) -> None:
    line = tagged(previous)
    last = next(tag for tag in line.tags if tag.name == previous)

    following = next_version(last, entries(*messages), line)

    assert (str(following.version), str(following.type)) == expected


def test_a_feature_that_was_reverted_decides_nothing() -> None:
    changes = history(("r", reverts("a", "feat: x")), ("b", "fix: y"), ("a", "feat: x"))
    line = tagged("v1.0.0")

    following = next_version(line.tags[0], settle([judge(change) for change in changes]), line)

    assert str(following.version) == "1.0.1"
    assert [change.header for change in following.deciders] == ["fix: y"]


@pytest.mark.process("VER-4")
@pytest.mark.parametrize(
    ("tags", "channel", "expected"),
    [
        ([], Channel.ALPHA, "1.5.0-alpha.1"),
        (["v1.5.0-alpha.1"], Channel.ALPHA, "1.5.0-alpha.2"),
        (["v1.5.0-alpha.2"], Channel.BETA, "1.5.0-beta.1"),
        (["v1.5.0-rc.9"], Channel.RC, "1.5.0-rc.10"),
        (["v1.5.0-rc.9", "v1.5.0-rc.10"], Channel.RC, "1.5.0-rc.11"),
        (["v2.0.0-rc.1"], Channel.RC, "2.0.0-rc.2"),
        (["v1.4.1-rc.1"], Channel.RC, "1.5.0-rc.1"),
    ],
)
def test_pre_releases_are_counted_on_the_way_to_their_version(
    tags: list[str], channel: Channel, expected: str
) -> None:
    line = tagged("v1.4.0", *tags)

    assert version_after(line, "v1.4.0", "feat: x", channel=channel) == expected


def test_a_breaking_change_after_a_candidate_moves_on_to_the_major_version() -> None:
    line = tagged("v1.4.0", "v1.5.0-rc.1")

    assert version_after(line, "v1.4.0", "feat!: x", "feat: y", channel=Channel.RC) == "2.0.0-rc.1"


@pytest.mark.parametrize(
    ("ahead", "expected"), [(None, "2.0.0"), (frozenset({"v2.0.0-beta.1"}), "2.0.0"), (frozenset(), "1.4.1")]
)
def test_a_pre_release_beside_the_range_announces_nothing_for_it(
    ahead: frozenset[str] | None, expected: str
) -> None:
    line = replace(tagged("v1.4.0", "v2.0.0-beta.1"), ahead=ahead)

    assert version_after(line, "v1.4.0", "fix: x") == expected


def test_no_pre_release_comes_before_one_that_is_there() -> None:
    line = tagged("v1.4.0", "v1.5.0-rc.1")

    with pytest.raises(Refused) as refused:
        version_after(line, "v1.4.0", "feat: x", channel=Channel.BETA)

    assert str(refused.value) == (
        "1.5.0-beta.1 would come before 1.5.0-rc.1, which is tagged already. Go on with that one, or release 1.5.0."
    )


SUGGESTED, LAST = Version.parse("1.5.0"), Version.parse("1.4.0")


def test_the_teams_own_convention_decides_as_it_does_in_the_notes() -> None:
    convention = Convention(unconventional=Unconventional.PULL_REQUESTS, labels=(Label("src/*", "feat"),))
    line = tagged("v1.0.0")

    by_path = judge(history(("a", "Widen the door"))[0], convention, ["src/door.py"])
    elsewhere = judge(history(("a", "Widen the door"))[0], convention, ["docs/door.md"])

    assert str(next_version(line.tags[0], [by_path], line).version) == "1.1.0"
    assert str(next_version(line.tags[0], [elsewhere], line).version) == "1.0.1"


def test_a_merge_weighs_where_the_notes_list_its_title_in_place_of_its_commits() -> None:
    convention = Convention(unconventional=Unconventional.PULL_REQUESTS)
    line = tagged("v1.0.0")
    merge = "Merge pull request #7 from ada/door\n\nfeat: a wider door"
    changes = history(("m", merge, "b a"), ("a", "wip"), ("b", "fix: the lock"))

    found = next_version(line.tags[0], settle([judge(c, convention) for c in changes], convention), line)

    assert (str(found.version), [change.subject for change in found.deciders]) == ("1.1.0", ["a wider door"])
