"""A step: what one decision changes. Whatever follows from it by itself (a phase closes, the tag is ordered) is part of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.events import (
    Cancelled,
    Completed,
    Event,
    Happened,
    Lapsed,
    PhaseClosed,
    PhaseReopened,
    Started,
    Voided,
    WorkBegun,
    WorkEnded,
)
from bot.domain.findings import Severity
from bot.domain.folding import apply, fold
from bot.domain.orders import (
    DoWork,
    MakeTag,
    Order,
    ProveTarget,
    ReadProduct,
    RecordWithdrawal,
    RefreshCard,
    RollBack,
    SoundAlarm,
    TellOwner,
    WriteLog,
)
from bot.domain.people import HARBOURMASTER
from bot.domain.policy import MERGE_BACK, TAG, Item, Policy
from bot.domain.release import Release
from bot.domain.rollback import follow_up
from bot.domain.rollback_events import (
    CorrectiveAgreed,
    RollbackAsked,
    RollbackEnded,
    RollbackStepBegun,
    TargetChosen,
)
from bot.domain.tag_events import TagOrdered, TagTampered
from bot.domain.words import ItemId, Phase, UserId


@dataclass(frozen=True)
class Step:
    """The release after the decision, what happened (oldest first), and what is now to be done outside."""

    release: Release
    happened: tuple[Happened, ...]
    orders: tuple[Order, ...]


def first_step(started: Started, by: UserId, at: datetime, policy: Policy, *more: Event) -> Step:
    """The start of a release, with what was decided together with it."""
    happened = tuple(Happened(by, at, event) for event in (started, *more))
    return _settled(fold(happened), happened, at, policy)


def take_step(release: Release, by: UserId, at: datetime, policy: Policy, *events: Event) -> Step:
    """Apply the events of a decision and everything that follows from them."""
    happened = tuple(Happened(by, at, event) for event in events)
    for one in happened:
        release = apply(release, one)
    return _settled(release, happened, at, policy)


def no_step(release: Release) -> Step:
    return Step(release, (), ())


def _settled(release: Release, happened: tuple[Happened, ...], at: datetime, policy: Policy) -> Step:
    first = release.events - len(happened) + 1
    while (event := _follow_up(release, policy)) is not None:
        one = Happened(HARBOURMASTER, at, event)
        release, happened = apply(release, one), (*happened, one)
    orders: list[Order] = [RefreshCard(release.id), WriteLog(release.id, first, release.events)]
    for seq, one in enumerate(happened, start=first):
        match one.what:
            case TagTampered():
                orders.append(SoundAlarm(release.id, seq))
            case WorkEnded() as ended if is_alarming(policy, ended):
                orders.append(SoundAlarm(release.id, seq))
            case Started():
                orders.append(ReadProduct(release.product))
            case TagOrdered(item, tag, commit, evidence):
                orders.append(MakeTag(release.id, item, tag, commit, evidence))
            case RollbackAsked(target) | TargetChosen(target):
                orders.append(ProveTarget(release.id, target.tag))
            case CorrectiveAgreed(agreed):
                orders.append(TellOwner(release.id, agreed.name, agreed.owner, agreed.due))
            case RollbackStepBegun(way, operation):
                orders.append(RollBack(release.id, ItemId(way), operation))
            case RollbackEnded(dry_run=False) if any(
                item.does == MERGE_BACK for item in policy.of(release.type)
            ):
                orders.append(RecordWithdrawal(release.id))
            case WorkBegun(item, operation, does, at_commit):
                orders.append(DoWork(release.id, item, does, at_commit, operation))
            case _:
                pass
    return Step(release, happened, tuple(orders))


def _follow_up(release: Release, policy: Policy) -> Event | None:
    """The next thing that is true and not yet written down; None when history has caught up."""
    if (going_back := follow_up(release.id, release.tag, release.rollbacks)) is not None:
        return (
            replace(going_back, dry_run=release.dry_run)
            if isinstance(going_back, RollbackEnded)
            else going_back
        )
    if not release.is_open or release.rollback is not None:
        return None
    if (withdrawn := release.withdrawn) is not None:
        return Cancelled(f"It was rolled back to {withdrawn.target.tag}.")
    if voided := lapsing(release, policy):
        return Lapsed(voided)
    phases = [phase for phase in Phase if policy.of(release.way, phase)]
    for phase in phases:
        if phase in release.closed and not release.is_passed(policy, phase):
            return PhaseReopened(phase)
    if (
        release.holds
    ):  # what is reached on hold, by a rejection that is withdrawn, is written down when it is resumed
        return None
    for phase in phases:
        if not release.is_passed(policy, phase):
            break
        if phase not in release.closed:
            seals = [i.id for i in policy.of(release.way, phase)] if phase in policy.stays_closed else []
            return PhaseClosed(phase, tuple(seals))
    if release.phase(policy) is None:
        return Completed()
    return _tag_to_order(release, policy) or _work_to_begin(release, policy)


def lapsing(release: Release, policy: Policy) -> tuple[Voided, ...]:
    """The sign-offs of this release that do not cover what is there now, and still stand."""
    return tuple(Voided(s.by, s.role, s.phase) for s in release.sign_offs if not release.counts(policy, s))


def _tag_to_order(release: Release, policy: Policy) -> TagOrdered | None:
    item = tag_item(release, policy)
    if item is None or release.commit is None or release.holds or release.is_pinned or release.tag_failed:
        return None
    if release.phase(policy) is not item.phase or release.waits_for(policy, item):
        return None
    if release.rejections_of(item.phase):
        return None
    done = tuple(i.id for i in policy.of(release.way) if i.id != item.id and release.is_done(policy, i))
    return TagOrdered(item.id, release.tag, release.commit, release.content_digest(policy, item), done)


def _work_to_begin(release: Release, policy: Policy) -> WorkBegun | None:
    """The bot's next piece of work that nobody has to ask for. What has failed waits for people."""
    phase = release.phase(policy)
    if phase is None or release.commit is None:
        return None
    for item in policy.of(release.way, phase):
        begins = item.is_work and not item.asked and not release.is_done(policy, item)
        if begins and release.work(item) is None and not release.waits_for(policy, item):
            return work_begun(release, item)
    return None


def is_alarming(policy: Policy, ended: WorkEnded) -> bool:
    """Production is not well, as far as the bot can see: what it looks at there does not hold. Not to know is no alarm."""
    item = policy.item(ended.item)
    return item is not None and item.alarm and any(f.severity is Severity.BLOCKS for f in ended.found)


def work_begun(release: Release, item: Item) -> WorkBegun:
    """The beginning of one more piece of work for an item. The operation's name serves as a file name as well."""
    times = sum(work.item == item.id for work in release.works)
    return WorkBegun(item.id, f"{release.id}.{item.id}.{times + 1}", item.does or "", release.commit)


def tag_item(release: Release, policy: Policy) -> Item | None:
    return next((i for i in policy.of(release.way) if i.does == TAG), None)
