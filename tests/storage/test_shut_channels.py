"""Closed channels as they are kept: one incident a channel, told of again only when nobody mends it."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from storage.shut_channels import TOLD_AGAIN, ShutChannel
from storage.store import Store

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def at(moment: datetime, channel: str = "C1") -> ShutChannel:
    return ShutChannel(channel, "It is archived.", moment)


def test_a_closed_channel_is_news_once_until_it_opens_or_a_week_has_passed(engine: sa.Engine) -> None:
    store = Store(engine)
    moments = (NOW, NOW + timedelta(minutes=1), NOW + TOLD_AGAIN, NOW + TOLD_AGAIN + timedelta(minutes=1))

    with store.transaction() as tx:
        told = [tx.shut_channels.shut(at(moment)) for moment in moments]
        elsewhere = tx.shut_channels.shut(at(NOW, "C2"))
        tx.shut_channels.opened("C1")
        anew = tx.shut_channels.shut(at(NOW))

    assert told == [True, False, True, False]
    assert elsewhere
    assert anew
    with store.reading() as tx:
        assert tx.shut_channels.of("C1") == at(NOW)
        assert tx.shut_channels.of("C3") is None
