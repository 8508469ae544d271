"""The project's own files, as the contracts read them: what git tracks or would track, and the pages among it."""

import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
"""The customer's facts beside the project; not part of it, and absent elsewhere."""


def files() -> list[Path]:
    """Every file that is tracked, or new and not ignored. Raises CalledProcessError outside of a git checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    paths = (PROJECT / name for name in sorted(set(listed.stdout.decode().split("\0"))) if name)
    return [path for path in paths if path.is_file()]


def is_checkout() -> bool:
    """An unpacked archive has no list of its files."""
    return (PROJECT / ".git").exists()


def pages() -> list[Path]:
    """The project's Markdown pages."""
    found = [*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("bench/**/*.md")]
    return sorted(found)
