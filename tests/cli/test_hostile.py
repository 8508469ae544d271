"""A repository whose every text wants something: each command reads it, prints it as text, and leaves it as it was."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_commands import PROGRAM
from tests.git_fixtures import git, raw_commit
from tests.repository.histories import History, empty_history

BIDI = "\u202e"
COMMANDS = ("version", "notes", "changelog", "versions", "branches", "migrations", "docs")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> History:
    history = empty_history(tmp_path_factory.mktemp("hostile"))
    history.commit("feat: open the shop", file="package.json")
    history.tag("v1.0.0")
    history.tag("--output=tag")
    history.commit(b"feat(\x1b]0;title\x07): \xff\xfe <!channel> <@U1> \x1b[2J")
    history.commit(f"fix: {BIDI}<script> ![x](http://x) `a` | b\n\nBREAKING CHANGE: <!here>\n".encode())
    history.commit(b"fix: long\n\n" + b"x " * 500_000, file="db/migrations/001_a;rm.sql")
    history.commit(b"", file="--output=file")
    tree, head = git(history.path, "rev-parse", "main^{tree}"), git(history.path, "rev-parse", "main")
    who = b"J\xf6rg \x1b[31m<j@x> 1790009999 +0000"
    raw_commit(
        history.path,
        b"tree %b\nparent %b\nauthor %b\ncommitter %b\nencoding ISO-8859-1\n\nfix: f\xfcr \x00 hidden\n"
        % (tree.encode(), head.encode(), who, who),
    )
    git(history.path, "update-ref", "refs/heads/--output=branch", "main")
    return history


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*")
    }


def printed(shop: History, folder: Path, *words: str) -> bytes:
    ran = subprocess.run(
        [*PROGRAM, *words, "--repository", str(shop.path)], capture_output=True, check=False, cwd=folder
    )
    assert b"Traceback" not in ran.stderr
    return ran.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_takes_names_for_names_prints_text_alone_and_writes_nothing(
    shop: History, command: str, tmp_path: Path
) -> None:
    before = state(shop.path)
    names = ("--from=--output=tag", "--to=--output=branch")

    text = printed(shop, tmp_path, command)
    facts = printed(shop, tmp_path, command, "--format", "json", *names)

    assert not {b for b in text if b < 0x20} - {0x0A}
    assert BIDI not in text.decode(errors="replace")
    assert isinstance(json.loads(facts.decode()), dict)
    assert state(shop.path) == before
    assert list(tmp_path.iterdir()) == []
