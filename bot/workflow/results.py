"""What became of an order comes back in here: one transaction that ends the order and takes the step that follows."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.course import read_head, tag_result
from bot.domain.errors import ChannelShut, NotYet, OutsideError, OutsideRefusal, UnknownOutcome, Unsayable
from bot.domain.guarding import guard
from bot.domain.noting import wants_draft
from bot.domain.orders import (
    DoWork,
    DraftNotes,
    MakeTag,
    Order,
    ProveTarget,
    ReadCalendar,
    ReadGroup,
    ReadProduct,
    RecordWithdrawal,
    RefreshCard,
    Remind,
    RollBack,
    TellOwner,
    WriteLog,
)
from bot.domain.outcomes import (
    CalendarSeen,
    CardLost,
    CardShown,
    CardTooFresh,
    Failed,
    GroupSeen,
    Inconclusive,
    MigrationsSeen,
    NotesDrafted,
    Nothing,
    NoticeDone,
    NoticeLeft,
    Outcome,
    OwnerTold,
    Passed,
    PersonSeen,
    PostDone,
    ProductSeen,
    Recorded,
    RemindersPlanned,
    Running,
    TagImpossible,
    TagNotWanted,
    TagProved,
    TagTried,
    TargetLooked,
)
from bot.domain.release import Release
from bot.parts import Parts
from bot.workflow.asking import save
from bot.workflow.notifying import order_notices, settle_notice
from bot.workflow.noting import drafts_notes, keep_draft
from bot.workflow.reminding import look_at_people, person_seen, reminders_planned
from bot.workflow.rollback_results import rollback_result
from bot.workflow.shut_channels import CHANNEL_AGAIN, audience_is_told, channel_is_open, channel_is_shut
from bot.workflow.work_results import work_result
from storage.queue import Claim
from storage.store import Tx

GROUPS_AGAIN = timedelta(minutes=10)
"""Changes of a user group arrive as events; this look only catches the ones that were lost."""
_LONGEST_WAIT = timedelta(minutes=5)
SETTLING = timedelta(seconds=3)
"""After a call that broke off, Slack or the remote may still be applying it; a look at once could miss it."""
_MOST_BREAKS = 8
_BEFORE_ITS_LANE = timedelta(seconds=1)


def order_done(parts: Parts, claim: Claim, outcome: Outcome, now: datetime) -> bool:
    """Save the result of an order. False, and nothing saved, when somebody else has taken the order over."""
    stumbled = claim.failures + claim.breaks > 0
    if isinstance(outcome, Nothing) and not stumbled and not isinstance(claim.order, ProveTarget | RollBack):
        return parts.queue.finish(claim, now)
    with parts.store.transaction() as tx:
        if not tx.finish(claim, now):
            return False
        if isinstance(claim.order, ProveTarget | RollBack | RecordWithdrawal):
            rollback_result(parts, tx, claim.order, outcome, now)
        else:
            _apply(parts, tx, claim, outcome, now)
        if isinstance(outcome, NoticeDone | PostDone):
            audience_is_told(tx, outcome)
        if stumbled and isinstance(claim.order, RefreshCard | WriteLog):
            channel_is_open(parts, tx, claim, outcome, now)
            # The card may still say that this is being tried.
            tx.order(RefreshCard(claim.order.release), now + parts.card_pace)
    return True


def _apply(parts: Parts, tx: Tx, claim: Claim, outcome: Outcome, now: datetime) -> None:  # noqa: C901 - one arm an outcome
    key = f"order {claim.id}"
    match outcome:
        case Nothing() | TargetLooked() | Recorded():
            pass
        case CardShown() as shown:
            tx.save_card(shown, now)
            tx.order(Remind(shown.release), now)
        case RemindersPlanned() as planned:
            reminders_planned(tx, planned, now)
        case OwnerTold(again_at):
            if isinstance(claim.order, TellOwner) and again_at is not None:
                tx.order(replace(claim.order, number=claim.order.number + 1), again_at)
        case PersonSeen(user, zone):
            person_seen(parts, tx, user, zone, now)
        case CardTooFresh(release_id, again_at):
            tx.order(RefreshCard(release_id), again_at)
        case CardLost(release_id, ts):
            # The card is posted anew before anything else that waits for it in its lane.
            if ts is not None:
                tx.forget_card(release_id, ts)
            tx.order(RefreshCard(release_id), claim.due_at - 2 * _BEFORE_ITS_LANE)
            tx.order(claim.order, claim.due_at - _BEFORE_ITS_LANE)
        case GroupSeen(group, members):
            if claim.problem or tx.groups().get(group) != frozenset(members):
                _refresh_cards(tx, tx.open_releases(), now)
            tx.save_group(group, members, now)
            tx.order(ReadGroup(group), now + GROUPS_AGAIN)
        case ProductSeen() as seen:
            _product_seen(parts, tx, seen, key, now)
        case TagProved() | TagTried() | TagImpossible() | TagNotWanted() as result:
            order = claim.order
            release = tx.release(order.release) if isinstance(order, MakeTag) else None
            if release is not None and isinstance(order, MakeTag):
                policy = parts.policy_of(release.product)
                save(parts, tx, tag_result(release, order, result, now, policy), key, now)
        case NoticeDone() | NoticeLeft() | PostDone() | CalendarSeen() | MigrationsSeen() as told:
            settle_notice(parts, tx, told, key, now)
        case NotesDrafted() as drafted:
            keep_draft(parts, tx, drafted, key, now)
        case Passed() | Failed() | Inconclusive() | Running() as how:
            if isinstance(claim.order, DoWork):
                work_result(parts, tx, claim.order, how, now)
        case unknown:
            assert_never(unknown)


def _product_seen(parts: Parts, tx: Tx, seen: ProductSeen, key: str, now: datetime) -> None:
    name = seen.facts.product
    had_problem = tx.product_problem(name) is not None
    problem = None
    if seen.facts.head is None:
        problem = f"The repository of {name} has no branch {seen.facts.branch}: it is empty, or harbourmaster.toml names another."
    elif seen.lost:
        problem = (
            f"The branch {', '.join(seen.lost)} is gone from the remote. Push it again, or cancel the release: it does "
            "not go on with another branch by itself."
        )
    tx.save_product(seen.facts)
    tx.save_product_problem(name, problem)
    for head in seen.heads:
        release = tx.release(head.release)
        if release is not None:
            step = read_head(release, head, now, parts.policy_of(release.product))
            save(parts, tx, step, key, now)
            if drafts_notes(parts, name) and wants_draft(step.release):
                tx.order(DraftNotes(release.id), now)
    for tag in seen.tags:
        release = tx.release(tag.release)
        if release is not None:
            save(parts, tx, guard(release, tag, now, parts.policy_of(name)), key, now)
    if had_problem != (problem is not None):
        _refresh_cards(tx, tx.open_releases(product=name), now)
    tx.order(ReadProduct(name), now + timedelta(seconds=parts.product(name).look_every))


def order_failed(parts: Parts, claim: Claim, error: OutsideError | OutsideRefusal, now: datetime) -> None:
    """The world did not answer, or said no: the order stays due, and the card says so."""
    if isinstance(error, NotYet):
        parts.queue.rest(claim, now + timedelta(seconds=error.again_after or 0), may_be_done=False)
        return
    problem = str(error)
    unknown = isinstance(error, UnknownOutcome)
    wait = _wait_after(claim, error)
    if not parts.queue.put_back(claim, now + wait, problem, may_be_done=unknown):
        return
    with parts.store.transaction() as tx:
        if isinstance(error, ChannelShut | Unsayable):
            channel_is_shut(parts, tx, claim, error, now)
        match claim.order:
            case (
                MakeTag(release)
                | DoWork(release)
                | ProveTarget(release)
                | RollBack(release)
                | RecordWithdrawal(release)
            ):
                tx.order(RefreshCard(release), now)
            case ReadGroup() if claim.problem != problem:
                _refresh_cards(tx, tx.open_releases(), now)
            case ReadProduct(product) if tx.product_problem(product) != problem:
                tx.save_product_problem(product, problem)
                _refresh_cards(tx, tx.open_releases(product=product), now)
            case _:
                pass


def order_broke(parts: Parts, claim: Claim, reference: str, now: datetime) -> None:
    """A mistake of ours: try a few times more, then give the order up so that its lane goes on."""
    problem = f"A step of this release failed by a mistake in Harbourmaster (reference {reference})."
    if claim.breaks + 1 < _MOST_BREAKS:
        parts.queue.put_back_broken(claim, now + _wait(claim.breaks + 1, None), problem)
        return
    with parts.store.transaction() as tx:
        if not tx.give_up(claim, problem, now):
            return
        if isinstance(claim.order, ReadProduct | ReadGroup | ReadCalendar):
            tx.order(claim.order, now + _LONGEST_WAIT)
        release = _release_of(tx, claim.order)
        if release is not None and isinstance(claim.order, MakeTag):
            failed = tag_result(
                release, claim.order, TagImpossible(problem), now, parts.policy_of(release.product)
            )
            save(parts, tx, failed, f"order {claim.id}", now)
        if isinstance(claim.order, DoWork):
            work_result(parts, tx, claim.order, Inconclusive(problem), now)


def start_looking(parts: Parts, now: datetime) -> None:
    """At the start: make sure that every product and every group is looked at, now and from now on."""
    groups = {named.group for named in parts.role_members.values() if named.group}
    orders: list[Order] = [
        *(ReadProduct(name) for name in parts.products),
        *(ReadGroup(g) for g in sorted(groups)),
        *(ReadCalendar(source) for source in parts.calendar.sources),
    ]
    with parts.store.transaction() as tx:
        for order in orders:
            tx.order(order, now)
        look_at_people(tx)
        order_notices(parts, tx, tx.open_releases(), now)  # rules and zones may be other ones than before


def look_again(parts: Parts, order: ReadGroup | ReadProduct, now: datetime) -> None:
    """Somebody said that this has changed."""
    with parts.store.transaction() as tx:
        tx.order(order, now)
    parts.wake()


def _release_of(tx: Tx, order: Order) -> Release | None:
    name = getattr(order, "release", None)
    return tx.release(name) if name else None


def _refresh_cards(tx: Tx, releases: list[Release], now: datetime) -> None:
    for release in releases:
        tx.order(RefreshCard(release.id), now)


def _wait_after(claim: Claim, error: OutsideError | OutsideRefusal) -> timedelta:
    match error:
        case ChannelShut() | Unsayable():
            return CHANNEL_AGAIN
        case OutsideRefusal():
            return _LONGEST_WAIT
        case UnknownOutcome():
            return max(SETTLING, _wait(claim.failures + 1, error.again_after))
        case OutsideError():
            return _wait(claim.failures + 1, error.again_after)


def _wait(attempt: int, asked: float | None) -> timedelta:
    if asked is not None:
        return timedelta(seconds=asked)
    return min(timedelta(seconds=2.0 ** min(attempt - 1, 16)), _LONGEST_WAIT)
