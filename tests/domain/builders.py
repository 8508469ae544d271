"""What the tests of the domain begin with: people, the real process, and releases brought to a certain point."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib import resources

from bot.domain import course, items, signoffs
from bot.domain.ballots import Ballot, ballot_for
from bot.domain.changes import Suggestion
from bot.domain.orders import MakeTag
from bot.domain.outcomes import HeadSeen, ProductFacts
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy, read_policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.tag_events import TagOrdered
from bot.domain.words import (
    ChannelId,
    CommitLine,
    ItemId,
    ItemKind,
    Phase,
    ReleaseId,
    ReleaseType,
    RoleName,
    Sha,
    UserId,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
C1, C2, C3 = Sha("1" * 40), Sha("2" * 40), Sha("3" * 40)
CHANNEL = ChannelId("C0SHOPREL")

MARA = UserId("U0MARA")
"""Starts every release here, and is a release manager."""
BEN, ADA, CHLOE = UserId("U0BEN"), UserId("U0ADA"), UserId("U0CHLOE")
DEVI, ELI = UserId("U0DEVI"), UserId("U0ELI")
NILS = UserId("U0NILS")
"""Has no role at all."""
EVERYBODY = (MARA, BEN, ADA, CHLOE, DEVI, ELI, NILS)

MEMBERS = {
    RoleName("release-manager"): frozenset({MARA, BEN, ADA}),
    RoleName("product"): frozenset({BEN, ADA, MARA}),
    RoleName("qa"): frozenset({CHLOE, ELI, ADA}),
    RoleName("docs"): frozenset({ELI, CHLOE}),
    RoleName("database"): frozenset({DEVI, ELI}),
    RoleName("operations"): frozenset({DEVI, ELI}),
    RoleName("architecture"): frozenset({ADA}),
}
ROLES = Roles(MEMBERS)


@lru_cache
def process(*quorums: tuple[str, int]) -> Policy:
    """The process that is shipped, with some quorums raised: `process(("TEST-GO", 2))`."""
    text = resources.files("bot").joinpath("process.toml").read_text("utf-8")
    return read_policy(text, {ItemId(item): people for item, people in quorums})


def the(item_id: str, policy: Policy | None = None) -> Item:
    item = (policy or process()).item(item_id)
    assert item is not None
    return item


def now(release: Release) -> datetime:
    """A minute later with every event, so that no two of them share an instant."""
    return NOON + timedelta(minutes=release.events)


def facts(
    last: str | None = "2.3.0", *, taken: tuple[str, ...] = (), suggested: str = "2.4.0"
) -> ProductFacts:
    suggestion = Suggestion(
        suggested, ReleaseType.MINOR, "2 commits bring a feature and none breaks anything", ()
    )
    known = taken or ((last,) if last else ())
    return ProductFacts("shop", NOON, "main", C1, last, known, 12, suggestion)


def start(
    wanted: course.Wanted, *, seen: ProductFacts | None, by: UserId = MARA, attempts: dict[str, int] | None = None,
    open_versions: dict[str, ReleaseId] | None = None, policy: Policy | None = None, tag_prefix: str = "v",
) -> Step:  # fmt: skip
    return course.start(
        wanted, by, NOON, facts=seen, open_versions=open_versions or {}, attempts=attempts or {},
        channel=CHANNEL, tag_prefix=tag_prefix, policy=policy or process(), roles=ROLES,
    )  # fmt: skip


def started(type_: ReleaseType = ReleaseType.MINOR, policy: Policy | None = None) -> Release:
    """A release of this type that Mara has just started; nothing has been read yet."""
    suggested = "2.3.1" if type_ is ReleaseType.PATCH else "2.4.0"
    return start(course.Wanted("shop", type_, None), seen=facts(suggested=suggested), policy=policy).release


def line(sha: Sha, subject: str = "Fix the basket", author: str = "Lena") -> CommitLine:
    return CommitLine(sha, author, subject, "", NOON)


def head(
    release: Release, commit: Sha, *, lines: Iterable[CommitLine] = (), new: int = 1,
    previous_tag: str | None = "v2.3.0",
) -> HeadSeen:  # fmt: skip
    return HeadSeen(release.id, "main", commit, previous_tag, tuple(lines) or (line(commit),), new, 12)


def pushed_by_force(release: Release, commit: Sha) -> HeadSeen:
    """The branch stands on a commit that does not contain the one before."""
    return HeadSeen(release.id, "main", commit, "v2.3.0", (), 0, 12, rewritten=True)


def moved(release: Release, commit: Sha, policy: Policy | None = None) -> Release:
    """The same release after its branch has moved to this commit."""
    return course.read_head(release, head(release, commit), now(release), policy or process()).release


def ballot(release: Release, item_id: str, policy: Policy | None = None, role: str | None = None) -> Ballot:
    """What the button for this sign-off carries at this moment; that of a role, where several may give it."""
    as_role = RoleName(role) if role else None
    offered = ballot_for(release, policy or process(), the(item_id, policy), as_role)
    assert offered is not None
    return offered


def sign(
    release: Release, item_id: str, by: UserId, policy: Policy | None = None, role: str | None = None
) -> Step:
    chosen = policy or process()
    offered = ballot(release, item_id, chosen, role)
    return signoffs.sign(release, offered, by, ROLES, chosen, now(release), the(item_id, chosen).points)


def tick(release: Release, item_id: str, by: UserId, policy: Policy | None = None) -> Step:
    chosen = policy or process()
    return items.mark_done(release, the(item_id, chosen), "", by, ROLES, chosen, now(release))


def do_item(release: Release, item: Item, policy: Policy) -> Step:
    """Do one open item the way its kind asks for, with the first person who may."""
    if item.kind is ItemKind.SIGN_OFF:
        may = signoffs.eligible(release, policy, item, ROLES)
        # Whoever can do less goes first, so that the last sign-off still finds somebody.
        who = min(may, key=lambda p: (len(ROLES.filled_by(p)), p))
        (role, *_) = signoffs.roles_to_sign_as(release, policy, item, ROLES, who)
        return sign(release, item.id, who, policy, role)
    return tick(release, item.id, min(ROLES.of(item.role)), policy)


def brought_to(
    phase: Phase,
    type_: ReleaseType = ReleaseType.MINOR,
    policy: Policy | None = None,
    *,
    leave: str | None = None,
) -> Release:
    """A release at C1 with everything done before this phase, and in it everything before the item `leave`."""
    chosen = policy or process()
    release = moved(started(type_, chosen), C1, chosen)
    for item in chosen.of(type_):
        past = list(Phase).index(item.phase) >= list(Phase).index(phase)
        if past and (leave is None or item.phase is not phase or item.id == leave):
            return release
        while not release.is_done(chosen, item):
            release = do_item(release, item, chosen).release
    return release


def last_but_one(type_: ReleaseType = ReleaseType.MINOR, policy: Policy | None = None) -> Release:
    """A release that lacks one word for its tag: that of operations."""
    if type_ is not ReleaseType.HOTFIX:
        return brought_to(Phase.RELEASE, type_, policy, leave="REL-GO-OPS")
    release = brought_to(Phase.RELEASE, type_, policy, leave="HOTFIX-GO")
    return sign(release, "HOTFIX-GO", BEN, policy).release


def last_word(release: Release, policy: Policy | None = None) -> Step:
    """Devi says yes for operations, as the last one."""
    if release.type is not ReleaseType.HOTFIX:
        return sign(release, "REL-GO-OPS", DEVI, policy)
    return sign(release, "HOTFIX-GO", DEVI, policy, "operations")


def tag_ordered(
    type_: ReleaseType = ReleaseType.MINOR, policy: Policy | None = None
) -> tuple[Release, MakeTag]:
    """A release whose last sign-off has just ordered its tag, and the order."""
    chosen = policy or process()
    step = last_word(last_but_one(type_, chosen), chosen)
    (order,) = (order for order in step.orders if isinstance(order, MakeTag))
    return step.release, order


def kinds(step: Step) -> list[str]:
    """The names of what happened, oldest first."""
    return [type(happened.what).__name__ for happened in step.happened]


def tag_orders(step: Step) -> list[TagOrdered]:
    return [happened.what for happened in step.happened if isinstance(happened.what, TagOrdered)]


def without(role: str, person: UserId) -> Roles:
    """The roles after this person has left one of them."""
    name = RoleName(role)
    return replace(ROLES, members={**MEMBERS, name: MEMBERS[name] - {person}})
