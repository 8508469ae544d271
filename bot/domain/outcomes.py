"""What orders come to: what was seen outside, done, or could not be done."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.branches import BranchesSeen
from bot.domain.calendar_spans import Span
from bot.domain.changes import Suggestion
from bot.domain.components import ComponentSeen
from bot.domain.events import Event
from bot.domain.findings import Finding
from bot.domain.note_book import NoteBook
from bot.domain.notice_book import Announced, MigrationsListed, NoticeSent, PostSkipped
from bot.domain.reminders import Plan
from bot.domain.rollback_events import TargetProved, TargetRefused, WithdrawalRecorded
from bot.domain.words import CommitLine, ReleaseId, Sha, UserId


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
    branches: BranchesSeen | None = None
    """The report on its branches, as old as it says."""
    components: tuple[ComponentSeen, ...] = ()
    """Its parts with versions of their own."""


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
    apart: frozenset[Sha] = frozenset()
    """Those of `lines` that the product's default branch does not have."""
    repairs: frozenset[Sha] = frozenset()
    """Those of `lines` that say no type, and are repairs by the paths that they touch, as the team labels them."""
    changed_files: int = 0
    changed_lines: int = 0
    most_lines: int | None = None
    carried: tuple[str, ...] = ()


@dataclass(frozen=True)
class TagLooked:
    """What a release's tag is on the remote now. Of one that is not the tag history proved, also where it leads and who
    signed it, as far as that can be read."""

    release: ReleaseId
    object: Sha | None
    """None: there is no such tag any more."""
    target: Sha | None = None
    signer: str | None = None


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
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Running:
    """It goes on outside; look again at `again_at`. `progress` is one line for the card, foreign text."""

    progress: str
    again_at: datetime
    also: tuple[Event, ...] = ()
    """What it has come to on its way."""


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
    """Somebody deleted the card that stood at `ts`; None: the release has moved, and its card has yet to follow."""

    release: ReleaseId
    ts: str | None


@dataclass(frozen=True)
class ProductSeen:
    facts: ProductFacts
    heads: tuple[HeadSeen, ...]
    tags: tuple[TagLooked, ...] = ()
    """Release tags that are not as they were at the last look."""
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
class TagTried:
    """A dry run came as far as the push of the tag, which was left out."""


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
class Recorded:
    """The manifest on the remote names a version as withdrawn."""

    done: WithdrawalRecorded


@dataclass(frozen=True)
class TagNotWanted:
    """The last look found that the tag must not be made now; `head` is what the branch stands on, if that is the reason."""

    why: str
    head: HeadSeen | None = None


@dataclass(frozen=True)
class RemindersPlanned:
    """What `bot.domain.reminding.plan` says about one release; of `unknown` people the zone has not been read yet."""

    release: ReleaseId
    plan: Plan
    unknown: tuple[UserId, ...]


@dataclass(frozen=True)
class OwnerTold:
    """The owner of a corrective action knows; `again_at`: when to say it once more, while it is not done."""

    again_at: datetime | None


@dataclass(frozen=True)
class PersonSeen:
    user: UserId
    zone: str


@dataclass(frozen=True)
class NoticeDone:
    """A notice was posted, or `why` it was not, at the last look."""

    release: ReleaseId
    notice: str
    planned_at: datetime
    sent: NoticeSent | None
    why: str = ""


@dataclass(frozen=True)
class NoticeLeft:
    """It was not for this order to send the notice: its time is another one by now. Whatever is to be sent gets its order."""

    release: ReleaseId


@dataclass(frozen=True)
class PostDone:
    release: ReleaseId
    announced: Announced | PostSkipped


@dataclass(frozen=True)
class MigrationsSeen:
    release: ReleaseId
    listed: MigrationsListed


@dataclass(frozen=True)
class NotesDrafted:
    release: ReleaseId
    commit: Sha
    book: NoteBook


@dataclass(frozen=True)
class CalendarSeen:
    source: str
    spans: tuple[Span, ...]


Outcome = (
    NoticeDone
    | NoticeLeft
    | RemindersPlanned
    | OwnerTold
    | PersonSeen
    | PostDone
    | CalendarSeen
    | MigrationsSeen
    | NotesDrafted
    | Nothing
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
    | TagTried
    | TagImpossible
    | TagNotWanted
    | TargetLooked
    | Recorded
)
