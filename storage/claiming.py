"""The statements of a claim: which orders a replica takes, in which order, and when the next one falls due."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.lanes import Urgency
from storage import codec
from storage.tables import ORDERS

_o = ORDERS.c

# States stand in these statements as literals, not as parameters: only then can SQLite use the partial indexes.
_NOW = sa.bindparam("now", type_=_o.due_at.type)
_WAITING: sa.ColumnElement[str] = sa.literal_column("'waiting'")
CLAIMED: sa.ColumnElement[str] = sa.literal_column("'claimed'")
_other = ORDERS.alias("other").c
# The order in hand comes first whatever the times say: clocks of replicas differ, and requests wait for locks. Said with IN,
# because then the lanes in hand are read once; a join that was planned for few of them takes 35 ms in a backlog.
_LANE_IS_FREE = _o.lane.not_in(sa.select(_other.lane).where(_other.state == CLAIMED))
_EARLIER = sa.exists().where(
    _other.lane == _o.lane, _other.state == _WAITING, _other.due_at <= _o.due_at,
    sa.or_(_other.due_at < _o.due_at, _other.id < _o.id),
)  # fmt: skip


_IS_KNOWN = _o.kind.in_([sa.literal_column(f"'{kind}'") for kind in codec.kinds_of_orders()])
"""What only a newer version of the program can carry out is left to the replicas that are of that version already."""


def _chosen(held: Callable[[sa.Select[Any]], sa.Select[Any]]) -> sa.CTE:
    """What a claim takes: level after level, what was left behind before what fell due, up to `most` together. Each part
    has a level of its own: only then an index gives its rows in their order, and no more of them than are taken."""
    parts: list[sa.Select[Any]] = []
    left: sa.ColumnElement[int] = sa.bindparam("most", type_=sa.Integer)
    for level in Urgency:
        for since, which in (
            (_o.lease_until, (_o.state == CLAIMED, _o.lease_until <= _NOW)),
            (_o.due_at, (_o.state == _WAITING, _o.due_at <= _NOW, _LANE_IS_FREE, ~_EARLIER)),
        ):
            place: sa.ColumnElement[int] = sa.literal_column(str(len(parts)))
            found = (
                sa.select(_o.id, _o.unsettled, since.label("since"), place.label("place"))
                .where(*which, _o.urgency == sa.literal_column(str(int(level))), _IS_KNOWN)
                .order_by(since, _o.id)
                .limit(left)
            )
            part = held(found).cte(f"part_{len(parts)}")
            parts.append(sa.select(part))
            left = left - sa.select(sa.func.count()).select_from(part).scalar_subquery()
    return sa.union_all(*parts).cte("chosen")


_CHOSEN = _chosen(lambda found: found.with_for_update(skip_locked=True, of=ORDERS))
_IN_HAND: dict[str, Any] = {
    "state": "claimed", "unsettled": True, "resting": False, "attempts": _o.attempts + 1,
    "lease_until": sa.bindparam("until", type_=_o.due_at.type),
}  # fmt: skip
_BEFORE = (
    _o.id,
    _o.kind,
    _o.body,
    _o.due_at,
    _o.problem,
    _o.breaks,
    _o.failures,
    *_CHOSEN.c["unsettled", "since", "place"],
)
LOOK = sa.select(*_BEFORE, _o.attempts).join(_CHOSEN, _CHOSEN.c.id == _o.id)
TAKE = sa.update(ORDERS).where(_o.id.in_(sa.bindparam("chosen", expanding=True))).values(_IN_HAND)
CLAIM = (
    sa.update(ORDERS).where(_o.id == _CHOSEN.c.id).values(_IN_HAND)
    .returning(*_BEFORE, (_o.attempts - 1).label("attempts"))
)  # fmt: skip
"""All of it as one statement, where that saves round trips. SQLite could not return what a row was before."""


OLDEST = sa.select(sa.func.min(_chosen(lambda found: found).c.since, type_=_o.due_at.type))


def _first_after(moment: sa.ColumnElement[datetime], *which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    first = (
        sa.select(moment.label("moment")).where(moment > _NOW, *which).order_by(moment).limit(1).subquery()
    )
    return sa.select(first.c.moment)


# One statement, because every order that ends asks for it.
_MOMENTS = sa.union_all(
    *(
        _first_after(_o.due_at, _o.state == _WAITING, _o.urgency == sa.literal_column(str(int(level))))
        for level in Urgency
    ),
    _first_after(_o.lease_until, _o.state == CLAIMED),
).subquery()
NEXT = sa.select(sa.func.min(_MOMENTS.c.moment, type_=_o.due_at.type))
