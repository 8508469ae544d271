"""How orders queue: which of them follow each other, which go first, and of which one waiting one is as good as many. It follows
from the order alone, so that it is the same for every replica."""

from enum import IntEnum
from typing import assert_never

from bot.domain.orders import (
    Announce,
    DoWork,
    DraftNotes,
    MakeTag,
    Order,
    ProveTarget,
    ReadCalendar,
    ReadGroup,
    ReadMigrations,
    ReadPerson,
    ReadProduct,
    RecordWithdrawal,
    RefreshCard,
    Remind,
    RollBack,
    SendNotice,
    SendReminder,
    ShowHome,
    SoundAlarm,
    TellOfAudience,
    TellOfChannel,
    TellOfRename,
    TellOwner,
    WriteLog,
)
from bot.domain.posts import OF_A_ROLLBACK


def lane(order: Order) -> str:  # noqa: C901 - one arm a kind of order
    """Orders of one lane are carried out one after the other, in the order in which they fell due."""
    match order:
        case RefreshCard(release) | WriteLog(release):
            return f"card {release}"
        case TellOfChannel(who=who) | TellOfAudience(who=who) | TellOfRename(who=who):
            return f"direct {who}"
        case SoundAlarm(release):
            return f"alarm {release}"
        case Remind(release):
            return f"remind {release}"
        case SendReminder(user=user) | TellOwner(user=user):
            return f"direct {user}"
        case ReadPerson(user):
            return f"person {user}"
        case MakeTag(release):
            return f"tag {release}"
        case DoWork(operation=operation):
            return f"work {operation}"
        case ProveTarget(release) | RollBack(release):
            return f"rollback {release}"
        case RecordWithdrawal(release):
            return f"withdrawal {release}"
        case ReadProduct(product):
            return f"product {product}"
        case ReadGroup(group):
            return f"group {group}"
        case ShowHome(user):
            return f"home {user}"
        case Announce(post=post, channel=channel) if post in OF_A_ROLLBACK:
            return urgent_lane(channel)
        case SendNotice(channel=channel) | Announce(channel=channel):
            return audience_lane(channel)
        case ReadMigrations(release):
            return f"migrations {release}"
        case DraftNotes(release):
            return f"notes {release}"
        case ReadCalendar(source):
            return f"calendar {source}"[:160]
        case unknown:
            assert_never(unknown)


def audience_lane(channel: str) -> str:
    """The lane of what is said to audiences in this channel."""
    return f"audience {channel}"


def urgent_lane(channel: str) -> str:
    """The lane of what overtakes that: a rollback. The pace of the channel holds for both."""
    return f"audience at once {channel}"


class Urgency(IntEnum):
    """Which orders go first when more are due than can be carried out at once: the lowest number."""

    URGENT = 0
    """Somebody has to act on it now: an alarm, or what a rollback needs and says."""
    ROUTINE = 1
    AFTERWARDS = 2
    """The record of what has happened already: it waits for what is promised for a time."""


def urgency(order: Order) -> Urgency:
    """Follows from the order alone, so that it is the same for every replica and can be stored with it."""
    match order:
        case TellOfChannel() | TellOfAudience() | SoundAlarm() | ProveTarget() | RollBack():
            return Urgency.URGENT
        case Announce(post=post) if post in OF_A_ROLLBACK:
            return Urgency.URGENT
        case WriteLog():
            return Urgency.AFTERWARDS
        case _:
            return Urgency.ROUTINE


def is_repeatable(order: Order) -> bool:
    """One waiting order is as good as many: it looks at what is true when it is carried out."""
    match order:
        case (
            RefreshCard()
            | RecordWithdrawal()
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
            | TellOfAudience()
            | TellOfRename()
            | SoundAlarm()
            | Announce()
            | SendReminder()
            | TellOwner()
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
