"""Reading commits out of the mirror as one stream. Foreign text is decoded here and trusted nowhere."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime

from bot.domain.errors import OutsideError
from bot.domain.words import CommitLine, CommitRange, Sha
from bot.repository.git import Git, safe_sha, words_of

TEXT_BUDGET = 32 * 1024 * 1024
"""Bytes of commit text kept for one answer. Lines beyond it are left out; their number is still counted."""

# Git cuts a message at its first NUL byte, so no field can contain the separator, whatever a commit holds.
_FORMAT = "--format=tformat:%H%x00%an%x00%ct%x00%s%x00%b"
_FIELDS = 5
_LAST_SECOND = 253402300799  # 9999-12-31, the last day a datetime can hold; a commit may claim a later one
_PATIENCE = 120.0


def read_commits(git: Git, since: Sha | None, until: Sha, limit: int) -> CommitRange:
    """The commits in `since..until`, newest first, at most `limit` lines, and their true number.

    A line's time is the committer's, in UTC: when the commit came to be as it is, not when it was first written.
    Raises OutsideError when the mirror has no such commit, OutsideRefusal when an id is not one.
    """
    revisions = [safe_sha(until)]
    if since is not None:
        revisions.append(Sha(f"^{safe_sha(since)}"))
    lines = tuple(_log(git, revisions, max(limit, 0)))
    return CommitRange(since=since, until=until, lines=lines, total=_count(git, revisions))


def parse_log(pieces: Iterable[bytes], budget: int = TEXT_BUDGET) -> Iterator[CommitLine]:
    """The commits in the output of `git log -z` with this module's format, while it still arrives.

    Ends early once `budget` bytes were read. Bytes that are not UTF-8 become U+FFFD; a time that cannot be read
    becomes the nearest one that can.
    """
    for record in _records(pieces, budget):
        sha, author, seconds, subject, body = (field.decode(errors="replace") for field in record)
        yield CommitLine(
            sha=Sha(sha), author=author, subject=subject, body=body.rstrip("\n"), at=_moment(seconds)
        )


def _log(git: Git, revisions: list[Sha], limit: int) -> Iterator[CommitLine]:
    if limit == 0:
        return
    # git.stream is closed even when the budget ends the reading early: that is what ends git.
    with closing(
        git.stream(
            "log", "-z", "--no-color", "--no-mailmap", "--no-show-signature", "--no-decorate", "--encoding=UTF-8",
            _FORMAT, f"--max-count={limit}", "--end-of-options", *revisions, "--",
            seconds=_PATIENCE,
        )
    ) as pieces:  # fmt: skip
        yield from parse_log(pieces)


def _records(pieces: Iterable[bytes], budget: int) -> Iterator[list[bytes]]:
    """Five fields at a time. The pieces of an unfinished field are joined once, so a long body costs no more."""
    fields: list[bytes] = []
    open_field: list[bytes] = []
    read = 0
    for piece in pieces:
        read += len(piece)
        head, *rest = piece.split(b"\0")
        open_field.append(head)
        if rest:
            fields.append(b"".join(open_field))
            fields += rest[:-1]
            open_field = [rest[-1]]
        whole = len(fields) - len(fields) % _FIELDS
        for start in range(0, whole, _FIELDS):
            yield fields[start : start + _FIELDS]
        del fields[:whole]
        if read > budget:
            return


def _moment(seconds: str) -> datetime:
    try:
        number = int(seconds)
    except ValueError:
        number = 0
    return datetime.fromtimestamp(min(max(number, 0), _LAST_SECOND), UTC)


def _count(git: Git, revisions: list[Sha]) -> int:
    ran = git.run("rev-list", "--count", "--end-of-options", *revisions, "--", seconds=_PATIENCE)
    if ran.code != 0:
        raise OutsideError(
            f"The commits up to {revisions[0][:7]} cannot be counted in the local mirror: {words_of(ran.err)}. "
            "Refresh the repository and try again."
        )
    return int(ran.text)
