"""The course of a release as a whole: start, the branch it follows, hold, resume, cancel, and what became of its tag."""

from dataclasses import replace
from datetime import datetime

from bot.domain.errors import Refused, given
from bot.domain.events import BranchRead, Cancelled, Happened, Held, Resumed, Started
from bot.domain.folding import apply
from bot.domain.freezing import outsiders
from bot.domain.orders import MakeTag
from bot.domain.outcomes import HeadSeen, ProductFacts, TagImpossible, TagNotWanted, TagProved, TagTried
from bot.domain.people import HARBOURMASTER, NOBODY, Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step, first_step, lapsing, no_step, tag_item, take_step
from bot.domain.tag_events import Retried, TagFailed, TagMade, TagRehearsed, TagWithheld
from bot.domain.version_wanted import Wanted as Wanted
from bot.domain.version_wanted import override_wanted, refuse_taken, version_wanted
from bot.domain.versions import tag_name
from bot.domain.words import (
    ChannelId,
    ItemKind,
    ReleaseId,
    ReleaseType,
    UserId,
    people,
    person,
)

DRY = "~dry"
"""How the id of a dry run differs from that of the release it rehearses."""
MANAGER = "release-manager"
"""The role that may resume, cancel and retry for others."""


def start(
    wanted: Wanted, by: UserId, at: datetime, *, facts: ProductFacts | None, open_versions: dict[str, ReleaseId],
    attempts: dict[str, int], channel: ChannelId, tag_prefix: str, policy: Policy, roles: Roles = NOBODY,
) -> Step:  # fmt: skip
    """Begin a release. `open_versions` are the product's open releases, `attempts` counts earlier starts by version.

    Raises NotUnderstood for a bad version, Refused when the version is taken, open already, or not above the last one.
    """
    version, type_, why = version_wanted(wanted, facts)
    if wanted.cause is not None and type_ is not ReleaseType.HOTFIX:
        raise Refused(
            f"{wanted.cause.in_words.capitalize()} makes a hotfix, and {version} is a {type_} release. Start a hotfix: "
            f"`/release start {wanted.product} hotfix {wanted.cause}`."
        )
    text = str(version)
    if text in open_versions and not wanted.dry_run:
        raise Refused(
            f"{open_versions[text]} is already on its way. See it with `/release status {open_versions[text]}`."
        )
    if facts is not None:
        refuse_taken(version, facts, tag_prefix)
    override = override_wanted(wanted, version, type_, facts)
    if override is not None and not roles.has(by, MANAGER):
        raise Refused(
            f"The changes ask for {override.suggested}, and only a {MANAGER} answers for a lower version: "
            f"ask {people(roles.of(MANAGER))} to start it."
        )
    _refuse_unfilled(type_, policy, roles)
    before = attempts.get(text, 0)
    name = f"{wanted.product}-{text}" + (DRY if wanted.dry_run else "")
    id_ = ReleaseId(name + (f"~{before + 1}" if before else ""))
    tag = tag_name(tag_prefix, version)
    started = Started(
        id_, wanted.product, text, type_, tag, channel, why, wanted.planned, wanted.dry_run, wanted.cause
    )
    return first_step(started, by, at, policy, *([override] if override else []))


def _refuse_unfilled(type_: ReleaseType, policy: Policy, roles: Roles) -> None:
    """Raises Refused when a sign-off of this type belongs to roles that the team does not have: it would never be given."""
    lacking = [
        f"A {type_} release is signed by {' or '.join(item.signers)} ({item.id}), and there is no such role here. "
        f"Whoever runs the bot adds [roles.{item.role}] to harbourmaster.toml; until then start another type of release."
        for item in policy.of(type_)
        if item.kind is ItemKind.SIGN_OFF and not any(role in roles.members for role in item.signers)
    ]
    if lacking and roles.members:
        raise Refused(*lacking)


def read_head(release: Release, seen: HeadSeen, at: datetime, policy: Policy) -> Step:
    """The repository was read. Nothing happens when the release stands on this commit already, or on its tag."""
    same = (release.commit, release.branch, release.previous_tag) == (
        seen.commit,
        seen.branch,
        seen.previous_tag,
    )
    if same or release.is_pinned or not release.is_open:
        return no_step(release)
    return take_step(release, HARBOURMASTER, at, policy, branch_read(release, seen, at, policy))


def branch_read(release: Release, seen: HeadSeen, at: datetime, policy: Policy) -> BranchRead:
    """The event for a head that was seen, with the sign-offs that no longer count because of it."""
    read = BranchRead(
        seen.branch,
        seen.commit,
        seen.previous_tag,
        seen.lines,
        seen.new,
        seen.total,
        rewritten=seen.rewritten,
        flagged=outsiders(release, seen),
        changed_files=seen.changed_files,
        changed_lines=seen.changed_lines,
        most_lines=seen.most_lines,
        carried=seen.carried,
    )
    after = apply(release, Happened(HARBOURMASTER, at, read))
    return replace(read, voided=lapsing(after, policy))


def hold(release: Release, reason: str, by: UserId, at: datetime, policy: Policy) -> Step:
    """Stop everything until resumed. Anyone may: stopping is always safe."""
    refuse_if_ended(release)
    if any(h.by == by for h in release.holds):
        raise Refused(f"You hold {release.id} already. `/release resume {release.id}` lifts it.")
    return take_step(release, by, at, policy, Held(given(reason)))


def resume(release: Release, by: UserId, roles: Roles, at: datetime, policy: Policy) -> Step:
    """Lift one's own hold; a release manager lifts them all."""
    refuse_if_ended(release)
    if not release.holds:
        raise Refused(f"{release.id} is not on hold.")
    lifted = tuple(h.by for h in release.holds if h.by == by or roles.has(by, MANAGER))
    if not lifted:
        holders = people(h.by for h in release.holds)
        raise Refused(f"{release.id} is held by {holders}; they or a {MANAGER} can resume it.")
    return take_step(release, by, at, policy, Resumed(lifted))


def cancel(release: Release, reason: str, by: UserId, roles: Roles, at: datetime, policy: Policy) -> Step:
    refuse_if_ended(release)
    reasons = []
    if by != release.starter and not roles.has(by, MANAGER):
        reasons.append(
            f"Only {person(release.starter)}, who started {release.id}, or a {MANAGER} can cancel it."
        )
    if release.tagged:
        reasons.append(
            f"{release.tag} exists, and a tag never goes away. Put {release.id} on hold, or bring it to its end."
        )
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, Cancelled(given(reason)))


def tag_result(
    release: Release,
    order: MakeTag,
    outcome: TagProved | TagTried | TagImpossible | TagNotWanted,
    at: datetime,
    policy: Policy,
) -> Step:
    """What became of the order for the tag. A tag that exists is always written down; anything else only while it is awaited."""
    awaited = (
        release.tagging is not None and release.tagging.commit == order.commit and release.tagged is None
    )
    if release.tagged or not (awaited or isinstance(outcome, TagProved)):
        return no_step(release)
    match outcome:
        case TagTried():
            return take_step(
                release, HARBOURMASTER, at, policy, TagRehearsed(order.item, order.tag, order.commit)
            )
        case TagProved(object_, signer):
            made = TagMade(order.item, order.tag, order.commit, object_, signer)
            return take_step(release, HARBOURMASTER, at, policy, made)
        case TagImpossible(why):
            return take_step(release, HARBOURMASTER, at, policy, TagFailed(order.item, why))
        case TagNotWanted(why, head):
            withheld = TagWithheld(order.item, why)
            if head is None:
                return take_step(release, HARBOURMASTER, at, policy, withheld)
            freed = apply(release, Happened(HARBOURMASTER, at, withheld))
            read = branch_read(freed, head, at, policy)
            return take_step(release, HARBOURMASTER, at, policy, withheld, read)


def why_not_to_tag(release: Release, order: MakeTag) -> str | None:
    """The last look at our own facts before a tag is made: None when it is still wanted."""
    if release.ended:
        return f"{release.id} was cancelled."
    if release.holds:
        return f"{release.id} is on hold."
    if release.tagging is None or release.tagging.commit != order.commit:
        return f"{release.id} no longer stands on this commit."
    return None


def retry(release: Release, by: UserId, roles: Roles, at: datetime, policy: Policy) -> Step:
    """Order a tag again that failed. For the role that answers for it, and the release managers."""
    refuse_if_ended(release)
    item = tag_item(release, policy)
    if item is None or release.tag_failed is None:
        raise Refused(f"Nothing of {release.id} has failed.")
    if not (roles.has(by, item.role) or roles.has(by, MANAGER)):
        raise Refused(f"{item.id} belongs to {item.role}: {people(roles.of(item.role))} can try it again.")
    return take_step(release, by, at, policy, Retried(item.id))


def refuse_if_ended(release: Release) -> None:
    if release.ended is None:
        return
    how = "completed" if release.ended.reason is None else f"cancelled: {release.ended.reason.rstrip('.')}"
    raise Refused(f"{release.id} is over; it was {how}.")
