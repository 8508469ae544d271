"""Items that people tick: done, and undone again."""

from datetime import datetime

from bot.domain.course import MANAGER, refuse_if_ended
from bot.domain.errors import NotFound, Refused, given
from bot.domain.events import ItemDone, ItemUndone
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.steps import Step, take_step
from bot.domain.words import ItemKind, UserId, Verdict, people


def find_item(release: Release, policy: Policy, name: str) -> Item:
    """The item of this release by its id, upper or lower case. Raises NotFound with the items one could mean."""
    item = policy.item(name)
    if item is None:
        phase = release.phase(policy)
        ticked = [i.id for i in release.open_items(policy, phase) if i.is_ticked] if phase else []
        raise NotFound(
            f"There is no item “{name[:40]}”." + (f" Open now: {', '.join(ticked)}." if ticked else "")
        )
    if release.way not in item.types:
        kind = f"{release.type} release" + (" on the fast track" if release.way != release.type else "")
        raise NotFound(f"A {kind} has no {item.id} ({item.title}).")
    return item


def mark_done(
    release: Release, item: Item, note: str, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:
    """Tick an item. Raises Refused with every reason why it cannot be ticked now, or not by this person."""
    refuse_if_ended(release)
    if item.kind is ItemKind.SIGN_OFF:
        raise Refused(f"{item.id} is a sign-off of {item.role}: `/release approve {release.id}`.")
    if release.is_done(policy, item):
        if release.is_needless(policy, item):
            raise Refused(f"{item.id} is not needed: there are no {item.covers} in {release.id}.")
        raise Refused(f"{item.id} is done already. `/release undo {item.id}` opens it again.")
    if item.does:
        _refuse_unless_left_to_people(release, item, note)
    reasons = _holds(release)
    if not roles.has(by, item.role):
        reasons.append(
            f"{item.id} belongs to {item.role}, and you are not in it. Ask {people(roles.of(item.role))}."
        )
    reasons += _too_early(release, item, policy)
    if item.of_commit and release.commit is None:
        reasons.append(
            "The commit of this release has not been read from the repository yet. Try again in a moment."
        )
    if reasons:
        raise Refused(*reasons)
    return take_step(
        release, by, at, policy, ItemDone(item.id, release.commit, note, release.covered(policy, item))
    )


def waive_owed(
    release: Release, item: Item, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:
    """Answer for leaving out what the release owes. Raises Refused with every reason against it."""
    refuse_if_ended(release)
    if release.is_done(policy, item):
        raise Refused(f"{item.id} is not owed any more.")
    reasons = [*_holds(release), *_too_early(release, item, policy)]
    if not (roles.has(by, item.role) or roles.has(by, MANAGER)):
        answering = roles.of(item.role) | roles.of(MANAGER)
        reasons.append(
            f"{item.id} belongs to {item.role}: {people(answering)} can answer for leaving it out."
        )
    if reasons:
        raise Refused(*reasons)
    covered = release.covered(policy, item)
    done = ItemDone(item.id, release.commit, given(reason), covered, waived=True)
    return take_step(release, by, at, policy, done)


def _too_early(release: Release, item: Item, policy: Policy) -> list[str]:
    present = release.phase(policy)
    if present is not item.phase:
        return [f"{item.id} belongs to {item.phase}; {release.id} is in {present}."]
    waiting = release.waits_for(policy, item)
    return [f"{item.id} comes after {', '.join(waiting)}."] if waiting else []


def _refuse_unless_left_to_people(release: Release, item: Item, note: str) -> None:
    """What the bot could not do, a person may do in its stead and say how. A check that says no is not done by saying yes."""
    work = release.work(item) if item.is_work else None
    if work is None or work.verdict in (None, Verdict.PASSED):
        how = (
            f"`/release run {item.id}` begins it"
            if item.asked
            else "it begins as soon as everything before it is done"
        )
        raise Refused(f"{item.id} is carried out by the bot: {how}.")
    if item.kind is ItemKind.CHECK and work.verdict is Verdict.FAILED:
        raise Refused(
            f"{item.id} has failed. Mend the cause and `/release run {item.id}`, or answer for a finding by its name: "
            f"`/release waive {item.id} <finding> <reason>`."
        )
    if not note.strip():
        raise Refused(
            f"Say how it was done: `/release done {item.id} <what you did>`. It is kept in the history."
        )


def undo(release: Release, item: Item, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Open a ticked item again. What was signed on the strength of it is void, because its evidence is gone."""
    refuse_if_ended(release)
    result = release.result(item.id)
    if result is None:
        raise Refused(f"{item.id} is not ticked, so there is nothing to undo.")
    if item.id in release.sealed:
        raise Refused(
            f"{item.id} is closed for good: the next phase or the tag rests on it. `/release hold` stops the release."
        )
    reasons = _holds(release)
    if by != result.by and not (roles.has(by, item.role) or roles.has(by, MANAGER)):
        reasons.append(
            f"{people([result.by])} ticked {item.id}; they or somebody of {item.role} can undo it."
        )
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, ItemUndone(item.id))


def _holds(release: Release) -> list[str]:
    return [f"{release.id} is on hold by {people([h.by])}: {h.reason}" for h in release.holds]
