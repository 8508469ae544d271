"""Reading commits as one stream of `git log`, understood while git still writes. Foreign text is decoded here and trusted
nowhere; no rule about changes lives here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from posixpath import normpath
from typing import cast

from bot.domain.errors import OutsideError
from bot.domain.messages import Commit
from bot.domain.words import Sha
from bot.repository.git import Git, safe_sha

# Git cuts a message at its first NUL byte, so no field can contain the separator, whatever a commit holds.
_FORMAT = "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%ct%x00%B"
_FIELDS = 6
_PATIENCE = 600.0
_PLAIN = (
    "-z", "--no-color", "--no-mailmap", "--no-show-signature", "--no-decorate", "--no-notes", "--no-follow", "--encoding=UTF-8",
)  # fmt: skip


def stream_commits(
    git: Git, until: Sequence[Sha], without: Sequence[Sha] = (), paths: Sequence[str] = ()
) -> Iterator[Commit]:
    """The commits reachable from `until` and not from `without`, newest first, while git still writes.

    With `paths` (folders or files as seen from the top, as text and not as patterns) only those that touch one of them. Raises
    OutsideError when the repository lacks one of the commits, or git fails on the way.
    """
    revisions = [*map(safe_sha, until), *(f"^{safe_sha(sha)}" for sha in without)]
    tidy = [normpath(path) for path in paths]
    where = [] if "." in tidy else [f":(top,literal){path}" for path in tidy]
    with closing(
        git.stream("log", *_PLAIN, _FORMAT, "--end-of-options", *revisions, "--", *where, seconds=_PATIENCE)
    ) as pieces:
        yield from read_log(pieces)


def read_log(pieces: Iterable[bytes]) -> Iterator[Commit]:
    """The commits in the output of `git log -z` with this module's format. Bytes that are not UTF-8 become U+FFFD."""
    for text in _whole_fields(pieces):
        fields = iter(text)
        yield from cast(Iterator[Commit], zip(*[fields] * _FIELDS, strict=False))


def _whole_fields(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    """Lists of fields, always whole commits. A piece is decoded at once; an unfinished field waits for its end."""
    waiting: list[str] = []
    open_field: list[bytes] = []
    for piece in pieces:
        end = piece.rfind(b"\0")
        if end < 0:
            open_field.append(piece)
            continue
        open_field.append(piece[:end])
        fields = b"".join(open_field).decode(errors="replace").split("\0")
        open_field = [piece[end + 1 :]]
        if waiting:
            fields = waiting + fields
        whole = len(fields) - len(fields) % _FIELDS
        waiting = fields[whole:]
        yield fields if not waiting else fields[:whole]


def stream_headers(
    git: Git, until: Sequence[Sha], without: Sequence[Sha], most: int | None = None
) -> Iterator[Commit]:
    """The same as `stream_commits`, for many starting points: they are given on standard input. With `most` only the newest."""
    wanted = "".join([*(f"{safe_sha(sha)}\n" for sha in until), *(f"^{safe_sha(sha)}\n" for sha in without)])
    bound = () if most is None else (f"--max-count={most}",)
    ran = git.run("log", *_PLAIN, _FORMAT, *bound, "--stdin", stdin=wanted.encode(), seconds=_PATIENCE)
    return read_log([ran.out]) if ran.code == 0 else iter(())


def read_paths(git: Git, until: Sha, without: Sequence[Sha]) -> Mapping[Sha, tuple[str, ...]]:
    """The files that each commit of a range touches; those of a merge are those of its branches and are not repeated."""
    revisions = [safe_sha(until), *(f"^{safe_sha(sha)}" for sha in without)]
    ran = git.run(
        "log", "-z", "--no-color", "--no-show-signature", "--no-renames", "--name-only", "--format=tformat:%x00%H",
        "--end-of-options", *revisions, "--", seconds=_PATIENCE,
    )  # fmt: skip
    if ran.code != 0:
        raise OutsideError(f"The files of {git.directory} cannot be read. Fetch the whole history first.")
    touched: dict[Sha, tuple[str, ...]] = {}
    for record in ran.out.decode(errors="replace").split("\0\0"):
        sha, *files = record.strip("\0").split("\0")
        if sha:
            touched[Sha(sha)] = tuple(file.lstrip("\n") for file in files if file)
    return touched


def read_written(git: Git, commits: Sequence[Sha]) -> dict[Sha, str]:
    """By whom and when each of these commits was written: a cherry-pick keeps both. Empty when git cannot say it."""
    wanted = "".join(f"{safe_sha(sha)}\n" for sha in commits)
    ran = git.run(
        "log", "-z", "--no-walk=unsorted", "--no-color", "--no-mailmap", "--no-show-signature", "--encoding=UTF-8",
        "--format=tformat:%H%x00%an%x00%at", "--stdin", stdin=wanted.encode(), seconds=_PATIENCE,
    )  # fmt: skip
    fields = iter(ran.out.decode(errors="replace").split("\0") if ran.code == 0 else ())
    return {Sha(sha): f"{author} {at}" for sha, author, at in zip(fields, fields, fields, strict=False)}


def read_parents(git: Git, until: Sha) -> dict[Sha, str]:
    """The parents of every commit up to `until`, each with a blank between."""
    ran = git.run("rev-list", "--parents", "--end-of-options", safe_sha(until), "--", seconds=_PATIENCE)
    if ran.code != 0:
        raise OutsideError(f"The commits of {git.directory} cannot be read. Fetch the whole history first.")
    pairs = (line.partition(" ") for line in ran.text.split("\n") if line)
    return {Sha(sha): parents for sha, _, parents in pairs}
