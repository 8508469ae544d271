"""The demo's parts: a believable product, a copy that leaves the original alone, a strict remote, a proof for all."""

import gzip
import hashlib
import http.client
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.demo.keys import make_signing_key, verify_fresh_clone
from bot.demo.product import make_demo_product, push_fix, scratch_copy
from bot.demo.remote import Fault, GitRemote
from bot.domain.errors import OutsideError, OutsideRefusal
from tests.git_fixtures import TOKEN, Shop, as_pusher, environment, git


def test_the_demo_product_is_the_same_each_time_and_believable(tmp_path: Path) -> None:
    product = make_demo_product(tmp_path / "a" / "shop.git")
    again = make_demo_product(tmp_path / "b" / "shop.git")

    subjects = git(product.bare, "log", "--format=%s", "main").split("\n")
    authors = set(git(product.bare, "log", "--format=%an <%ae>", "main").split("\n"))

    assert (product.head, product.tags) == (again.head, again.tags)
    assert 30 <= len(subjects) <= 40
    assert authors == set(product.authors)
    assert len(authors) == 5
    assert git(product.bare, "tag", "--list").split("\n") == sorted(product.tags)
    assert {"v1.0.0", "v1.3.2", "nightly-2026-09-15"} < set(product.tags)
    assert git(product.bare, "rev-list", "--count", "v1.3.2..main") == "9"
    assert git(product.bare, "ls-tree", "--name-only", "main", "migrations/", "docs/").count("\n") > 8
    assert git(product.bare, "fsck", "--strict") == ""


def test_a_scratch_copy_has_every_branch_and_tag_and_the_original_is_untouched(tmp_path: Path) -> None:
    product = make_demo_product(tmp_path / "shop.git")
    original = tmp_path / "work"
    git(tmp_path, "clone", "--quiet", str(product.bare), "work")
    git(original, "branch", "mine")
    before = digest(original)

    scratch_copy(original, tmp_path / "copy.git")

    assert digest(original) == before
    assert (
        git(tmp_path / "copy.git", "for-each-ref", "--format=%(refname)", "refs/heads")
        == "refs/heads/main\nrefs/heads/mine"
    )
    assert git(tmp_path / "copy.git", "tag", "--list").split("\n") == sorted(product.tags)
    assert str(original) not in (tmp_path / "copy.git" / "config").read_text()


def test_working_in_a_scratch_copy_never_reaches_the_original(tmp_path: Path) -> None:
    product = make_demo_product(tmp_path / "shop.git")
    before = digest(product.bare)
    scratch_copy(product.bare, tmp_path / "copy.git")

    with GitRemote.serve(tmp_path / "copy.git", token=TOKEN) as remote:
        push_fix(remote.url, TOKEN, "main", "fix: one")
    git(tmp_path / "copy.git", "gc", "--quiet", "--prune=now")

    assert digest(product.bare) == before


def test_what_is_no_repository_cannot_be_copied(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match=r"nothing cannot be copied for the demo"):
        scratch_copy(tmp_path / "nothing", tmp_path / "copy.git")


def test_a_shallow_clone_is_not_copied_and_what_to_do_is_said(tmp_path: Path) -> None:
    product = make_demo_product(tmp_path / "shop.git")
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{product.bare}", "shallow")

    with pytest.raises(OutsideError, match="Run `git fetch --unshallow` there"):
        scratch_copy(tmp_path / "shallow", tmp_path / "copy.git")


def test_a_fix_lands_through_the_remote(shop: Shop) -> None:
    commit = push_fix(shop.remote.url, TOKEN, "main", "fix: --all `$(touch x)`\n\nand a body")

    shop.repository.refresh()
    found = shop.repository.commits(shop.head, commit, 10)

    assert shop.repository.branches() == {"main": commit}
    assert [(line.subject, line.body) for line in found.lines] == [("fix: --all `$(touch x)`", "and a body")]


def test_a_fix_that_the_remote_does_not_take_says_why(shop: Shop) -> None:
    with shop.remote.misbehave(Fault.REFUSE), pytest.raises(OutsideRefusal, match="closed for stocktaking"):
        push_fix(shop.remote.url, TOKEN, "main", "fix: one")
    with pytest.raises(OutsideError, match="no-such-branch cannot be read"):
        push_fix(shop.remote.url, TOKEN, "no-such-branch", "fix: one")


def test_anybody_can_verify_a_release_tag_in_a_fresh_clone(shop: Shop) -> None:
    assert shop.signing.allowed_signers is not None
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")

    words = verify_fresh_clone(shop.remote.url, "v1.0.0", shop.signing.allowed_signers, shop.home / "clone")

    assert words.startswith('Good "git" signature for release@shop.example with ED25519 key SHA256:')


@pytest.mark.parametrize("tag", ["v1.0.0", "unsigned", "replayed", "missing"])
def test_a_fresh_clone_raises_when_the_tag_is_not_what_it_says(shop: Shop, tag: str) -> None:
    stranger = make_signing_key(shop.home / "stranger")
    assert stranger.allowed_signers is not None
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")
    git(shop.bare, "tag", "unsigned", shop.head)
    git(shop.bare, "update-ref", "refs/tags/replayed", git(shop.bare, "rev-parse", "refs/tags/v1.0.0"))
    trusted = shop.signing.allowed_signers if tag == "replayed" else stranger.allowed_signers
    assert trusted is not None

    with pytest.raises(OutsideRefusal, match=tag):
        verify_fresh_clone(shop.remote.url, tag, trusted, shop.home / "clone")


def test_a_key_that_exists_is_never_replaced(tmp_path: Path) -> None:
    first = make_signing_key(tmp_path)
    private = Path(first.key).read_bytes()

    again = make_signing_key(tmp_path)

    assert again == first
    assert Path(again.key).read_bytes() == private


def test_without_openssh_the_sentence_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="install openssh-client"):
        make_signing_key(tmp_path, program="no-such-ssh-keygen")


def test_the_remote_lets_branches_move_forward_only(shop: Shop) -> None:
    forward = push_fix(shop.remote.url, TOKEN, "main", "fix: one")

    rewritten = _push(shop, "--force", f"{shop.head}:refs/heads/main")
    deleted = _push(shop, ":refs/heads/main")
    new = _push(shop, f"{shop.head}:refs/heads/release/1.0")

    assert "Branches only move forward: main was not rewritten." in rewritten.stderr
    assert "Branches are not deleted here: main stays." in deleted.stderr
    assert new.returncode == 0
    assert git(shop.bare, "rev-parse", "main") == forward


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("Bearer wrong", 403),
        ("Basic !!!", 403),
        ("Basic YWRhOndyb25n", 403),
        (f"Bearer {TOKEN}", 200),
        ("Basic eDphLXRva2VuLXRoYXQtbm9ib2R5LW1heS1zZWU=", 200),
    ],
)
def test_pushing_needs_the_token(shop: Shop, authorization: str | None, status: int) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    assert _ask(shop, "/info/refs?service=git-receive-pack", headers) == status


def test_reading_needs_no_token_and_other_paths_lead_nowhere(shop: Shop) -> None:
    assert _ask(shop, "/info/refs?service=git-upload-pack", {}) == 200
    assert _ask(shop, "/../keys/release-key", {}) >= 400
    assert _ask(shop, "x/info/refs?service=git-upload-pack", {}) == 404


def test_a_large_push_arrives_in_chunks_and_a_long_question_compressed(shop: Shop, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", shop.remote.url, "work")
    (tmp_path / "work" / "large").write_bytes(os.urandom(3_000_000))
    git(tmp_path / "work", "add", "large")
    git(tmp_path / "work", "commit", "--quiet", "-m", "feat: something large")
    git(tmp_path / "work", *as_pusher(TOKEN), "push", "--quiet", "origin", "main")

    question = gzip.compress(b"0014command=ls-refs\n0000")
    headers = {
        "Content-Type": "application/x-git-upload-pack-request",
        "Content-Encoding": "gzip",
        "Git-Protocol": "version=2",
    }

    assert git(shop.bare, "cat-file", "-s", "main:large") == "3000000"
    assert _ask(shop, "/git-upload-pack", headers, question) == 200


def test_the_address_names_the_product_and_stays_the_same_after_an_outage(shop: Shop) -> None:
    url = shop.remote.url

    with shop.remote.down(), pytest.raises(ConnectionRefusedError):
        _ask(shop, "/info/refs?service=git-upload-pack", {})

    assert url.endswith("/shop.git")
    assert shop.remote.url == url
    assert _ask(shop, "/info/refs?service=git-upload-pack", {}) == 200


def test_a_port_can_be_chosen(tmp_path: Path, shop: Shop) -> None:
    with shop.remote.down():
        port = urlsplit(shop.remote.url).port
        assert port is not None
        with GitRemote.serve(shop.bare, token=TOKEN, port=port) as other:
            assert other.url == shop.remote.url


def digest(folder: Path) -> str:
    """Every file's path, size, time of change and content, in one hash."""
    sums = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        times = (status.st_mtime_ns, status.st_nlink, status.st_ino)
        sums.update(f"{path.relative_to(folder)} {status.st_mode} {status.st_size} {times}\n".encode())
        if path.is_file():
            sums.update(path.read_bytes())
    return sums.hexdigest()


def _ask(shop: Shop, path: str, headers: dict[str, str], body: bytes | None = None) -> int:
    connection = http.client.HTTPConnection(urlsplit(shop.remote.url).netloc, timeout=10)
    try:
        connection.request("GET" if body is None else "POST", f"/shop.git{path}", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _push(shop: Shop, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ["git", *as_pusher(TOKEN), "push", shop.remote.url, *arguments]
    return subprocess.run(
        command, cwd=shop.bare, check=False, capture_output=True, text=True, env=environment()
    )
