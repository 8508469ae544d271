"""What becomes of merges and pull requests, in repositories with the convention and without it."""

from bot.domain.convention import Convention, Kind, Unconventional
from bot.domain.settling import LeftOut
from tests.domain.test_settling import CHORE, FEATURE, FIX, history, listed, settled


def test_merges_are_left_out_where_their_commits_speak() -> None:
    changes = history(
        ("n", "Merge branch 'main' into x", "m d"),
        ("m", "Merge pull request #1 from x\n\nfeat: the title", "a c"),
        ("c", FEATURE, "a"),
        ("d", FIX, "a"),
        ("a", CHORE, "zz"),
    )

    assert listed(changes) == [FEATURE, FIX]


def test_the_title_of_a_pull_request_speaks_for_commits_that_say_nothing() -> None:
    changes = history(
        ("m", "Merge pull request #1 from x\n\nfeat: the title", "a d"),
        ("d", "wip", "c"),
        ("c", "more wip", "a"),
        ("a", CHORE, "zz"),
    )
    entries = settled(changes)

    assert [entry.change.subject for entry in entries if entry.listed] == ["the title"]


def test_a_repository_without_the_convention_can_list_its_commits() -> None:
    changes = history(("b", "Tidy up"), ("a", "Add gift cards"))
    convention = Convention(unconventional=Unconventional.LIST)

    assert listed(changes, convention) == ["Tidy up", "Add gift cards"]
    assert {entry.kind for entry in settled(changes, convention)} == {Kind.UNCATEGORISED}


def test_a_repository_without_the_convention_can_list_its_pull_requests() -> None:
    changes = history(
        ("m", "Merge pull request #1 from x\n\nAdd gift cards", "a d"),
        ("d", "Typo", "c"),
        ("c", "Gift cards", "a"),
        ("a", "Straight to main", "zz"),
    )
    convention = Convention(unconventional=Unconventional.PULL_REQUESTS)
    entries = settled(changes, convention)

    assert [entry.change.subject for entry in entries if entry.listed] == [
        "Add gift cards",
        "Straight to main",
    ]
    assert entries[1].left_out is LeftOut.IN_PULL_REQUEST
