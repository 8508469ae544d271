"""A working tree at a commit, for commands of the team's own. It borrows the mirror's objects and can change nothing there."""

import shutil
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import OutsideError
from bot.domain.words import Sha
from bot.repository.git import Git, Ran, words_of

_SECONDS = 600.0
_TAGS = b" refs/remote-tags/"


def check_out(mirror: Git, remote: Git, commit: Sha, to: Path) -> None:
    """Make `to`, a folder that is not there yet, a working tree of the commit, with the remote's tags.

    A mirror from over a network holds no contents of files; `remote` has what it takes to fetch those that are missing,
    all at once. None of it, and no token, is left in the tree.

    Raises OutsideError when the mirror has no such commit, the remote does not answer or the disk is full.
    Nothing is then left behind.
    """
    git = replace(remote, directory=to / ".git")
    try:
        git.directory.mkdir(parents=True)
        made = mirror.run("rev-parse", "--show-object-format").text
        # Where git is told its directory it has to be told the tree as well, or it makes a bare repository.
        tree = f"--work-tree={to}"
        _good(git.run(tree, "init", "--quiet", "--template=", f"--object-format={made}"), "init")
        _borrow(mirror, git)
        arguments = (tree, "checkout", "--quiet", "--force", "--detach", commit)
        _good(git.run(*arguments, seconds=_SECONDS), "checkout")
    except (OutsideError, OSError) as problem:
        shutil.rmtree(to, ignore_errors=True)
        raise OutsideError(
            f"No working tree of {commit[:7]} can be made: {problem} Look whether the disk is full; "
            "it will be tried again."
        ) from problem


def _borrow(mirror: Git, git: Git) -> None:
    borrowed = git.directory / "objects" / "info" / "alternates"
    borrowed.parent.mkdir(parents=True, exist_ok=True)
    borrowed.write_text(f"{mirror.directory / 'objects'}\n")
    refs = mirror.run("for-each-ref", "--format=%(objectname) %(refname)", "refs/remote-tags/").out
    # So that `git describe` works; written as one file, since git would need a process or a file for each.
    (git.directory / "packed-refs").write_bytes(refs.replace(_TAGS, b" refs/tags/"))


def _good(ran: Ran, what: str) -> None:
    if ran.code != 0:
        raise OutsideError(f"git {what} said: {words_of(ran.err)}.")
