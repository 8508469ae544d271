"""Reading commits: whatever bytes a history holds, the lines are right and the number is true."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import CommitLine, Sha
from bot.repository.commits import parse_log, read_commits
from bot.repository.git import Git
from tests.git_fixtures import bare_repository, land, raw_commit

foreign = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=40)
when = st.integers(0, 253402300799).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
lines = st.builds(
    CommitLine,
    sha=st.text("0123456789abcdef", min_size=40, max_size=40).map(Sha),
    author=foreign,
    subject=foreign,
    body=foreign.map(lambda text: text.rstrip("\n")),
    at=when,
)


def as_git_writes(commits: list[CommitLine]) -> bytes:
    records = [
        (line.sha, line.author, str(int(line.at.timestamp())), line.subject, line.body + "\n")
        for line in commits
    ]
    return "".join(f"{field}\0" for record in records for field in record).encode()


@given(st.lists(lines, max_size=8), st.integers(1, 50))
def test_any_text_in_any_pieces_comes_out_as_it_went_in(commits: list[CommitLine], size: int) -> None:
    raw = as_git_writes(commits)
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]

    assert list(parse_log(pieces)) == commits


@given(st.binary(max_size=400), st.integers(1, 50))
def test_no_bytes_at_all_make_the_reader_fail(raw: bytes, size: int) -> None:
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]

    assert len(list(parse_log(pieces))) == raw.count(b"\0") // 5


def test_reading_stops_at_the_budget_and_keeps_the_lines_it_has() -> None:
    record = b"a" * 40 + b"\0Ada\x001\0subject\0" + b"x" * 1000 + b"\0"

    assert len(list(parse_log(iter([record] * 100), budget=10_000))) == 10


@pytest.mark.parametrize(
    ("seconds", "moment"),
    [
        (b"", datetime(1970, 1, 1, tzinfo=UTC)),
        (b"-5", datetime(1970, 1, 1, tzinfo=UTC)),
        (b"9" * 30, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"9" * 5000, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_an_impossible_time_becomes_one_that_can_be_held(seconds: bytes, moment: datetime) -> None:
    (line,) = parse_log([b"a" * 40 + b"\0Ada\0" + seconds + b"\0subject\0body\0"])

    assert line.at == moment


def test_a_range_is_read_newest_first_without_its_beginning(tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "x.git")
    first = land(bare, "feat: one")
    head = land(bare, "fix: two", "fix: three\n\nCloses #3")

    found = read_commits(Git(bare), first, head, 10)

    assert [line.subject for line in found.lines] == ["fix: three", "fix: two"]
    assert found.lines[0].body == "Closes #3"
    assert found.lines[0].at == datetime(2026, 9, 21, 14, 14, 20, tzinfo=UTC)
    assert (found.since, found.until, found.total) == (first, head, 2)


@pytest.mark.parametrize(("limit", "shown"), [(0, 0), (-3, 0), (2, 2), (500, 300)])
def test_the_lines_are_cut_at_the_limit_and_the_total_never_is(
    tmp_path: Path, limit: int, shown: int
) -> None:
    bare = bare_repository(tmp_path / "x.git")
    head = land(bare, *(f"fix: number {number}" for number in range(300)))

    found = read_commits(Git(bare), None, head, limit)

    assert (len(found.lines), found.total) == (shown, 300)


@pytest.mark.parametrize(
    ("message", "subject", "body"),
    [
        (b"", "", ""),
        (b"\n\n", "", ""),
        (b"--output=/tmp/x", "--output=/tmp/x", ""),
        ("fix: größer".encode("latin-1"), "fix: gr\ufffd\ufffder", ""),
        (b"fix: two\nlines of subject\n\nbody", "fix: two lines of subject", "body"),
        (b"fix: %H %x00 %b\n\n%n", "fix: %H %x00 %b", "%n"),
        (b"fix: <!channel> \x1b[31m\n\n\x07", "fix: <!channel> \x1b[31m", "\x07"),
        (b"fix: a\n\n" + b"x" * 1_000_000, "fix: a", "x" * 1_000_000),
        (b"fix: \xff\xfe\x80\n\n\xc3(", "fix: \ufffd\ufffd\ufffd", "\ufffd("),
    ],
)
def test_any_message_is_data(tmp_path: Path, message: bytes, subject: str, body: str) -> None:
    bare = bare_repository(tmp_path / "x.git")
    head = land(bare, b"feat: before", message, b"feat: after")

    after, odd, before = read_commits(Git(bare), None, head, 10).lines

    assert (odd.subject, odd.body) == (subject, body)
    assert (after.subject, before.subject) == ("feat: after", "feat: before")


def test_a_commit_in_a_declared_encoding_is_read_in_it(tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "x.git")
    land(bare, "feat: tree")
    head = raw_commit(bare, _commit(bare, b"J\xf6rg <j@x>", b"encoding latin1\n\nfix: gr\xf6\xdfer\n"))

    (line,) = read_commits(Git(bare), None, head, 10).lines

    assert (line.author, line.subject) == ("Jörg", "fix: größer")


def test_a_message_with_a_nul_byte_ends_there_and_shifts_nothing(tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "x.git")
    land(bare, "feat: tree")
    raw_commit(bare, _commit(bare, b"Ada <a@x>", b"\nfix: cut\0here\0and\0here\n"))
    head = land(bare, "feat: after")

    found = read_commits(Git(bare), None, head, 10)

    assert [line.subject for line in found.lines] == ["feat: after", "fix: cut"]


@pytest.mark.parametrize("missing", ["0" * 40, "1" * 40])
def test_a_commit_that_is_not_there_is_an_outside_error_that_says_so(tmp_path: Path, missing: str) -> None:
    bare = bare_repository(tmp_path / "x.git")
    head = land(bare, "feat: one")

    with pytest.raises(OutsideError, match=r"bad object|Not a valid|Refresh the repository"):
        read_commits(Git(bare), None, Sha(missing), 10)
    with pytest.raises(OutsideError, match="Refresh the repository"):
        read_commits(Git(bare), Sha(missing), head, 10)


def test_an_id_that_looks_like_an_option_never_reaches_git(tmp_path: Path) -> None:
    bare = bare_repository(tmp_path / "x.git")
    head = land(bare, "feat: one")

    with pytest.raises(OutsideRefusal):
        read_commits(Git(bare), Sha(f"--output={tmp_path}/written"), head, 10)

    assert not (tmp_path / "written").exists()


def _commit(bare: Path, who: bytes, rest: bytes) -> bytes:
    tree = Git(bare).run("rev-parse", "refs/heads/main^{tree}").out
    return (
        b"tree " + tree + b"author %b 1790000000 +0000\ncommitter %b 1790000000 +0000\n" % (who, who) + rest
    )
