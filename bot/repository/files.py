"""Files of a repository as they were at a commit: listed, read, compared. It never writes to the repository, and it
follows neither symbolic links nor submodules."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import NotFound, OutsideError
from bot.domain.words import Sha
from bot.repository.git import Git, Ran, words_of

MOST_BYTES = 4 * 1024 * 1024
"""Of one file. A larger one is no text that people keep a version, a setting or a migration in."""
MOST_FILES = 1_000_000
_PATIENCE = 120.0
_REGULAR = (b"100644", b"100755")


@dataclass(frozen=True)
class TooLarge:
    """A file beyond the cap; its text was not read."""

    size: int


@dataclass(frozen=True)
class Entry:
    """A regular file in a commit's tree. `path` is text; bytes that are not UTF-8 are surrogates, as Python writes them."""

    path: str
    blob: Sha


@dataclass(frozen=True)
class Touched:
    """A file that differs between two commits: `A` added, `M` changed, `D` deleted. A rename is one of each."""

    path: str
    how: str


def open_repository(path: Path) -> Git:
    """The repository at or around `path`, bare or not, to be read only. Raises NotFound."""
    start = path.absolute()
    here = next(
        (found for found in (_git_directory(folder) for folder in (start, *start.parents)) if found), None
    )
    if here is None:
        raise NotFound(f"There is no git repository at {path}. Name one with --repository.")
    return Git(here, settings=(("safe.directory", "*"), ("core.fsmonitor", "false")))


def _git_directory(folder: Path) -> Path | None:
    inner = folder / ".git"
    if inner.is_dir():
        return inner
    if inner.is_file():  # a worktree or a submodule keeps its repository elsewhere
        words = inner.read_text(errors="replace").strip()
        return (folder / words.removeprefix("gitdir: ")).resolve() if words.startswith("gitdir: ") else None
    is_bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return folder if is_bare else None


@dataclass
class Snapshot:
    """The files of one commit. Listings and texts are kept while the snapshot lives; a commit never changes."""

    git: Git
    commit: Sha
    _entries: Mapping[str, Entry] | None = field(default=None, init=False)
    _texts: dict[str, bytes | TooLarge] = field(default_factory=dict, init=False)
    _touched: dict[str, str] = field(default_factory=dict, init=False)

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every regular file by its path, in git's order. Raises OutsideError."""
        if self._entries is None:
            ran = _ran(self.git, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", self.commit)
            self._entries = {entry.path: entry for entry in _parse_tree(ran.out)}
        return self._entries

    def read(self, path: str) -> bytes | TooLarge | None:
        """The bytes of a file; None when the commit has no regular file of this name. Raises OutsideError."""
        return self.read_all([path]).get(path)

    def read_all(self, paths: Iterable[str]) -> Mapping[str, bytes | TooLarge]:
        """The bytes of those of the files that are there, in two runs of git however many they are."""
        wanted = [path for path in dict.fromkeys(paths) if path in self.entries]
        missing = [path for path in wanted if path not in self._texts]
        if missing:
            self._texts.update(self._fetched(missing))
        return {path: self._texts[path] for path in wanted}

    def last_commit(self, path: str) -> str:
        """The commit that last touched the file up to this snapshot; empty when git knows none."""
        if path not in self._touched:
            ran = _ran(
                self.git, "--literal-pathspecs", "rev-list", "--max-count=1", "--end-of-options", self.commit, "--",
                os.fsencode(path).decode("utf-8", "surrogateescape"),
            )  # fmt: skip
            self._touched[path] = ran.text
        return self._touched[path]

    def _fetched(self, paths: list[str]) -> dict[str, bytes | TooLarge]:
        blobs = [self.entries[path].blob for path in paths]
        sizes = _ran(
            self.git,
            "cat-file",
            "--batch-check=%(objectname) %(objectsize)",
            stdin="\n".join(blobs).encode() + b"\n",
        ).text.split("\n")
        size_of = {
            blob: int(line.split()[1]) for blob, line in zip(blobs, sizes, strict=True) if _has_size(line)
        }
        small = [blob for blob in dict.fromkeys(blobs) if size_of.get(blob, MOST_BYTES + 1) <= MOST_BYTES]
        ran = (
            _ran(self.git, "cat-file", "--batch", stdin="\n".join(small).encode() + b"\n") if small else None
        )
        texts = _parse_batch(ran.out) if ran is not None else {}
        return {
            path: texts.get(blob, TooLarge(size_of.get(blob, 0)))
            for path, blob in zip(paths, blobs, strict=True)
        }


def changed_between(git: Git, since: Sha, until: Sha) -> tuple[Touched, ...]:
    """The files that differ between two commits. Raises OutsideError."""
    ran = _ran(
        git,
        "diff-tree",
        "-r",
        "-z",
        "--no-renames",
        "--name-status",
        "--no-ext-diff",
        "--end-of-options",
        since,
        until,
    )
    fields = ran.out.split(b"\0")
    return tuple(
        Touched(_text(path), how.decode()[:1])
        for how, path in zip(fields[::2], fields[1::2], strict=False)
        if path
    )


def changed_lines(git: Git, since: Sha, until: Sha) -> tuple[int, int]:
    """How many files differ between two commits, and how many of their lines; the lines of a binary file are not counted."""
    ran = _ran(
        git, "diff-tree", "-r", "-z", "--numstat", "--no-renames", "--no-ext-diff", "--no-textconv",
        "--end-of-options", since, until,
    )  # fmt: skip
    rows = [row.split(b"\t")[:2] for row in ran.out.split(b"\0") if row]
    return len(rows), sum(int(number) for row in rows for number in row if number.isdigit())


def body_of(git: Git, commit: str) -> str:
    """Subject and body of a commit's message, bounded; foreign text."""
    ran = _ran(
        git,
        "log",
        "--max-count=1",
        "--format=%B",
        "--no-show-signature",
        "--encoding=UTF-8",
        "--end-of-options",
        commit,
        "--",
    )
    return ran.text[:20_000]


def commit_count(git: Git, commit: Sha) -> int:
    """How many commits lead up to this one, itself included. Raises OutsideError."""
    return int(_ran(git, "rev-list", "--count", "--end-of-options", commit, "--").text)


def is_shallow(git: Git) -> bool:
    """Whether history was cut off, so that counting commits would give a number that is too low."""
    return _ran(git, "rev-parse", "--is-shallow-repository").text == "true"


def _ran(git: Git, *arguments: str, stdin: bytes = b"") -> Ran:
    ran = git.run(*arguments, stdin=stdin, seconds=_PATIENCE)
    if ran.code != 0:
        raise OutsideError(
            f"git {arguments[0]} failed in {git.directory}: {words_of(ran.err)}. Look at the repository."
        )
    return ran


def _parse_tree(out: bytes) -> Iterable[Entry]:
    """The regular files in the output of `ls-tree -r -z`; links (120000) and submodules (160000) are left out."""
    for line in out.split(b"\0")[:MOST_FILES]:
        head, _, path = line.partition(b"\t")
        words = head.split()
        if len(words) == 3 and words[0] in _REGULAR:
            yield Entry(_text(path), Sha(words[2].decode()))


def _parse_batch(out: bytes) -> dict[str, bytes]:
    texts: dict[str, bytes] = {}
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        blob, *rest = out[at:end].split()
        at = end + 1
        if len(rest) == 2:  # else `<id> missing`
            size = int(rest[1])
            texts[blob.decode()] = out[at : at + size]
            at += size + 1
    return texts


def _has_size(line: str) -> bool:
    words = line.split()
    return len(words) == 2 and words[1].isdecimal()


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
