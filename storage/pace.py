"""What all replicas share of Slack's patience: how fast something may be done, and until when Slack wants to hear nothing.

A key is free when its `free_at` is not more than a burst ahead; taking it moves `free_at` on by one interval. That is one
number a key, one statement a turn, and no clock but the caller's.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage.engine import writing
from storage.statements import insert_for
from storage.tables import PACES

_p = PACES.c
_FREE_AT = sa.select(_p.free_at).where(_p.key == sa.bindparam("key"))


class Paces:
    """Turns that replicas take one after the other. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def take(self, key: str, now: datetime, interval: float, at_once: float) -> datetime | None:
        """Take a turn: None when it is ours, else the moment to ask again. Turns come every `interval` seconds, after a
        pause up to `at_once` of them together."""
        moment, ahead = now.timestamp(), max(0.0, at_once - 1) * interval
        with writing(self._engine) as connection:
            if connection.execute(_taking(connection, key, moment, interval, ahead)).scalar() is not None:
                return None
            free_at: float = connection.execute(_FREE_AT, {"key": key}).scalar_one()
        return datetime.fromtimestamp(free_at - ahead, UTC)

    def close(self, key: str, until: datetime) -> None:
        """Nobody takes this before `until`; an earlier word that reaches further still holds."""
        moment = until.timestamp()
        with writing(self._engine) as connection:
            statement = insert_for(connection, PACES).values(key=key, free_at=moment)
            later = _p.free_at < moment
            connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_={"free_at": moment}, where=later)
            )

    def closed_until(self, key: str, now: datetime) -> datetime | None:
        """Until when nobody may take this; None when it is open."""
        with self._engine.connect().execution_options(write=False) as connection:
            free_at: float | None = connection.execute(_FREE_AT, {"key": key}).scalar()
        return None if free_at is None or free_at <= now.timestamp() else datetime.fromtimestamp(free_at, UTC)


def _taking(connection: sa.Connection, key: str, now: float, interval: float, ahead: float) -> Any:
    statement = insert_for(connection, PACES).values(key=key, free_at=now + interval)
    moved = sa.case((_p.free_at < now, now), else_=_p.free_at) + interval
    return statement.on_conflict_do_update(
        index_elements=["key"], set_={"free_at": moved}, where=_p.free_at <= now + ahead
    ).returning(_p.free_at)
