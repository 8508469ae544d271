"""What people do about a rollback. Each is one transaction; each answers with a sentence."""

from collections.abc import Callable
from datetime import date, datetime

from bot.domain import correctives
from bot.domain import rolling_back as rules
from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollback_events import Corrective, RollbackAsked, RollbackReported, Target, TargetChosen
from bot.domain.steps import Step
from bot.domain.versions import parse_version
from bot.domain.words import ChannelId
from bot.parts import Parts
from bot.workflow.asking import Asked, by_id, change, named_or_any
from storage.store import Tx

Answer = Callable[[Release], str]
_REMEMBERED = 200
_ELSEWHERE = "If it began in another channel, name it, as `shop-1.4.0`."


def named_or_last(
    name: str | None, channel: ChannelId | None, *, lock: bool = True
) -> Callable[[Tx], Release]:
    """The release that a rollback is about: by its name; else the one in this channel that is being rolled back; else the
    last one there that has a tag. Raises NotFound."""

    def find(tx: Tx) -> Release:
        if name is not None:
            return meant_one(tx, named_or_any(name, channel)(tx))
        here = [r for r in (*tx.open_releases(), *tx.recent_releases(_REMEMBERED)) if r.channel == channel]
        real = [
            r for r in here if not r.dry_run
        ]  # nobody goes back for practice by accident, or the other way round
        meant = [r for r in real if r.rollback] or [r for r in real if r.tagged and not r.withdrawn]
        if not meant:
            raise NotFound(
                f"No release of this channel has a tag, so there is nothing to go back from. {_ELSEWHERE}"
            )
        return meant_one(tx, max(meant, key=lambda r: r.started_at))

    def meant_one(tx: Tx, release: Release) -> Release:
        return _locked(tx, release) if lock else release

    return find


def named_or_taken_back(
    name: str | None, channel: ChannelId | None, *, lock: bool = True
) -> Callable[[Tx], Release]:
    """The release whose rollback is written about: by its name; else the last one in this channel that was taken back. Raises
    NotFound."""

    def find(tx: Tx) -> Release:
        if name is not None:
            return named_or_last(name, channel, lock=lock)(tx)
        here = [r for r in (*tx.open_releases(), *tx.recent_releases(_REMEMBERED)) if r.channel == channel]
        back = [r for r in here if r.withdrawn and not r.dry_run]
        if not back:
            raise NotFound(f"No release of this channel was rolled back. {_ELSEWHERE}")
        last = max(back, key=lambda r: r.rollbacks[-1].at)
        return _locked(tx, last) if lock else last

    return find


def _locked(tx: Tx, release: Release) -> Release:
    tx.lock_product(release.product)  # no second rollback of this product meanwhile
    return by_id(release.id)(tx)


def target_of(parts: Parts, release_id: str, tag: str) -> Target:
    """The target that a typed tag or version means. Raises NotUnderstood."""
    product = parts.product(_product_of(parts, release_id))
    bare = tag.strip().removeprefix(product.tag_prefix)
    try:
        version = str(parse_version(bare))
    except NotUnderstood:
        raise NotUnderstood(
            f"“{tag.strip()[:60]}” is not a tag of a release. Write it as `{product.tag_prefix}1.4.0`; `/release manifest "
            f"{product.name}` shows the versions."
        ) from None
    return Target(f"{product.tag_prefix}{version}", version)


def _product_of(parts: Parts, release_id: str) -> str:
    with parts.store.reading() as tx:
        return by_id(release_id)(tx).product


def ask(parts: Parts, asked: Asked, release_id: str, wanted: RollbackAsked, answer: Answer) -> str:
    return _decide(
        parts, asked, release_id,
        lambda tx: lambda r, roles, policy: rules.ask(r, wanted, _around(tx, r), asked.who, roles, policy, asked.now),
        answer,
    )  # fmt: skip


def retarget(parts: Parts, asked: Asked, release_id: str, chosen: TargetChosen, answer: Answer) -> str:
    return _decide(
        parts, asked, release_id,
        lambda tx: lambda r, roles, policy: rules.retarget(
            r, chosen, _around(tx, r), asked.who, roles, policy, asked.now
        ),
        answer,
    )  # fmt: skip


def agree(parts: Parts, asked: Asked, name: str | None, answer: Answer) -> str:
    return _decide(
        parts, asked, name, lambda _: lambda r, roles, policy: rules.agree(r, asked.who, roles, policy, asked.now), answer
    )  # fmt: skip


def retry(parts: Parts, asked: Asked, name: str | None, answer: Answer) -> str:
    return _decide(
        parts, asked, name, lambda _: lambda r, roles, policy: rules.retry(r, asked.who, roles, policy, asked.now), answer
    )  # fmt: skip


def skip(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    return _decide(
        parts, asked, name,
        lambda _: lambda r, roles, policy: rules.skip(r, reason, asked.who, roles, policy, asked.now), answer,
    )  # fmt: skip


def drop(parts: Parts, asked: Asked, name: str | None, reason: str, answer: Answer) -> str:
    return _decide(
        parts, asked, name,
        lambda _: lambda r, roles, policy: rules.drop(r, reason, asked.who, roles, policy, asked.now), answer,
    )  # fmt: skip


def report(parts: Parts, asked: Asked, name: str | None, told: RollbackReported, answer: Answer) -> str:
    return _decide(
        parts, asked, name, lambda _: lambda r, _roles, policy: rules.report(r, told, asked.who, policy, asked.now), answer,
        named_or_taken_back,
    )  # fmt: skip


def today_of(parts: Parts, release: Release, now: datetime) -> date:
    """The day it is for the product."""
    return now.astimezone(parts.product(release.product).timezone).date()


def agree_on(parts: Parts, asked: Asked, name: str | None, wanted: Corrective, answer: Answer) -> str:
    """One more corrective action, or another owner or day for one."""
    return _decide(
        parts, asked, name,
        lambda _: lambda r, _roles, policy: correctives.agree_on(
            r, wanted, today_of(parts, r, asked.now), asked.who, policy, asked.now
        ),
        answer, named_or_taken_back,
    )  # fmt: skip


def finish(parts: Parts, asked: Asked, name: str | None, action: str, note: str, answer: Answer) -> str:
    """A corrective action is done."""
    return _decide(
        parts, asked, name,
        lambda _: lambda r, roles, policy: correctives.finish(r, action, note, asked.who, roles, policy, asked.now),
        answer, named_or_taken_back,
    )  # fmt: skip


Decide = Callable[[Release, Roles, Policy], Step]
Meant = Callable[[str | None, ChannelId | None], Callable[[Tx], Release]]


def _decide(
    parts: Parts, asked: Asked, name: str | None, deciding: Callable[[Tx], Decide], answer: Answer,
    meant: Meant = named_or_last,
) -> str:  # fmt: skip
    seen: list[Tx] = []

    def find(tx: Tx) -> Release:
        seen.append(tx)
        return meant(name, asked.channel)(tx)

    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return deciding(seen[-1])(release, roles, policy)

    return change(parts, asked, find, decide, answer)


def _around(tx: Tx, release: Release) -> rules.Around:
    """What the product's other releases have to do with it."""
    others = [
        r for r in (*tx.open_releases(product=release.product), *tx.recent_releases(_REMEMBERED))
        if r.product == release.product
    ]  # fmt: skip
    mine = parse_version(release.version)
    if release.dry_run:  # it asks what would be allowed, and keeps nobody from going back in earnest
        return rules.Around(
            open=next((r.id for r in others if r.rollback and r.dry_run), None),
            withdrawn=frozenset(r.tag for r in others if r.withdrawn and not r.dry_run),
        )
    others = [r for r in others if not r.dry_run]
    newer = [r for r in others if r.tagged and not r.withdrawn and parse_version(r.version) > mine]
    return rules.Around(
        open=next((r.id for r in others if r.rollback), None),
        withdrawn=frozenset(r.tag for r in others if r.withdrawn),
        newer=newer[0].id if newer else None,
    )
