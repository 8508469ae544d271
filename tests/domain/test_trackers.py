"""Where the issues that commits name are looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trackers import NOWHERE, trackers_of

JIRA = "https://jira.example/browse/{issue}"


@pytest.mark.parametrize(
    ("repository", "issue", "address"),
    [
        ("https://github.com/ada/shop.git", "#12", "https://github.com/ada/shop/issues/12"),
        ("git@github.com:ada/shop.git", "GH-7", "https://github.com/ada/shop/issues/7"),
        (
            "ssh://git@github.example.com:2222/ada/shop",
            "#12",
            "https://github.example.com/ada/shop/issues/12",
        ),
        ("https://github.com/ada/shop", "ben/lib#3", "https://github.com/ben/lib/issues/3"),
        ("https://gitlab.com/ada/web/shop.git", "#12", "https://gitlab.com/ada/web/shop/-/issues/12"),
        ("https://gitlab.com/ada/shop", "!12", "https://gitlab.com/ada/shop/-/merge_requests/12"),
        ("https://gitlab.com/ada/shop", "ben/web/lib#3", "https://gitlab.com/ben/web/lib/-/issues/3"),
        ("https://user:secret@github.com/ada/shop.git", "#12", "https://github.com/ada/shop/issues/12"),
        ("https://github.com/ada/shop", "SHOP-12", "https://jira.example/browse/SHOP-12"),
        ("https://git.example.com/shop", "#12", "https://jira.example/browse/12"),
        ("https://notgithub.com/ada/shop", "SHOP-12", "https://jira.example/browse/SHOP-12"),
        ("https://git.example.com/shop", "ben/lib#3", None),
        ("/srv/git/shop.git", "SHOP-12", "https://jira.example/browse/SHOP-12"),
        ("https://github.com/ada/shop", "anything", None),
        ("https://github.com/ada/shop", "", None),
    ],
)
def test_an_issue_is_looked_up_at_the_forge_or_in_the_teams_tracker(
    repository: str, issue: str, address: str | None
) -> None:
    assert trackers_of(repository, JIRA).address(issue) == address


@pytest.mark.parametrize("repository", ["", "/srv/git/shop.git", "file:///srv/github/shop", "https://git.example.com/shop", "ext::sh -c x"])  # fmt: skip
def test_of_a_repository_that_is_on_no_forge_nobody_knows_the_issues(repository: str) -> None:
    assert trackers_of(repository) == NOWHERE
    assert trackers_of(repository).address("#12") is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_makes_an_address_that_anything_could_be_hidden_in(repository: str, issue: str) -> None:
    address = trackers_of(f"https://github.com/{repository}", JIRA).address(issue) or ""

    assert not set(address) & set(" <>|()[]\n\"'\\")
