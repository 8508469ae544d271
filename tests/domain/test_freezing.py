"""The freeze, purely: the scope, what came onto the branch afterwards, and how large a hotfix is."""

from dataclasses import replace

import pytest

from bot.domain import course
from bot.domain.errors import Refused
from bot.domain.freezing import flagged, pull_requests, refuse_to_freeze, scope_of
from bot.domain.outcomes import HeadSeen
from bot.domain.release import Release
from bot.domain.words import CommitLine, CommitRange, Phase, ReleaseType, Sha
from tests.domain.builders import (
    C1,
    C2,
    C3,
    ELI,
    NOON,
    brought_to,
    facts,
    line,
    moved,
    now,
    process,
    sign,
    start,
    started,
)

FIX, FEATURE = line(C2, "fix: the basket"), line(C3, "feat: one more thing")


def looked(release: Release, commit: Sha, *lines: CommitLine, apart: bool = True, **more: object) -> Release:
    seen = HeadSeen(
        release.id, "release/2.4", commit, "v2.3.0", lines, len(lines), 12,
        apart=frozenset(each.sha for each in lines) if apart else frozenset(),
    )  # fmt: skip
    return course.read_head(release, replace(seen, **more), now(release), process()).release  # type: ignore[arg-type]  # fields by name


def frozen() -> Release:
    return looked(moved(started(), C1), C1)


def test_the_scope_counts_commits_and_names_the_pull_requests_of_titles_and_merges() -> None:
    lines = (
        line(C1, "feat: pay by card (#12)"),
        line(C2, "Merge pull request #7 from ada/cart"),
        replace(line(C3, "Merge branch 'x'"), body="See merge request shop/shop!9"),
        line(C3, "fix: #55 is no pull request"),
    )

    scope = scope_of("release/2.4", "v2.3.0", CommitRange(None, C1, lines, 40))

    assert scope.pull_requests == (7, 9, 12)
    assert scope.sentence == (
        "release/2.4 is cut at 1111111: 40 commits since v2.3.0, 3 pull requests. What lands elsewhere later is not in it."
    )
    assert dict(scope.facts)["pull_requests"] == "#7, #9, #12"


def test_titles_without_a_number_name_no_pull_request() -> None:
    assert pull_requests([line(C1, "fix (#x)"), line(C2, "(#1) first"), line(C3, "")]) == ()


def test_a_feature_on_the_frozen_branch_is_flagged_and_a_fix_is_not() -> None:
    release = looked(looked(frozen(), C2, FIX), C3, FEATURE)

    assert flagged(release.moves) == (FEATURE,)


def test_what_was_on_main_before_the_cut_is_not_flagged_when_the_branch_is_first_seen() -> None:
    release = looked(moved(started(), C1), C3, FEATURE, apart=False)

    assert flagged(release.moves) == ()


def test_what_only_the_branch_has_is_flagged_when_it_is_first_seen() -> None:
    assert flagged(looked(started(), C3, FEATURE).moves) == (FEATURE,)


def test_a_flag_goes_with_its_revert_and_with_a_rewritten_history() -> None:
    release = looked(frozen(), C3, FEATURE)
    revert = replace(line(C2, 'Revert "feat: one more thing"'), body=f"This reverts commit {C3}.")

    assert flagged(looked(release, C2, revert).moves) == ()
    assert flagged(looked(release, C2, FIX, rewritten=True).moves) == ()


def test_nothing_is_flagged_on_a_branch_that_is_not_the_releases_own() -> None:
    release = moved(started(), C1)
    seen = HeadSeen(release.id, "main", C3, "v2.3.0", (FEATURE,), 1, 12)

    assert flagged(course.read_head(release, seen, now(release), process()).release.moves) == ()


def test_a_release_whose_tag_is_made_or_whose_branch_is_unread_needs_no_freeze() -> None:
    with pytest.raises(Refused, match="has not been read yet"):
        refuse_to_freeze(started())
    refuse_to_freeze(frozen())


def test_a_hotfix_of_a_product_without_a_tag_is_refused_with_what_to_start_instead() -> None:
    with pytest.raises(Refused, match="has no release tag yet, and a hotfix begins at the latest one"):
        start(course.Wanted("shop", ReleaseType.HOTFIX, None), seen=facts(None))


def test_sign_offs_are_carried_over_to_a_commit_that_changes_the_bots_own_files_alone() -> None:
    release = brought_to(Phase.PREPARATION, leave="PREP-2")
    release = sign(release, "PREP-2", ELI).release

    carried = looked(release, C2, FIX, carried=("CHANGELOG.md",))
    onward = looked(carried, C3, FIX, carried=("CHANGELOG.md", "pyproject.toml"))
    voided = looked(onward, Sha("4" * 40), FIX)

    docs = process().item("PREP-2")
    assert docs is not None
    assert carried.is_done(process(), docs)
    assert onward.is_done(process(), docs)
    assert onward.signed_as == C1
    assert not voided.is_done(process(), docs)
    assert voided.moves[-1].voided


def test_the_same_commit_under_another_branch_keeps_what_was_carried_over() -> None:
    release = sign(brought_to(Phase.PREPARATION, leave="PREP-2"), "PREP-2", ELI).release
    carried = looked(release, C2, FIX, carried=("CHANGELOG.md",))
    renamed = course.read_head(
        carried, HeadSeen(release.id, "main", C2, "v2.3.0", (), 0, 12), NOON, process()
    ).release

    docs = process().item("PREP-2")
    assert docs is not None
    assert renamed.is_done(process(), docs)
