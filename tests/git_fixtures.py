"""Small real repositories for the tests, and a shop: a remote over HTTP, a signing key, and the bot's view of it."""

import base64
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.demo.keys import make_signing_key
from bot.demo.remote import GitRemote
from bot.domain.words import Sha
from bot.repository import GitRepository, Patience, Signing

TOKEN = "a-token-that-nobody-may-see"
SHORT = Patience(answer=0.4, push=0.4, fetch=0.4, silence=1.0)
"""For tests of a remote that never answers."""


def git(directory: Path, *arguments: str, stdin: bytes = b"") -> str:
    """Run git past the code under test, as an administrator on the server would. Raises when git fails."""
    ran = subprocess.run(
        ["git", *arguments], cwd=directory, input=stdin, capture_output=True, check=True, env=environment()
    )
    return ran.stdout.decode(errors="replace").removesuffix("\n")


def environment() -> dict[str, str]:
    """The environment of a git that nobody's own settings reach."""
    return {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@shop.example",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@shop.example",
    }


def bare_repository(directory: Path, *, object_format: str = "sha1") -> Path:
    """An empty bare repository with main as its first branch."""
    directory.mkdir(parents=True)
    git(
        directory,
        "init", "--bare", "--quiet", "--template=", "--initial-branch=main", f"--object-format={object_format}",
    )  # fmt: skip
    return directory


def land(
    bare: Path, *messages: bytes | str, branch: str = "main", who: bytes = b"Ada <ada@shop.example>"
) -> Sha:
    """Put commits with these messages on a branch, oldest first, each a minute apart, and return the head."""
    stream = []
    grows = bool(git(bare, "for-each-ref", f"refs/heads/{branch}"))
    for number, message in enumerate(messages):
        raw = message if isinstance(message, bytes) else message.encode()
        head = f"commit refs/heads/{branch}\ncommitter ".encode() + who
        parent = b"from refs/heads/%b^0\n" % branch.encode() if number == 0 and grows else b""
        stream.append(
            head + b" %d +0000\ndata %d\n%b\n%b" % (1_790_000_000 + 60 * number, len(raw), raw, parent)
        )
        stream.append(b"M 100644 inline f%d\ndata 3\nnew\n" % number)
    git(bare, "fast-import", "--quiet", "--force", stdin=b"".join(stream))
    return Sha(git(bare, "rev-parse", f"refs/heads/{branch}"))


def raw_commit(bare: Path, text: bytes) -> Sha:
    """Store these bytes as a commit object, however odd, and put main on it."""
    sha = git(bare, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text)
    git(bare, "update-ref", "refs/heads/main", sha)
    return Sha(sha)


def as_pusher(token: str) -> tuple[str, ...]:
    """The options of a git command that shows this token."""
    basic = base64.b64encode(f"ada:{token}".encode()).decode()
    return ("-c", f"http.extraHeader=Authorization: Basic {basic}")


@dataclass
class Shop:
    """A product with one commit on main, its remote, and the bot's repository for it."""

    home: Path
    bare: Path
    remote: GitRemote
    signing: Signing
    head: Sha
    repository: GitRepository = field(init=False)

    def __post_init__(self) -> None:
        self.repository = self.seen_with()

    def seen_with(
        self,
        *,
        token: str | None = TOKEN,
        signing: Signing | None = None,
        patience: Patience | None = None,
        url: str | None = None,
        directory: str = "data",
    ) -> GitRepository:
        """The same product as a bot with other settings sees it; in the same directory unless another is named."""
        return GitRepository(
            name="shop",
            url=url or self.remote.url,
            directory=self.home / directory,
            signing=signing or self.signing,
            token=token,
            patience=patience,
        )


def build_shop(home: Path) -> None:
    """Make the files of a shop under `home`: its repository with one commit, its key, and the bot's mirror."""
    bare = bare_repository(home / "shop.git")
    land(bare, "feat: open the shop")
    signing = make_signing_key(home / "keys")
    GitRepository(name="shop", url=str(bare), directory=home / "data", signing=signing).refresh()


@contextmanager
def open_shop(home: Path) -> Iterator[Shop]:
    """Serve the shop that was built under `home`, or is copied there, until the block ends."""
    bare, keys = home / "shop.git", home / "keys"
    signing = Signing("ssh", keys / "release-key", keys / "allowed_signers", email="release@shop.example")
    head = Sha((bare / "refs" / "heads" / "main").read_text().strip())
    with GitRemote.serve(bare, token=TOKEN) as remote:
        yield Shop(home, bare, remote, signing, head)
