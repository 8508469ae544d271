"""Small real repositories with files of one's own, for the tests of facts."""

from collections.abc import Mapping
from pathlib import Path

from bot.cli.facts import Asked
from bot.domain.words import Sha
from tests.git_fixtures import git


def commit(
    bare: Path,
    message: str,
    files: Mapping[str, str | bytes | None],
    *,
    branch: str = "main",
    start: str = "",
) -> Sha:
    """Put one commit with these files on a branch (None deletes one), which begins at `start` if it is new."""
    grows = bool(git(bare, "for-each-ref", f"refs/heads/{branch}"))
    parent = f"refs/heads/{branch}^0" if grows else start
    parts = [
        f"commit refs/heads/{branch}\ncommitter Ada <ada@shop.example> 1790000000 +0000\n".encode(),
        data(message),
    ]
    parts += [f"from {parent}\n".encode()] if parent else []
    for path, content in files.items():
        name = path.encode("utf-8", "surrogateescape")
        quoted = b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'
        parts += (
            [b"D " + quoted + b"\n"]
            if content is None
            else [b"M 100644 inline " + quoted + b"\n", data(content)]
        )
    git(bare, "fast-import", "--quiet", "--force", stdin=b"".join(parts))
    return Sha(git(bare, "rev-parse", f"refs/heads/{branch}"))


def data(content: str | bytes) -> bytes:
    raw = content if isinstance(content, bytes) else content.encode()
    return b"data %d\n%b\n" % (len(raw), raw)


def tag(bare: Path, name: str, at: str = "refs/heads/main") -> None:
    git(bare, "tag", name, at)


def asked(bare: Path, *, since: str = "", until: str = "", config: Path | None = None) -> Asked:
    return Asked(bare, since, until, config, None)
