"""Orders: things to be done outside, stored in the transaction that wants them and carried out after it."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.words import Audience, ChannelId, ItemId, ReleaseId, Sha, UserId


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
class RecordWithdrawal:
    """Mark a version that was rolled back as withdrawn in the manifest of releases, on the remote's main branch."""

    release: ReleaseId


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
class TellOfAudience:
    """Tell a person, by direct message, that the bot cannot write in a channel in which audiences are told, and how to mend
    it: found at `since`."""

    channel: ChannelId
    who: UserId
    since: datetime


@dataclass(frozen=True)
class TellOfRename:
    """Tell a person, by direct message, that a channel the bot speaks in is now called `name`: Slack's event `event`."""

    channel: ChannelId
    name: str
    who: UserId
    event: str


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
class TellOwner:
    """Tell the owner of a corrective action that it is theirs (number 0), and from its day on that it is due. What is done
    meanwhile, or has another owner or day, is not spoken of."""

    release: ReleaseId
    name: str
    user: UserId
    due: str
    number: int = 0


@dataclass(frozen=True)
class ReadPerson:
    """Read a person's time zone into the store."""

    user: UserId


Order = (
    Remind
    | SendReminder
    | TellOwner
    | ReadPerson
    | TellOfChannel
    | TellOfAudience
    | TellOfRename
    | SoundAlarm
    | RefreshCard
    | WriteLog
    | MakeTag
    | DoWork
    | ProveTarget
    | RollBack
    | RecordWithdrawal
    | ReadProduct
    | ReadGroup
    | ShowHome
    | SendNotice
    | Announce
    | ReadCalendar
    | ReadMigrations
    | DraftNotes
)
