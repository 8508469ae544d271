"""What has to be done so that it does not happen again: agreed on in the report about a rollback, and asked for by the next
releases of the product until it is done, or somebody answers for going without it."""

import re
from collections.abc import Iterable
from datetime import date, datetime

from bot.domain.errors import NotFound, Refused, given
from bot.domain.findings import Finding, Severity
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollback_events import Corrective, CorrectiveDone
from bot.domain.steps import Step, take_step
from bot.domain.words import ItemId, UserId, people

_LONGEST_NAME = 40


def name_of(one: Corrective) -> str:
    """The name by which people speak of it: its first words. It stays the same as long as its words do."""
    return re.sub(r"\W+", "-", one.action.lower())[:_LONGEST_NAME].strip("-") or "it"


def open_ones(release: Release) -> tuple[Corrective, ...]:
    """Those of this release that are not done."""
    back = release.withdrawn
    if back is None or back.report is None:
        return ()
    done = {one.name for one in back.finished}
    return tuple(one for one in back.report.correctives if name_of(one) not in done)


def findings(releases: Iterable[Release], item: ItemId, today: date) -> tuple[Finding, ...]:
    """Every open one of a product, that of the oldest rollback first."""
    return tuple(
        Finding(
            f"{release.version}:{name_of(one)}", item, Severity.BLOCKS,
            f"{one.action} (@{one.owner}, {_due(one, today)}). When it is done: "
            f"/release rollback {release.id} done {name_of(one)} <what was done>",
        )
        for release in sorted(releases, key=lambda r: r.started_at)
        for one in open_ones(release)
    )  # fmt: skip


def _due(one: Corrective, today: date) -> str:
    return f"was due on {one.due}" if date.fromisoformat(one.due) < today else f"until {one.due}"


def finish(
    release: Release, name: str, note: str, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:
    """Somebody has done it, and says what. Raises NotFound for a name that none has, Refused for whom it is not."""
    there = open_ones(release)
    one = next((c for c in there if name_of(c) == name.lower()), None)
    if one is None:
        named = ", ".join(f"`{name_of(c)}`" for c in there) or "none"
        raise NotFound(f"{release.id} has no open corrective action “{name[:60]}”. Open are: {named}.")
    if by != one.owner and not any(roles.has(by, role) for role in policy.rollback_roles):
        named = " or ".join(policy.rollback_roles)
        raise Refused(
            f"It belongs to {people([one.owner])}; they, or somebody of {named}, can say that it is done."
        )
    return take_step(release, by, at, policy, CorrectiveDone(name_of(one), given(note)))
