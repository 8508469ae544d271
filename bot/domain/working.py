"""The bot's work for items: begun by itself or when asked, ended by what it came to, its findings waived by name."""

from datetime import datetime

from bot.domain.course import MANAGER, refuse_if_ended
from bot.domain.errors import NotFound, Refused, given
from bot.domain.events import BranchRead, Event, Waived, WorkEnded
from bot.domain.findings import Finding, Severity
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed
from bot.domain.people import HARBOURMASTER, Roles
from bot.domain.policy import Item, Policy
from bot.domain.records import Work
from bot.domain.release import Release
from bot.domain.steps import Step, no_step, take_step, work_begun
from bot.domain.words import ItemKind, UserId, Verdict, people, short

RESULT = "result"
"""The name of the finding that a failed check leaves when it names none itself."""


def run(release: Release, item: Item, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Begin the bot's work for an item: for the first time, or again. Raises Refused with every reason against it."""
    refuse_if_ended(release)
    if not item.is_work:
        hint = (
            f"`/release done {item.id}` ticks it"
            if item.is_ticked
            else f"`/release approve {release.id}` signs it"
        )
        raise Refused(f"The bot does nothing for {item.id}: {hint}, when it is due.")
    work = release.work(item)
    if work and work.verdict is None:
        raise Refused(f"{item.id} is running already. Its card says how far it is.")
    reasons = [f"{release.id} is on hold by {people([h.by])}: {h.reason}" for h in release.holds]
    if item.id in release.sealed:
        reasons.append(f"{item.id} is closed for good: the next phase or the tag rests on it.")
    if not (roles.has(by, item.role) or roles.has(by, MANAGER)):
        reasons.append(
            f"{item.id} belongs to {item.role}, and you are not in it. Ask {people(roles.of(item.role))}."
        )
    if release.rollback is not None and not may_begin(release, item):
        reasons.append(
            f"{release.id} is being taken back to {release.rollback.target.tag}, and nothing of it begins meanwhile. "
            "Its card says where that stands."
        )
    present = release.phase(policy)
    if present is not item.phase:
        reasons.append(f"{item.id} belongs to {item.phase}; {release.id} is in {present}.")
    elif waiting := release.waits_for(policy, item):
        reasons.append(f"{item.id} comes after {', '.join(waiting)}.")
    if release.commit is None:
        reasons.append(
            "The commit of this release has not been read from the repository yet. Try again in a moment."
        )
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, work_begun(release, item))


def may_begin(release: Release, item: Item) -> bool:
    """While a release is taken back, its work changes nothing outside any more: a second deployment would undo the rollback. A
    check only looks."""
    return release.rollback is None or item.kind is ItemKind.CHECK


def work_ended(release: Release, order: DoWork, outcome: Judged, at: datetime, policy: Policy) -> Step:
    """What the work came to. It is written down once, and only while it is awaited."""
    work = _of(release, order.operation)
    item = policy.item(order.item)
    if work is None or work.ended or item is None or release.ended:
        return no_step(release)
    events: tuple[Event, ...]
    match outcome:
        case Passed(summary, facts, also):
            # A branch that has moved on since then has been read, or will be: only the next move of what stands here is news.
            news = (e for e in also if not isinstance(e, BranchRead) or release.commit == order.commit)
            events = (WorkEnded(item.id, work.operation, Verdict.PASSED, summary, (), facts), *news)
        case Failed(summary, found, facts):
            if item.kind is ItemKind.CHECK and not found:
                found = (Finding(RESULT, item.id, Severity.BLOCKS, summary),)
            events = (WorkEnded(item.id, work.operation, Verdict.FAILED, summary, found, facts),)
        case Inconclusive(summary, facts):
            events = (WorkEnded(item.id, work.operation, Verdict.INCONCLUSIVE, summary, (), facts),)
    return take_step(release, HARBOURMASTER, at, policy, *events)


def work_goes_on(
    release: Release, order: DoWork, also: tuple[Event, ...], at: datetime, policy: Policy
) -> Step:
    """What running work has come to on its way: written down once, and only while the work is awaited."""
    work = _of(release, order.operation)
    news = tuple(e for e in also if not any(r.knows(e) for r in release.rollouts))
    if work is None or work.ended or release.ended or not news:
        return no_step(release)
    return take_step(release, HARBOURMASTER, at, policy, *news)


def why_not_to_work(release: Release, order: DoWork, policy: Policy) -> str | None:
    """The last look at our own facts before something is begun outside: None while it is still wanted.

    Work that has begun goes on through a hold: stopping a deployment in its middle would be worse.
    """
    if release.ended:
        return f"{release.id} is over."
    item, work = policy.item(order.item), _of(release, order.operation)
    if item is None or work is None or release.work(item) != work:
        return f"{order.item} was begun anew, or for another commit than {short(order.commit or '')}."
    return None


def waive(
    release: Release, item: Item, finding: str, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:  # fmt: skip
    """Answer for one finding by its name. Raises NotFound for a name that does not stand, Refused for whom it is not."""
    refuse_if_ended(release)
    work = release.work(item)
    standing = work.standing if work else ()
    named = next((f for f in standing if f.name.lower() == finding.lower()), None)
    if work is None or named is None:
        there = ", ".join(f"`{f.name}`" for f in standing[:10])
        raise NotFound(
            f"{item.id} has no open finding “{finding[:80]}”." + (f" Open are: {there}." if there else "")
        )
    reasons = [f"{release.id} is on hold by {people([h.by])}: {h.reason}" for h in release.holds]
    if not (roles.has(by, item.role) or roles.has(by, MANAGER)):
        reasons.append(
            f"{item.id} belongs to {item.role}: {people(roles.of(item.role))} can answer for its findings."
        )
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, Waived(item.id, work.operation, named.name, given(reason)))


def alarming(release: Release, policy: Policy) -> tuple[Finding, ...]:
    """What does not hold in production as the bot sees it, and nobody has answered for."""
    works = (release.work(item) for item in policy.of(release.way) if item.alarm)
    return tuple(f for work in works if work for f in work.standing if f.severity is Severity.BLOCKS)


def _of(release: Release, operation: str) -> Work | None:
    return next((w for w in release.works if w.operation == operation), None)
