"""Working trees for commands: whole, at the commit, with nothing of ours in them."""

from pathlib import Path

import pytest

from bot.domain.errors import OutsideError
from bot.domain.words import Sha
from tests.git_fixtures import TOKEN, Shop, as_pusher, git, land


@pytest.fixture
def over_http(shop: Shop) -> Shop:
    """The shop as a bot sees it that has fetched it over HTTP, where the contents of files are left out."""
    git(shop.bare, "tag", "v1.0.0", shop.head)
    land(shop.bare, "feat: more")
    shop.repository = shop.seen_with(directory="over-http")
    shop.repository.refresh()
    return shop


def test_a_working_tree_is_the_commit_and_knows_the_tags(over_http: Shop, tmp_path: Path) -> None:
    tree = tmp_path / "tree"

    over_http.repository.check_out(over_http.head, tree)

    assert (tree / "f0").read_text() == "new"
    assert git(tree, "rev-parse", "HEAD") == over_http.head

    assert git(tree, "status", "--porcelain") == ""
    assert git(tree, "describe", "--tags") == "v1.0.0"


def test_no_token_is_left_in_the_tree(over_http: Shop, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    over_http.repository.check_out(over_http.head, tree)

    secrets = (TOKEN.encode(), as_pusher(TOKEN)[1].rpartition(" ")[2].encode())
    content = b"".join(path.read_bytes() for path in tree.rglob("*") if path.is_file())

    assert not [secret for secret in secrets if secret in content]


def test_what_a_command_does_in_its_tree_does_not_reach_the_mirror(over_http: Shop, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    over_http.repository.check_out(over_http.head, tree)
    before = over_http.repository.tags()

    git(tree, "tag", "v6.6.6")
    git(tree, "commit", "--allow-empty", "--quiet", "--message=fix: mine")
    git(tree, "reflog", "expire", "--expire=now", "--all")
    git(tree, "gc", "--prune=now", "--quiet")

    assert over_http.repository.tags() == before
    again = tmp_path / "again"
    over_http.repository.check_out(over_http.head, again)
    assert sorted(path.name for path in again.iterdir()) == [".git", "f0"]


def test_an_unknown_commit_is_a_sentence_and_leaves_nothing_behind(over_http: Shop, tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="No working tree of ccccccc can be made: git checkout said: "):
        over_http.repository.check_out(Sha("c" * 40), tmp_path / "tree")

    assert not (tmp_path / "tree").exists()
