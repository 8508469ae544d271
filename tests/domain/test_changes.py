"""What commits say about their weight, and the version that they ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from bot.domain.changes import Suggestion, Weight, weight_of
from bot.domain.messages import change_of
from bot.domain.next_version import next_version
from bot.domain.release_tags import TagRef, line_of
from bot.domain.settling import judge, settle
from bot.domain.suggesting import suggestion
from bot.domain.words import CommitLine, ReleaseType, Sha
from tests.domain.builders import C1, NOON


def commit(subject: str, body: str = "") -> CommitLine:
    return CommitLine(C1, "Lena", subject, body, NOON)


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        pytest.param("feat: gift cards", "", Weight.FEATURE, id="a feature"),
        pytest.param("feat(basket): gift cards", "", Weight.FEATURE, id="a feature with a scope"),
        pytest.param("FEAT: gift cards", "", Weight.FEATURE, id="a feature in capitals"),
        pytest.param("fix: the sum", "", Weight.FIX, id="a fix"),
        pytest.param("perf: half the queries", "", Weight.FIX, id="something made faster"),
        pytest.param("feat!: no more XML", "", Weight.BREAKING, id="a bang after the type"),
        pytest.param("chore(api)!: drop v1", "", Weight.BREAKING, id="a bang after the scope"),
        pytest.param("fix: x", "BREAKING CHANGE: y is gone", Weight.BREAKING, id="a footer"),
        pytest.param("Tidy up", "Words.\n\nBREAKING-CHANGE: y", Weight.BREAKING, id="a footer with a hyphen"),
        pytest.param("fix: x", "no BREAKING CHANGE: here", Weight.FIX, id="the footer's words inside a line"),
        pytest.param("fix: x", "Breaking change: y", Weight.BREAKING, id="the footer in small letters"),
        pytest.param("fix: x", "breaking change of y", Weight.FIX, id="the footer's words without a colon"),
        pytest.param("fix: x", "* BREAKING CHANGE: y", Weight.BREAKING, id="the footer in a squashed list"),
        pytest.param("feature: x", "", Weight.FEATURE, id="a feature, written out"),
        pytest.param("story: x", "", Weight.OTHER, id="a type that is not known"),
        pytest.param("feat gift cards", "", Weight.OTHER, id="no colon"),
        pytest.param("feat:gift cards", "", Weight.OTHER, id="no space after the colon"),
        pytest.param("feat: ", "", Weight.OTHER, id="no description"),
        pytest.param("", "", Weight.OTHER, id="no words at all"),
        pytest.param("🚢 ship it", "", Weight.OTHER, id="an emoji"),
        pytest.param("Merge branch 'feat: x'", "", Weight.OTHER, id="a merge that quotes a feature"),
    ],
)
def test_a_commit_has_the_weight_that_its_message_gives_it(subject: str, body: str, expected: Weight) -> None:
    assert weight_of(judge(change_of(commit(subject, body)))) is expected


def suggest(previous: str | None, commits: list[CommitLine], *odd: str) -> Suggestion:
    """What the bot keeps of the next version after this one."""
    names = [f"v{previous}"] if previous else []
    line = line_of([TagRef(name, Sha("1" * 40)) for name in (*names, *odd)], "v")
    entries = settle([judge(change_of(one)) for one in commits])
    return suggestion(next_version(line.tags[0] if names else None, entries, line), line, "this")


NO_WEIGHT = "no commit says that it is a feature, a fix or a breaking change"
FEATURES = "2 commits bring a feature and none breaks anything"
ONE_FIX = "1 commit fixes something, and none brings a feature or breaks anything"
FIRST = "there is no release tag yet, so this is the first release"


@pytest.mark.parametrize(
    ("previous", "subjects", "version", "why"),
    [
        pytest.param("2.3.4", ["fix: a", "feat!: b"], "3.0.0", "1 commit breaks something", id="a break"),
        pytest.param("0.3.4", ["feat!: b"], "0.4.0", "1 commit breaks something", id="a break below 1.0.0"),
        pytest.param("2.3.4", ["feat: a", "feat: b", "fix: c"], "2.4.0", FEATURES, id="features"),
        pytest.param("2.3.4", ["fix: a", "docs: b"], "2.3.5", ONE_FIX, id="a fix"),
        pytest.param("2.3.4", ["Tidy up"], "2.3.5", NO_WEIGHT, id="nothing that says its weight"),
        pytest.param("2.3.4", [], "2.3.5", "nothing has come in since then", id="no commits"),
        pytest.param(None, ["feat!: b"], "0.1.0", FIRST, id="no tag yet"),
    ],
)
def test_the_suggestion_names_the_version_and_its_reason(
    previous: str | None, subjects: list[str], version: str, why: str
) -> None:
    suggested = suggest(previous, [commit(subject) for subject in subjects])

    assert (suggested.version, suggested.why) == (version, why)


def test_the_suggestion_shows_at_most_five_of_the_commits_that_decided_it() -> None:
    commits = [commit(f"feat: number {n}") for n in range(8)]

    suggested = suggest("1.0.0", [commit("fix: first"), *commits])

    assert suggested.deciders == tuple(commits[:5])
    assert (suggested.type, suggested.decided_by) == (ReleaseType.MINOR, 8)


def test_the_suggestion_names_the_tags_that_were_left_aside() -> None:
    suggested = suggest("1.0.0", [], *(f"nightly-{n}" for n in range(9)), "evil\ue000\u202etag")

    assert suggested.odd == 10
    assert suggested.odd_tags == ("nightly-0", "nightly-1", "nightly-2", "nightly-3", "nightly-4")


@given(st.lists(st.builds(commit, st.text(), st.text())))
def test_whatever_commits_say_the_suggestion_is_above_the_last_version(commits: list[CommitLine]) -> None:
    assert Version.parse(suggest("1.9.9", commits).version) > Version.parse("1.9.9")
