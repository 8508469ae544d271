"""Making the bot's own bare repositories, and clearing away what a killed git left in them."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from bot.domain.errors import OutsideError
from bot.repository.git import Git, words_of

_DAY = 24 * 60 * 60.0


def init_bare(git: Git, object_format: str) -> None:
    git.directory.mkdir(parents=True, exist_ok=True)
    ran = git.run("init", "--bare", "--quiet", "--template=", f"--object-format={object_format}")
    if ran.code != 0:
        raise OutsideError(
            f"A git repository cannot be made in {git.directory}: {words_of(ran.err)}. "
            "Look whether the disk is full and the directory is ours."
        )


@contextmanager
def thrown_away(git: Git, directory: Path, mirror: Git) -> Iterator[Git]:
    """`git` in a repository of its own below `directory`, which borrows the objects of a mirror and is removed at the end."""
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="scratch-", dir=directory, ignore_cleanup_errors=True) as home:
        made = replace(git, directory=Path(home) / "scratch.git")
        wanted = "sha1"
        if mirror.directory.is_dir():
            wanted = mirror.run("rev-parse", "--show-object-format").text
        init_bare(made, wanted)
        borrowed = made.directory / "objects" / "info" / "alternates"
        borrowed.parent.mkdir(exist_ok=True)
        borrowed.write_text(f"{mirror.directory / 'objects'}\n")
        yield made


def clear_leftovers(directory: Path) -> None:
    """Remove what a killed git left behind: lock files and half-written packs, and old throw-away repositories.

    Called only with the lock in hand, which a git that still lives would hold. Throw-away repositories are used
    without the lock; one that is a day old belongs to nobody any more.
    """
    mirror = directory / "mirror.git"
    # A ref's name cannot end in `.lock`, but it may well begin with `tmp_`: those are looked for among packs only.
    for pattern in (
        "*.lock",
        "refs/**/*.lock",
        "objects/*.lock",
        "objects/info/**/*.lock",
        "objects/pack/tmp_*",
        "gc.pid",
    ):
        for path in mirror.glob(pattern):
            path.unlink(missing_ok=True)
    for home in directory.glob("scratch-*"):
        with suppress(FileNotFoundError):  # its owner has just removed it
            if time.time() - home.stat().st_mtime > _DAY:
                shutil.rmtree(home, ignore_errors=True)
