"""The freeze: what a release consists of from the moment its branch is cut, and what came onto that branch afterwards
without being a repair. Pure; git's answers come in as values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.branches import not_repairs
from bot.domain.errors import Refused
from bot.domain.events import BranchRead
from bot.domain.findings import Finding, Severity
from bot.domain.outcomes import Failed, HeadSeen, Passed
from bot.domain.release import Release
from bot.domain.versions import own_branch
from bot.domain.words import CommitLine, CommitRange, Sha, short

SIZE = "BH-2:lines"
"""The finding that a large hotfix leaves, by which somebody answers for it."""
_SQUASHED = re.compile(r"\(#(\d{1,9})\)\s*$")
_MERGED = re.compile(r"Merge pull request #(\d{1,9}) ")
_LANDED = re.compile(r"^See merge request \S*!(\d{1,9})$", re.M)


@dataclass(frozen=True)
class Scope:
    """What the freeze has fixed: the commits since the last release, and the pull requests that their titles name."""

    branch: str
    commit: Sha
    since: str | None
    commits: int
    pull_requests: tuple[int, ...]

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """As the work leaves it in history."""
        return (
            ("branch", self.branch),
            ("commit", self.commit),
            ("since", self.since or ""),
            ("commits", str(self.commits)),
            ("pull_requests", ", ".join(f"#{number}" for number in self.pull_requests)),
        )

    @property
    def sentence(self) -> str:
        since = f" since {self.since}" if self.since else ""
        count = f"{self.commits} commit" + ("" if self.commits == 1 else "s")
        requests = len(self.pull_requests)
        named = f", {requests} pull request" + ("" if requests == 1 else "s") if requests else ""
        return f"{self.branch} is cut at {short(self.commit)}: {count}{since}{named}. What lands elsewhere later is not in it."


def scope_of(branch: str, since: str | None, commits: CommitRange) -> Scope:
    return Scope(branch, commits.until, since, commits.total, pull_requests(commits.lines))


def pull_requests(lines: Iterable[CommitLine]) -> tuple[int, ...]:
    """The numbers that titles and merges name, lowest first."""
    found = set()
    for line in lines:
        for pattern, text in ((_SQUASHED, line.subject), (_MERGED, line.subject), (_LANDED, line.body)):
            if match := pattern.search(text):
                found.add(int(match[1]))
    return tuple(sorted(found))


def refuse_to_freeze(release: Release) -> None:
    """Raises Refused when cutting a branch would change nothing any more, or when there is nothing to cut it from."""
    if release.is_pinned:
        raise Refused(
            f"{release.tag} is ordered or made already: {release.id} stands on its commit, and needs no freeze."
        )
    if release.commit is None:
        raise Refused(f"The branch of {release.id} has not been read yet. Try again in a minute.")


def outsiders(release: Release, seen: HeadSeen) -> tuple[Sha, ...]:
    """The commits of this look that came onto the release's own branch after the cut and are no repairs.

    As long as the branch is followed, whatever is new on it came after the cut. At the first look, and after its history was
    rewritten, it is what the default branch does not have (`apart`).
    """
    if seen.branch != own_branch(release.type, release.version):
        return ()
    is_followed = release.branch == seen.branch and not seen.rewritten
    lines = seen.lines if is_followed else tuple(line for line in seen.lines if line.sha in seen.apart)
    return tuple(line.sha for line in not_repairs(lines) if line.sha not in seen.repairs)


def flagged(moves: tuple[BranchRead, ...]) -> tuple[CommitLine, ...]:
    """The commits that still stand on the release's branch and are no repairs, newest first: those that were reverted, or
    left the branch when its history was rewritten, are not among them."""
    last_rewrite = max((n for n, move in enumerate(moves) if move.rewritten), default=0)
    standing = [line for move in reversed(moves[last_rewrite:]) for line in move.lines]
    named = {sha for move in moves[last_rewrite:] for sha in move.flagged}
    reverts = " ".join(line.body for line in standing if line.subject.startswith(("Revert ", "revert")))
    return tuple(line for line in standing if line.sha in named and line.sha not in reverts)


def judge_size(files: int, lines: int, most: int) -> Passed | Failed:
    """Is a hotfix that changes so much small enough for the short way to production?"""
    if lines <= most:
        return Passed(f"{_so_much(files, lines)}, of {most} lines that a hotfix should change at most")
    said = (
        f"This hotfix changes {_so_much(files, lines)}; a hotfix should change no more than {most} lines. "
        "Leave out what can wait, or say why all of it has to go out now."
    )
    return Failed(said, (Finding(SIZE, "BH-2", Severity.BLOCKS, said),))


def _so_much(files: int, lines: int) -> str:
    return f"{lines} line{'' if lines == 1 else 's'} in {files} file{'' if files == 1 else 's'}"


def too_large(move: BranchRead) -> str | None:
    """What to say about a hotfix that is not minimal; None when it is."""
    if move.most_lines is None or move.changed_lines <= move.most_lines:
        return None
    return (
        f"This hotfix changes {_so_much(move.changed_files, move.changed_lines)}; a hotfix should change no more than "
        f"{move.most_lines}. Leave out what can wait."
    )
