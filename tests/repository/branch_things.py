"""What the tests of branches share: the bot's commit, files put onto a branch past the bot, and looks at the remote."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.branch_work import OwnCommit
from bot.domain.words import Sha
from tests.git_fixtures import Shop, git

OWN = OwnCommit("docs: changelog of 1.4.0", "shop-1.4.0/PREP-3", datetime(2026, 11, 26, 12, 0, tzinfo=UTC))
BINARY = bytes(range(256)) * 40


def put(bare: Path, branch: str, files: dict[str, bytes], who: str = "Ada", says: str = "fix: it.") -> Sha:
    """One commit past the code under test that writes these files onto a branch; the branch begins at main."""
    here = git(bare, "for-each-ref", f"refs/heads/{branch}")
    start = branch if here else "main"
    parts = [
        f"commit refs/heads/{branch}\ncommitter {who} <{who.lower()}@shop.example> 1790000000 +0000\n".encode(),
        b"data %d\n%b\nfrom refs/heads/%b^0\n" % (len(says.encode()), says.encode(), start.encode()),
    ]
    for path, text in files.items():
        parts.append(b"M 100644 inline %b\ndata %d\n%b\n" % (path.encode(), len(text), text))
    git(bare, "fast-import", "--quiet", "--force", stdin=b"".join(parts))
    return Sha(git(bare, "rev-parse", f"refs/heads/{branch}"))


def head_of(shop: Shop, branch: str) -> str:
    return git(shop.bare, "rev-parse", f"refs/heads/{branch}")


def blob(shop: Shop, what: str) -> bytes:

    return subprocess.run(
        ["git", "cat-file", "blob", what], cwd=shop.bare, check=True, capture_output=True
    ).stdout
