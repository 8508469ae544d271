"""Commits of the bot's own, made from git's objects without a checkout, signed with its key, and found again by it."""

import os
from collections.abc import Mapping, Sequence

from bot.domain.branch_work import OPERATION, OwnCommit
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import Sha
from bot.repository.git import Git, Ran, words_of
from bot.repository.tags import Signing, signer_of

_PATIENCE = 120.0
_MOST_TRIED = 50
_REGULAR = ("100644", "100755")


def commit_files(scratch: Git, head: Sha, files: Mapping[str, bytes | None], own: OwnCommit) -> Sha:
    """A commit on `head` that gives these files these bytes (None: takes the file out), and touches nothing else.

    A file keeps its mode; a new one is an ordinary file. Returns `head` when nothing would change.
    Raises OutsideRefusal for a path that is a link, a submodule or a folder, or that git does not allow.
    """
    tree = tree_with(scratch, head, files)
    if tree == _ran(scratch, "rev-parse", "--verify", f"{head}^{{tree}}").text:
        return head
    return commit_tree(scratch, tree, [head], own)


def tree_with(scratch: Git, start: Sha, files: Mapping[str, bytes | None]) -> Sha:
    """The tree of `start`, a commit or a tree, with these files in it. Raises as `commit_files` does."""
    modes = _modes(scratch, start, [_safe_path(path) for path in files])
    nothing = b"0" * len(start)
    rows = [
        _row(scratch, path, modes.get(path, _REGULAR[0]), text)
        if text is not None
        else b"0 " + nothing + b"\t" + os.fsencode(path) + b"\0"
        for path, text in files.items()
    ]
    _ran(scratch, "read-tree", start)
    ran = scratch.run("update-index", "-z", "--index-info", stdin=b"".join(rows), seconds=_PATIENCE)
    if ran.code != 0:
        raise OutsideRefusal(
            f"The files {', '.join(files)} cannot be written to the repository: {words_of(ran.err)}. Look at their names."
        )
    # Blobs that the mirror left out are on the remote; the tree may name them without having them.
    return Sha(_ran(scratch, "write-tree", "--missing-ok").text)


def commit_tree(scratch: Git, tree: Sha, parents: Sequence[Sha], own: OwnCommit) -> Sha:
    """A signed commit of this tree. Raises OutsideRefusal when the key cannot sign."""
    message = "".join(letter for letter in own.message if letter in "\n\t" or letter >= " ").strip()
    text = f"{message}\n\n{OPERATION}: {own.operation}\n"
    ran = scratch.run(
        "commit-tree", "-S", *(word for parent in parents for word in ("-p", parent)), "-F", "-", tree,
        stdin=text.encode(errors="replace"),
        seconds=_PATIENCE,
    )  # fmt: skip
    if ran.code != 0:
        raise OutsideRefusal(
            f"A commit could not be signed: {words_of(ran.err)}. Nothing was pushed. Check the signing key setting."
        )
    return Sha(ran.text)


def find_own(git: Git, signing: Signing, operation: str, since: Sha, until: Sha) -> Sha | None:
    """The commit in `since..until` that the bot has made for this operation. Anybody can write a trailer, so only a
    commit that bears the bot's signature is its own."""
    wanted = f"{OPERATION}: {operation}"
    ran = _ran(
        git, "log", "--no-color", "--no-show-signature", "--no-decorate", "--fixed-strings", f"--grep={wanted}",
        f"--max-count={_MOST_TRIED}", f"--format=%H%x00%(trailers:key={OPERATION},valueonly,separator=%x00)",
        "--end-of-options", f"{since}..{until}", "--",
    )  # fmt: skip
    for line in ran.text.split("\n"):
        sha, *operations = line.split("\0")
        if operation in operations and is_own(git, signing, Sha(sha)):
            return Sha(sha)
    return None


def is_own(git: Git, signing: Signing, commit: Sha) -> bool:
    """Does this commit bear the signature of the bot's key?"""
    return signer_of(signing, git.run("verify-commit", "--raw", "--end-of-options", commit)) is not None


def _safe_path(path: str) -> str:
    parts = path.split("/")
    if not all(parts) or "\0" in path or any(part.lower() in {".", "..", ".git"} for part in parts):
        raise OutsideRefusal(
            f"{path[:80]!r} is no file of a repository. Name it as git lists it, like `docs/CHANGELOG.md`."
        )
    return path


def _row(scratch: Git, path: str, mode: str, text: bytes) -> bytes:
    if mode not in _REGULAR:
        raise OutsideRefusal(
            f"{path} is no ordinary file in the repository (its mode is {mode}). Name another file."
        )
    blob = _ran(scratch, "hash-object", "-w", "--no-filters", "--stdin", stdin=text).text
    return f"{mode} {blob}\t".encode() + os.fsencode(path) + b"\0"


def _modes(scratch: Git, head: Sha, paths: Sequence[str]) -> dict[str, str]:
    ran = _ran(
        scratch, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", "--end-of-options", head, *paths
    )
    rows = (line.partition(b"\t") for line in ran.out.split(b"\0") if line)
    return {os.fsdecode(path): row.split()[0].decode() for row, _, path in rows}


def _ran(git: Git, *arguments: str, stdin: bytes = b"") -> Ran:
    ran = git.run(*arguments, stdin=stdin, seconds=_PATIENCE)
    if ran.code != 0:
        raise OutsideError(f"git {arguments[0]} failed: {words_of(ran.err)}. It will be tried again.")
    return ran
