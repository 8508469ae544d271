"""Starting a release, from what the store knows of the repository: no git on the way to the answer."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.config import Product
from bot.days import days_now
from bot.domain.beside import hotfix_began
from bot.domain.calendar import Planned, planned
from bot.domain.course import Wanted, start
from bot.domain.errors import NotFound, NotUnderstood
from bot.domain.outcomes import ProductFacts
from bot.domain.planning import nobody_there, refuse_frozen
from bot.domain.release import Release
from bot.domain.words import Channel, ReleaseType
from bot.parts import Parts, roles_now
from bot.workflow.asking import Asked, save
from storage.store import Tx


@dataclass(frozen=True)
class Outlook:
    """What is known of a product before a release of it is started."""

    product: Product
    facts: ProductFacts | None
    problem: str | None


def start_release(parts: Parts, asked: Asked, wanted: Wanted, answer: Callable[[Release], str]) -> str:
    """Begin a release. Raises NotFound, NotUnderstood or Refused with what to do instead."""
    product = parts.product(wanted.product)
    with parts.store.transaction() as tx:
        tx.lock_product(product.name)
        before = tx.answer_to(asked.key)
        if before is not None:
            return before
        if wanted.planned is not None:
            refuse_frozen(wanted.planned, days_now(parts, tx, product.name, asked.now))
        step = start(
            wanted, asked.who, asked.now, facts=_facts(tx, product, asked.now),
            open_versions={r.version: r.id for r in tx.open_releases(product=product.name) if not r.dry_run},
            attempts=tx.dry_runs(product.name) if wanted.dry_run else tx.attempts(product.name),
            channel=product.channel, tag_prefix=product.tag_prefix,
            policy=parts.policy_of(product.name), roles=roles_now(parts, tx),
        )  # fmt: skip
        save(parts, tx, step, asked.key, asked.now)
        if step.release.type is ReleaseType.HOTFIX:
            _tell_the_others(parts, tx, step.release, asked)
        text = answer(step.release)
        if wanted.planned is not None:
            text += nobody_there(wanted.planned, days_now(parts, tx, product.name, asked.now))
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text


def _tell_the_others(parts: Parts, tx: Tx, hotfix: Release, asked: Asked) -> None:
    """The open releases of the product whose base a hotfix will move."""
    for other in tx.open_releases(product=hotfix.product):
        release = tx.release(other.id) if other.id != hotfix.id else None  # locks it
        if release is not None:
            policy = parts.policy_of(release.product)
            step = hotfix_began(release, hotfix, asked.who, policy, asked.now)
            save(parts, tx, step, asked.key, asked.now)


def _facts(tx: Tx, product: Product, now: datetime) -> ProductFacts | None:
    """What is known of the repository, with the reason why it could not be read if the last look failed."""
    facts, problem = tx.product(product.name), tx.product_problem(product.name)
    if problem is None:
        return facts
    known = facts or ProductFacts(product.name, now, product.branch, None, None, (), 0, None)
    return replace(known, problem=problem)


def read_wanted(
    parts: Parts, asked: Asked, words: tuple[str, ...]
) -> tuple[str | None, str | None, Planned | None]:
    """Read `[product] [version or type] [on <date> [time]]`: what is missing is None. Raises NotUnderstood or NotFound."""
    lower = [word.lower() for word in words]
    when: tuple[str, ...] = ()
    if "on" in lower:
        at = lower.index("on")
        words, when = words[:at], words[at + 1 :]
        if not 1 <= len(when) <= 2:
            raise NotUnderstood("After `on` comes a date and, if you like, a time: `on 2026-12-01 14:30`.")
    if len(words) > 2:
        raise NotUnderstood(
            f"“{words[2][:40]}” is one word too many. Write `/release start shop 1.4.0 on 2026-12-01 14:30`."
        )
    product, version = _product_and_version(parts, asked, words)
    if when and product is None:
        raise NotFound(f"Name the product before the date: {', '.join(sorted(parts.products))}.")
    zone = str(parts.product(product).timezone) if product else "UTC"
    date = planned(when[0], when[1] if len(when) == 2 else None, zone, asked.now) if when else None
    return product, version, date


def _product_and_version(parts: Parts, asked: Asked, words: tuple[str, ...]) -> tuple[str | None, str | None]:
    if len(words) == 2:
        return parts.product(words[0].lower()).name, words[1]
    default = default_product(parts, asked)
    if not words:
        return default, None
    if words[0].lower() in parts.products:
        return words[0].lower(), None
    looks_like_version = words[0].lower() in {*ReleaseType, *Channel} or any(c.isdigit() for c in words[0])
    if looks_like_version and default is not None:
        return default, words[0]
    return parts.product(words[0]).name, None


def default_product(parts: Parts, asked: Asked) -> str | None:
    """The product of this channel, or the only one there is."""
    here = [p.name for p in parts.products.values() if p.channel == asked.channel]
    candidates = here or list(parts.products)
    return candidates[0] if len(candidates) == 1 else None


def product_meant(parts: Parts, asked: Asked, words: tuple[str, ...]) -> str:
    """The product that is named, else that of the channel. Raises NotUnderstood and NotFound."""
    if len(words) > 1:
        raise NotUnderstood(f"One product at a time, please: “{words[1][:40]}” is one word too many.")
    if words:
        return parts.product(words[0].lower()).name
    name = default_product(parts, asked)
    if name is None:
        raise NotUnderstood(f"Which product? The products here are: {', '.join(sorted(parts.products))}.")
    return name


def outlook(parts: Parts, name: str) -> Outlook:
    """What is known of a product. Raises NotFound."""
    product = parts.product(name)
    with parts.store.reading() as tx:
        return Outlook(product, tx.product(name), tx.product_problem(name))
