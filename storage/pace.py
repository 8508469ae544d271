"""What all replicas share of Slack's patience: how fast something may be done, and until when Slack wants to hear nothing.

A key is free when its `free_at` is not more than a burst ahead; taking it moves `free_at` on by one interval. That is one
number a key, one statement a turn, and no clock but the caller's.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from storage.engine import one_look, one_statement, writing
from storage.statements import insert_for, insert_in
from storage.tables import PACES

_p = PACES.c
_FREE_AT = sa.select(_p.free_at).where(_p.key == sa.bindparam("key"))


class Paces:
    """Turns that replicas take one after the other. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._taking = _taking(engine.dialect.name)

    def take(
        self, key: str, now: datetime, interval: float, at_once: float, unless: str = ""
    ) -> datetime | None:
        """Take a turn: None when it is ours, else the moment to ask again. Turns come every `interval` seconds, after a
        pause up to `at_once` of them together, and none as long as the key `unless` is closed."""
        moment, ahead = now.timestamp(), max(0.0, at_once - 1) * interval
        asked = {"key": key, "now": moment, "interval": interval, "limit": moment + ahead, "unless": unless}
        with one_statement(self._engine) as connection:
            if connection.execute(self._taking, asked).scalar() is not None:
                return None
        with one_look(self._engine) as connection:
            free_at = {name: at for name, at in connection.execute(_BOTH, asked)}  # noqa: C416 - a result has keys
        again = max(free_at.get(key, moment) - ahead, free_at.get(unless, moment))
        return datetime.fromtimestamp(again, UTC)

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
        with one_look(self._engine) as connection:
            free_at: float | None = connection.execute(_FREE_AT, {"key": key}).scalar()
        return None if free_at is None or free_at <= now.timestamp() else datetime.fromtimestamp(free_at, UTC)


_NOW, _INTERVAL = sa.bindparam("now", type_=sa.Float), sa.bindparam("interval", type_=sa.Float)
_KEY, _UNLESS = sa.bindparam("key", type_=sa.String), sa.bindparam("unless", type_=sa.String)
_BOTH = sa.select(_p.key, _p.free_at).where(_p.key.in_((_KEY, _UNLESS)))


def _taking(dialect: str) -> Any:
    """One statement for every call of Slack: the turn, and the look whether the method is closed."""
    other = PACES.alias("closed").c
    closed = sa.exists().where(other.key == _UNLESS, other.free_at > _NOW)
    statement = insert_in(dialect, PACES).from_select(
        ["key", "free_at"], sa.select(_KEY, _NOW + _INTERVAL).where(~closed)
    )
    moved = sa.case((_p.free_at < _NOW, _NOW), else_=_p.free_at) + _INTERVAL
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={"free_at": moved},
        where=_p.free_at <= sa.bindparam("limit", type_=sa.Float),
    ).returning(_p.free_at)
