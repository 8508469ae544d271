"""The queue of orders: stored with the change that wants them, claimed under a lease, done once by the latest attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from bot.domain.orders import Order, is_repeatable, lane
from storage import codec
from storage.tables import OrderRow

_OPEN = ("waiting", "claimed")


@dataclass(frozen=True)
class Claim:
    """An order in hand. `attempt` is the fence: once somebody else has claimed the order, this claim's result is ignored."""

    id: int
    order: Order
    attempt: int
    may_be_done: bool
    """An earlier attempt began and its outcome is not known: look whether it took effect before acting again."""
    due_at: datetime
    problem: str | None = None
    """What the attempt before this one ran into."""
    breaks: int = 0
    """How many attempts before this one ended by a mistake of ours."""


def add_order(session: Session, order: Order, due_at: datetime, release_id: str | None = None) -> None:
    """Store an order; a repeatable one that waits already is only brought forward."""
    repeat_key = f"{type(order).__name__} {lane(order)}" if is_repeatable(order) else None
    values: dict[str, Any] = {
        "kind": type(order).__name__, "body": codec.dump(order), "lane": lane(order), "repeat_key": repeat_key,
        "release_id": release_id or getattr(order, "release", None), "state": "waiting", "due_at": due_at,
        "attempts": 0, "unsettled": False,
    }  # fmt: skip
    statement = insert_for(session, OrderRow).values(**values)
    if repeat_key is not None:
        earlier = sa.case(
            (statement.excluded.due_at < OrderRow.due_at, statement.excluded.due_at), else_=OrderRow.due_at
        )
        statement = statement.on_conflict_do_update(
            index_elements=["repeat_key"], index_where=sa.text("state = 'waiting'"), set_={"due_at": earlier}
        )
    session.execute(statement)


def insert_for(session: Session, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of this session's database."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


class Queue:
    """The orders of all replicas. Time is always an argument."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim(self, now: datetime, lease: timedelta, most: int) -> list[Claim]:
        """Take up to `most` due orders, the first of each lane only, and hold them until `now + lease`.

        Empty also when another replica took an order of one of these lanes at the same moment: the index that allows a
        lane one claim then refuses ours, and whoever asks again sees the lane taken.
        """
        try:
            return self._claim(now, lease, most)
        except IntegrityError:
            return []

    def _claim(self, now: datetime, lease: timedelta, most: int) -> list[Claim]:
        claims: list[Claim] = []
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            rows = session.exec(
                _claimable(now).limit(most).with_for_update(skip_locked=True, of=OrderRow)
            ).all()
            for row in rows:
                claims.append(_claim(row))
                row.state, row.lease_until, row.attempts = "claimed", now + lease, row.attempts + 1
                row.unsettled = True
                session.add(row)
            return claims

    def anything_due(self, now: datetime) -> bool:
        """A cheap look without a lock, so that an idle sweep writes nothing."""
        with self._engine.connect().execution_options(write=False) as connection:
            return (
                connection.execute(_claimable(now).with_only_columns(OrderRow.id).limit(1)).first()
                is not None
            )

    def next_due(self) -> datetime | None:
        """When the next order falls due or the next lease runs out; in the past when something is due already.

        Only the first of each lane counts: what waits behind another order is woken by that one's end.
        """
        ready = sa.case((col(OrderRow.state) == "waiting", OrderRow.due_at), else_=OrderRow.lease_until)
        with self._engine.connect().execution_options(write=False) as connection:
            query = sa.select(sa.func.min(ready, type_=OrderRow.__table__.c.due_at.type))  # type: ignore[attr-defined]  # SQLModel hides __table__
            first = query.where(col(OrderRow.state).in_(_OPEN), ~_blocked())
            found: datetime | None = connection.execute(first).scalar()
            return found

    def renew(self, claims: Sequence[Claim], until: datetime) -> None:
        """Keep long work: leases of claims that are still ours end at `until`."""
        for claim in claims:
            self._change(claim, {"lease_until": until})

    def put_back(self, claim: Claim, again_at: datetime, problem: str | None, *, may_be_done: bool) -> bool:
        """Try again at `again_at`. False when the claim was not ours any more."""
        values = {"lease_until": again_at, "problem": problem, "unsettled": may_be_done or claim.may_be_done}
        return self._change(claim, values)

    def put_back_broken(self, claim: Claim, again_at: datetime, problem: str) -> bool:
        """Try again at `again_at` after a mistake of ours, which is counted. False when the claim was not ours any more."""
        values = {"lease_until": again_at, "problem": problem, "unsettled": True, "breaks": claim.breaks + 1}
        return self._change(claim, values)

    def _change(self, claim: Claim, values: dict[str, Any]) -> bool:
        with Session(self._engine) as session, session.begin():
            return _fenced_update(session, claim, values)

    def problems(self, release_id: str) -> list[str]:
        """What the open and the given-up orders of a release last ran into, oldest first."""
        return self._problems(col(OrderRow.release_id) == release_id, col(OrderRow.state) != "done")

    def problem_of(self, order: Order) -> str | None:
        """What the last attempt at this order ran into; None when it went well, or is not waiting to be tried again."""
        mine = col(OrderRow.lane) == lane(order), col(OrderRow.kind) == type(order).__name__
        return next(iter(self._problems(*mine, col(OrderRow.state).in_(_OPEN))), None)

    def _problems(self, *which: Any) -> list[str]:
        query = sa.select(OrderRow.problem).where(*which, col(OrderRow.problem).is_not(None))  # type: ignore[call-overload]  # a mapped column
        with self._engine.connect().execution_options(write=False) as connection:
            return [str(problem) for (problem,) in connection.execute(query.order_by(col(OrderRow.id)))]

    def forget_done(self, before: datetime) -> None:
        """Done orders are kept for a while for whoever looks into a problem; history keeps what matters."""
        with Session(self._engine) as session, session.begin():
            old = sa.and_(col(OrderRow.state) == "done", col(OrderRow.ended_at) < before)
            session.execute(sa.delete(OrderRow).where(old))


def finish(session: Session, claim: Claim, now: datetime) -> bool:
    """Mark an order as done in the transaction that saves its result. False when a later attempt has taken it over."""
    return _fenced_update(session, claim, {"state": "done", "ended_at": now, "problem": None})


def give_up(session: Session, claim: Claim, problem: str, now: datetime) -> bool:
    """End an order that cannot be carried out. False when a later attempt has taken it over."""
    return _fenced_update(session, claim, {"state": "failed", "problem": problem, "ended_at": now})


def _fenced_update(session: Session, claim: Claim, values: dict[str, Any]) -> bool:
    mine = (
        col(OrderRow.id) == claim.id,
        col(OrderRow.attempts) == claim.attempt,
        col(OrderRow.state) == "claimed",
    )
    done = session.execute(sa.update(OrderRow).where(*mine).values(**values))
    return bool(done.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has a row count


def _claimable(now: datetime) -> Any:
    mine = OrderRow
    ready = sa.or_(
        sa.and_(col(mine.state) == "waiting", col(mine.due_at) <= now),
        sa.and_(col(mine.state) == "claimed", col(mine.lease_until) <= now),
    )
    return select(mine).where(ready, ~_blocked()).order_by(col(mine.due_at), col(mine.id))


def _blocked() -> Any:
    """Is an order of the same lane in hand, or, for one that waits, did an earlier one fall due before it?

    The order in hand comes first whatever the times say: clocks of replicas differ, and requests wait for locks.
    """
    mine, other = OrderRow, sa.orm.aliased(OrderRow)
    earlier = sa.or_(
        col(other.due_at) < col(mine.due_at),
        sa.and_(col(other.due_at) == col(mine.due_at), col(other.id) < col(mine.id)),
    )
    before_mine = sa.or_(col(other.state) == "claimed", sa.and_(col(mine.state) == "waiting", earlier))
    in_lane = (col(other.lane) == col(mine.lane), col(other.id) != col(mine.id))
    return sa.exists().where(*in_lane, col(other.state).in_(_OPEN), before_mine)


def _claim(row: OrderRow) -> Claim:
    order_id = row.id
    if order_id is None:
        raise RuntimeError("An order that was read from the database has an id.")
    return Claim(
        order_id,
        codec.load_order(row.kind, row.body),
        row.attempts + 1,
        row.unsettled,
        row.due_at,
        row.problem,
        row.breaks,
    )
