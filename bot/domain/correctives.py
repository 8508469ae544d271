"""What has to be done so that it does not happen again: agreed on after a rollback, its owners reminded of it when its day has
come, and asked for by the next releases of the product until it is done, or somebody answers for going without it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from bot.domain.errors import NotFound, Refused, given
from bot.domain.findings import Finding, Severity
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.reminders import Desk, Manners
from bot.domain.reminding import opening, working_time
from bot.domain.rollback_events import Corrective, CorrectiveAgreed, CorrectiveDone
from bot.domain.steps import Step, take_step
from bot.domain.words import ItemId, UserId, is_user, people

LONGEST = 500
"""How many characters say what is to be done."""
_FURTHEST_AHEAD = timedelta(days=366)


def correctives_of(release: Release) -> tuple[Corrective, ...]:
    """Those that were agreed on after this release was rolled back."""
    return release.withdrawn.correctives if release.withdrawn else ()


def open_ones(release: Release) -> tuple[Corrective, ...]:
    """Those of this release that are not done."""
    done = {one.name for one in release.withdrawn.finished} if release.withdrawn else set()
    return tuple(one for one in correctives_of(release) if one.name not in done)


def mistakes(release: Release, wanted: Corrective, today: date) -> Mapping[str, str]:
    """What cannot be kept of it: a sentence by the name of the field. `today` is that of the product."""
    found: dict[str, str] = {}
    twin = next((one for one in correctives_of(release) if one.name == wanted.name), None)
    if not wanted.action.strip():
        found["action"] = "Say what is to be done."
    elif twin is not None and twin.action != wanted.action:
        found["action"] = (
            f"“{twin.action[:80]}” is there already, and both would be called {wanted.name}. Begin this one with other words."
        )
    if not is_user(wanted.owner) or wanted.owner == "USLACKBOT":
        found["owner"] = "Choose the person who does it: without an owner nobody will."
    try:
        day = date.fromisoformat(wanted.due)
    except ValueError:
        found["due"] = f"“{wanted.due[:20]}” is no day. Write it as {today + timedelta(days=14)}."
    else:
        if day < today:
            found["due"] = f"{day} has passed. Choose today or a later day."
        elif day > today + _FURTHEST_AHEAD:
            found["due"] = (
                f"{day} is more than a year ahead, when nobody will know any more what it was about."
            )
    return found


def agree_on(
    release: Release, wanted: Corrective, today: date, by: UserId, policy: Policy, at: datetime
) -> Step:
    """One more action, or another owner or day for one that is there. Raises Refused with every mistake."""
    if release.withdrawn is None:
        raise Refused(f"{release.id} was not rolled back, so there is nothing to learn from that yet.")
    if wrong := mistakes(release, wanted, today):
        raise Refused(*wrong.values())
    return take_step(release, by, at, policy, CorrectiveAgreed(wanted))


def tell_again_at(due: str, number: int, desk: Desk, manners: Manners, now: datetime) -> datetime | None:
    """When its owner is to hear of it next, after they were told for the `number`th time, from 0 on: on its day, and then in
    the manner of every reminder. None: it has been said often enough, and the next release asks for it."""
    if number >= manners.most:
        return None
    day = opening(date.fromisoformat(due), desk, manners)
    return working_time(day if day > now else now + manners.every, desk, manners)


def findings(releases: Iterable[Release], item: ItemId, today: date) -> tuple[Finding, ...]:
    """Every open one of a product, that of the oldest rollback first."""
    return tuple(
        Finding(
            f"{release.version}:{one.name}", item, Severity.BLOCKS,
            f"{one.action} ({due(one, today)}). When it is done: /release rollback {release.id} done {one.name} <what was done>",
            owner=one.owner,
        )
        for release in sorted(releases, key=lambda r: r.started_at)
        for one in ([] if release.dry_run else open_ones(release))
    )  # fmt: skip


def due(one: Corrective, today: date) -> str:
    """Until when, or since when it is late."""
    return f"was due on {one.due}" if date.fromisoformat(one.due) < today else f"until {one.due}"


def finish(
    release: Release, name: str, note: str, by: UserId, roles: Roles, policy: Policy, at: datetime
) -> Step:
    """Somebody has done it, and says what. Raises NotFound for a name that none has, Refused for whom it is not."""
    there = open_ones(release)
    one = next((c for c in there if c.name == name.lower()), None)
    if one is None:
        named = ", ".join(f"`{c.name}`" for c in there) or "none"
        raise NotFound(f"{release.id} has no open corrective action “{name[:60]}”. Open are: {named}.")
    if by != one.owner and not any(roles.has(by, role) for role in policy.rollback_roles):
        named = " or ".join(policy.rollback_roles)
        raise Refused(
            f"It belongs to {people([one.owner])}; they, or somebody of {named}, can say that it is done."
        )
    return take_step(release, by, at, policy, CorrectiveDone(one.name, given(note)))
