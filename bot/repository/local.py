"""Any repository on disk, only to be read: bare or not, a worktree or a folder inside one. Light to import, since the
command line starts it anew for every answer; nothing here writes, fetches, or takes a lock."""

import fcntl
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import NotFound, OutsideError
from bot.domain.release_tags import TagRef
from bot.domain.words import Sha
from bot.repository.git import Git, words_of

_PIPE = 1024 * 1024
"""Bytes that git may write ahead of us; Linux gives 64 KiB by itself, and git then waits for us most of the time."""
_SET_PIPE_SIZE = 1031  # fcntl.F_SETPIPE_SZ, which only Linux has
_SHA = re.compile(r"[0-9a-f]{4,64}", re.IGNORECASE)
_BACK = re.compile(r"(.+?)((?:[~^]\d{0,6}){1,20})", re.ASCII)
"""So many commits before another one, as `main~3` and `HEAD^`. No name has these letters in it."""
_REF = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]+")


@dataclass(frozen=True)
class LocalGit(Git):
    """Git in a repository that is not ours: it takes no lock, not even to refresh the index, and reaches no network."""

    def _start(self, arguments: tuple[str, ...], stdin: int) -> "subprocess.Popen[bytes]":
        # Without GitPython, which takes longer to import than the whole answer may take. A fixed list, no shell.
        try:
            process = subprocess.Popen(
                ["git", *arguments],  # noqa: S607 - the git of the person who asks
                cwd=self.directory,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Git's own variables around us would lead it to another repository than the one that was named.
                env={**_not_gits(os.environ), **self._environment()},
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise OutsideError("The program git was not found. Install git and start again.") from error
        if process.stdout is not None:
            with suppress(
                OSError
            ):  # elsewhere than on Linux, or beyond what one user may have: slower, not wrong
                fcntl.fcntl(process.stdout.fileno(), _SET_PIPE_SIZE, _PIPE)
        return process

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}

    def _failed(self, command: str, said: str) -> OutsideError:
        return OutsideError(
            f"git {command} failed in {self.directory}: {said}. Look whether the repository is whole."
        )


def _not_gits(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("GIT_")}


class LocalRepository:
    """One repository on disk, as the commands for it read it. `tag_folder` is where its tags stand: a mirror keeps the
    remote's tags elsewhere than in `refs/tags/`."""

    def __init__(self, git: Git, tag_folder: str = "refs/tags/") -> None:
        self.git = git
        self._tag_folder = tag_folder

    def tags(self) -> list[TagRef]:
        """All tags with what they lead to, by name."""
        only = ("--tags",) if self._tag_folder == "refs/tags/" else ()
        ran = self.git.run("show-ref", *only, "--dereference")
        if ran.code not in (0, 1):  # 1: there are none
            raise OutsideError(
                f"The tags of {self.git.directory} cannot be read: {words_of(ran.err)}. `git fsck` names what is broken; mend "
                "or delete it, and try again."
            )
        # What a tag object leads to follows it at once, under the same name with `^{}`: the later one of a name counts.
        lead = f" {self._tag_folder}"
        width = ran.text.find(" ")
        found = {
            line[width + len(lead) :].removesuffix("^{}"): Sha(line[:width])
            for line in ran.text.split("\n")
            if line.startswith(lead, width)
        }
        return [TagRef(name, sha) for name, sha in found.items()]

    def commit(self, name: str, tags: Sequence[TagRef]) -> Sha:
        """The commit that a person means: a tag, a branch, HEAD, the beginning of an id, or so many before one of these, as
        `HEAD~3`. Raises NotFound."""
        back = _BACK.fullmatch(name)
        if back is not None:
            start = self.commit(back[1], tags)
            ran = self.git.run("rev-parse", "--verify", "--quiet", f"{start}{back[2]}^{{commit}}")
            if ran.code == 0:
                return Sha(ran.text)
            raise NotFound(f"{name[:80]!r} goes further back than the history of {self.git.directory}.")
        named = next((tag.commit for tag in tags if tag.name == name), None)
        wanted: list[str] = [named] if named is not None else []
        if named is None and (name == "HEAD" or (name.startswith("refs/") and _REF.fullmatch(name))):
            wanted = [name]
        elif named is None and _REF.fullmatch(name) and "@{" not in name and ".." not in name:
            # Behind `refs/` no name can be taken for an option, however it begins.
            wanted = [f"refs/heads/{name}", f"refs/remotes/{name}", f"refs/remotes/origin/{name}"]
            wanted += [name] if _SHA.fullmatch(name) else []
        for revision in wanted:
            ran = self.git.run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
            if ran.code == 0:
                return Sha(ran.text)
        if name == "HEAD":
            raise NotFound(f"{self.git.directory} has no commit yet, so there is nothing to tell.")
        raise NotFound(
            f"{self.git.directory} has no tag, branch or commit {name[:80]!r}. `git tag --list` shows its tags."
        )

    def made(self, commit: Sha) -> int:
        """When a commit was made, seconds since 1970; 0 where git cannot say it."""
        ran = self.git.run("log", "-1", "--no-show-signature", "--format=%ct", commit, "--")
        return int(ran.text) if ran.code == 0 and ran.text.isdigit() else 0

    def contains(self, head: Sha, commit: Sha) -> bool:
        """Is `commit` reachable from `head`? False as well for what is no commit here."""
        return self.git.run("merge-base", "--is-ancestor", commit, head).code == 0

    def fork(self, one: Sha, other: Sha) -> Sha | None:
        """The last commit that both contain; None where they have nothing in common, or one of them is no commit."""
        ran = self.git.run("merge-base", one, other)
        return Sha(ran.text) if ran.code == 0 and ran.text else None

    def tags_within(self, head: Sha) -> set[str]:
        """The names of all tags that `head` contains; walks the whole history."""
        ran = self.git.run(
            "for-each-ref",
            f"--merged={head}",
            "--format=%(refname:lstrip=2)",
            self._tag_folder,
            seconds=120.0,
        )
        return set(ran.text.split("\n")) if ran.code == 0 else set()

    def tag_dates(self, names: Sequence[str]) -> dict[str, int]:
        """When these tags were made, seconds since 1970; of a tag without a date of its own, that of its commit."""
        few = [self._tag_folder + name for name in names] if len(names) <= _FEW else [self._tag_folder]
        ran = self.git.run("for-each-ref", "--format=%(creatordate:unix) %(refname:lstrip=2)", *few)
        pairs = (line.partition(" ") for line in ran.text.split("\n"))
        return {name: int(date) for date, _, name in pairs if date.isdigit()}

    def folders(self, commit: Sha, names: Sequence[str]) -> list[str]:
        """Those of these names that are folders in a commit."""
        ran = self.git.run("ls-tree", "-d", "-z", "--full-tree", "--name-only", commit, "--", *names)
        return [name for name in ran.text.split("\0") if name] if ran.code == 0 else []

    def origin(self) -> str:
        """The address that the repository was cloned from; empty when it has none."""
        return self.git.run("config", "--local", "--get", "remote.origin.url").text

    def is_shallow(self) -> bool:
        return self.git.run("rev-parse", "--is-shallow-repository").text == "true"


_FEW = 500


def open_local(path: Path) -> LocalRepository:
    """The repository that holds this folder. Raises NotFound for a folder that is in none."""
    if not path.is_dir():
        raise NotFound(f"{path} is not a folder. Name the folder of a git repository with --repository.")
    # Whose repository it is does not matter: what is run here executes nothing of it, and CI often checks out as somebody else.
    finding = LocalGit(path.absolute(), settings=(("safe.directory", "*"),))
    ran = _Finding(finding.directory, finding.settings).run("rev-parse", "--absolute-git-dir")
    if ran.code != 0:
        raise NotFound(f"{path} is not in a git repository: {words_of(ran.err)}.")
    return LocalRepository(LocalGit(Path(ran.text), finding.settings))


class _Finding(LocalGit):
    """Git before it is known where the repository is."""

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in super()._environment().items() if name != "GIT_DIR"}
