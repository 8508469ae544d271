"""Hostile messages, settings and names: all of it is read as text, and none of it becomes an option."""

from pathlib import Path

import pytest

from bot.domain.errors import NotFound
from tests.git_fixtures import git, raw_commit
from tests.repository.histories import History
from tests.repository.test_ranges import listed, read, shop

__all__ = ["shop"]


def test_hostile_messages_are_read_and_none_is_lost(shop: History) -> None:
    shop.commit(b"fix: \xff\xfe binary \x80")
    shop.commit(b"fix: <!channel> & <@U1>\n\n" + b"x" * 1_000_000)
    shop.commit(b"fix: --output=x")
    shop.commit(b"")
    head = git(shop.path, "rev-parse", "main")
    tree = git(shop.path, "rev-parse", "main^{tree}")
    who = b"J\xf6rg <j@x> 1790009999 +0000"
    raw_commit(
        shop.path,
        b"tree %b\nparent %b\nauthor %b\ncommitter %b\nencoding ISO-8859-1\n\nfix: f\xfcr \x00 hidden\n"
        % (tree.encode(), head.encode(), who, who),
    )

    found = read(shop)

    assert listed(found) == [
        "fix: für",
        "fix: --output=x",
        "fix: <!channel> & <@U1>",
        "fix: \ufffd\ufffd binary \ufffd",
    ]
    assert len(found.entries) == 5
    assert found.entries[0].change.author == "Jörg"


def test_a_repositorys_own_settings_change_nothing(shop: History) -> None:
    shop.commit("fix: für alle")
    for key, value in (
        ("i18n.logOutputEncoding", "latin1"), ("log.showSignature", "true"), ("color.ui", "always"), ("format.pretty", "oneline"),
        ("log.decorate", "full"), ("core.quotePath", "true"), ("log.follow", "true"), ("notes.displayRef", "*"),
    ):  # fmt: skip
        git(shop.path, "config", key, value)

    assert listed(read(shop)) == ["fix: für alle"]


@pytest.mark.parametrize("name", ["--output=x", "-x", "v1.0.0-$(id)"])
def test_a_name_that_looks_like_an_option_is_a_name(shop: History, name: str, tmp_path: Path) -> None:
    shop.commit("fix: one")
    shop.tag(name)
    shop.commit("fix: two")
    git(shop.path, "update-ref", f"refs/heads/{name}-branch", "main")

    assert listed(read(shop, "v1.0.0", name)) == ["fix: one"]
    assert listed(read(shop, name, f"{name}-branch")) == ["fix: two"]
    assert not list(tmp_path.rglob("x"))


@pytest.mark.parametrize(
    "name", ["--output=x", "v9", "main..x", "HEAD^{/fix}", "@{-1}", "", "a b", "main:f", "\x00"]
)
def test_a_name_that_is_not_there_is_refused_in_a_sentence(shop: History, name: str) -> None:
    with pytest.raises(NotFound, match="has no tag, branch or commit"):
        read(shop, until=name)
