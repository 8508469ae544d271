"""What every use case starts from: who asks, which release is meant, and one transaction that answers a request once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotFound, Refused
from bot.domain.orders import Order, RefreshCard, WriteLog
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.versions import version_of_tag
from bot.domain.words import ChannelId, UserId
from bot.parts import Parts, roles_now
from bot.workflow.notify_orders import order_what_is_told
from storage.store import Tx

_DIRECT = "D"
"""Ids of direct messages begin with it; the App Home has no channel at all."""


@dataclass(frozen=True)
class Asked:
    """One request by one person. `key` is the same for a second delivery of the same request."""

    key: str
    who: UserId
    channel: ChannelId | None
    now: datetime


def answered_before(parts: Parts, asked: Asked) -> str | None:
    """The answer that an earlier delivery of this request got. Asked first of all: the words of a request may mean
    something else, or nothing, after it has changed what they are about."""
    with parts.store.reading() as tx:
        return tx.answer_to(asked.key)


def change(
    parts: Parts,
    asked: Asked,
    find: Callable[[Tx], Release],
    decide: Callable[[Release, Roles, Policy], Step],
    answer: Callable[[Release], str],
) -> str:
    """Change one release: find it, decide, save, and answer, in one transaction. A request seen before gets its old answer.

    Raises UserError from `find` or `decide`; nothing is then saved.
    """
    with parts.store.transaction() as tx:
        before = tx.answer_to(asked.key)
        if before is not None:
            return before
        release = find(tx)  # locks it
        twin = tx.answer_to(asked.key)
        if twin is not None:  # the same delivery came twice at once, and the other one was faster
            return twin
        step = decide(release, roles_now(parts, tx), parts.policy_of(release.product))
        save(parts, tx, step, asked.key, asked.now)
        text = answer(step.release)
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text


def save(parts: Parts, tx: Tx, step: Step, key: str, now: datetime) -> None:
    """Write what happened and store the orders that follow from it."""
    tx.append(step, key=key, policy=parts.policy_of(step.release.product))
    for order in step.orders:
        tx.order(order, _due(parts, tx, order, now))
    order_what_is_told(parts, tx, step, now)


def _due(parts: Parts, tx: Tx, order: Order, now: datetime) -> datetime:
    if isinstance(order, WriteLog):
        # Whoever had to wait for the lock has read the clock before the one who had it, and writes behind it all the same.
        return max(now, tx.last_due(order) or now)
    if not isinstance(order, RefreshCard):
        return now
    card = tx.card(order.release)
    # A card that was shown in the future was shown by a clock that went ahead.
    return max(now, card.shown_at + parts.card_pace) if card and card.shown_at <= now else now


def by_id(release_id: str) -> Callable[[Tx], Release]:
    """The release with exactly this id. Raises NotFound."""

    def find(tx: Tx) -> Release:
        release = tx.release(release_id)
        if release is None:
            raise NotFound(f"There is no release “{release_id[:80]}”. `/release list` shows the open ones.")
        return release

    return find


def named_or_here(name: str | None, channel: ChannelId | None) -> Callable[[Tx], Release]:
    """The release that somebody wants to change: by id, by version or by product; without a name, the open one of this
    channel, and in a direct message the only one that is open. A word in another channel must not reach it.

    Raises NotFound when there is none, Refused when several could be meant.
    """

    def find(tx: Tx) -> Release:
        if name is not None:
            return _named(tx, name)
        if channel is None or channel.startswith(_DIRECT):
            return _only(tx, tx.open_releases(), "Several releases are open")
        here = tx.open_releases(channel=channel)
        elsewhere = [] if here else tx.open_releases()
        if elsewhere:
            names = ", ".join(f"`{r.id}`" for r in elsewhere)
            raise NotFound(
                f"No release is open in this channel; elsewhere: {names}. Add its name to the command."
            )
        return _only(tx, here, "Several releases are open")

    return find


def named_or_any(name: str | None, channel: ChannelId | None) -> Callable[[Tx], Release]:
    """The release that somebody wants to look at: as `named_or_here`, and without a name the only open one anywhere."""

    def find(tx: Tx) -> Release:
        if name is not None:
            return _named(tx, name)
        here = tx.open_releases(channel=channel) if channel else []
        return _only(tx, here or tx.open_releases(), "Several releases are open")

    return find


def _named(tx: Tx, name: str) -> Release:
    exact = tx.release(name)
    if exact is not None:
        return exact
    meant = [r for r in tx.open_releases() if means(name, r)]
    if meant:
        return _only(tx, meant, f"“{name[:60]}” could be several releases")
    return by_id(tx.last_release(name.lower()) or name)(tx)


def means(word: str, release: Release) -> bool:
    """Does this word name that release?"""
    return word.lower() in (
        release.id,
        release.version,
        f"v{release.version}",
        release.tag.lower(),
        release.product,
    )


def _only(tx: Tx, releases: Sequence[Release], several: str) -> Release:
    if not releases:
        raise NotFound("No release is open. `/release start` begins one.")
    if len(releases) > 1:
        names = ", ".join(f"`{r.id}`" for r in releases)
        raise Refused(f"{several}: {names}. Add its name to the command.")
    return by_id(releases[0].id)(tx)


def split_name(parts: Parts, words: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """Take a release's name off the front of a command's words, if they begin with one.

    Raises NotFound for a name that no release has: taken for a reason, it would hold or cancel another release.
    """
    if not words:
        return None, ()
    with parts.store.reading() as tx:
        named = words[0].lower() in parts.products or any(means(words[0], r) for r in tx.open_releases())
        named = named or tx.release(words[0]) is not None
        if not named and _looks_like_a_name(parts, words[0]):
            by_id(words[0])(tx)
    return (words[0], tuple(words[1:])) if named else (None, tuple(words))


def _looks_like_a_name(parts: Parts, word: str) -> bool:
    """A version, or a product with a version behind it."""
    bare = word.lower().partition("~")[0]
    versions = [bare, *(bare.removeprefix(f"{product}-") for product in parts.products)]
    return any(version_of_tag("", version.removeprefix("v")) is not None for version in versions)
