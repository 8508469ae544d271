"""Orders: things to be done outside, stored in the transaction that wants them and carried out after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.changes import Suggestion
from bot.domain.events import Event
from bot.domain.findings import Finding
from bot.domain.rollback_events import TargetProved, TargetRefused
from bot.domain.words import CommitLine, ItemId, ReleaseId, Sha, UserId


@dataclass(frozen=True)
class RefreshCard:
    """Bring the release's card to what is true now: post it, pin it, or update it in place."""

    release: ReleaseId


@dataclass(frozen=True)
class WriteLog:
    """Write what one step added to the release's history into the thread of its card: events `first` to `last`."""

    release: ReleaseId
    first: int
    last: int


@dataclass(frozen=True)
class MakeTag:
    """Make the signed tag, push it create-only, and prove it on the remote."""

    release: ReleaseId
    item: ItemId
    tag: str
    commit: Sha
    evidence: str


@dataclass(frozen=True)
class DoWork:
    """Carry out an item, or see how far it is. Whatever is begun outside carries the `operation`, and is begun once."""

    release: ReleaseId
    item: ItemId
    does: str
    commit: Sha | None
    operation: str


@dataclass(frozen=True)
class ProveTarget:
    """Find out what going back to this tag of the release's product would mean, and whether its signature verifies."""

    release: ReleaseId
    tag: str


@dataclass(frozen=True)
class RollBack:
    """Carry out one step of a rollback (`item`), or see how far it is."""

    release: ReleaseId
    item: ItemId
    operation: str


@dataclass(frozen=True)
class ReadProduct:
    """Fetch a product's repository, and see what its open releases stand on and what the next version would be."""

    product: str


@dataclass(frozen=True)
class ReadGroup:
    """Read the members of a Slack user group into the store."""

    group: str


@dataclass(frozen=True)
class ShowHome:
    """Bring a person's App Home tab to what is true now."""

    user: UserId


Order = (
    RefreshCard | WriteLog | MakeTag | DoWork | ProveTarget | RollBack | ReadProduct | ReadGroup | ShowHome
)


def lane(order: Order) -> str:
    """Orders of one lane are carried out one after the other, in the order in which they fell due."""
    match order:
        case RefreshCard(release) | WriteLog(release):
            return f"card {release}"
        case MakeTag(release):
            return f"tag {release}"
        case DoWork(operation=operation):
            return f"work {operation}"
        case ProveTarget(release) | RollBack(release):
            return f"rollback {release}"
        case ReadProduct(product):
            return f"product {product}"
        case ReadGroup(group):
            return f"group {group}"
        case ShowHome(user):
            return f"home {user}"
        case unknown:
            assert_never(unknown)


def is_repeatable(order: Order) -> bool:
    """One waiting order is as good as many: it looks at what is true when it is carried out."""
    match order:
        case RefreshCard() | ReadProduct() | ReadGroup() | ShowHome():
            return True
        case WriteLog() | MakeTag() | DoWork() | ProveTarget() | RollBack():
            return False
        case unknown:
            assert_never(unknown)


@dataclass(frozen=True)
class ProductFacts:
    """What a product's repository said at the last look; enough to answer `start` without touching git."""

    product: str
    read_at: datetime
    branch: str
    head: Sha | None
    """None: the repository has no such branch, or is empty."""
    last_version: str | None
    """The highest release tag that the head contains."""
    taken: tuple[str, ...]
    """All versions that have a tag, pre-releases too, highest first."""
    commits: int
    """Commits since the last release."""
    suggestion: Suggestion | None
    problem: str | None = None
    """Why the last look failed, as a sentence; the other fields are then from the look before it."""


@dataclass(frozen=True)
class HeadSeen:
    """What one open release stands on, read from the repository. The event BranchRead explains the fields."""

    release: ReleaseId
    branch: str
    commit: Sha
    previous_tag: str | None
    lines: tuple[CommitLine, ...]
    new: int
    total: int
    rewritten: bool = False


@dataclass(frozen=True)
class Passed:
    """The item is carried out. `also` are events of its own kind that the work leads to."""

    summary: str
    facts: tuple[tuple[str, str], ...] = ()
    also: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Failed:
    """A lasting no, or a check that says no. People run it again, or waive what was found."""

    summary: str
    found: tuple[Finding, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Inconclusive:
    """Nobody can say whether it is right."""

    summary: str


@dataclass(frozen=True)
class Running:
    """It goes on outside; look again at `again_at`. `progress` is one line for the card, foreign text."""

    progress: str
    again_at: datetime


Judged = Passed | Failed | Inconclusive


@dataclass(frozen=True)
class Nothing:
    """Carried out; there is no result to keep."""


@dataclass(frozen=True)
class CardShown:
    """The card stands at `ts` in `channel`, and shows the release at `commit`."""

    release: ReleaseId
    channel: str
    ts: str
    commit: Sha | None
    pinned: bool
    digest: str
    """Of what was shown."""


@dataclass(frozen=True)
class CardTooFresh:
    """The card was shown a moment ago: what has changed since then is shown together at `again_at`."""

    release: ReleaseId
    again_at: datetime


@dataclass(frozen=True)
class CardLost:
    """Somebody deleted the card that stood at `ts`."""

    release: ReleaseId
    ts: str


@dataclass(frozen=True)
class ProductSeen:
    facts: ProductFacts
    heads: tuple[HeadSeen, ...]
    lost: tuple[str, ...] = ()
    """Branches that releases followed and that are gone, each with its release in brackets."""


@dataclass(frozen=True)
class GroupSeen:
    group: str
    members: tuple[UserId, ...]


@dataclass(frozen=True)
class TagProved:
    """The tag is on the remote: name, target and signature were read back and are right."""

    object: Sha
    signer: str


@dataclass(frozen=True)
class TagImpossible:
    """A lasting no, with the reason and what to mend."""

    why: str


@dataclass(frozen=True)
class TargetLooked:
    """What was found out about the target of a rollback."""

    tag: str
    result: TargetProved | TargetRefused


@dataclass(frozen=True)
class TagNotWanted:
    """The last look found that the tag must not be made now; `head` is what the branch stands on, if that is the reason."""

    why: str
    head: HeadSeen | None = None


Outcome = (
    Nothing
    | Passed
    | Failed
    | Inconclusive
    | Running
    | CardShown
    | CardTooFresh
    | CardLost
    | ProductSeen
    | GroupSeen
    | TagProved
    | TagImpossible
    | TagNotWanted
    | TargetLooked
)
