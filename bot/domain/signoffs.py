"""Sign-offs: who may say yes to what, and what makes a yes count."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from bot.domain.ballots import Ballot
from bot.domain.course import MANAGER, refuse_if_ended
from bot.domain.errors import OutOfDate, Refused, given
from bot.domain.events import BranchRead, Rejected, Signed, Withdrawn
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.records import Rejection, SignOff
from bot.domain.release import Release
from bot.domain.reminders import Away
from bot.domain.steps import Step, take_step
from bot.domain.words import ItemKind, Phase, RoleName, UserId, people, person, short

_SHOWN = 5
"""How many commits an answer lists before it counts the rest."""


def sign(
    release: Release, ballot: Ballot, by: UserId, roles: Roles, policy: Policy, at: datetime,
    points: Collection[str] = (), away: Iterable[Away] = (),
) -> Step:  # fmt: skip
    """Count one person's yes to exactly what the ballot covers.

    `points` are those that the person answers for, where the item asks for some; `away` is everybody who is.
    Raises OutOfDate when the ballot is not about what is there now, Refused with every reason why this person may not.
    """
    refuse_if_ended(release)
    item = policy.sign_off(release.way, ballot.phase, ballot.role)
    present = release.phase(policy)
    if item is None:
        raise OutOfDate(
            f"{ballot.role} no longer signs {ballot.phase}: the process was changed. See the present card."
        )
    mine = next((s for s in release.valid_sign_offs(policy, item) if s.by == by), None)
    if mine is not None:
        raise Refused(f"You signed {item.id} as {mine.role} already, at {mine.at:%H:%M} UTC. Nothing to do.")
    if present is not ballot.phase:
        raise OutOfDate(_other_phase(release, ballot.phase, present))
    if ballot.commit != release.commit or ballot.digest != release.content_digest(policy, item):
        raise OutOfDate(what_changed(release, ballot))
    reasons = list(_objections(release, item, ballot.role, by, roles, policy))
    if open_points := [point for point in item.points if point not in points]:
        reasons.append(f"{item.id} asks for an answer to each of its points; open: {_and(open_points)}.")
    if reasons:
        raise Refused(*reasons)
    may = eligible(release, policy, item, roles) & roles.of(ballot.role)
    places = tuple(sorted(g.user for g in away if g.stands_in == by and g.user in may and not g.is_back(at)))
    signed = Signed(item.id, item.phase, ballot.role, ballot.commit, ballot.digest, item.points, places)
    return take_step(release, by, at, policy, signed)


def _objections(
    release: Release, item: Item, role: RoleName, by: UserId, roles: Roles, policy: Policy
) -> Iterator[str]:
    if not roles.has(by, role):
        yield _not_in_role(role, roles)
    if by == release.starter:
        yield f"You started {release.id}, so somebody else has to sign it (four eyes)."
    other = other_role_filled(release, policy, item, by)
    if other:
        yield f"You signed {item.phase} as {other} already; one person fills one role per phase."
    if any(r.by == by for r in release.rejections_of(item.phase)):
        yield f"Your rejection still stands. Take it back first: `/release withdraw {release.id}`."
    for held in release.holds:
        yield f"{release.id} is on hold since {held.at:%H:%M} UTC by {people([held.by])}: {held.reason}"
    waiting = release.waits_for(policy, item)
    if waiting:
        yield f"{item.id} opens when {_and(waiting)} {'is' if len(waiting) == 1 else 'are'} done."
    given = release.valid_sign_offs(policy, item)
    if release.words_given(policy, item) >= item.quorum:
        signers = people(s.by for s in given)
        yield f"{item.id} has its {item.quorum} of {item.quorum} from {signers}; yours is not needed any more."
    elif role not in roles_left(release, policy, item):
        signers = people(s.by for s in given if s.role == role)
        yield f"{signers} signed {item.id} as {role} already, and it asks for people of different roles."


def _not_in_role(role: RoleName, roles: Roles) -> str:
    if role in roles.unread:
        return f"Who is in {role} could not be read from Slack yet. Try again in a minute."
    members = roles.of(role)
    return f"{role} signs this, and you are not in it." + (f" Ask {people(members)}." if members else "")


def other_role_filled(release: Release, policy: Policy, item: Item, by: UserId) -> RoleName | None:
    """The other role that this person has filled in the item's phase with a sign-off that counts."""
    for other in policy.of(release.way, item.phase):
        if other.id != item.id and any(s.by == by for s in release.valid_sign_offs(policy, other)):
            return other.role
    return None


def roles_left(release: Release, policy: Policy, item: Item) -> tuple[RoleName, ...]:
    """The roles whose word this sign-off can still use: each only once, where they have to differ."""
    given = {s.role for s in release.valid_sign_offs(policy, item)} if item.roles else set()
    return tuple(role for role in item.signers if role not in given)


def roles_to_sign_as(
    release: Release, policy: Policy, item: Item, roles: Roles, who: UserId
) -> tuple[RoleName, ...]:
    """The roles that this person could give their word as, of those that it can still use."""
    return tuple(role for role in roles_left(release, policy, item) if roles.has(who, role))


def eligible(release: Release, policy: Policy, item: Item, roles: Roles) -> frozenset[UserId]:
    """Who may still sign this item: of the role, not the starter, not signed yet, no other role filled in this phase."""
    signed = {s.by for s in release.valid_sign_offs(policy, item)}
    of_role = {who for role in roles_left(release, policy, item) for who in roles.of(role)}
    return frozenset(
        who
        for who in of_role - signed - {release.starter}
        if not other_role_filled(release, policy, item, who)
        and not any(r.by == who for r in release.rejections_of(item.phase))
    )


def words_possible(release: Release, policy: Policy, item: Item, roles: Roles) -> int:
    """How many more words could be given at most: of people who may, each in a role of their own where they have to differ."""
    may = eligible(release, policy, item, roles)
    if not item.roles:
        return len(may)
    speaks: dict[RoleName, UserId] = {}

    def find_place(who: UserId, tried: set[RoleName]) -> bool:
        """Give this person a role, moving others to another of theirs where that helps (an augmenting path)."""
        for role in roles_to_sign_as(release, policy, item, roles, who):
            if role not in tried:
                tried.add(role)
                if role not in speaks or find_place(speaks[role], tried):
                    speaks[role] = who
                    return True
        return False

    return sum(find_place(who, set()) for who in sorted(may))


def reject(release: Release, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Say no, with a reason, as a role that signs in the present phase. It blocks the phase until withdrawn."""
    refuse_if_ended(release)
    phase = release.phase(policy)
    if phase is None:
        raise Refused(f"{release.id} has passed every phase.")
    if any(r.by == by for r in release.rejections_of(phase)):
        raise Refused("You rejected this phase already; your rejection stands until you withdraw it.")
    signing = [i for i in policy.of(release.way, phase) if i.kind is ItemKind.SIGN_OFF]
    if not signing:
        raise Refused(
            f"{phase.capitalize()} of {release.id} needs no sign-off, so there is nothing to reject. "
            "`/release hold` stops a release for anyone."
        )
    role = next((role for i in signing for role in i.signers if roles.has(by, role)), None)
    if role is None:
        names = _and(sorted({role for i in signing for role in i.signers}))
        raise Refused(
            f"{names} sign {phase}, and you are in none of them. `/release hold` stops a release for anyone."
        )
    if any(i.id in release.sealed for i in signing if role in i.signers):
        raise Refused(
            f"{release.tag} was ordered on the strength of this phase. `/release hold` still stops what comes next."
        )
    return take_step(release, by, at, policy, Rejected(phase, role, given(reason)))


def withdraw(release: Release, by: UserId, policy: Policy, at: datetime) -> Step:
    """Take back one's latest word, sign-off or rejection, that nothing irrevocable rests on yet."""
    refuse_if_ended(release)
    signed = [s for s in release.sign_offs if s.by == by and s.item not in release.sealed]
    words: list[SignOff | Rejection] = [*signed, *(r for r in release.rejections if r.by == by)]
    if words:
        latest = max(words, key=lambda word: word.at)
        withdrawn = Withdrawn(latest.phase, was_rejection=isinstance(latest, Rejection))
        return take_step(release, by, at, policy, withdrawn)
    if any(s.by == by for s in release.sign_offs):
        raise Refused(
            "What you signed is closed for good: the next phase or the tag rests on it. `/release hold` stops the release."
        )
    raise Refused(f"You have signed and rejected nothing of {release.id} that could be taken back.")


def withdraw_for(
    release: Release, whose: UserId, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:
    """Take back the rejection of somebody who has left the role, so that nobody who is gone blocks a release for ever.

    Raises Refused for anybody but a release manager, and as long as the person could do it themselves.
    """
    refuse_if_ended(release)
    theirs = [r for r in release.rejections if r.by == whose]
    if not theirs:
        raise Refused(f"{person(whose)} has not rejected anything of {release.id}.")
    latest = max(theirs, key=lambda rejection: rejection.at)
    reasons = []
    if not roles.has(by, MANAGER):
        reasons.append(f"Only a {MANAGER} takes back another's rejection.")
    if roles.has(whose, latest.role):
        reasons.append(
            f"{person(whose)} is in {latest.role} and can withdraw their own rejection: {latest.reason}"
        )
    if latest.role in roles.unread:
        reasons.append(f"Who is in {latest.role} could not be read from Slack yet. Try again in a minute.")
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, Withdrawn(latest.phase, was_rejection=True, of=whose))


def what_changed(release: Release, ballot: Ballot) -> str:
    """Why a ballot is out of date, with the commits that came in between."""
    if release.commit is None or ballot.commit == release.commit:
        return (
            f"What you saw of {release.id} has changed at the same commit: something it rests on was done again, "
            "or the process was changed. Look at the present card and sign there."
        )
    moves = release.lines_since(ballot.commit)
    was = (
        f"You saw {release.id} at {short(ballot.commit)}; {release.branch} is now at {short(release.commit)}."
    )
    return f"{was} {_came_in(moves)}\nLook at the present card and sign there."


def _came_in(moves: tuple[BranchRead, ...]) -> str:
    new = sum(move.new for move in moves)
    if any(move.rewritten for move in moves) or not new:
        return "The branch's history was rewritten."
    lines = [line for move in reversed(moves) for line in move.lines]
    shown = [f"• {short(line.sha)} {line.subject[:80]} ({line.author[:40]})" for line in lines[:_SHOWN]]
    more = [f"… and {new - len(shown)} more"] if new > len(shown) else []
    return "\n".join([f"{new} commit{'' if new == 1 else 's'} came in between:", *shown, *more])


def _other_phase(release: Release, wanted: Phase, present: Phase | None) -> str:
    if present is None or list(Phase).index(wanted) < list(Phase).index(present):
        return f"{wanted.capitalize()} of {release.id} is complete; your signature is not needed any more."
    return (
        f"{release.id} went back to {present}; {wanted} opens again after it. See the present card for why."
    )


def _and(names: tuple[str, ...] | list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
