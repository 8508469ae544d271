"""Small repositories with branches, merges and tags, written commit by commit, for the tests of ranges."""

from dataclasses import dataclass
from pathlib import Path

from bot.domain.words import Sha
from tests.git_fixtures import bare_repository, git


@dataclass
class History:
    """A bare repository that grows; every commit and tag is a minute younger than the one before."""

    path: Path
    minutes: int = 0

    def commit(
        self,
        message: str | bytes,
        *,
        on: str = "main",
        merging: str | None = None,
        file: str = "f",
        picked: Sha | None = None,
    ) -> Sha:
        """Put a commit on a branch, which begins where main is if it is new. `picked`: the time when that one was written
        is kept, as by a cherry-pick."""
        self.minutes += 1
        raw = message if isinstance(message, bytes) else message.encode()
        start = self._head(on) or self._head("main")
        lines = [
            f"commit refs/heads/{on}\n".encode(),
            b"author Lena <lena@shop.example> %d +0000\n" % self._written(picked),
            b"committer Lena <lena@shop.example> %d +0000\n" % self._now,
        ]
        lines += [b"data %d\n%b\n" % (len(raw), raw)]
        lines += [f"from {start}\n".encode()] if start else []
        lines += [f"merge {self._head(merging)}\n".encode()] if merging else []
        lines += [f"M 100644 inline {file}\ndata 6\n{self.minutes:06}\n".encode()]
        git(self.path, "fast-import", "--quiet", "--force", stdin=b"".join(lines))
        return Sha(git(self.path, "rev-parse", f"refs/heads/{on}"))

    def branch(self, name: str, at: str) -> None:
        git(self.path, "update-ref", f"refs/heads/{name}", git(self.path, "rev-parse", f"{at}^{{commit}}"))

    def tag(self, name: str, on: str = "main") -> None:
        """An annotated tag, however odd its name is."""
        self.minutes += 1
        text = f"object {self._head(on)}\ntype commit\ntag {name}\ntagger Lena <lena@shop.example> {self._now} +0000\n\nx\n"
        made = git(self.path, "hash-object", "-t", "tag", "-w", "--literally", "--stdin", stdin=text.encode())
        git(self.path, "update-ref", f"refs/tags/{name}", made)

    def reverts(self, commit: Sha, header: str) -> str:
        return f'Revert "{header}"\n\nThis reverts commit {commit}.'

    def _written(self, picked: Sha | None) -> int:
        return self._now if picked is None else int(git(self.path, "log", "-1", "--format=%at", picked))

    @property
    def _now(self) -> int:
        return 1_790_000_000 + 60 * self.minutes

    def _head(self, branch: str) -> str | None:
        return git(self.path, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}") or None


def empty_history(folder: Path) -> History:
    return History(bare_repository(folder / "shop.git"))
