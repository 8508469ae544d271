"""Channels of audiences that the bot cannot write in, so that somebody is told once a channel and not once a notice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.statements import insert_for
from storage.tables import SHUT_CHANNELS

TOLD_AGAIN = timedelta(days=7)
"""A channel that nobody has mended for so long is told of once more."""
_s = SHUT_CHANNELS.c


@dataclass(frozen=True)
class ShutChannel:
    channel: str
    why: str
    since: datetime


class ShutChannels:
    """The closed channels within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def shut(self, found: ShutChannel) -> bool:
        """Write down that it is closed. True when somebody has to be told, of all replicas to one alone."""
        values = {"why": found.why, "since": found.since}
        added = insert_for(self._connection, SHUT_CHANNELS).values(channel=found.channel, **values)
        long_ago = _s.since <= found.since - TOLD_AGAIN
        news = added.on_conflict_do_update(index_elements=["channel"], set_=values, where=long_ago)
        return self._connection.execute(news.returning(_s.channel)).first() is not None

    def of(self, channel: str) -> ShutChannel | None:
        row = self._connection.execute(
            sa.select(_s.channel, _s.why, _s.since).where(_s.channel == channel)
        ).first()
        return ShutChannel(*row) if row else None

    def opened(self, channel: str) -> None:
        """The bot has written there."""
        self._connection.execute(sa.delete(SHUT_CHANNELS).where(_s.channel == channel))
