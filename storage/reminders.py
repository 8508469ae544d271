"""Reminders as they are kept: what people were told, who is away, and in which zone everybody lives."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.domain.reminders import Away, Reminded
from bot.domain.words import ItemId, UserId
from storage.statements import upsert
from storage.tables import AWAY, PEOPLE, REMINDERS

_r = REMINDERS.c


class Reminders:
    """The reminders within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, release_id: str) -> list[Reminded]:
        query = sa.select(_r.item, _r.user, _r.since, _r.times, _r.last, _r.snoozed_until)
        rows = self._connection.execute(query.where(_r.release_id == release_id))
        return [Reminded(ItemId(item), UserId(user), *rest) for item, user, *rest in rows]

    def save(self, release_id: str, remembered: Iterable[Reminded]) -> None:
        """In place of everything that was remembered for this release; a snooze of this moment stays."""
        snoozed = {(r.item, r.user): r.snoozed_until for r in self.of(release_id)}
        self._connection.execute(sa.delete(REMINDERS).where(_r.release_id == release_id))
        rows = [
            {
                "release_id": release_id, "item": r.item, "user": r.user, "since": r.since, "times": r.times, "last": r.last,
                "snoozed_until": snoozed.get((r.item, r.user), r.snoozed_until),
            }
            for r in remembered
        ]  # fmt: skip
        if rows:
            self._connection.execute(sa.insert(REMINDERS), rows)

    def snooze(self, user: str, until: datetime) -> int:
        """Nothing more for this person before `until`; says how many reminders that is about."""
        mine = sa.update(REMINDERS).where(_r.user == user).values(snoozed_until=until)
        return int(self._connection.execute(mine).rowcount)

    def away(self) -> dict[UserId, Away]:
        rows = self._connection.execute(sa.select(AWAY.c.user, AWAY.c.until, AWAY.c.stands_in))
        return {UserId(user): Away(UserId(user), until, UserId(s) if s else None) for user, until, s in rows}

    def save_away(self, away: Away) -> None:
        values = {"user": away.user, "until": away.until, "stands_in": away.stands_in}
        upsert(self._connection, AWAY, "user", values)

    def forget_away(self, user: str) -> bool:
        """False when this person was not away."""
        return bool(self._connection.execute(sa.delete(AWAY).where(AWAY.c.user == user)).rowcount)

    def zones(self) -> dict[UserId, str]:
        rows = self._connection.execute(sa.select(PEOPLE.c.id, PEOPLE.c.zone))
        return {UserId(user): zone for user, zone in rows}

    def people_read(self) -> dict[UserId, datetime]:
        """When each person whose zone is known was last looked at."""
        rows = self._connection.execute(sa.select(PEOPLE.c.id, PEOPLE.c.read_at))
        return {UserId(user): read_at for user, read_at in rows}

    def save_zone(self, user: str, zone: str, at: datetime) -> None:
        upsert(self._connection, PEOPLE, "id", {"id": user, "zone": zone, "read_at": at})
