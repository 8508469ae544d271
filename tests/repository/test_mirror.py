"""The mirror: what a refresh brings, what it survives, and what is said when the remote is away."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.demo.remote import Fault
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import Sha
from bot.ports import Repository, TagSeen
from bot.repository import GitRepository
from tests.git_fixtures import SHORT, TOKEN, Shop, bare_repository, git, land


def test_the_class_fits_the_port(shop: Shop) -> None:
    port: Repository = shop.repository

    assert port.branches() == {"main": shop.head}


def test_a_refresh_brings_new_commits_branches_and_tags(shop: Shop) -> None:
    fixed = land(shop.bare, "fix: one", branch="release/1.4")
    git(shop.bare, "tag", "v0.1.0", shop.head)

    shop.repository.refresh()

    assert shop.repository.branches() == {"main": shop.head, "release/1.4": fixed}
    assert shop.repository.tags() == [TagSeen("v0.1.0", shop.head, shop.head)]
    assert shop.repository.commits(None, fixed, 10).total == 1


def test_reads_answer_as_of_the_last_refresh(shop: Shop) -> None:
    land(shop.bare, "fix: unseen")

    with shop.remote.down():
        branches = shop.repository.branches()

    assert branches == {"main": shop.head}


def test_before_the_first_refresh_a_read_says_what_to_do(shop: Shop) -> None:
    unseen = shop.seen_with(directory="other")

    with pytest.raises(OutsideError, match=r"shop has not been fetched yet\. Refresh it first\."):
        unseen.branches()


def test_a_branch_that_is_deleted_or_becomes_a_folder_does_not_stop_a_refresh(shop: Shop) -> None:
    git(shop.bare, "branch", "hotfix", shop.head)
    shop.repository.refresh()
    git(shop.bare, "branch", "-D", "hotfix")
    git(shop.bare, "branch", "hotfix/1.2", shop.head)

    shop.repository.refresh()

    assert set(shop.repository.branches()) == {"main", "hotfix/1.2"}


def test_contains_follows_the_history(shop: Shop) -> None:
    head = land(shop.bare, "fix: one", "fix: two")
    elsewhere = land(shop.bare, "feat: alone", branch="other")
    shop.repository.refresh()

    assert shop.repository.contains(head, shop.head)
    assert shop.repository.contains(head, head)
    assert not shop.repository.contains(shop.head, head)
    assert not shop.repository.contains(head, elsewhere)
    with pytest.raises(OutsideError, match="cannot answer"):
        shop.repository.contains(head, Sha("1" * 40))


def test_names_that_look_like_options_are_data(shop: Shop) -> None:
    for name in ("--output=x", "-x", "--"):
        git(shop.bare, "update-ref", f"refs/heads/{name}", shop.head)
        git(shop.bare, "update-ref", f"refs/tags/{name}", shop.head)

    shop.repository.refresh()

    assert set(shop.repository.branches()) == {"main", "--output=x", "-x", "--"}
    assert {tag.name for tag in shop.repository.tags()} == {"--output=x", "-x", "--"}
    assert not list(shop.home.glob("data/**/x"))


def test_every_kind_of_tag_says_where_it_leads(shop: Shop) -> None:
    blob = git(shop.bare, "rev-parse", "main:f0")
    tree = git(shop.bare, "rev-parse", "main^{tree}")
    ada = ("-c", "user.name=Ada", "-c", "user.email=a@x")
    git(shop.bare, *ada, "tag", "-a", "-m", "x", "annotated", shop.head)
    git(shop.bare, *ada, "tag", "-a", "-m", "x", "nested", "annotated")
    git(shop.bare, *ada, "tag", "-a", "-m", "x", "of-a-blob", blob)
    git(shop.bare, "tag", "just-a-blob", blob)
    git(shop.bare, "tag", "just-a-tree", tree)
    git(shop.bare, "tag", "light", shop.head)

    shop.repository.refresh()
    seen = {tag.name: tag.target for tag in shop.repository.tags()}
    asked = {name: shop.repository.ask_for_tag(name) for name in seen}

    expected = {
        "annotated": shop.head,
        "nested": shop.head,
        "light": shop.head,
        "of-a-blob": None,
        "just-a-blob": None,
        "just-a-tree": None,
    }
    assert seen == expected
    assert {name: tag.target for name, tag in asked.items() if tag} == expected


def test_a_tag_that_was_moved_past_the_hook_shows_where_it_is_now(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    shop.repository.refresh()
    (before,) = shop.repository.tags()
    other = land(shop.bare, "feat: something else")
    git(shop.bare, "update-ref", "refs/tags/v1.0.0", other)

    shop.repository.refresh()

    assert before.target == shop.head
    assert shop.repository.tags() == [TagSeen("v1.0.0", other, other)]
    assert shop.repository.ask_for_tag("v1.0.0") == TagSeen("v1.0.0", other, other)


def test_a_tag_that_was_deleted_on_the_server_is_gone_here_too(shop: Shop) -> None:
    git(shop.bare, "tag", "v1.0.0", shop.head)
    shop.repository.refresh()
    git(shop.bare, "tag", "-d", "v1.0.0")

    shop.repository.refresh()

    assert shop.repository.tags() == []


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_an_empty_repository_has_no_branches_and_fills_later_with_either_hash(
    tmp_path: Path, shop: Shop, object_format: str
) -> None:
    bare = bare_repository(tmp_path / "empty.git", object_format=object_format)
    empty = shop.seen_with(url=str(bare), directory="empty", token=None)

    empty.refresh()
    nothing = (empty.branches(), empty.tags(), empty.ask_for_tag("v1.0.0"))
    head = land(bare, "feat: begin")
    empty.refresh()
    empty.push_new_tag("v1.0.0", head, "1.0.0")

    assert nothing == ({}, [], None)
    assert empty.branches() == {"main": head}
    assert empty.prove_tag("v1.0.0").target == head


def test_a_shallow_copy_can_be_a_remote(tmp_path: Path, shop: Shop) -> None:
    land(shop.bare, "fix: one", "fix: two")
    git(tmp_path, "clone", "--quiet", "--bare", "--depth=1", f"file://{shop.bare}", "shallow.git")
    shallow = shop.seen_with(url=str(tmp_path / "shallow.git"), directory="shallow")

    shallow.refresh()

    assert list(shallow.branches()) == ["main"]


@pytest.mark.parametrize("address", ["gone.git", "ext::touch ran", "file:///nowhere/x.git"])
def test_an_address_without_a_repository_is_unreachable(shop: Shop, address: str) -> None:
    lost = shop.seen_with(url=address, directory="lost")

    with pytest.raises(OutsideError, match=r"The repository of shop .* cannot be read: "):
        lost.refresh()
    with pytest.raises(OutsideError, match="cannot be read"):
        lost.ask_for_tag("v1.0.0")


def test_a_remote_that_is_down_or_broken_is_unreachable_and_comes_back(shop: Shop) -> None:
    with shop.remote.down(), pytest.raises(OutsideError, match="Failed to connect"):
        shop.repository.refresh()
    with shop.remote.misbehave(Fault.BROKEN), pytest.raises(OutsideError, match="502"):
        shop.repository.refresh()

    shop.repository.refresh()

    assert shop.repository.branches() == {"main": shop.head}


def test_a_remote_that_hangs_is_given_up_in_time(shop: Shop) -> None:
    impatient = shop.seen_with(patience=SHORT)

    with shop.remote.misbehave(Fault.HANG):
        with pytest.raises(OutsideError, match=r"did not finish within 0.4 seconds"):
            impatient.refresh()
        with pytest.raises(OutsideError, match=r"did not finish within 0.4 seconds"):
            impatient.ask_for_tag("v1.0.0")


def test_credentials_in_the_address_are_used_and_never_shown(shop: Shop) -> None:
    address = shop.remote.url.replace("http://", f"http://ada:{TOKEN}@")
    named = shop.seen_with(url=address, token=None, directory="named")
    named.refresh()
    named.push_new_tag("v1.0.0", shop.head, "1.0.0")

    with shop.remote.down(), pytest.raises(OutsideError) as caught:
        named.refresh()

    assert TOKEN not in str(caught.value)


def test_two_threads_and_a_second_bot_may_refresh_at_once(shop: Shop) -> None:
    second_bot = shop.seen_with()
    fresh = shop.seen_with(directory="fresh")
    failures: list[Exception] = []

    def refresh(repository: GitRepository) -> None:
        try:
            repository.refresh()
        except OutsideError as error:
            failures.append(error)

    crowd = [
        threading.Thread(target=refresh, args=(one,))
        for one in (shop.repository, second_bot, fresh, fresh) * 2
    ]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()

    assert failures == []
    assert fresh.branches() == shop.repository.branches() == {"main": shop.head}


def test_what_a_killed_git_left_behind_is_cleared_away(shop: Shop) -> None:
    mirror = shop.home / "data" / "mirror.git"
    git(shop.bare, "branch", "tmp_branch", shop.head)
    shop.repository.refresh()
    left = [
        mirror / name for name in ("packed-refs.lock", "shallow.lock", "objects/maintenance.lock", "gc.pid")
    ]
    left += [mirror / "refs/remotes/origin/main.lock", mirror / "objects/pack/tmp_pack_abc"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    head = land(shop.bare, "fix: one")

    shop.repository.refresh()

    assert shop.repository.branches() == {"main": head, "tmp_branch": shop.head}
    assert [path for path in left if path.exists()] == []


def test_half_a_mirror_is_no_mirror(shop: Shop) -> None:
    half = shop.home / "other" / "mirror.new"
    half.mkdir(parents=True)
    (half / "HEAD").write_text("ref: refs/he")
    other = shop.seen_with(directory="other")

    other.refresh()

    assert other.branches() == {"main": shop.head}
    assert not half.exists()


def test_a_bot_killed_in_its_first_fetch_leaves_nothing_that_needs_a_person(shop: Shop) -> None:
    script = (
        "import sys; from pathlib import Path; from bot.repository import GitRepository, Signing\n"
        "GitRepository(name='shop', url=sys.argv[1], directory=Path(sys.argv[2]), signing=Signing('ssh', 'x')).refresh()"
    )
    impatient = shop.seen_with(directory="killed", patience=SHORT)
    with shop.remote.misbehave(Fault.HANG):
        bot = subprocess.Popen([sys.executable, "-c", script, shop.remote.url, str(shop.home / "killed")])
        assert shop.remote.wait_until_somebody_hangs(30)

        os.kill(bot.pid, signal.SIGKILL)
        bot.wait()
        with pytest.raises(OutsideError, match="another process is still fetching it"):
            impatient.refresh()

    shop.seen_with(directory="killed").refresh()

    assert impatient.branches() == {"main": shop.head}


def test_a_wrong_token_is_a_refusal_that_names_the_token(shop: Shop) -> None:
    stranger = shop.seen_with(token="wrong-token")

    with pytest.raises(OutsideRefusal, match=r"does not let us in: .*403.* Check the product's token"):
        stranger.push_new_tag("v1.0.0", shop.head, "1.0.0")

    assert shop.repository.ask_for_tag("v1.0.0") is None
