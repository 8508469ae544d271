"""A channel that got another name. Its id stays and nothing stops; whoever leads releases is told, because people go by names."""

from datetime import datetime

from bot.domain.course import MANAGER
from bot.domain.orders import TellOfRename
from bot.domain.words import ChannelId
from bot.parts import Parts, roles_now
from storage.store import Tx


def channel_renamed(parts: Parts, channel: ChannelId, name: str, event: str, now: datetime) -> None:
    """Slack says so of every channel; only those that the bot speaks in are news. `event` is the same when it is delivered
    again."""
    with parts.store.reading() as tx:
        if not _speaks_in(parts, tx, channel):
            return
    with parts.store.transaction() as tx:
        if tx.is_first(event, now):
            for who in sorted(roles_now(parts, tx).of(MANAGER)):
                tx.order(TellOfRename(channel, name[:80], who, event), now)
    parts.wake()


def _speaks_in(parts: Parts, tx: Tx, channel: ChannelId) -> bool:
    configured = {product.channel for product in parts.products.values()}
    configured |= {plan.channel for product in parts.products.values() for plan in product.notices.audiences}
    return channel in configured or bool(tx.open_releases(channel=channel))
