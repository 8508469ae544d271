"""Which changes of a range are listed, written by hand as the public rules have it: pairs, reverts, copies, merges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.convention import Convention, Kind, Label, Unconventional
from bot.domain.messages import Change, read_change
from bot.domain.settling import (
    CONVENTIONAL,
    NOTHING_SHIPPED,
    Entry,
    LeftOut,
    Shipped,
    judge,
    settle,
    unresolved_reverts,
)
from bot.domain.words import Sha

FEATURE, FIX, CHORE = "feat: gift cards", "fix: the sum", "chore: tidy up"


def sha(name: str) -> Sha:
    """The id of the commit that a test calls by one letter or two."""
    return Sha(name.encode().hex().ljust(40, "0"))


def history(*told: tuple[str, str] | tuple[str, str, str]) -> list[Change]:
    """Changes, newest first, from name, message and the names of the parents; without them each follows the next one."""
    changes = []
    for place, (name, message, *parents) in enumerate(told):
        behind = parents[0].split() if parents else [told[place + 1][0]] if place + 1 < len(told) else ["zz"]
        changes.append(read_change((sha(name), " ".join(map(sha, behind)), "Lena", "l@x", "1", message)))
    return changes


def settled(
    changes: list[Change], convention: Convention = CONVENTIONAL, shipped: Shipped = NOTHING_SHIPPED
) -> list[Entry]:
    return settle([judge(change, convention) for change in changes], convention, shipped)


def listed(
    changes: list[Change], convention: Convention = CONVENTIONAL, shipped: Shipped = NOTHING_SHIPPED
) -> list[str]:
    return [entry.change.header for entry in settled(changes, convention, shipped) if entry.listed]


def reverts(name: str, header: str) -> str:
    return f'Revert "{header}"\n\nThis reverts commit {sha(name)}.'


@pytest.mark.parametrize(
    "header",
    ["feat: x", "feature: x", "fix(api): x", "perf: x", "revert: x", "security: x", "FEAT: x", "chore!: x", "docs(a)!: x"],
)  # fmt: skip
def test_what_readers_follow_is_listed(header: str) -> None:
    assert listed(history(("a", header))) == [header]


@pytest.mark.parametrize(
    "header", ["chore: x", "docs: x", "build: x", "refactor: x", "ci: x", "style: x", "test: x", "deps: x", "Tidy up", ""]
)  # fmt: skip
def test_what_they_do_not_follow_is_left_out(header: str) -> None:
    (entry,) = settled(history(("a", header)))

    assert entry.left_out is LeftOut.NOT_FOR_READERS


@pytest.mark.parametrize("type_", ["build", "refactor", "chore", "docs"])
@pytest.mark.parametrize(
    "footer", ["BREAKING CHANGE: needs Node 20", "BREAKING-CHANGE: x", "DEPRECATED: y until 3.0"]
)
def test_a_breaking_or_deprecation_note_is_listed_whatever_its_type(type_: str, footer: str) -> None:
    assert listed(history(("a", f"{type_}: x\n\n{footer}"))) == [f"{type_}: x"]


def test_a_commit_without_a_type_is_listed_for_what_it_breaks() -> None:
    assert listed(history(("a", "Drop Node 18\n\nBREAKING CHANGE: needs Node 20"))) == ["Drop Node 18"]


def test_a_commit_and_its_revert_cancel_each_other() -> None:
    entries = settled(history(("r", reverts("a", FEATURE)), ("b", FIX), ("a", FEATURE)))

    assert [entry.left_out for entry in entries] == [LeftOut.REVERT, None, LeftOut.REVERTED]


def test_without_an_id_they_find_each_other_by_the_header() -> None:
    changes = history(
        ("r", 'Revert "feat: gift cards (#1)" (#2)'), ("b", FIX), ("a", "feat: gift cards (#1)")
    )

    assert listed(changes) == [FIX]


def test_an_id_that_nobody_knows_gives_way_to_the_header() -> None:
    assert listed(history(("r", reverts("gone", FEATURE)), ("a", FEATURE))) == []


def test_the_conventional_revert_finds_its_commit_by_refs_or_header() -> None:
    by_refs = history(("r", f"revert: let us never speak of it\n\nRefs: {sha('a')[:9]}"), ("a", FEATURE))
    by_header = history(("r", f"revert: {FEATURE}"), ("a", FEATURE))

    assert (listed(by_refs), listed(by_header)) == ([], [])


@pytest.mark.parametrize(
    "header",
    [
        f'revert: Revert "{FEATURE}" (#12)',
        f'revert(basket): "{FEATURE}"',
        f'⏪️ Revert "{FEATURE} (#11)" (#12)',
    ],
)
def test_however_the_header_is_quoted_its_commit_is_found(header: str) -> None:
    assert listed(history(("r", header), ("b", FIX), ("a", FEATURE))) == [FIX]


def test_a_conventional_revert_of_gits_own_brings_the_commit_back() -> None:
    quoted = f'Revert "{FEATURE}"'

    assert listed(history(("q", f"revert: {quoted}"), ("r", quoted), ("a", FEATURE))) == [FEATURE]


def test_a_revert_of_an_older_commit_is_listed() -> None:
    header = f'Revert "{FEATURE}"'

    assert listed(history(("r", reverts("old", FEATURE)), ("b", FIX))) == [header, FIX]


def test_a_revert_of_an_older_commit_does_not_take_a_newer_one_of_the_same_header() -> None:
    changes = history(("r", reverts("old", FIX)), ("a", FIX))

    assert unresolved_reverts(changes) == {sha("old")}
    assert listed(changes, shipped=Shipped(before=frozenset({sha("old")}))) == [f'Revert "{FIX}"', FIX]


def test_what_comes_again_after_the_revert_is_listed() -> None:
    entries = settled(history(("c", FEATURE), ("r", reverts("a", FEATURE)), ("a", FEATURE)))

    assert [entry.listed for entry in entries] == [True, False, False]


def test_a_revert_of_a_revert_brings_the_commit_back() -> None:
    again = reverts("r", f'Revert "{FEATURE}"')
    entries = settled(history(("s", again), ("r", reverts("a", FEATURE)), ("a", FEATURE)))

    assert [entry.listed for entry in entries] == [False, False, True]


def test_a_reapply_brings_the_commit_back() -> None:
    again = f'Reapply "{FEATURE}"\n\nThis reverts commit {sha("r")}.'
    entries = settled(history(("s", again), ("r", reverts("a", FEATURE)), ("a", FEATURE)))

    assert [entry.listed for entry in entries] == [False, False, True]


def test_a_reapply_finds_the_revert_by_its_header() -> None:
    changes = history(("q", f'Reapply "{FEATURE}"'), ("r", f'Revert "{FEATURE}"'), ("a", FEATURE))

    assert listed(changes) == [FEATURE]


def test_three_reverts_in_a_row_take_the_commit_away() -> None:
    second = f'Revert "{FEATURE}"'
    changes = history(
        ("t", reverts("s", f'Revert "Revert "{second}""')),
        ("s", reverts("r", second)),
        ("r", reverts("a", FEATURE)),
        ("a", FEATURE),
    )

    assert listed(changes) == []


def test_two_features_of_one_header_lose_one_by_one_revert() -> None:
    entries = settled(history(("r", f'Revert "{FIX}"'), ("b", FIX), ("a", FIX)))

    assert [entry.listed for entry in entries] == [False, False, True]


def test_a_revert_of_one_commit_here_and_one_before_is_listed_and_cancels_the_one_here() -> None:
    both = f"revert: both\n\nRefs: {sha('a')}, {sha('old')}"
    entries = settled(history(("r", both), ("a", FEATURE)))

    assert [entry.listed for entry in entries] == [True, False]


def test_a_forges_revert_finds_its_commit_by_the_number_of_the_pull_request() -> None:
    changes = history(
        ("r", 'Revert "Gift cards" (#14)\n\nReverts shop/web#12'), ("b", FIX), ("a", f"{FEATURE} (#12)")
    )

    assert listed(changes) == [FIX]


@pytest.mark.parametrize("type_", ["fix", "chore", "feat"])
def test_a_revert_under_another_type_cancels_its_commit_too(type_: str) -> None:
    changes = history(
        ("r", f'{type_}: revert "{FEATURE}"\n\nThis reverts commit {sha("a")}.'), ("b", FIX), ("a", FEATURE)
    )

    assert listed(changes) == [FIX]


def test_a_fix_that_also_reverts_something_is_a_fix_still() -> None:
    fix = f"fix: count gift cards otherwise\n\nThis reverts commit {sha('a')}."

    assert listed(history(("r", fix), ("a", FEATURE))) == ["fix: count gift cards otherwise"]


def test_a_revert_under_another_type_of_something_released_keeps_its_type() -> None:
    fix = f"fix: revert the gift cards\n\nThis reverts commit {sha('old')}."

    assert listed(history(("r", fix), ("b", CHORE))) == ["fix: revert the gift cards"]


def test_a_merge_that_repeats_the_reverts_of_its_commits_takes_nothing_back() -> None:
    said = f"Merge branch 'x'\n\n* This reverts commit {sha('a')}.\n* This reverts commit {sha('r')}."
    changes = history(
        ("m", said, "zz q"),
        ("q", reverts("r", f'Revert "{FEATURE}"'), "r"),
        ("r", reverts("a", FEATURE), "a"),
        ("a", FEATURE, "zz"),
    )

    assert listed(changes) == [FEATURE]


def test_the_revert_of_a_merge_takes_back_all_that_it_brought() -> None:
    changes = history(
        ("r", f'Revert "Merge pull request #1 from x"\n\nThis reverts commit {sha("m")}, reversing\nchanges made to b.', "m"),
        ("m", "Merge pull request #1 from x\n\nGifts", "b d"),
        ("d", FEATURE, "c"),
        ("c", "fix: on the branch", "zz"),
        ("b", FIX, "zz"),
    )  # fmt: skip

    assert listed(changes) == [FIX]


def test_a_header_that_shipped_on_a_sibling_line_is_not_announced_again() -> None:
    entries = settled(history(("b", FIX), ("a", FEATURE)), shipped=Shipped(headers=frozenset({FIX})))

    assert [entry.left_out for entry in entries] == [LeftOut.SHIPPED, None]


def test_only_the_whole_header_counts_as_shipped() -> None:
    shipped = Shipped(headers=frozenset({"fix: the sum (#12)", "fix: the"}))

    assert listed(history(("b", FIX)), shipped=shipped) == [FIX]


def test_a_cherry_pick_with_another_header_is_recognised_by_the_ids() -> None:
    changes = history(("b", FIX), ("a", f"{FEATURE}\n\n(cherry picked from commit {sha('x')})"))

    assert listed(changes, shipped=Shipped(shas=frozenset({sha("b"), sha("x")}))) == []


def test_of_an_original_and_its_copy_in_one_range_the_original_is_listed() -> None:
    copy = f"{FIX} on the line\n\n(cherry picked from commit {sha('a')})"

    assert listed(history(("b", copy), ("a", FIX))) == [FIX]


def test_labels_by_path_say_what_commits_without_a_type_are() -> None:
    convention = Convention(labels=(Label("docs/*", "docs"), Label("src/*", "feat")))
    (change,) = history(("a", "Gift cards"))

    feature = judge(change, convention, ("src/deep/gifts.py",))
    page = judge(change, convention, ("docs/gifts.md", "src/gifts.py"))
    other = judge(change, convention, ("Makefile",))

    assert [(e.kind, e.listed) for e in (feature, page, other)] == [
        (Kind.FEATURE, True),
        (Kind.OTHER, False),
        (Kind.UNCATEGORISED, False),
    ]


@pytest.mark.parametrize("header", ["v1.4.0", "1.4.0", "Release 1.4", "Release v1.4.0 (#12)", "Bump version to 1.4.0-rc.1", "Prepare release 1.4.0", "[maven-release-plugin] prepare release shop-1.4.0"])  # fmt: skip
def test_a_commit_that_only_marks_a_release_is_never_listed(header: str) -> None:
    everything = Convention(unconventional=Unconventional.LIST)

    (entry,) = settled(history(("a", header)), everything)

    assert entry.left_out is LeftOut.MARKS_RELEASE


@pytest.mark.parametrize("header", ["Bump lodash to 4.17.21", "Release the kraken", "Work with Python 3.12", "net: mend it", "Tidy up"])  # fmt: skip
def test_whatever_else_says_no_type_is_listed_where_a_team_wants_that(header: str) -> None:
    assert listed(history(("a", header)), Convention(unconventional=Unconventional.LIST)) == [header]


def test_a_word_before_the_colon_that_is_no_type_gets_its_label_by_path() -> None:
    convention = Convention(labels=(Label("src/*", "feat"),))
    (change,) = history(("a", "net: more of it"))

    assert convention.wants_paths(change)
    assert judge(change, convention, ("src/net.c",)).kind is Kind.FEATURE


def test_the_bots_own_commits_are_left_out() -> None:
    own = read_change(
        (sha("a"), "", "Harbourmaster", "harbourmaster@localhost", "1", "fix: version in setup")
    )

    assert settled([own])[0].left_out is LeftOut.OWN


def test_a_fix_of_a_weakness_is_about_security() -> None:
    entries = settled(history(("b", "fix(security): x"), ("a", "fix: CVE-2026-1234 in the parser")))

    assert [entry.kind for entry in entries] == [Kind.SECURITY, Kind.SECURITY]


names = st.sampled_from("abcdefgh")
headers = st.sampled_from(
    [FEATURE, FIX, CHORE, "Tidy up", "Merge branch 'x'", "Merge pull request #1 from x\n\nfeat: y"]
)
messages = st.one_of(
    headers,
    st.builds(reverts, names, headers),
    st.builds("revert: {}".format, headers),
    st.builds(lambda header, name: f"{header}\n\n(cherry picked from commit {sha(name)})", headers, names),
)
ranges = st.lists(
    st.tuples(names, messages, st.lists(names, max_size=3).map(" ".join)),
    max_size=8,
    unique_by=lambda told: told[0],
)


@given(ranges, st.sampled_from(Unconventional), st.frozensets(headers), st.frozensets(names.map(sha)))
def test_whatever_a_range_looks_like_nothing_is_dropped_and_everything_left_out_has_a_reason(
    told: list[tuple[str, str, str]],
    unconventional: Unconventional,
    known: frozenset[str],
    before: frozenset[str],
) -> None:
    changes = history(*told)

    entries = settled(changes, Convention(unconventional=unconventional), Shipped(known, before, before))

    assert [entry.change for entry in entries] == changes


def test_a_long_history_of_merges_and_reverts_is_settled_at_once() -> None:
    told = []
    for number in range(6000, 0, -1):
        name = f"{number:x}"
        behind = f"{number - 1:x} {max(number - 3, 0):x}" if number % 2 else f"{number - 1:x}"
        message = (
            f"Merge pull request #{number} from x\n\nfeat: y {number}"
            if number % 2
            else reverts("old", f"{number}")
        )
        told.append((name, message, behind))

    entries = settled(history(*told))

    assert len(entries) == 6000
