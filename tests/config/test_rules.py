"""The rules of single values: names of branches and tags against git itself, addresses and ids against tables."""

import subprocess
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.config import rules

REF_TEXT = st.text(alphabet="aB0-_./@{~^:?*[\\ \x01\x7fé\t", max_size=6) | st.sampled_from(
    ["release/", "x.lock", "x.lock/y", "a..b", "HEAD", "@", "refs/heads/x", "v", ""]
)


def takes(rule: Callable[[str], str], value: str) -> bool:
    try:
        return rule(value) == value
    except ValueError:
        return False


def git_takes(*arguments: str) -> bool:
    return subprocess.run(["git", "check-ref-format", *arguments], capture_output=True).returncode == 0


@settings(max_examples=150, deadline=None)
@given(REF_TEXT)
@example("a.lock")
@example("-a")
def test_a_branch_is_taken_exactly_when_git_takes_it(name: str) -> None:
    # A part that begins with a hyphen, HEAD and @ are refs that git stores and that its commands read otherwise.
    is_read_otherwise = f"/{name}".count("/-") > 0 or name in ("HEAD", "@")
    expected = git_takes(f"refs/heads/{name}") and not is_read_otherwise

    assert takes(rules.branch, name) == expected


@settings(max_examples=150, deadline=None)
@given(REF_TEXT)
@example("release/")
@example("")
def test_a_tag_prefix_is_taken_exactly_when_git_takes_its_tags(prefix: str) -> None:
    expected = git_takes(f"refs/tags/{prefix}1.0.0") and f"/{prefix}".count("/-") == 0

    assert takes(rules.tag_prefix, prefix) == expected


@pytest.mark.parametrize(
    "address",
    [
        "https://git.example.com/shop.git",
        "https://git.example.com:8443/team/shop",
        "http://127.0.0.1:8080/shop.git",
        "ssh://git@git.example.com:2222/shop.git",
        "git@git.example.com:team/shop.git",
        "file:///srv/git/shop.git",
        "/srv/git/shop.git",
    ],
)
def test_addresses_that_git_reaches_without_a_helper_are_taken(address: str) -> None:
    assert takes(rules.repository, address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop",
        "../shop.git",
        "--upload-pack=touch",
        "-oProxyCommand=id@host:x",
        "ext::sh -c id",
        "ext::id",
        "git://git.example.com/shop.git",
        "https://git.example.com",
        "https:///shop.git",
        "https://git.example.com:port/shop.git",
        "https://[git.example.com/shop.git",
        "https://git.example.com/shop.git\n",
        "file://elsewhere/shop.git",
        "-x@host:shop.git",
    ],
)
def test_addresses_that_git_cannot_or_must_not_use_are_refused(address: str) -> None:
    assert not takes(rules.repository, address)


@pytest.mark.parametrize(
    "address",
    [
        "https://bot:hunter2@git.example.com/shop.git",
        "https://hunter2@git.example.com/shop.git",
        "ssh://git:hunter2@git.example.com/shop.git",
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValueError, match="must not hold a name or password") as caught:
        rules.repository(address)

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (rules.channel_id, ["C0123456789", "G0123"], ["D0123", "#shop", "c0123", "C0123\n", "C", ""]),
        (rules.user_id, ["U0123", "W0123"], ["S0123", "@bob", "U01-23", "u0123"]),
        (rules.group_id, ["S0123"], ["U0123", "@qa", ""]),
        (
            rules.product_name,
            ["shop", "2shop-web", "a" * 40],
            ["", "Shop", "-shop", "a" * 41, "shop\n", "läden"],
        ),
        (rules.role_name, ["qa", "release-manager"], ["QA", "release manager", "-qa"]),
        (
            rules.time_zone,
            ["UTC", "Europe/Berlin"],
            ["", "Europe", "CET+1", "../etc", "/etc/localtime", "x\0"],
        ),
        (
            rules.openpgp_key,
            ["0123456789ABCDEF", "0x" + "a0" * 20],
            ["", "0123ABCD", "bot@example.com", "--output=x"],
        ),
    ],
)
def test_names_and_ids_have_their_form(rule: Callable[[str], str], good: list[str], bad: list[str]) -> None:
    assert [value for value in good if not takes(rule, value)] == []
    assert [value for value in bad if takes(rule, value)] == []
