"""Write what a step added to a release's history into the thread of its card."""

from collections.abc import Sequence

from bot.domain.errors import Gone, OutsideError
from bot.domain.orders import WriteLog
from bot.domain.outcomes import CardLost, Nothing, Outcome
from bot.domain.turn import awaited_for_rollback
from bot.domain.words import ReleaseId, UserId
from bot.effects.telling import CLOCKS_DIFFER
from bot.parts import Parts, roles_now
from bot.views.log import log_entry
from bot.views.parts import as_json
from bot.views.rollback_log import turning_point
from storage.history import HistoryLine
from storage.queue import Claim
from storage.store import Card


def carry_out(parts: Parts, order: WriteLog, claim: Claim) -> Outcome:
    lines, card, channel = look(parts, order)
    if card.channel != channel:
        return CardLost(order.release, None)
    mark = f"log {order.release} {order.first}"
    try:
        if claim.may_be_done:
            oldest = (claim.due_at - CLOCKS_DIFFER).timestamp()
            if parts.slack.find(card.channel, mark, oldest=oldest, thread=card.ts) is not None:
                return Nothing()
        return act(parts, order.release, lines, card, mark)
    except Gone:
        return CardLost(order.release, card.ts)


def look(parts: Parts, order: WriteLog) -> tuple[Sequence[HistoryLine], Card, str]:
    """The events, the card under which they belong, and the channel the release lives in now. Raises OutsideError as long
    as there is no card."""
    with parts.store.reading() as tx:
        card, channel = tx.card(order.release), tx.channel(order.release)
        lines = tx.happened(order.release, order.first, order.last)
    if card is None or channel is None:
        raise OutsideError(f"The card of {order.release} has not been posted yet.")
    return lines, card, channel


def act(parts: Parts, name: ReleaseId, lines: Sequence[HistoryLine], card: Card, mark: str) -> Outcome:
    happened = [line.happened for line in lines]
    awaited = _awaited(parts, name) if any(turning_point(one.what) for one in happened) else frozenset()
    text, blocks = log_entry(happened, awaited)
    parts.slack.post(card.channel, text, as_json(blocks), thread=card.ts, mark=mark)
    return Nothing()


def _awaited(parts: Parts, name: ReleaseId) -> frozenset[UserId]:
    """Those for whom a rollback of the release waits now."""
    with parts.store.reading() as tx:
        release, roles = tx.release(name), roles_now(parts, tx)
    if release is None or release.rollback is None:
        return frozenset()
    return awaited_for_rollback(release, parts.policy_of(release.product), roles)
