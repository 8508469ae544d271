"""Reading files of any repository on disk: bare, checked out, from below, as a worktree; and the program as a whole."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.errors import NotFound
from bot.domain.words import Sha
from bot.repository.files import Snapshot, changed_between, open_repository
from bot.repository.git import Git
from bot.repository.local import LocalRepository
from bot.repository.ranges import release_before
from tests.facts.repositories import commit, tag
from tests.git_fixtures import git


def harbourmaster(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )


def head_of(git: Git) -> Sha:
    return LocalRepository(git).commit("HEAD", [])


def test_a_repository_is_found_bare_checked_out_from_below_and_as_a_worktree(
    bare: Path, tmp_path: Path
) -> None:
    head = commit(bare, "feat: open", {"sub/a": "1"})
    git(tmp_path, "clone", "-q", str(bare), "copy")
    git(tmp_path / "copy", "worktree", "add", "-q", str(tmp_path / "tree"))

    places = [bare, tmp_path / "copy", tmp_path / "copy/sub", tmp_path / "tree/sub"]

    assert {head_of(open_repository(place)) for place in places} == {head}
    with pytest.raises(NotFound, match="There is no git repository"):
        open_repository(tmp_path)


def test_links_and_submodules_are_not_files(bare: Path, tmp_path: Path) -> None:
    commit(bare, "feat: open", {"real.json": "{}"})
    git(tmp_path, "clone", "-q", str(bare), "copy")
    copy = tmp_path / "copy"
    (copy / "link.json").symlink_to("/etc/passwd")
    git(copy, "add", "link.json")
    git(copy, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git(copy, "commit", "-q", "-m", "feat: odd")
    repository = open_repository(copy)

    snapshot = Snapshot(repository, head_of(repository))

    assert list(snapshot.entries) == ["real.json"]
    assert snapshot.read("link.json") is None


def test_paths_of_any_bytes_are_listed_read_and_compared(bare: Path) -> None:
    odd = ["a\nb", 'quo"te', "tab\tx", "-x", ":(glob)*", "\udcff\udcfe", "ü"]
    first = commit(bare, "feat: open", {"a": "1"})
    second = commit(bare, "feat: odd", {path: f"text of {number}" for number, path in enumerate(odd)})
    repository = open_repository(bare)
    snapshot = Snapshot(repository, second)

    assert snapshot.read_all(odd) == {path: f"text of {number}".encode() for number, path in enumerate(odd)}
    assert {touched.path for touched in changed_between(repository, first, second)} == set(odd)
    assert {snapshot.last_commit(path) for path in odd} == {second}


@pytest.mark.parametrize(
    "name", ["--output=x", "-x", "HEAD..main", "main@{1}", "", "a b", "nothing", "HEAD^{/x}"]
)
def test_what_names_no_commit_is_refused(bare: Path, name: str) -> None:
    commit(bare, "feat: open", {"a": "1"})

    with pytest.raises(NotFound):
        LocalRepository(open_repository(bare)).commit(name, [])


def test_the_release_before_is_the_last_final_one_that_is_not_on_the_commit(bare: Path) -> None:
    commit(bare, "feat: open", {"a": "1"})
    tag(bare, "v1.0.0")
    commit(bare, "feat: more", {"a": "2"})
    tag(bare, "v1.1.0-rc.1")
    tag(bare, "nightly-2026.11")
    tag(bare, "web@7.0.0")
    commit(bare, "feat: still more", {"a": "3"})
    tag(bare, "v1.1.0")
    local = LocalRepository(open_repository(bare))

    assert [release_before(local, until, None) for until in ("HEAD", "v1.1.0", "HEAD~1", "v1.0.0")] == [
        "v1.0.0",
        "v1.0.0",
        "v1.0.0",
        None,
    ]


@pytest.mark.parametrize("command", ["versions", "branches", "migrations", "docs"])
def test_the_program_prints_json_and_says_by_its_exit_code_whether_something_stands_in_the_way(
    bare: Path, command: str
) -> None:
    commit(
        bare,
        "feat: open",
        {"package.json": '{"version": "1.0.0"}', "db/V1__a.sql": "-- why\nCREATE TABLE a (b INT);"},
    )
    tag(bare, "v1.0.0")
    good = harbourmaster(command, "--repository", str(bare), "--format", "json")
    commit(
        bare, "feat: break", {"package.json": "{", "db/V1__a.sql": "DROP TABLE a;", ".env.example": "NEW=1"}
    )

    bad = harbourmaster(command, "--repository", str(bare), "--format", "json")

    # On the tag itself there is no release before, so `docs` has nothing to compare with and says so.
    expected = (1, 1) if command == "docs" else (0, 0) if command == "branches" else (0, 1)
    assert (good.returncode, bad.returncode) == expected, good.stderr + bad.stderr
    assert isinstance(json.loads(bad.stdout)["findings"], list)
    assert "Traceback" not in good.stderr + bad.stderr


def test_a_word_that_is_no_commit_ends_in_a_sentence(bare: Path) -> None:
    commit(bare, "feat: open", {"a": "1"})

    ran = harbourmaster("versions", "--repository", str(bare), "--to", "v9.9.9")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"{bare} has no tag, branch or commit 'v9.9.9'. `git tag --list` shows its tags.\n"
