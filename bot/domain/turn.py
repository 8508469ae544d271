"""Whose turn it is: what a release waits for, from whom, and what one person can do right now. All of it derived."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from bot.domain.people import Roles
from bot.domain.policy import TAG, Item, Policy
from bot.domain.release import Release
from bot.domain.rollback import Stands
from bot.domain.signoffs import eligible, words_possible
from bot.domain.words import ItemKind, Phase, UserId


class Standing(StrEnum):
    """Where a release stands, in one word."""

    READING = "reading the repository"
    WAITING = "waiting"
    ON_HOLD = "on hold"
    REJECTED = "rejected"
    TAGGING = "tagging"
    TAG_FAILED = "tag failed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    DONE = "done"
    OPEN = "open"
    LATER = "later"
    """Something before it is not done."""
    AGAIN = "again"
    """It was done or signed for something that has changed since."""
    RUNNING = "running"
    FAILED = "failed"


@dataclass(frozen=True)
class Need:
    """An open item and who can bring it forward. `missing` counts the people still needed; the bot's own work needs none."""

    item: Item
    who: frozenset[UserId]
    missing: int
    possible: int
    """How many could be given at most: fewer than `who` where people of different roles are asked for."""

    @property
    def cannot_be_met(self) -> bool:
        """Fewer people may act than are needed: policy or roles have to change, or another person has to start it."""
        return self.possible < self.missing


def standing(release: Release, policy: Policy) -> Standing:
    if release.ended:
        return Standing.COMPLETED if release.ended.reason is None else Standing.CANCELLED
    if release.holds:
        return Standing.ON_HOLD
    if release.commit is None:
        return Standing.READING
    if release.tag_failed:
        return Standing.TAG_FAILED
    phase = release.phase(policy)
    if phase and release.rejections_of(phase):
        return Standing.REJECTED
    if release.tagging and not (release.tagged or release.rehearsed):
        return Standing.TAGGING
    return Standing.WAITING


def item_state(release: Release, policy: Policy, item: Item) -> ItemState:
    if release.is_done(policy, item):
        return ItemState.DONE
    if item.does == TAG and release.tag_failed:
        return ItemState.FAILED
    if item.does == TAG and release.tagging:
        return ItemState.RUNNING
    work = release.work(item) if item.is_work else None
    if work and work.verdict is None:
        return ItemState.RUNNING
    if release.waits_for(policy, item) or release.phase(policy) is not item.phase:
        return ItemState.LATER
    if work:
        return ItemState.FAILED
    lapsed = any(s.item == item.id for s in release.lapsed) and not release.valid_sign_offs(policy, item)
    before = release.result(item.id) or any(w.item == item.id for w in release.works)
    return ItemState.AGAIN if lapsed or before else ItemState.OPEN


def needs(release: Release, policy: Policy, roles: Roles) -> tuple[Need, ...]:
    """What the present phase waits for, and from whom, in the order of the process. Empty when it is over, and while a
    rollback is on: nothing else matters then."""
    phase = release.phase(policy)
    if not release.is_open or phase is None or release.rollback is not None:
        return ()
    return tuple(
        _need(release, policy, item, roles)
        for item in policy.of(release.way, phase)
        if _is_for_people(item, item_state(release, policy, item))
    )


def _is_for_people(item: Item, state: ItemState) -> bool:
    """Does it go on only when a person does something? The bot's own work does so when it has failed, or is to be asked for."""
    if state is ItemState.FAILED:
        return item.is_work
    return state in (ItemState.OPEN, ItemState.AGAIN) and (item.does is None or item.asked)


def _need(release: Release, policy: Policy, item: Item, roles: Roles) -> Need:
    match item.kind:
        case ItemKind.SIGN_OFF:
            missing = item.quorum - release.words_given(policy, item)
            may = eligible(release, policy, item, roles)
            return Need(item, may, missing, words_possible(release, policy, item, roles))
        case ItemKind.TASK | ItemKind.CHECK | ItemKind.ACTION:
            who = roles.of(item.role)
            return Need(item, who, 1, len(who))
        case unknown:
            assert_never(unknown)


def needs_of(release: Release, policy: Policy, roles: Roles, person: UserId) -> tuple[Need, ...]:
    """What this person can bring forward right now; nothing while the release is on hold."""
    if release.holds or release.commit is None:
        return ()
    return tuple(need for need in needs(release, policy, roles) if person in need.who)


def awaited_for_rollback(release: Release, policy: Policy, roles: Roles) -> frozenset[UserId]:
    """Whom the rollback that is on waits for: those who may still agree; and when it is stuck, those who wanted it."""
    mine = release.rollback
    if mine is None:
        return frozenset()
    if mine.stands is Stands.DECIDING:
        return frozenset().union(*(roles.of(role) for role in policy.rollback_roles)) - set(mine.agreed)
    return frozenset(mine.agreed) if mine.stands in (Stands.UNUSABLE, Stands.STUCK) else frozenset()


def decides_rollback(release: Release, policy: Policy, roles: Roles, person: UserId) -> bool:
    """Does the rollback that is on wait for a word that this person can give?"""
    mine = release.rollback
    if mine is None or not any(roles.has(person, role) for role in policy.rollback_roles):
        return False
    if mine.stands is Stands.DECIDING:
        return person not in mine.agreed
    return mine.stands in (Stands.UNUSABLE, Stands.STUCK)


def signable(release: Release, policy: Policy, roles: Roles, person: UserId) -> tuple[Item, ...]:
    """The sign-offs that this person could give now."""
    mine = needs_of(release, policy, roles, person)
    return tuple(need.item for need in mine if need.item.kind is ItemKind.SIGN_OFF)


def can_undo(release: Release, item: Item) -> bool:
    """Was this item ticked, and does nothing final rest on it?"""
    return (
        release.is_open
        and item.kind is not ItemKind.SIGN_OFF
        and item.id not in release.sealed
        and release.result(item.id) is not None
    )


def phases_of(release: Release, policy: Policy) -> tuple[Phase, ...]:
    """The phases that have items for this type of release."""
    return tuple(p for p in Phase if policy.of(release.way, p))
