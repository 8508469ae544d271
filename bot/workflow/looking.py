"""Looking at releases without changing anything: one release, all that are open, its history, one person's turn."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.ballots import Ballot
from bot.domain.errors import NotFound
from bot.domain.findings import Finding
from bot.domain.items import find_item
from bot.domain.manifest import Manifest
from bot.domain.manifest_entries import with_all
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.turn import Need, needs_of
from bot.domain.words import ChannelId, UserId
from bot.parts import Parts, problems_of, roles_now
from bot.workflow.asking import named_or_any
from storage.history import HistoryLine
from storage.store import Card

_MOST_RELEASES = 2_000
_RECENT = 5


@dataclass(frozen=True)
class Sight:
    """One release with everything that is needed to show it."""

    release: Release
    policy: Policy
    roles: Roles
    problems: tuple[str, ...]
    """What the orders of this release last ran into outside."""
    card: Card | None


@dataclass(frozen=True)
class Turn:
    """One release and what one person can bring forward in it right now."""

    release: Release
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Overview:
    open: list[Release]
    over: list[Release]
    roles: Roles


def look_at(parts: Parts, name: str | None, channel: ChannelId | None) -> Sight:
    """The release that is meant. Raises NotFound or Refused."""
    with parts.store.reading() as tx:
        release = named_or_any(name, channel)(tx)
        roles, card, problems = roles_now(parts, tx), tx.card(release.id), problems_of(parts, tx, release)
    return Sight(release, parts.policy_of(release.product), roles, tuple(problems), card)


def open_and_recent(parts: Parts, recent: int) -> Overview:
    """All open releases, and the last few that are over."""
    with parts.store.reading() as tx:
        return Overview(tx.open_releases(), tx.recent_releases(recent), roles_now(parts, tx))


def turns_of(parts: Parts, person: UserId) -> tuple[list[Turn], Roles]:
    """What this person can do in every open release and every one that is taken back, and who fills which role."""
    with parts.store.reading() as tx:
        roles = roles_now(parts, tx)
        back = (release for release in tx.recent_releases(_RECENT) if release.rollback)
        return [
            Turn(r, needs_of(r, parts.policy_of(r.product), roles, person))
            for r in (*tx.open_releases(), *back)
        ], roles


def findings_of(parts: Parts, name: str, item_id: str) -> tuple[Finding, ...]:
    """What the bot's work for an item has found and nobody has answered for. Raises NotFound."""
    with parts.store.reading() as tx:
        release = named_or_any(name, None)(tx)
    item = find_item(release, parts.policy_of(release.product), item_id)
    work = release.work(item)
    return work.standing if work else ()


def log_of(
    parts: Parts, name: str | None, channel: ChannelId | None, item_id: str
) -> tuple[Release, str, str]:
    """The release, the latest operation of an item or of a step of its rollback, and what it has printed so far. Raises NotFound
    or Refused."""
    with parts.store.reading() as tx:
        release = named_or_any(name, channel)(tx)
    step = _rollback_step(release, item_id.lower())
    if step is not None:
        return release, step, parts.runner.log(step)
    item = find_item(release, parts.policy_of(release.product), item_id)
    work = next((w for w in reversed(release.works) if w.item == item.id), None)
    if work is None:
        raise NotFound(f"The bot has done nothing for {item.id} of {release.id} yet.")
    return release, work.operation, parts.runner.log(work.operation)


def _rollback_step(release: Release, way: str) -> str | None:
    """The latest operation of a step of the latest rollback; None when this is no such step."""
    steps = release.rollbacks[-1].steps if release.rollbacks else ()
    return next((step.operation for step in reversed(steps) if step.way == way), None)


def history_of(
    parts: Parts, name: str | None, channel: ChannelId | None
) -> tuple[Release, Sequence[HistoryLine]]:
    """The whole history of a release, oldest first. Raises NotFound or Refused."""
    with parts.store.reading() as tx:
        release = named_or_any(name, channel)(tx)
        return release, tx.history(release.id)


def releases_of(parts: Parts, product: str) -> Manifest:
    """The manifest of a product's releases, from what the store knows. Raises NotFound."""
    name = parts.product(product).name
    with parts.store.reading() as tx:
        return with_all(Manifest(), tx.releases_of(name, _MOST_RELEASES))


def points_of(parts: Parts, ballot: Ballot) -> tuple[str, ...]:
    """What the signer of this ballot has to answer for, point by point; nothing when there is no such release any more."""
    with parts.store.reading() as tx:
        release = tx.release(ballot.release)
    if release is None:
        return ()
    item = parts.policy_of(release.product).sign_off(release.way, ballot.phase, ballot.role)
    return item.points if item else ()
