"""A version that promises less than its changes: refused, unless a release manager answers for it with a reason."""

from dataclasses import dataclass
from datetime import datetime

from semver import Version

from bot.domain.changes import type_for
from bot.domain.course import MANAGER, refuse_if_ended
from bot.domain.errors import Refused, given
from bot.domain.events import Event, VersionOverridden
from bot.domain.findings import Finding, Severity
from bot.domain.next_version import NextVersion
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.steps import Step, take_step, work_begun
from bot.domain.words import ReleaseType, UserId, people, short

CHECK = "version"
"""What the item does that compares the version with the changes."""
SUGGESTED = "suggested"
"""The fact that this work leaves to know."""
_STATEMENT = {ReleaseType.MAJOR: "VER-1", ReleaseType.MINOR: "VER-2"}


@dataclass(frozen=True)
class Fits:
    said: str


@dataclass(frozen=True)
class TooLow:
    finding: Finding


def judge_version(release: Release, following: NextVersion) -> Fits | TooLow:
    """Does the release's version promise what its changes ask for?"""
    chosen, asked = Version.parse(release.version), following.version
    if following.previous is None:
        return Fits(f"{chosen} is the first release: there is nothing that it could break")
    deciders = _named(following)
    if chosen.finalize_version() >= asked:
        higher = (
            "" if chosen.finalize_version() == asked else f"; {chosen} is higher, which is free to choose"
        )
        return Fits(f"the changes ask for {asked}, because {following.why}{deciders}{higher}")
    override = release.override
    if override is not None and Version.parse(override.suggested).finalize_version() >= asked:
        return Fits(
            f"lower than the {asked} that the changes ask for{deciders}; answered for: {override.reason}"
        )
    statement = _STATEMENT.get(_weight(following), "VER-3")
    sentence = (
        f"The changes ask for {asked}, because {following.why}{deciders}, and {chosen} promises less. Cancel this release and "
        f"start {asked}, or a release manager says why {chosen} is enough: `/release override {release.id} <reason>`."
    )
    decided = following.deciders[0].sha if following.deciders else ""
    return TooLow(Finding(f"{statement}:{asked}", statement, Severity.BLOCKS, sentence, commit=decided))


def override(release: Release, reason: str, by: UserId, roles: Roles, policy: Policy, at: datetime) -> Step:
    """Answer for the lower version of a release. Raises Refused when nothing asks for it, or not from this person."""
    refuse_if_ended(release)
    item = version_item(release, policy)
    work = release.work(item) if item else None
    suggested = work.fact(SUGGESTED) if work else None
    reasons = []
    if not roles.has(by, MANAGER):
        reasons.append(f"Only a {MANAGER} answers for a version: ask {people(roles.of(MANAGER))}.")
    if item is None or work is None or suggested is None or work.is_good:
        reasons.append(f"Nothing asks for another version of {release.id} now: {release.version} stands.")
    if item is not None and item.id in release.sealed:
        reasons.append(f"{item.id} is closed for good: the tag rests on it.")
    if reasons or item is None or suggested is None:
        raise Refused(*reasons)
    events: list[Event] = [VersionOverridden(given(reason), suggested)]
    if not release.holds:
        events.append(work_begun(release, item))
    return take_step(release, by, at, policy, *events)


def version_item(release: Release, policy: Policy) -> Item | None:
    return next((i for i in policy.of(release.way) if i.does == CHECK), None)


def _named(following: NextVersion) -> str:
    ids = [short(change.sha) for change in following.deciders[:5]]
    more = len(following.deciders) - len(ids)
    return f" ({', '.join(ids)}{f' and {more} more' if more > 0 else ''})" if ids else ""


def _weight(following: NextVersion) -> ReleaseType:
    return type_for(following.weight, Version(1))
