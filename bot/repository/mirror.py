"""The local bare mirror of one product's remote, and the door `bot.ports.Repository` built on it.

The mirror holds only what `refresh` fetched. Tags are made and proven elsewhere, in throw-away repositories
that borrow its objects, so it can always be deleted and fetched again.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from bot.domain.branch_work import OPERATION, Conflicted, Merged, MergeWay, OwnCommit
from bot.domain.branches import BranchSeen
from bot.domain.errors import OutsideError
from bot.domain.ranges import Range, Wanted
from bot.domain.words import CommitLine, CommitRange, Sha
from bot.ports import TagProof, TagSeen
from bot.repository.answers import place, read_failure
from bot.repository.branch_pushes import ask_for_branch, create_branch, push_branch
from bot.repository.branches import place_branches, read_heads
from bot.repository.checkout import check_out
from bot.repository.commits import read_commits
from bot.repository.files import Snapshot, changed_between, changed_lines
from bot.repository.git import Git, Ran, safe_ref, safe_sha, words_of
from bot.repository.housekeeping import clear_leftovers, init_bare, thrown_away
from bot.repository.local import LocalGit, LocalRepository
from bot.repository.merges import merge
from bot.repository.own_commits import commit_files, find_own, is_own
from bot.repository.ranges import read_range
from bot.repository.reach import Patience, reach
from bot.repository.tags import Signing, commit_behind, commits_among, fetch_tag, prove, push_tag, sign_tag
from bot.repository.whole_files import fetch_files, missing_files

_HEADS = "refs/remotes/origin/"
_TAGS = "refs/remote-tags/"
# Both are mapped with a `+` into places of their own and pruned, so the mirror says what the remote says now: a tag
# that was moved shows its new object beside the one that history recorded, and a deleted one is gone. Without the `+`
# git would keep the old object, fail every later fetch, and hide the move from everybody who reads the mirror.
# `refs/tags/` stays empty for ever: no tag of ours can be taken for the remote's, or be pushed by accident.
_REFSPECS = (f"+refs/heads/*:{_HEADS}*", f"+refs/tags/*:{_TAGS}*")


class GitRepository:
    """One product's remote, read through a mirror in `directory` (made at the first refresh) and asked directly.

    Implements `bot.ports.Repository`. Safe to use from several threads, and from several processes that share the
    directory. `url` is https, ssh, http, or a path; `token` goes into the Authorization header of http(s) only.
    """

    def __init__(
        self,
        *,
        name: str,
        url: str,
        directory: Path,
        signing: Signing,
        token: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._directory = directory.absolute()
        self._mirror = self._directory / "mirror.git"
        self._signing = signing
        self._patience = patience or Patience()
        self._where = place(name, url)
        self._local = Git(self._mirror)
        self._remote = reach(self._mirror, url, token, self._patience)

    def mirror(self) -> Path:
        return self._mirror

    def refresh(self) -> None:
        """Fetch branches and tags. Raises OutsideError when the remote is unreachable, or when another process
        has been fetching for longer than a fetch may take; OutsideRefusal when it does not let us in."""
        with self._alone() as git:
            if not self._has_refs():
                self._make_mirror(git)
            ran = git.run(
                "fetch", "--prune", "--no-tags", "--no-write-fetch-head", "--update-shallow",
                "--recurse-submodules=no", "origin", *_REFSPECS,
                seconds=self._patience.fetch,
            )  # fmt: skip
            if ran.code != 0:
                raise read_failure(ran, self._where)
            if ran.err:
                # It named the refs it changed. A fetch writes one file per ref, and reading 50,000 files is slow.
                git.run("pack-refs", "--all", seconds=self._patience.fetch)

    def branches(self) -> Mapping[str, Sha]:
        """Branch names and their heads as of the last refresh. Raises OutsideError before the first one."""
        ran = self._read("for-each-ref", "--format=%(objectname) %(refname:lstrip=3)", _HEADS)
        pairs = (line.split(" ", 1) for line in ran.text.split("\n") if line)
        return {name: Sha(sha) for sha, name in pairs}

    def place_branches(self, main: str) -> Sequence[BranchSeen]:
        """Every branch with its place beside `main`, as of the last refresh."""
        self._must_exist()
        heads = read_heads(self._local, _HEADS)
        home = next((head for head in heads if head.name == main), None)
        return place_branches(self._local, heads, home, self._is_own) if home else []

    def _is_own(self, commit: CommitLine) -> bool:
        # Proving a signature takes a process, so only what says that it is the bot's is looked at.
        return f"{OPERATION}: " in commit.body and self.is_own_commit(commit.sha)

    def tags(self) -> Sequence[TagSeen]:
        """All tags as of the last refresh, by name. Raises OutsideError before the first one."""
        # Of all ways to peel tags this is the fastest: 50,000 of them in 0.1 s, where for-each-ref takes 0.4 s.
        ran = self._read("show-ref", "--dereference", fine=(0, 1))
        lines = (line.partition(f" {_TAGS}") for line in ran.text.split("\n"))
        found = {name: Sha(sha) for sha, tag, name in lines if tag}
        peeled = {
            name: found.get(f"{name}^{{}}", sha) for name, sha in found.items() if not name.endswith("^{}")
        }
        commits = commits_among(self._local, set(peeled.values()))
        return [
            TagSeen(name, found[name], leads if leads in commits else None) for name, leads in peeled.items()
        ]

    def commits(self, since: Sha | None, until: Sha, limit: int) -> CommitRange:
        """The commits in `since..until`, newest first. Raises OutsideError when the mirror has no such commit."""
        self._must_exist()
        return read_commits(self._local, since, until, limit)

    def changes(self, wanted: Wanted) -> Range:
        """The changes of a range as of the last refresh. Raises OutsideError before the first one, NotFound for names."""
        self._must_exist()
        return read_range(LocalRepository(LocalGit(self._mirror), _TAGS), wanted)

    def contains(self, head: Sha, commit: Sha) -> bool:
        """Is `commit` reachable from `head`? Raises OutsideError when the mirror lacks one of them."""
        ran = self._read("merge-base", "--is-ancestor", safe_sha(commit), safe_sha(head), fine=(0, 1))
        return ran.code == 0

    def with_files(self, commits: Sequence[Sha]) -> Path:
        """The mirror's directory, with the files of these commits. Raises OutsideError when the mirror lacks one of them,
        or lacks files and the remote is unreachable."""
        self._must_exist()
        if missing_files(self._local, commits):
            with self._alone() as git:
                fetch_files(git, self._where, missing_files(self._local, commits), self._patience.fetch)
        return self._mirror

    def ask_for_tag(self, name: str) -> TagSeen | None:
        """Ask the remote for one tag now. Raises OutsideError when it is unreachable."""
        ref = f"refs/tags/{safe_ref(name)}"
        ran = self._remote.run("ls-remote", "origin", ref, f"{ref}^{{}}", seconds=self._patience.answer)
        if ran.code != 0:
            raise read_failure(ran, self._where)
        # The arguments are patterns that also match the end of a longer name; only the exact one is meant.
        found = {line.partition("\t")[2]: Sha(line.partition("\t")[0]) for line in ran.text.split("\n")}
        if ref not in found:
            return None
        peeled = found.get(f"{ref}^{{}}", found[ref])
        return TagSeen(name, found[ref], self._commit_or_none(name, peeled))

    def push_new_tag(self, name: str, commit: Sha, message: str) -> None:
        """Sign a tag and push it create-only. Raises as the port says, and OutsideError when the mirror does not
        know the commit."""
        safe_ref(name), safe_sha(commit)
        kind = self._read("cat-file", "-t", commit, fine=(0, 1, 128)).text
        if kind != "commit":
            raise OutsideError(
                f"The mirror of {self._where.name} has no commit {commit[:7]}. Refresh it and try again."
            )
        with self._scratch() as scratch:
            tag = sign_tag(scratch, self._signing, name, commit, message)
            push_tag(scratch, self._where, name, tag, self._patience.push)

    def prove_tag(self, name: str) -> TagProof:
        """Fetch the tag from the remote and verify it. Raises OutsideRefusal when it is not there."""
        safe_ref(name)
        with self._scratch() as scratch:
            tag = fetch_tag(scratch, self._where, name, self._patience.push)
            return prove(scratch, self._signing, name, tag)

    def ask_for_branch(self, name: str) -> Sha | None:
        """Ask the remote for one branch now. Raises OutsideError when it is unreachable."""
        return ask_for_branch(self._remote, self._where, safe_ref(name), self._patience.answer)

    def push_new_branch(self, name: str, commit: Sha) -> None:
        """Push a branch create-only. Raises as the port says."""
        safe_ref(name), safe_sha(commit)
        with self._scratch() as scratch:
            create_branch(scratch, self._where, name, commit, self._patience.push)

    def read_files(self, commit: Sha, paths: Sequence[str]) -> Mapping[str, bytes]:
        """The bytes of ordinary files at a commit. Raises OutsideError when the mirror has no such commit."""
        safe_sha(commit)
        with self._scratch() as scratch:
            found = Snapshot(scratch, commit).read_all(paths)
        return {path: text for path, text in found.items() if isinstance(text, bytes)}

    def changed_files(self, since: Sha, until: Sha) -> Sequence[str]:
        """The files that differ between two commits, by their content or mode."""
        self._must_exist()
        return [touched.path for touched in changed_between(self._local, safe_sha(since), safe_sha(until))]

    def changed_lines(self, since: Sha, until: Sha) -> tuple[int, int]:
        """Files and lines that differ. Raises OutsideError when the mirror lacks one of the commits."""
        with self._scratch() as scratch:
            return changed_lines(scratch, safe_sha(since), safe_sha(until))

    def find_own_commit(self, operation: str, since: Sha, until: Sha) -> Sha | None:
        """The bot's own commit of an operation, by its trailer and its signature, as of the last refresh."""
        with self._scratch() as scratch:
            return find_own(scratch, self._signing, operation, safe_sha(since), safe_sha(until))

    def is_own_commit(self, commit: Sha) -> bool:
        """Does the commit bear the signature of our key?"""
        with self._scratch() as scratch:
            return is_own(scratch, self._signing, safe_sha(commit))

    def commit_files(self, branch: str, head: Sha, files: Mapping[str, bytes | None], own: OwnCommit) -> Sha:
        """Make a commit on `head` and move the branch from there to it. Raises as the port says."""
        safe_ref(branch), safe_sha(head)
        with self._signing_at(own) as scratch:
            commit = commit_files(scratch, head, files, own)
            if commit != head:
                push_branch(scratch, self._where, branch, head, commit, self._patience.push)
        return commit

    def merge(self, source: Sha, branch: str, head: Sha, own: OwnCommit) -> Merged | Conflicted:
        """Merge `source` into the branch that was seen at `head`. Raises as the port says."""
        safe_ref(branch), safe_sha(head), safe_sha(source)
        with self._signing_at(own) as scratch:
            done = merge(scratch, source, head, own)
            if isinstance(done, Merged) and done.way is not MergeWay.ALREADY:
                push_branch(scratch, self._where, branch, head, done.commit, self._patience.push)
        return done

    @contextmanager
    def _signing_at(self, own: OwnCommit) -> Iterator[Git]:
        with self._scratch() as scratch:
            yield replace(scratch, moment=own.at)

    def check_out(self, commit: Sha, to: Path) -> None:
        """A working tree of a commit that the mirror knows. Raises as the port says."""
        safe_sha(commit)
        self._must_exist()
        check_out(self._local, self._remote, commit, to)

    def _read(self, *arguments: str, fine: tuple[int, ...] = (0,)) -> Ran:
        self._must_exist()
        ran = self._local.run(*arguments)
        if ran.code not in fine:
            raise OutsideError(
                f"The mirror of {self._where.name} cannot answer: {words_of(ran.err)}. Refresh it; if that does "
                f"not help, delete {self._mirror}, which is fetched again from the remote."
            )
        return ran

    def _must_exist(self) -> None:
        if not self._mirror.is_dir():
            raise OutsideError(
                f"The repository of {self._where.name} has not been fetched yet. Refresh it first."
            )

    def _commit_or_none(self, name: str, peeled: Sha) -> Sha | None:
        """The remote lists ids without their types. The mirror knows most; the rest is fetched to look at."""
        if self._mirror.is_dir():
            ran = self._local.run("cat-file", "-t", peeled)
            if ran.code == 0:
                return peeled if ran.text == "commit" else None
        with self._scratch() as scratch:
            tag = fetch_tag(scratch, self._where, name, self._patience.push)
            return commit_behind(scratch, tag)

    def _has_refs(self) -> bool:
        return self._mirror.is_dir() and self._local.run("for-each-ref", "--count=1").out != b""

    def _make_mirror(self, git: Git) -> None:
        """Make the mirror under another name and move it into place: nobody ever sees half of one."""
        ran = git.run("ls-remote", "origin", seconds=self._patience.answer)
        if ran.code != 0:
            raise read_failure(ran, self._where)
        # An empty remote does not say which hash it uses, so the question is asked until there are refs.
        wanted = "sha256" if re.match(rb"[0-9a-f]{64}\t", ran.out) else "sha1"
        if self._mirror.is_dir():
            if self._local.run("rev-parse", "--show-object-format").text == wanted:
                return
            shutil.rmtree(self._mirror)
        new = self._directory / "mirror.new"
        shutil.rmtree(new, ignore_errors=True)
        init_bare(replace(git, directory=new), wanted)
        new.rename(self._mirror)

    @contextmanager
    def _alone(self) -> Iterator[Git]:
        """The right to write to the mirror, for one thread of one process.

        Git inherits the lock's descriptor. When we are killed, the lock therefore lasts until our orphaned git has
        ended too, and whoever gets it next may clear away what was left: no living process owns it.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        held: list[int] = []
        lock = FileLock(self._directory / "mirror.lock", on_acquired=held.append)
        try:
            lock.acquire(timeout=self._patience.fetch)
        except Timeout as error:
            raise OutsideError(
                f"The mirror of {self._where.name} has been busy for {self._patience.fetch:g} seconds: another "
                "process is still fetching it. It will be tried again."
            ) from error
        try:
            clear_leftovers(self._directory)
            yield replace(self._remote, held=held[0])
        finally:
            lock.release()

    @contextmanager
    def _scratch(self) -> Iterator[Git]:
        """A throw-away repository that borrows the mirror's objects: for signing, pushing and proving.

        It needs no lock: it writes nothing to the mirror, and two pushes of one ref are settled by the remote.
        """
        settings = self._remote.settings + self._signing.settings()
        with thrown_away(replace(self._remote, settings=settings), self._directory, self._local) as git:
            yield git
