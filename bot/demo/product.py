"""The repositories of the demo: a believable small one made on the spot, or a scratch copy of the visitor's own.

Whatever repository a visitor points at is only ever read.
"""

import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.shop_history import MAIN, PEOPLE, Made
from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import Sha
from bot.repository.git import Git, Ran, remote_words_of, safe_ref, words_of
from bot.repository.reach import Patience, reach

_FIRST_DAY = datetime(2026, 8, 3, 9, 12, tzinfo=UTC)
# Two of the tags are what real repositories have too: one without a tag object, one that is no version.
_LIGHTWEIGHT = frozenset({"v1.0.0", "nightly-2026-09-15"})
_PATIENCE = 600.0


@dataclass(frozen=True)
class DemoProduct:
    """The made-up product: where its bare repository is, its main branch and head, and its tags, oldest first."""

    bare: Path
    branch: str
    head: Sha
    tags: tuple[str, ...]
    authors: tuple[str, ...]


def make_demo_product(bare: Path) -> DemoProduct:
    """Make the repository `shop` in the new directory `bare`; byte for byte the same each time."""
    git = Git(bare.absolute())
    _init_bare(git)
    _must(git.run("fast-import", "--quiet", stdin=_fast_import(MAIN)), f"{bare} cannot be filled")
    head = Sha(git.run("rev-parse", "--verify", "refs/heads/main").text)
    tags = tuple(tag for made in MAIN for tag in made.tags)
    return DemoProduct(bare, "main", head, tags, tuple(PEOPLE.values()))


def scratch_copy(source: Path, bare: Path) -> None:
    """Copy the branches and tags of any repository on disk, bare or not, into the new bare repository `bare`.

    The files of the original are copied, not linked: git refreshes the times of files it shares, and nothing at
    all shall be written to somebody's own repository. Raises OutsideError when `source` is no repository, or a
    shallow one.
    """
    with tempfile.TemporaryDirectory() as home:
        # Git reads a repository that belongs to another user (a mounted folder) only when told so, and the part of
        # it that reads the source listens to a settings file alone.
        trusting = Path(home) / "config"
        trusting.write_text("[safe]\n\tdirectory = *\n")
        git = Git(bare.absolute(), protocols="file", shared_settings=trusting)
        ran = git.run(
            "clone", "--bare", "--quiet", "--no-hardlinks", "--template=", "--",
            str(source.absolute()), str(bare.absolute()),
            seconds=_PATIENCE,
        )  # fmt: skip
        _must(ran, f"{source} cannot be copied for the demo")
    if git.run("rev-parse", "--is-shallow-repository").text == "true":
        raise OutsideError(
            f"{source} is a shallow clone without its whole history. Run `git fetch --unshallow` there."
        )
    # A clone remembers where it came from; a scratch copy must not know the way back.
    _must(git.run("config", "--remove-section", "remote.origin"), f"{bare} cannot be written")


def push_fix(remote_url: str, token: str, branch: str, subject: str) -> Sha:
    """Somebody lands a commit on `branch` through the remote, as a person would. Returns the new commit.

    Raises OutsideError or OutsideRefusal with the remote's own words when that does not work.
    """
    safe_ref(branch)
    with tempfile.TemporaryDirectory() as home:
        git = reach(Path(home) / "fix.git", remote_url, token, Patience())
        _init_bare(git)
        ref = f"refs/heads/{branch}"
        _must(git.run("fetch", "--quiet", "--depth=1", "origin", f"+{ref}:{ref}"), f"{branch} cannot be read")
        _must(
            git.run("fast-import", "--quiet", "--date-format=now", stdin=_fix(ref, subject)),
            "No commit was made",
        )
        commit = Sha(git.run("rev-parse", "--verify", ref).text)
        ran = git.run("push", "--porcelain", "origin", f"{commit}:{ref}", seconds=_PATIENCE)
        if ran.code != 0:
            said = remote_words_of(ran.err) or words_of(ran.err)
            raise OutsideRefusal(f"{remote_url} did not take the fix on {branch}: {said}.")
    return commit


def _fix(ref: str, subject: str) -> bytes:
    name = re.sub(r"[^a-z0-9]+", "-", subject.lower()).strip("-")[:60] or "fix"
    return b"".join(
        (
            f"commit {ref}\n".encode(),
            f"committer {PEOPLE['rafael']} now\n".encode(),
            _data(subject),
            f"from {ref}^0\n".encode(),
            f"M 100644 inline fixes/{name}.md\n".encode(),
            _data(f"# {subject}\n\nLanded while the release was on its way.\n"),
        )
    )


def _fast_import(history: tuple[Made, ...]) -> bytes:
    """The history as the input of `git fast-import`: every commit adds its subject to the file it touches."""
    stream: list[bytes] = []
    written: dict[str, str] = {}
    for number, made in enumerate(history, start=1):
        moment = int((_FIRST_DAY + timedelta(days=made.day, minutes=17 * number)).timestamp())
        who = f"{PEOPLE[made.who]} {moment} +0200"
        written[made.path] = written.get(made.path, "") + _lines(made)
        stream += [
            f"commit refs/heads/main\nmark :{number}\nauthor {who}\ncommitter {who}\n".encode(),
            _data(f"{made.subject}\n\n{made.body}" if made.body else made.subject),
            f"M 100644 inline {made.path}\n".encode(),
            _data(written[made.path]),
        ]
        for tag in made.tags:
            if tag in _LIGHTWEIGHT:
                stream.append(f"reset refs/tags/{tag}\nfrom :{number}\n\n".encode())
            else:
                stream += [f"tag {tag}\nfrom :{number}\ntagger {who}\n".encode(), _data(f"shop {tag}\n")]
    return b"".join(stream)


def _lines(made: Made) -> str:
    """What a commit adds to its file, in the comment style of that kind of file."""
    if made.text:
        return made.text
    mark = {".sql": "--", ".md": "-"}.get(Path(made.path).suffix, "#")
    return f"{mark} {made.subject.partition(': ')[2]}\n"


def _data(text: str) -> bytes:
    """A counted block: whatever the text is, fast-import takes it for nothing but text."""
    raw = text.encode(errors="replace")
    return b"data %d\n%b\n" % (len(raw), raw)


def _init_bare(git: Git) -> None:
    git.directory.mkdir(parents=True, exist_ok=True)
    ran = git.run("init", "--bare", "--quiet", "--template=", "--initial-branch=main")
    _must(ran, f"A repository cannot be made in {git.directory}")


def _must(ran: Ran, what: str) -> None:
    if ran.code != 0:
        raise OutsideError(f"{what}: {words_of(ran.err)}. Choose another directory and try again.")
