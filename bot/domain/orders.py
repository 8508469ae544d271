"""Orders: things to be done outside, stored in the transaction that wants them and carried out after it."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import assert_never

from bot.domain.branches import BranchesSeen
from bot.domain.calendar_spans import Span
from bot.domain.changes import Suggestion
from bot.domain.events import Event
from bot.domain.findings import Finding
from bot.domain.note_book import NoteBook
from bot.domain.notice_book import Announced, MigrationsListed, NoticeSent
from bot.domain.reminders import Plan
from bot.domain.rollback_events import TargetProved, TargetRefused
from bot.domain.words import Audience, ChannelId, CommitLine, ItemId, ReleaseId, Sha, UserId


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


@dataclass(frozen=True)
class SendNotice:
    """Tell an audience of a release ahead of it, at `at` and never earlier, if it is still true then."""

    release: ReleaseId
    notice: str
    at: datetime
    channel: ChannelId


@dataclass(frozen=True)
class Announce:
    """Tell an audience what the event number `seq` of a release's history was about."""

    release: ReleaseId
    seq: int
    post: str
    audience: Audience
    channel: ChannelId


@dataclass(frozen=True)
class ReadCalendar:
    """Read a calendar of holidays or freezes: a file, or an address."""

    source: str


@dataclass(frozen=True)
class ReadMigrations:
    """See what operators have to know of the migrations that a release brings."""

    release: ReleaseId


@dataclass(frozen=True)
class DraftNotes:
    """Read the changes of a release from the repository, and draft its notes."""

    release: ReleaseId


@dataclass(frozen=True)
class TellOfChannel:
    """Tell a person, by direct message, that the bot cannot write in a release's channel, and how to mend it: event `seq`."""

    release: ReleaseId
    who: UserId
    seq: int


@dataclass(frozen=True)
class SoundAlarm:
    """Say in the product's channel what somebody did to a release's tag on the remote: event `seq`."""

    release: ReleaseId
    seq: int


@dataclass(frozen=True)
class Remind:
    """See who is missing in a release, and whom it is time to remind."""

    release: ReleaseId


@dataclass(frozen=True)
class SendReminder:
    """Remind a person of an item by direct message, or everybody of its role in the release's thread."""

    release: ReleaseId
    item: ItemId
    user: UserId
    number: int


@dataclass(frozen=True)
class ReadPerson:
    """Read a person's time zone into the store."""

    user: UserId


Order = (
    Remind
    | SendReminder
    | ReadPerson
    | TellOfChannel
    | SoundAlarm
    | RefreshCard
    | WriteLog
    | MakeTag
    | DoWork
    | ProveTarget
    | RollBack
    | ReadProduct
    | ReadGroup
    | ShowHome
    | SendNotice
    | Announce
    | ReadCalendar
    | ReadMigrations
    | DraftNotes
)


def lane(order: Order) -> str:  # noqa: C901 - one arm a kind of order
    """Orders of one lane are carried out one after the other, in the order in which they fell due."""
    match order:
        case RefreshCard(release) | WriteLog(release):
            return f"card {release}"
        case TellOfChannel(who=who):
            return f"direct {who}"
        case SoundAlarm(release):
            return f"alarm {release}"
        case Remind(release):
            return f"remind {release}"
        case SendReminder(user=user):
            return f"direct {user}"
        case ReadPerson(user):
            return f"person {user}"
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
        case SendNotice(channel=channel) | Announce(channel=channel):
            return f"audience {channel}"
        case ReadMigrations(release):
            return f"migrations {release}"
        case DraftNotes(release):
            return f"notes {release}"
        case ReadCalendar(source):
            return f"calendar {source}"[:160]
        case unknown:
            assert_never(unknown)


class Urgency(IntEnum):
    """Which orders go first when more are due than can be carried out at once: the lowest number."""

    URGENT = 0
    """Somebody has to act on it now: an alarm, or what a rollback needs."""
    ROUTINE = 1


def urgency(order: Order) -> Urgency:
    """Follows from the kind alone, so that it is the same for every replica and can be stored with the order."""
    match order:
        case TellOfChannel() | SoundAlarm() | ProveTarget() | RollBack():
            return Urgency.URGENT
        case _:
            return Urgency.ROUTINE


def is_repeatable(order: Order) -> bool:
    """One waiting order is as good as many: it looks at what is true when it is carried out."""
    match order:
        case (
            RefreshCard()
            | ReadProduct()
            | ReadGroup()
            | ShowHome()
            | SendNotice()
            | ReadCalendar()
            | ReadMigrations()
            | DraftNotes()
            | Remind()
            | ReadPerson()
        ):
            return True
        case (
            WriteLog()
            | MakeTag()
            | DoWork()
            | ProveTarget()
            | RollBack()
            | TellOfChannel()
            | SoundAlarm()
            | Announce()
            | SendReminder()
        ):
            return False
        case unknown:
            assert_never(unknown)


def repeat_key(order: Order) -> str | None:
    """What two orders have in common of which one waiting one is as good as both; None for those that are all carried out."""
    if not is_repeatable(order):
        return None
    if isinstance(order, SendNotice):  # many notices share the lane of a channel
        return f"SendNotice {order.release} {order.notice} {int(order.at.timestamp())}"[-160:]
    return f"{type(order).__name__} {lane(order)}"[:160]


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


@dataclass(frozen=True)
class RemindersPlanned:
    """What `bot.domain.reminding.plan` says about one release; of `unknown` people the zone has not been read yet."""

    release: ReleaseId
    plan: Plan
    unknown: tuple[UserId, ...]


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
class PostDone:
    release: ReleaseId
    announced: Announced


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
    | RemindersPlanned
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
    | TagImpossible
    | TagNotWanted
    | TargetLooked
)
