"""Bring a release's card to what is true now: find it, post it, pin it, or update it in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.domain.errors import Gone, OutsideError, OutsideRefusal, Unshowable
from bot.domain.orders import RefreshCard
from bot.domain.outcomes import CardShown, CardTooFresh, Nothing, Outcome
from bot.domain.release import Release
from bot.effects.telling import CLOCKS_DIFFER
from bot.parts import Parts, problems_of, roles_now
from bot.ports import Block
from bot.views.alarms import moved_on
from bot.views.card import card as card_view
from bot.views.parts import as_json
from bot.views.plans import plainly
from storage.codec import digest
from storage.queue import Claim
from storage.store import Card

_T = TypeVar("_T")
log = structlog.get_logger()


@dataclass(frozen=True)
class Seen:
    """The release as it is now, what its card should show, and the card as far as it is known."""

    release: Release
    text: str
    blocks: Sequence[Block]
    card: Card | None
    ts: str | None
    left: Card | None = None
    """Where the card stood before the release moved to another channel."""

    @property
    def digest(self) -> str:
        return digest([self.text, self.blocks])


def carry_out(parts: Parts, order: RefreshCard, claim: Claim) -> Outcome:
    with parts.store.reading() as tx:
        card, release = tx.card(order.release), tx.release(order.release)
    moved = card is not None and release is not None and card.channel != release.channel
    # An order that was stored while the card was being shown could not know when that would be.
    # One that was shown in the future was shown by a clock that went ahead.
    if card is not None and not moved and card.shown_at <= parts.clock() < card.shown_at + parts.card_pace:
        return CardTooFresh(order.release, card.shown_at + parts.card_pace)
    seen = look(parts, order, claim)
    return act(parts, seen) if seen else Nothing()


def look(parts: Parts, order: RefreshCard, claim: Claim) -> Seen | None:
    """What should be there, and what is. A card whose posting had an unknown outcome is looked up in the channel."""
    with parts.store.reading() as tx:
        release = tx.release(order.release)
        if release is None:
            return None
        card, roles, problems = tx.card(release.id), roles_now(parts, tx), problems_of(parts, tx, release)
        progress = tx.progress(release.id)
    left = card if card is not None and card.channel != release.channel else None
    card = None if left else card
    text, blocks = card_view(release, parts.policy_of(release.product), roles, problems, progress)
    ts = card.ts if card else None
    if card is None and claim.may_be_done:
        oldest = (claim.due_at - CLOCKS_DIFFER).timestamp()
        ts = parts.slack.find(release.channel, _mark(release), oldest=oldest)
    return Seen(release, text, as_json(blocks), card, ts, left)


def act(parts: Parts, seen: Seen) -> Outcome:
    channel = seen.card.channel if seen.card else seen.release.channel
    if seen.ts is None:
        ts = _posted(parts, channel, seen)
    elif seen.card is not None and seen.card.digest == seen.digest and seen.card.pinned:
        return Nothing()
    else:
        ts = _updated(parts, channel, seen, seen.ts)
    if seen.left is not None:
        _point_on(parts, seen.release, seen.left)
    pinned = (
        _is_pinned(parts, channel, ts) if seen.card is None or not seen.card.pinned or ts != seen.ts else True
    )
    return CardShown(seen.release.id, channel, ts, seen.release.commit, pinned=pinned, digest=seen.digest)


def _is_pinned(parts: Parts, channel: str, ts: str) -> bool:
    """A card that cannot be pinned now is a card all the same; the next refresh tries again."""
    try:
        parts.slack.pin(channel, ts)
    except (OutsideError, OutsideRefusal) as problem:
        log.warning("card.not_pinned", why=str(problem))
        return False
    return True


def _point_on(parts: Parts, release: Release, left: Card) -> None:
    """Say on the old card where the release has gone. That channel may be closed, which is why people move a release."""
    text, blocks = moved_on(release)
    try:
        parts.slack.update(left.channel, left.ts, text, as_json(blocks))
    except (OutsideError, OutsideRefusal) as problem:
        log.info("card.left_behind", why=str(problem))


def _posted(parts: Parts, channel: str, seen: Seen) -> str:
    def post(blocks: Sequence[Block]) -> str:
        return parts.slack.post(channel, seen.text, blocks, mark=_mark(seen.release))

    return _as_slack_takes_it(seen.blocks, post)


def _updated(parts: Parts, channel: str, seen: Seen, ts: str) -> str:
    try:
        _as_slack_takes_it(seen.blocks, lambda blocks: parts.slack.update(channel, ts, seen.text, blocks))
    except Gone:  # somebody deleted the card: the release goes on under a new one
        return _posted(parts, channel, seen)
    return ts


def _as_slack_takes_it(blocks: Sequence[Block], show: Callable[[Sequence[Block]], _T]) -> _T:
    """Plans are young: where Slack does not take them, the card says the same as text."""
    try:
        return show(blocks)
    except Unshowable:
        plainer = plainly(blocks)
        if plainer == list(blocks):
            raise
        return show(plainer)


def _mark(release: Release) -> str:
    return f"card {release.id}"
