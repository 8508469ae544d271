"""The decisions people take on a release that is on its way. Each is one transaction; each answers with a sentence."""

from collections.abc import Callable

from bot.domain import course, items, overriding, signoffs, speeding, working
from bot.domain.ballots import Ballot, ballot_for
from bot.domain.errors import OutOfDate, Refused
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.reminders import Away
from bot.domain.steps import Step
from bot.domain.turn import signable
from bot.domain.words import ItemKind, Phase, RoleName, Sha, UserId, short
from bot.parts import Parts, roles_now
from bot.workflow.asking import Asked, by_id, change, named_or_here
from bot.workflow.planning import refuse_in_freeze
from storage.store import Tx

Answer = Callable[[Release], str]


def approve_ballot(
    parts: Parts, asked: Asked, ballot: Ballot, answer: Answer, points: tuple[str, ...] = ()
) -> str:
    """Sign what a button showed."""
    away: list[Away] = []

    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return signoffs.sign(release, ballot, asked.who, roles, policy, asked.now, points, away)

    def find(tx: Tx) -> Release:
        release = by_id(ballot.release)(tx)
        away.extend(tx.reminders.away().values())
        if ballot.phase is Phase.RELEASE:
            refuse_in_freeze(parts, tx, release, asked.now)
        return release

    return change(parts, asked, find, decide, answer)


def ballot_of(parts: Parts, asked: Asked, name: str | None, role: str | None) -> Ballot:
    """The ballot that a typed approval means: what the card shows now, as the one role the person can sign as.

    Raises Refused when no role or several fit, OutOfDate when the card has not caught up with the branch yet.
    """
    with parts.store.reading() as tx:
        release = named_or_here(name, asked.channel)(tx)
        course.refuse_if_ended(release)
        policy = parts.policy_of(release.product)
        item, as_role = _what_to_sign(policy, asked, release, roles_now(parts, tx), role)
        ballot = ballot_for(release, policy, item, as_role)
        card = tx.card(release.id)
    if ballot is None:
        raise Refused(
            f"The commit of {release.id} has not been read from the repository yet. Try again in a moment."
        )
    if card is not None and card.commit != ballot.commit:
        raise OutOfDate(
            f"{release.id} has just moved to {short(ballot.commit)}. Look at its card, then approve again."
        )
    return ballot


def _what_to_sign(
    policy: Policy, asked: Asked, release: Release, roles: Roles, role: str | None
) -> tuple[Item, RoleName]:
    phase = release.phase(policy)
    if phase is None:
        raise Refused(f"{release.id} has passed every phase; there is nothing to sign.")
    if role is not None:
        item = policy.sign_off(release.way, phase, role)
        if item is None:
            raise Refused(f"{role} does not sign {phase}.")
        return item, RoleName(role)
    mine = [
        (item, own)
        for item in signable(release, policy, roles, asked.who)
        for own in signoffs.roles_to_sign_as(release, policy, item, roles, asked.who)
    ]
    if len(mine) > 1:
        names = " or ".join(f"`/release approve {release.id} as {own}`" for _, own in mine)
        raise Refused(f"You could sign {phase} in several roles. Choose one: {names}.")
    if mine:
        return mine[0]
    # Nothing fits: take the likeliest item, so that the rules can say everything that stands against it.
    signs = [i for i in policy.of(release.way, phase) if i.kind is ItemKind.SIGN_OFF]
    pairs = [(i, own) for i in signs for own in i.signers]
    likely = [pair for pair in pairs if roles.has(asked.who, pair[1])] or [
        pair for pair in pairs if not release.is_done(policy, pair[0])
    ]
    if not pairs:
        raise Refused(f"{phase.capitalize()} of {release.id} needs no sign-off.")
    return (likely or pairs)[0]


def reject(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return signoffs.reject(release, reason, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def withdraw(parts: Parts, asked: Asked, name: str | None, answer: Answer) -> str:
    def decide(release: Release, _roles: Roles, policy: Policy) -> Step:
        return signoffs.withdraw(release, asked.who, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def withdraw_for(parts: Parts, asked: Asked, name: str | None, whose: UserId, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return signoffs.withdraw_for(release, whose, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def mark_done(parts: Parts, asked: Asked, name: str | None, item: str, note: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        found = items.find_item(release, policy, item)
        return items.mark_done(release, found, note, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def undo(parts: Parts, asked: Asked, name: str | None, item: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        found = items.find_item(release, policy, item)
        return items.undo(release, found, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def hold(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    def decide(release: Release, _roles: Roles, policy: Policy) -> Step:
        return course.hold(release, reason, asked.who, asked.now, policy)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def resume(parts: Parts, asked: Asked, name: str | None, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return course.resume(release, asked.who, roles, asked.now, policy)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def cancel(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return course.cancel(release, reason, asked.who, roles, asked.now, policy)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def retry(parts: Parts, asked: Asked, name: str | None, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return course.retry(release, asked.who, roles, asked.now, policy)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def run(parts: Parts, asked: Asked, name: str | None, item: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        found = items.find_item(release, policy, item)
        return working.run(release, found, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def waive(
    parts: Parts, asked: Asked, name: str | None, item: str, finding: str, reason: str, answer: Answer
) -> str:  # fmt: skip
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        found = items.find_item(release, policy, item)
        return working.waive(release, found, finding, reason, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def waive_owed(parts: Parts, asked: Asked, name: str | None, item: str, reason: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        found = items.find_item(release, policy, item)
        return items.waive_owed(release, found, reason, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def ask_fast_track(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    def decide(release: Release, _roles: Roles, policy: Policy) -> Step:
        return speeding.ask(release, reason, asked.who, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)


def confirm_fast_track(parts: Parts, asked: Asked, release_id: str, seen: Sha, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return speeding.confirm(release, seen, asked.who, roles, policy, asked.now)

    return change(parts, asked, by_id(release_id), decide, answer)


def override(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return overriding.override(release, reason, asked.who, roles, policy, asked.now)

    return change(parts, asked, named_or_here(name, asked.channel), decide, answer)
