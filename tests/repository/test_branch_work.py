"""Branches on the remote: made create-only, given the bot's own commits, and merged; and every way in which that can end."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.keys import make_signing_key
from bot.demo.remote import Fault, GitRemote
from bot.domain.branch_work import Merged, MergeWay
from bot.domain.errors import OutsideError, OutsideRefusal, UnknownOutcome
from bot.domain.words import Sha
from bot.repository import GitRepository
from tests.git_fixtures import TOKEN, Shop, bare_repository, git, land
from tests.repository.branch_things import BINARY, OWN, blob, head_of, put


def test_a_new_branch_stands_at_the_commit_and_making_it_again_is_no_difference(shop: Shop) -> None:
    shop.repository.push_new_branch("release/1.4", shop.head)
    shop.repository.push_new_branch("release/1.4", shop.head)

    assert shop.repository.ask_for_branch("release/1.4") == shop.head
    assert shop.repository.ask_for_branch("1.4") is None


def test_a_branch_that_stands_elsewhere_is_left_there(shop: Shop) -> None:
    elsewhere = land(shop.bare, "feat: other", branch="release/1.4")

    with pytest.raises(
        OutsideRefusal, match=rf"has a branch release/1.4, at {elsewhere[:7]} and not at {shop.head[:7]}"
    ):
        shop.repository.push_new_branch("release/1.4", shop.head)

    assert head_of(shop, "release/1.4") == elsewhere


def test_of_two_bots_that_cut_a_branch_at_two_commits_one_is_refused(shop: Shop) -> None:
    other = land(shop.bare, "feat: more")
    shop.repository.refresh()
    ends: list[str] = []

    def cut(commit: Sha) -> None:
        try:
            shop.seen_with().push_new_branch("release/1.4", commit)
            ends.append(commit)
        except (OutsideRefusal, OutsideError):
            ends.append("refused")

    bots = [threading.Thread(target=cut, args=(commit,)) for commit in (shop.head, other)]
    for bot in bots:
        bot.start()
    for bot in bots:
        bot.join()

    assert sorted(ends) == sorted([head_of(shop, "release/1.4"), "refused"])


def test_a_branch_beside_one_that_would_be_its_folder_says_so(shop: Shop) -> None:
    git(shop.bare, "branch", "release", shop.head)

    with pytest.raises(OutsideRefusal, match=r"cannot have a branch release/1\.4 beside its branch release:"):
        shop.repository.push_new_branch("release/1.4", shop.head)


def test_a_cut_connection_is_unknown_and_the_next_try_finds_the_branch(shop: Shop) -> None:
    with shop.remote.misbehave(Fault.CUT_AFTER_ACCEPT), pytest.raises(UnknownOutcome, match="may be there"):
        shop.repository.push_new_branch("release/1.4", shop.head)

    shop.repository.push_new_branch("release/1.4", shop.head)

    assert head_of(shop, "release/1.4") == shop.head


@pytest.mark.parametrize("name", ["--output=x", "-x", "a..b", "", "release/", "main:evil", "HEAD", "x/-y"])
def test_a_hostile_branch_name_gets_no_further_than_its_check(shop: Shop, name: str) -> None:
    for attempt in (
        lambda: shop.repository.push_new_branch(name, shop.head),
        lambda: shop.repository.ask_for_branch(name),
        lambda: shop.repository.commit_files(name, shop.head, {"a": b"b"}, OWN),
        lambda: shop.repository.merge(shop.head, name, shop.head, OWN),
    ):
        with pytest.raises(OutsideRefusal, match="cannot be the name"):
            attempt()


def test_a_commit_of_the_bot_changes_its_files_and_nothing_else(shop: Shop) -> None:
    before = put(
        shop.bare,
        "main",
        {"CHANGELOG.md": b"old\r\n", "run.sh": b"#!/bin/sh\n", "gone.txt": b"x", "src/a.py": b"a"},
    )
    git(shop.bare, "update-ref", "refs/heads/main", before)
    shop.repository.refresh()
    files = {"CHANGELOG.md": b"new\r\nold\r\n", "assets/logo.bin": BINARY, "gone.txt": None}

    made = shop.repository.commit_files("main", before, files, OWN)

    assert head_of(shop, "main") == made
    assert blob(shop, "main:CHANGELOG.md") == b"new\r\nold\r\n"
    assert blob(shop, "main:assets/logo.bin") == BINARY
    assert git(shop.bare, "diff", "--name-status", before, made).split("\n") == [
        "M\tCHANGELOG.md",
        "A\tassets/logo.bin",
        "D\tgone.txt",
    ]
    said = git(shop.bare, "log", "-1", "--format=%an <%ae> %at%n%B", made)
    assert said.rstrip() == (
        "Harbourmaster <release@shop.example> 1795694400\n"
        "docs: changelog of 1.4.0\n\nHarbourmaster-Operation: shop-1.4.0/PREP-3"
    )


def test_a_file_keeps_its_mode(shop: Shop) -> None:
    git(shop.bare, "fast-import", "--quiet", stdin=(
        b"commit refs/heads/tools\ncommitter A <a@x> 1790000000 +0000\ndata 1\nx\nfrom refs/heads/main^0\n"
        b"M 100755 inline bump.sh\ndata 4\nold\n\n"
    ))  # fmt: skip
    shop.repository.refresh()

    shop.repository.commit_files("tools", Sha(head_of(shop, "tools")), {"bump.sh": b"new\n"}, OWN)

    assert git(shop.bare, "ls-tree", "tools", "bump.sh").startswith("100755 blob")
    assert blob(shop, "tools:bump.sh") == b"new\n"


@pytest.mark.parametrize(
    "path", ["link", "folder", "sub", "../out", ".git/config", "/etc/passwd", "a//b", ""]
)
def test_what_is_no_ordinary_file_is_not_written(shop: Shop, path: str) -> None:
    git(shop.bare, "fast-import", "--quiet", stdin=(
        b"commit refs/heads/main\ncommitter A <a@x> 1790000000 +0000\ndata 1\nx\nfrom refs/heads/main^0\n"
        b"M 120000 inline link\ndata 11\n/etc/passwd\nM 100644 inline folder/a\ndata 1\na\n"
        b"M 160000 " + b"1" * 40 + b" sub\n\n"
    ))  # fmt: skip
    shop.repository.refresh()
    before = Sha(head_of(shop, "main"))

    with pytest.raises(OutsideRefusal):
        shop.repository.commit_files("main", before, {path: b"evil"}, OWN)

    assert head_of(shop, "main") == before


def test_the_same_commit_made_twice_is_one_and_the_same(shop: Shop) -> None:
    first = shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN)
    git(shop.bare, "update-ref", "refs/heads/main", shop.head)

    assert shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN) == first


def test_files_that_are_so_already_make_no_commit(shop: Shop) -> None:
    made = shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN)
    shop.repository.refresh()

    assert shop.repository.commit_files("main", made, {"a": b"1"}, OWN) == made
    assert head_of(shop, "main") == made


def test_a_branch_that_has_moved_is_not_touched_and_looked_at_again(shop: Shop) -> None:
    moved = land(shop.bare, "fix: meanwhile")

    with pytest.raises(
        OutsideError, match=r"main moved on .* in the meantime, so nothing was pushed. It is looked at again"
    ):
        shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN)

    assert head_of(shop, "main") == moved


def test_after_a_cut_connection_the_bots_own_commit_is_found_and_not_made_again(shop: Shop) -> None:
    with shop.remote.misbehave(Fault.CUT_AFTER_ACCEPT), pytest.raises(UnknownOutcome):
        shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN)
    made = Sha(head_of(shop, "main"))
    later = land(shop.bare, "fix: after it")
    shop.repository.refresh()

    assert shop.repository.find_own_commit(OWN.operation, shop.head, later) == made
    assert shop.repository.find_own_commit("shop-1.4.0/PREP", shop.head, later) is None
    assert shop.repository.find_own_commit(OWN.operation, made, later) is None


def test_a_forged_trailer_finds_nothing(shop: Shop) -> None:
    message = f"docs: changelog of 1.4.0\n\nHarbourmaster-Operation: {OWN.operation}"
    forged = land(shop.bare, message, who=b"Harbourmaster <release@shop.example>")
    stranger = shop.seen_with(
        signing=replace(make_signing_key(shop.home / "stranger"), email="release@shop.example")
    )
    shop.repository.refresh()
    signed_by_another = stranger.commit_files("main", forged, {"a": b"1"}, OWN)
    shop.repository.refresh()

    assert shop.repository.find_own_commit(OWN.operation, shop.head, signed_by_another) is None
    assert not shop.repository.is_own_commit(forged)
    assert not shop.repository.is_own_commit(signed_by_another)


def test_a_key_that_cannot_sign_makes_no_commit(shop: Shop) -> None:
    lost = shop.seen_with(signing=replace(shop.signing, key=shop.home / "no-such-key"))

    with pytest.raises(OutsideRefusal, match=r"could not be signed: .*Check the signing key setting"):
        lost.commit_files("main", shop.head, {"a": b"1"}, OWN)

    assert head_of(shop, "main") == shop.head


@pytest.mark.process("BM-3")
def test_a_protected_branch_is_a_refusal_in_the_remotes_words(shop: Shop) -> None:
    with shop.remote.misbehave(Fault.REFUSE), pytest.raises(OutsideRefusal) as caught:
        shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN)

    assert str(caught.value) == (
        f"{shop.remote.url} refused the push to the branch main: The shop is closed for stocktaking until Monday. "
        "(pre-receive hook declined). Ask those who keep the repository's rules, then try again."
    )


def test_files_are_read_as_they_were_although_the_mirror_has_no_blobs(shop: Shop) -> None:
    head = put(shop.bare, "main", {"CHANGELOG.md": b"old\r\n", "logo.bin": BINARY})
    shop.repository.refresh()

    found = shop.repository.read_files(head, ["CHANGELOG.md", "logo.bin", "nothing", "--output=x"])

    assert found == {"CHANGELOG.md": b"old\r\n", "logo.bin": BINARY}


def test_the_files_that_differ_are_told_whatever_happened_to_them(shop: Shop) -> None:
    before = put(shop.bare, "main", {"a": b"1", "b": b"1"})
    made = shop_commit(shop, before, {"a": b"2", "b": None, "c": b"1"})
    shop.repository.refresh()

    assert shop.repository.changed_files(before, made) == ["a", "b", "c"]


def shop_commit(shop: Shop, head: Sha, files: dict[str, bytes | None]) -> Sha:
    shop.repository.refresh()
    return shop.repository.commit_files("main", head, files, OWN)


def test_a_sha256_repository_takes_commits_and_merges_too(shop: Shop, tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "new.git", object_format="sha256")
    head = land(bare, "feat: one")
    with GitRemote.serve(bare, token=TOKEN) as remote:
        repository = GitRepository(
            name="new", url=remote.url, directory=tmp_path / "n", signing=shop.signing, token=TOKEN
        )
        repository.refresh()
        made = repository.commit_files("main", head, {"a": b"1", "f0": None}, OWN)
        repository.push_new_branch("release/1.0", head)
        repository.refresh()

        assert repository.merge(made, "release/1.0", head, OWN) == Merged(made, MergeWay.FAST_FORWARD)


def test_nothing_of_the_work_stays_in_the_mirror_or_beside_it(shop: Shop) -> None:
    shop.repository.commit_files("main", shop.head, {"a": b"1"}, OWN)

    assert sorted(path.name for path in (shop.home / "data").iterdir()) == ["mirror.git", "mirror.lock"]


def test_what_landed_on_main_is_told_without_what_bears_the_bots_signature(shop: Shop) -> None:
    forged = put(shop.bare, "main", {"a": b"a"})
    forged = Sha(
        git(shop.bare, "commit-tree", "-p", shop.head, "-m", f"fix: mine\n\nHarbourmaster-Operation: {OWN.operation}",
            f"{forged}^{{tree}}")
    )  # fmt: skip
    git(shop.bare, "update-ref", "refs/heads/main", forged)
    shop.repository.refresh()
    own = shop.repository.commit_files("main", forged, {"CHANGELOG.md": b"new"}, OWN)
    shop.repository.refresh()

    (main,) = (each for each in shop.repository.place_branches("main") if each.name == "main")

    assert own not in [commit.sha for commit in main.landed]
    assert main.landed[0].sha == forged
