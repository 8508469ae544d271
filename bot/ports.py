"""The doors a use case may open. Small protocols; the parts behind them are put together in `bot.app`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from bot.domain.branch_work import Conflicted, Merged, OwnCommit
from bot.domain.branches import BranchSeen
from bot.domain.health import Health, Probing
from bot.domain.ranges import Range, Wanted
from bot.domain.recipes import Context, Look
from bot.domain.words import CommitRange, Sha

Block = Mapping[str, Any]
"""One Block Kit block as JSON, made by `bot.views`."""


@dataclass(frozen=True)
class TagSeen:
    """A tag as it is on the remote. `target` is the commit it leads to, None when it leads to no commit."""

    name: str
    object: Sha
    target: Sha | None


@dataclass(frozen=True)
class TagProof:
    """What reading a tag back from the remote showed. Every field is read, none is assumed."""

    name: str
    object: Sha
    named_inside: str
    """The name written in the tag object; differs from `name` when a tag was replayed under another ref."""
    target: Sha
    signer: str | None
    """The principal or key that git verified; None when the signature is missing, bad or by an unknown key."""
    problem: str | None
    """Git's own words when the signature did not verify."""


class Repository(Protocol):
    """One product's remote repository. Every method may raise OutsideError or OutsideRefusal with a full sentence.

    Reads answer from the local bare mirror as of the last `refresh`, except where a method says it asks the remote.
    """

    def refresh(self) -> None:
        """Fetch branches and tags from the remote. Raises OutsideError when it is unreachable."""

    def branches(self) -> Mapping[str, Sha]:
        """Branch names (as `main`, `release/1.4`) and their heads. Empty for an empty repository."""

    def place_branches(self, main: str) -> Sequence[BranchSeen]:
        """Every branch with its owner, age and place beside the main branch; empty without a main branch."""

    def tags(self) -> Sequence[TagSeen]:
        """All tags, whatever their names; parsing versions is the domain's work."""

    def commits(self, since: Sha | None, until: Sha, limit: int) -> CommitRange:
        """The commits in `since..until`, newest first, at most `limit` lines, and their true number."""

    def changes(self, wanted: Wanted) -> Range:
        """The changes of a range, understood and settled. Raises NotFound for names that the repository does not have."""

    def contains(self, head: Sha, commit: Sha) -> bool:
        """Is `commit` reachable from `head`?"""

    def with_files(self, commits: Sequence[Sha]) -> Path:
        """The bare mirror on this machine, to be read and never written to, with all the files of these commits: those it
        lacks are fetched. Raises OutsideError when it has no such commit, or when the remote does not answer."""

    def mirror(self) -> Path:
        """The local bare repository, for those who read files at a commit and write nothing."""

    def ask_for_tag(self, name: str) -> TagSeen | None:
        """Ask the remote itself, now, for this one tag. None when it has none."""

    def push_new_tag(self, name: str, commit: Sha, message: str) -> None:
        """Make an annotated, signed tag and push it create-only (an empty lease: never moves an existing tag).

        Raises OutsideRefusal when the remote or the signing key refuses, with the reason;
        UnknownOutcome when the connection broke and the tag may be there all the same.
        """

    def prove_tag(self, name: str) -> TagProof:
        """Fetch the tag object from the remote and verify its signature. Raises OutsideRefusal when it is not there."""

    def ask_for_branch(self, name: str) -> Sha | None:
        """Ask the remote itself, now, for the head of this one branch. None when it has none."""

    def push_new_branch(self, name: str, commit: Sha) -> None:
        """Push a branch create-only. One that is there at this commit is as good; elsewhere raises OutsideRefusal.

        Raises OutsideRefusal when the remote says no, UnknownOutcome when the connection broke.
        """

    def read_files(self, commit: Sha, paths: Sequence[str]) -> Mapping[str, bytes]:
        """The bytes of those of the files that are ordinary files of this commit; links and folders are left out."""

    def changed_files(self, since: Sha, until: Sha) -> Sequence[str]:
        """The paths that differ between the trees of two commits, by content or mode, deleted ones too."""

    def changed_lines(self, since: Sha, until: Sha) -> tuple[int, int]:
        """How many files differ between two commits, and how many lines were added or deleted in them."""

    def find_own_commit(self, operation: str, since: Sha, until: Sha) -> Sha | None:
        """The commit in `since..until` that the bot made for this operation; a forged trailer finds nothing."""

    def is_own_commit(self, commit: Sha) -> bool:
        """Does this commit bear the signature of the bot's key?"""

    def commit_files(self, branch: str, head: Sha, files: Mapping[str, bytes | None], own: OwnCommit) -> Sha:
        """Give these files these bytes (None: take the file out) in one commit on `head`, and move the branch to it.

        Returns the commit, or `head` when nothing would change. Raises OutsideError when the branch is no longer at
        `head` (look again), OutsideRefusal when the remote or a path says no, UnknownOutcome.
        """

    def merge(self, source: Sha, branch: str, head: Sha, own: OwnCommit) -> Merged | Conflicted:
        """Bring `source` into the branch that was seen at `head`: nothing to do, a fast-forward, or a merge commit.

        Conflicts are an answer, with their owners; nothing is pushed then. Raises as `commit_files` does.
        """


class Slack(Protocol):
    """The Web API calls the effects make. Each raises OutsideError (with `again_after` when Slack said when),
    UnknownOutcome (the write may have been applied) or OutsideRefusal (a lasting error such as `is_archived`)."""

    def post(
        self, channel: str, text: str, blocks: Sequence[Block], *, thread: str | None = None, mark: str
    ) -> str:
        """Post a message and return its ts. `mark` goes into the metadata, so that `find` can recognise it."""

    def find(self, channel: str, mark: str, *, oldest: float, thread: str | None = None) -> str | None:
        """The ts of our own message that carries `mark`, looked up in the channel's history or the thread."""

    def former_name(self, channel: str, name: str) -> str | None:
        """What a channel was called before it got this name, as its latest messages say; None when they do not."""

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """Replace a message of ours."""

    def pin(self, channel: str, ts: str) -> None:
        """Pin a message; pinned already is fine, and a missing optional scope is silently accepted."""

    def members(self, group: str) -> Sequence[str]:
        """The user ids of a Slack user group."""

    def direct(self, user: str) -> str:
        """The channel of the direct messages between the bot and this person."""

    def zone(self, user: str) -> str | None:
        """The name of the person's time zone; None when Slack does not say, or must not."""

    def publish_home(self, user: str, blocks: Sequence[Block]) -> None:
        """Show these blocks on the person's App Home tab."""

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        """Open a modal and return its id."""

    def update_view(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Replace what an open modal shows."""

    def respond(self, response_url: str, text: str, blocks: Sequence[Block]) -> None:
        """Answer a click to the person alone, through the request's own response_url."""

    def who_am_i(self) -> str:
        """The bot's user id (`auth.test`)."""


class Checkouts(Protocol):
    """Where working trees of a product come from."""

    def check_out(self, commit: Sha, to: Path) -> None:
        """Make the folder `to`, which is not there yet, a working tree of the commit.

        Raises OutsideError when that is not possible now; nothing is then left behind.
        """


class Runner(Protocol):
    """Carries out the team's recipes. An operation is begun once, whoever asks and however often.

    Each method may raise OutsideError when nothing can be said now.
    """

    def look(self, operation: str) -> Look:
        """How far the operation is. Unknown: it is safe to begin it."""

    def begin(self, recipe: str, context: Context) -> Look:
        """Begin the operation that the context names, unless it was begun; answers as `look` does."""

    def cancel(self, operation: str, reason: str) -> None:
        """End it. What it has done until then is done; `look` tells when it has ended."""

    def log(self, operation: str) -> str:
        """The whole output that was kept of an operation and of its parts (`<operation>.2`), foreign text with secrets masked."""

    def forget(self, before: datetime) -> None:
        """Drop the output and the folders of operations that ended before then, for releases that are over."""

    def report(self, headers: Mapping[str, str], body: bytes) -> tuple[HTTPStatus, str]:
        """Take what somebody outside says about an operation, if they prove who they are; the answer's status and sentence."""


class Prober(Protocol):
    """Looks whether an environment is well, one round at a time."""

    def round(self, context: Context, probing: Probing) -> Health:
        """Look at every probe of the environment that the context names. The caller keeps the `Probing` for the next round.

        Raises NotFound when the environment has no probes: nothing would then be known.
        """
