"""The rules of the fast track: one asks, another one confirms, for the commit that both have seen; only a patch takes it."""

from datetime import datetime

from bot.domain.course import refuse_if_ended
from bot.domain.errors import OutOfDate, Refused, given
from bot.domain.fast_track import FastTrack, FastTrackAsked, FastTracked
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.steps import Step, take_step
from bot.domain.ways import FAST_TRACK
from bot.domain.words import ReleaseType, Sha, UserId, people, person, short


def skipped(release: Release, policy: Policy) -> tuple[Item, ...]:
    """What the fast track leaves out of this release, of what is not done yet."""
    left_out = (item for item in policy.of(ReleaseType.PATCH) if FAST_TRACK not in item.types)
    return tuple(item for item in left_out if not release.is_done(policy, item))


def waiting(release: Release) -> FastTrack | None:
    """The request that somebody can confirm now; None when there is none for what stands there."""
    asked = release.fast_track
    if asked is None or asked.confirmed or not release.is_open or release.is_pinned:
        return None
    return asked if asked.asked.commit == release.signed_as else None


def ask(release: Release, reason: str, by: UserId, policy: Policy, at: datetime) -> Step:
    """Ask for the fast track. Anybody may; it is the second person who answers for it. Raises Refused with every reason."""
    refuse_if_ended(release)
    reasons = _against(release, policy)
    if (pending := waiting(release)) is not None:
        reasons.append(
            f"{person(pending.by)} has asked for it already; somebody of {_roles(policy)} confirms it on the card."
        )
    if reasons or release.signed_as is None:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, FastTrackAsked(given(reason), release.signed_as))


def confirm(release: Release, seen: Sha, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """The second person's yes, to what stood at the commit that the button showed.

    Raises OutOfDate when that is not what stands there now, Refused with every reason why it cannot be, or not by them.
    """
    refuse_if_ended(release)
    track = release.fast_track
    if track is not None and track.confirmed is not None and track.confirmed_by is not None:
        raise Refused(
            f"{person(track.confirmed_by)} has confirmed it already: {release.id} is on the fast track."
        )
    if track is None or track.asked.commit != release.signed_as or seen != track.asked.commit:
        raise OutOfDate(
            f"{release.branch} is at {short(release.commit or '')} now, and this fast track was asked for another commit. "
            f"Whoever still wants it asks again: `/release fast-track {release.id} <reason>`."
        )
    reasons = _against(release, policy)
    if by == track.by:
        reasons.append("You asked for it, so somebody else confirms it (four eyes).")
    if not any(roles.has(by, role) for role in policy.fast_track_roles):
        may = frozenset().union(*(roles.of(role) for role in policy.fast_track_roles)) - {track.by}
        reasons.append(
            f"{_roles(policy)} confirm a fast track, and you are in none of them."
            + (f" Ask {people(may)}." if may else "")
        )
    if reasons:
        raise Refused(*reasons)
    leaves_out = tuple(item.id for item in skipped(release, policy))
    owes = tuple(item.id for item in policy.of(FAST_TRACK) if item.owed)
    return take_step(release, by, at, policy, FastTracked(seen, leaves_out, owes))


def _against(release: Release, policy: Policy) -> list[str]:
    reasons = [f"{release.id} is on hold by {people([h.by])}: {h.reason}" for h in release.holds]
    if release.way == FAST_TRACK:
        reasons.append(f"{release.id} is on the fast track already.")
    elif release.type is not ReleaseType.PATCH:
        reasons.append(
            f"{release.id} is a {release.type} release, and only a patch can take the fast track."
            + (" A hotfix has a shorter way of its own." if release.type is ReleaseType.HOTFIX else "")
        )
    elif release.signed_as is None:
        reasons.append(
            "The commit of this release has not been read from the repository yet. Try again in a moment."
        )
    elif release.is_pinned or not skipped(release, policy):
        reasons.append(
            f"There is nothing left that the fast track of {release.id} could skip: all of it is done."
        )
    return reasons


def _roles(policy: Policy) -> str:
    return " or ".join(policy.fast_track_roles)
