"""The doors a use case may open. Small protocols; the parts behind them are put together in `bot.app`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

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

    def tags(self) -> Sequence[TagSeen]:
        """All tags, whatever their names; parsing versions is the domain's work."""

    def commits(self, since: Sha | None, until: Sha, limit: int) -> CommitRange:
        """The commits in `since..until`, newest first, at most `limit` lines, and their true number."""

    def changes(self, wanted: Wanted) -> Range:
        """The changes of a range, understood and settled. Raises NotFound for names that the repository does not have."""

    def contains(self, head: Sha, commit: Sha) -> bool:
        """Is `commit` reachable from `head`?"""

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


class Slack(Protocol):
    """The Web API calls the effects make. Each raises OutsideError (with `again_after` when Slack said when),
    UnknownOutcome (the write may have been applied) or OutsideRefusal (a lasting error such as `is_archived`)."""

    def post(
        self, channel: str, text: str, blocks: Sequence[Block], *, thread: str | None = None, mark: str
    ) -> str:
        """Post a message and return its ts. `mark` goes into the metadata, so that `find` can recognise it."""

    def find(self, channel: str, mark: str, *, oldest: float, thread: str | None = None) -> str | None:
        """The ts of our own message that carries `mark`, looked up in the channel's history or the thread."""

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
        """The whole output that was kept, foreign text with secrets masked."""


class Prober(Protocol):
    """Looks whether an environment is well, one round at a time."""

    def round(self, context: Context, probing: Probing) -> Health:
        """Look at every probe of the environment that the context names. The caller keeps the `Probing` for the next round.

        Raises NotFound when the environment has no probes: nothing would then be known.
        """
