"""The clock of this machine was set back: what it had timed before must not wait for as long as it jumped.

Nothing is moved by an amount, so that each of several replicas may do this, and do it again.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.orders import SendNotice
from storage.engine import one_look, writing
from storage.tables import ORDERS, PACES

LEEWAY = timedelta(minutes=1)
"""So far clocks of replicas may differ, and one may be set back without notice: nothing waits longer than that for it."""
_LAST = 200
_o = ORDERS.c


def last_seen(engine: sa.Engine) -> datetime | None:
    """The latest moment at which one of the last orders has ended; None when there was none."""
    last = sa.select(_o.ended_at).order_by(_o.id.desc()).limit(_LAST).subquery()
    with one_look(engine) as connection:
        moment: datetime | None = connection.execute(
            sa.select(sa.func.max(last.c.ended_at, type_=_o.ended_at.type))
        ).scalar()
        return moment


def set_back(engine: sa.Engine, now: datetime, lease: timedelta) -> None:
    """Leases end `lease` after `now` at the latest, what waits is due, and Slack's patience begins anew.

    A notice keeps its time, which was promised to people. Everything else is waiting for its turn or for another look, and a
    look too early only looks again. It is due before what is stored from now on, so that no lane is overtaken.
    """
    latest = now + lease
    with writing(engine) as connection:
        connection.execute(
            sa.update(ORDERS).where(_o.state == "claimed", _o.lease_until > latest).values(lease_until=latest)
        )
        connection.execute(
            sa.update(ORDERS)
            .where(_o.state == "waiting", _o.due_at > now, _o.kind != SendNotice.__name__)
            .values(due_at=now - LEEWAY)
        )
        moment = now.timestamp()
        connection.execute(sa.update(PACES).where(PACES.c.free_at > moment).values(free_at=moment))
