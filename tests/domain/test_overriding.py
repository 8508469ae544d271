"""A version that promises less than its changes: found, answered for by a release manager, and found again when they ask for more."""

import pytest

from bot.domain import course, working
from bot.domain.course import Wanted
from bot.domain.errors import Refused
from bot.domain.next_version import NextVersion, next_version
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed
from bot.domain.overriding import SUGGESTED, Fits, TooLow, judge_version, override
from bot.domain.policy import TAG, Policy, read_policy
from bot.domain.release import Release
from bot.domain.steps import Step
from tests.domain.at_work import work_of
from tests.domain.builders import BEN, C1, DEVI, ROLES, facts, head, kinds, now, start
from tests.domain.test_next_version import entries, tagged

PROCESS = """
[[items]]
id = "PREP-1"
phase = "preparation"
kind = "check"
role = "release-manager"
title = "The version"
does = "version"
of_commit = "by-bot"

[[items]]
id = "REL-1"
phase = "release"
kind = "action"
role = "release-manager"
title = "Tag"
does = "tag"
"""
POLICY: Policy = read_policy(PROCESS, {}, {TAG, "version"})


def asked_for(*messages: str, previous: str | None = "v2.3.0") -> NextVersion:
    line = tagged(previous) if previous else tagged()
    return next_version(line.tags[0] if previous else None, entries(*messages), line)


def of_version(version: str) -> Release:
    return start(Wanted("shop", version, None), seen=facts(suggested="2.3.1"), policy=POLICY).release


@pytest.mark.process("PREP-1", "VER-1", "VER-2", "VER-3")
@pytest.mark.parametrize(
    ("version", "messages", "finding"),
    [
        ("2.3.1", ["fix: a"], None),
        ("2.4.0", ["fix: a"], None),
        ("2.3.1", ["docs: a"], None),
        ("2.3.1", ["feat: a"], "VER-2:2.4.0"),
        ("2.3.1", ["fix!: a", "feat: b"], "VER-1:3.0.0"),
        ("2.4.0", ["feat!: a"], "VER-1:3.0.0"),
        ("3.0.0", ["feat!: a"], None),
        ("3.0.0-rc.1", ["feat!: a"], None),
        ("2.4.0-rc.1", ["feat!: a"], "VER-1:3.0.0"),
    ],
)
def test_a_version_below_what_the_changes_ask_for_is_found(
    version: str, messages: list[str], finding: str | None
) -> None:
    judged = judge_version(of_version(version), asked_for(*messages))

    assert (judged.finding.name if isinstance(judged, TooLow) else None) == finding


def test_the_first_release_promises_whatever_it_likes() -> None:
    assert isinstance(judge_version(of_version("2.3.1"), asked_for("feat!: a", previous=None)), Fits)


@pytest.mark.process("PREP-1")
def test_the_sentence_names_the_commits_that_decided_and_both_ways_out() -> None:
    judged = judge_version(of_version("2.3.1"), asked_for("feat: b"))

    assert isinstance(judged, TooLow)
    assert judged.finding.sentence == (
        "The changes ask for 2.4.0, because 1 commit brings a feature and none breaks anything (7a00000), and 2.3.1 promises "
        "less. Cancel this release and start 2.4.0, or a release manager says why 2.3.1 is enough: "
        "`/release override shop-2.3.1 <reason>`."
    )


def seen(release: Release) -> Step:
    return course.read_head(release, head(release, C1), now(release), POLICY)


def ended(release: Release, order: DoWork, outcome: Judged) -> Step:
    return working.work_ended(release, order, outcome, now(release), POLICY)


def failed(release: Release, *messages: str) -> Release:
    """After the bot has compared the version with these changes, and it is too low."""
    step = seen(release)
    judged = judge_version(step.release, asked_for(*messages))
    assert isinstance(judged, TooLow)
    outcome = Failed("too low", (judged.finding,), ((SUGGESTED, str(asked_for(*messages).version)),))
    return ended(step.release, work_of(step), outcome).release


@pytest.mark.process("PREP-1", "VER-1", "VER-2")
def test_an_override_is_kept_and_covers_what_it_was_given_for_and_no_more() -> None:
    release = failed(of_version("2.3.1"), "feat: b")

    step = override(release, "it is behind a flag", BEN, ROLES, POLICY, now(release))

    assert kinds(step) == ["VersionOverridden", "WorkBegun"]
    kept = step.release.override
    assert kept is not None
    assert (kept.by, kept.suggested, kept.reason) == (BEN, "2.4.0", "it is behind a flag")
    same = judge_version(step.release, asked_for("feat: b"))
    assert isinstance(same, Fits)
    assert "answered for: it is behind a flag" in same.said
    assert isinstance(judge_version(step.release, asked_for("feat!: b")), TooLow)
    passed = ended(step.release, work_of(step), Passed(same.said)).release
    assert passed.is_done(POLICY, POLICY.items[0])


def test_only_a_release_manager_overrides_and_only_what_is_asked_for() -> None:
    fine = of_version("2.3.1")
    low = failed(of_version("2.3.1"), "feat: b")

    with pytest.raises(Refused) as nothing:
        override(fine, "why not", BEN, ROLES, POLICY, now(fine))
    with pytest.raises(Refused) as stranger:
        override(low, "why not", DEVI, ROLES, POLICY, now(low))

    assert str(nothing.value) == "Nothing asks for another version of shop-2.3.1 now: 2.3.1 stands."
    assert str(stranger.value).startswith("Only a release-manager answers for a version: ask ")
    assert low.override is None
