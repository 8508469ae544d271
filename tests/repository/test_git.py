"""The runner: what may be a name, what git is given, what is repeated of its words, and that time ends."""

import subprocess
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.remote import Fault
from bot.domain.errors import OutsideRefusal
from bot.repository.git import Git, TimedOut, remote_words_of, safe_ref, safe_sha, words_of
from bot.repository.reach import Patience, reach
from tests.git_fixtures import TOKEN, Shop, bare_repository, environment


@pytest.mark.parametrize("name", ["v1.2.3", "v2.0.0-rc.1", "release/1.4", "main", "feature/ß", "a_b"])
def test_an_ordinary_name_is_taken_as_it_is(name: str) -> None:
    assert safe_ref(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "", "-x", "--output=x", "a/-x", "a b", "a..b", "a~1", "a^{}", "a:b", "a?", "a*", "a[b", "a\\b", "a@{1}", "@",
        "HEAD", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "/a", "a/", "a//b", "a\nb", "a\0b", "a\x7f", "a" * 201, "\ud800",
    ],
)  # fmt: skip
def test_a_name_that_git_or_a_shell_could_misread_is_refused(name: str) -> None:
    with pytest.raises(OutsideRefusal, match="cannot be the name of a tag or branch"):
        safe_ref(name)


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab1-./@{}~^:?*[\\ \x01ß"), min_size=1, max_size=8))
def test_git_accepts_every_name_that_we_accept(name: str) -> None:
    try:
        safe_ref(name)
    except OutsideRefusal:
        return

    asked = subprocess.run(["git", "check-ref-format", f"refs/tags/{name}"], check=False, env=environment())

    assert asked.returncode == 0


@pytest.mark.parametrize(
    "sha", ["", "abc", "HEAD", "--all", "A" * 40, "0" * 41, "0" * 40 + "\n", "^" + "0" * 39]
)
def test_only_a_full_commit_id_is_a_commit_id(sha: str) -> None:
    with pytest.raises(OutsideRefusal, match="not a full commit id"):
        safe_sha(sha)


def test_words_are_one_bounded_line_without_controls_hints_or_banners() -> None:
    err = (
        "@@@@@@\nerror: no\x1b[31m key\x1b[0m\x07\nhint: do this\nfatal: no\u202e key.\r\nfatal: stop\n"
        + "x" * 999
    )

    words = words_of(err)

    assert words.startswith("no key; stop; xxx")
    assert len(words) == 400


def test_the_remotes_words_are_told_apart_from_gits() -> None:
    err = (
        "remote: Tags are frozen.        \nremote: \nremote: Ask Nadia.\nTo http://x\n ! [remote rejected]\n"
    )

    assert remote_words_of(err) == "Tags are frozen. Ask Nadia."


def test_a_secret_is_never_repeated_not_even_by_git(tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "x.git")

    ran = Git(bare, secrets=(TOKEN,)).run("cat-file", "-t", TOKEN)

    assert ran.code != 0
    assert TOKEN not in ran.err
    assert "***" in ran.err


def test_no_setting_of_a_person_and_no_hook_reaches_git(tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "x.git")

    listed = Git(bare).run("config", "--list", "--show-scope").text.split("\n")

    assert {line.split("\t")[0] for line in listed} == {"local", "command"}
    assert "command\tcore.hookspath=/dev/null" in listed


@pytest.mark.parametrize(
    ("url", "protocol"),
    [
        ("https://x/y.git", "https"), ("http://x/y.git", "http"), ("ssh://git@x/y.git", "ssh"), ("git@x:y.git", "ssh"),
        ("file:///x/y.git", "file"), ("/x/y.git", "file"), ("/x:y/z.git", "file"), ("y.git", "file"), ("ftp://x/y", ""),
    ],
)  # fmt: skip
def test_only_the_transport_of_the_address_itself_is_allowed(url: str, protocol: str) -> None:
    assert reach(Path("/x"), url, None, Patience()).protocols == protocol


def test_the_token_is_in_no_argument_and_no_file(shop: Shop) -> None:
    shop.repository.push_new_tag("v1.0.0", shop.head, "1.0.0")

    written = [path for path in (shop.home / "data").rglob("*") if path.is_file()]
    holding = [path for path in written if TOKEN.encode() in path.read_bytes()]
    remote = reach(shop.home / "data" / "mirror.git", shop.remote.url, TOKEN, Patience())

    assert written
    assert holding == []
    assert TOKEN not in str(remote.run("config", "--list", "--local").text)


def test_git_and_its_children_are_stopped_when_their_time_is_over(shop: Shop) -> None:
    remote = reach(shop.home / "data" / "mirror.git", shop.remote.url, TOKEN, Patience())

    with shop.remote.misbehave(Fault.HANG), pytest.raises(TimedOut) as caught:
        remote.run("ls-remote", "origin", seconds=0.2)

    assert "git ls-remote did not finish within 0.2 seconds" in str(caught.value)
    assert _no_process_mentions(shop.remote.url)


def test_a_stream_that_nobody_reads_to_its_end_leaves_no_process_and_no_thread(shop: Shop) -> None:
    stream = Git(shop.home / "data" / "mirror.git").stream("log", "--format=%H", "--all")

    next(stream)
    stream.close()

    assert not [
        thread for thread in threading.enumerate() if "_drain" in thread.name or "Timer" in repr(thread)
    ]
    assert _no_process_mentions("--format=%H")


def _no_process_mentions(text: str) -> bool:
    """Whether, within 10 s, no living process has `text` in its command line. A killed one needs a moment to die."""
    for _ in range(200):
        lines = [_command_line(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
        if not any(text in line for line in lines):
            return True
        threading.Event().wait(0.05)
    return False


def _command_line(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
