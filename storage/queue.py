"""The queue of orders: stored with the change that wants them, claimed under a lease, done once by the latest attempt."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from bot.domain.lanes import lane, repeat_key, urgency
from bot.domain.orders import Order
from storage import codec
from storage.claiming import CLAIM, CLAIMED, LOOK, NEXT, OLDEST, TAKE
from storage.engine import is_sqlite, one_look, one_statement, writing
from storage.tables import ORDERS

_O = TypeVar("_O", bound=Order)
_OPEN = ("waiting", "claimed")
_o = ORDERS.c
_TRIES = 3
"""The index that allows a lane one claim refuses ours when another replica took an order of it at the same moment."""


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
    failures: int = 0
    """How many attempts before this one the world has ended."""


def add_order(
    connection: sa.Connection, order: Order, due_at: datetime, release_id: str | None = None
) -> None:
    """Store an order; a repeatable one that waits already is only brought forward."""
    in_lane, kind = lane(order), type(order).__name__
    values: dict[str, Any] = {
        "kind": kind, "body": codec.dump(order), "lane": in_lane, "due_at": due_at, "state": "waiting",
        "repeat_key": repeat_key(order),
        "release_id": release_id or getattr(order, "release", None), "attempts": 0, "breaks": 0, "failures": 0,
        "unsettled": False, "resting": False, "urgency": int(urgency(order)),
    }  # fmt: skip
    connection.execute(_insert(connection.dialect.name), values)


@cache
def _insert(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = sqlite.insert(ORDERS) if dialect == "sqlite" else postgresql.insert(ORDERS)
    earlier = sa.case((statement.excluded.due_at < _o.due_at, statement.excluded.due_at), else_=_o.due_at)
    return statement.on_conflict_do_update(
        index_elements=["repeat_key"], index_where=sa.text("state = 'waiting'"), set_={"due_at": earlier}
    )


def _claim(row: Any) -> Claim:
    order = codec.load_order(row.kind, row.body)
    return Claim(
        row.id, order, row.attempts + 1, row.unsettled, row.due_at, row.problem, row.breaks, row.failures
    )


class Queue:
    """The orders of all replicas. Time is always an argument."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim(self, now: datetime, lease: timedelta, most: int) -> list[Claim]:
        """Take up to `most` due orders, the urgent ones first and the first of each lane only, and hold them until
        `now + lease`.

        Fewer than `most`: nothing else is due that is not in somebody's hands.
        """
        for _ in range(_TRIES):
            with suppress(IntegrityError):
                return self._claim({"now": now, "until": now + lease, "most": most})
        return []

    def _claim(self, wanted: dict[str, Any]) -> list[Claim]:
        with one_statement(self._engine) as connection:
            if is_sqlite(self._engine):
                rows = connection.execute(LOOK, wanted).all()
                if rows:
                    connection.execute(TAKE, wanted | {"chosen": [row.id for row in rows]})
            else:
                rows = connection.execute(CLAIM, wanted).all()
        return [_claim(row) for row in sorted(rows, key=lambda row: (row.place, row.since, row.id))]

    def oldest_due(self, now: datetime) -> datetime | None:
        """Since when the first order is due that could be claimed now."""
        with one_look(self._engine) as connection:
            since: datetime | None = connection.execute(OLDEST, {"now": now, "most": 1}).scalar()
            return since

    def next_due(self, now: datetime) -> datetime | None:
        """When, after `now`, the next order falls due or the next lease runs out. What is due already is for a claim to
        take, and what waits behind another order is woken by that one's end."""
        with one_look(self._engine) as connection:
            moment: datetime | None = connection.execute(NEXT, {"now": now}).scalar()
            return moment

    def counts(self) -> dict[tuple[str, str], int]:
        """How many orders there are that are not done, by kind and state. One that is put back counts as `resting`."""
        with one_look(self._engine) as connection:
            rows = [row for query in _COUNTS for row in connection.execute(query)]
        return {(kind, state): count for kind, state, count in rows}

    def renew(self, claims: Sequence[Claim], until: datetime) -> list[Claim]:
        """Keep long work: leases of claims that are still in our hands, which are returned, end at `until`."""
        with writing(self._engine) as connection:
            return [
                claim
                for claim in claims
                if _fenced_update(connection, claim, {"lease_until": until}, ~_o.resting)
            ]

    def take_from_the_dead(self, until: datetime) -> None:
        """Nobody but us lives: what was in hand when the process before us died is free at `until` at the latest."""
        in_hand = (_o.state == CLAIMED, ~_o.resting, _o.lease_until > until)
        with writing(self._engine) as connection:
            connection.execute(sa.update(ORDERS).where(*in_hand).values(lease_until=until))

    def put_back(self, claim: Claim, again_at: datetime, problem: str | None, *, may_be_done: bool) -> bool:
        """Try again at `again_at`, because the world said no. False when the claim was not ours any more."""
        unsettled = may_be_done or claim.may_be_done
        values = {"problem": problem, "unsettled": unsettled, "failures": claim.failures + 1}
        return self._change(claim, values | _rest_until(again_at))

    def finish(self, claim: Claim, now: datetime) -> bool:
        """End an order that came to nothing that would have to be saved with it. False when the claim was not ours any
        more."""
        return self._change(claim, _done(now))

    def rest(self, claim: Claim, again_at: datetime, *, may_be_done: bool) -> bool:
        """Nothing went wrong; it is only not its turn before `again_at`. False when the claim was not ours any more."""
        return self._change(claim, {"unsettled": may_be_done or claim.may_be_done} | _rest_until(again_at))

    def put_back_broken(self, claim: Claim, again_at: datetime, problem: str) -> bool:
        """Try again at `again_at` after a mistake of ours, which is counted. False when the claim was not ours any more."""
        values = {"problem": problem, "unsettled": True, "breaks": claim.breaks + 1}
        return self._change(claim, values | _rest_until(again_at))

    def _change(self, claim: Claim, values: dict[str, Any]) -> bool:
        with one_statement(self._engine) as connection:
            return _fenced_update(connection, claim, values)

    def forget_done(self, before: datetime) -> None:
        """Done orders are kept a while for whoever looks into a problem; history keeps what matters."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(ORDERS).where(_o.state == "done", _o.ended_at < before))


def _done(now: datetime) -> dict[str, Any]:
    return {"state": "done", "ended_at": now, "problem": None}


def _rest_until(again_at: datetime) -> dict[str, Any]:
    return {"lease_until": again_at, "resting": True}


def bring_forward(connection: sa.Connection, release_id: str, now: datetime) -> None:
    """Try at once what a release has put back: its cause was mended. What a worker has in hand stays as it is."""
    _hurry(connection, _o.release_id == release_id, now)


def hurry_lane(connection: sa.Connection, in_lane: str, now: datetime) -> None:
    """Try at once what was put back in a lane, whichever release it is about."""
    _hurry(connection, _o.lane == in_lane, now)


def _hurry(connection: sa.Connection, which: sa.ColumnElement[bool], now: datetime) -> None:
    put_back = (which, _o.state == "claimed", _o.resting, _o.lease_until > now)
    connection.execute(sa.update(ORDERS).where(*put_back).values(lease_until=now))


def finish(connection: sa.Connection, claim: Claim, now: datetime) -> bool:
    """Mark an order as done in the transaction that saves its result. False when a later attempt has taken it over."""
    return _fenced_update(connection, claim, _done(now))


def give_up(connection: sa.Connection, claim: Claim, problem: str, now: datetime) -> bool:
    """End an order that cannot be carried out. False when a later attempt has taken it over."""
    return _fenced_update(connection, claim, {"state": "failed", "problem": problem, "ended_at": now})


def last_due(connection: sa.Connection, order: Order) -> datetime | None:
    """When the last order of this kind that waits in the same lane is due."""
    alike = (_o.lane == lane(order), _o.kind == type(order).__name__, _o.state == "waiting")
    moment: datetime | None = connection.execute(
        sa.select(sa.func.max(_o.due_at, type_=_o.due_at.type)).where(*alike)
    ).scalar()
    return moment


def open_orders(connection: sa.Connection, release_id: str, kind: type[_O]) -> list[_O]:
    """The orders of this kind that a release still waits for, or that somebody has in hand."""
    mine = sa.select(_o.body).where(
        _o.release_id == release_id, _o.kind == kind.__name__, _o.state.in_(_OPEN)
    )
    return [codec.load(kind, body) for (body,) in connection.execute(mine.order_by(_o.id))]


def problems(connection: sa.Connection, release_id: str) -> list[str]:
    """What the open and the given-up orders of a release last ran into, oldest first."""
    return [str(problem) for (problem,) in connection.execute(_PROBLEMS, {"release": release_id})]


def problem_of(connection: sa.Connection, order: Order) -> str | None:
    """What the last attempt at this order ran into; None when it went well. One to be tried again stays claimed."""
    values = {"lane": lane(order), "kind": type(order).__name__}
    problem: str | None = connection.execute(_PROBLEM_OF, values).scalar()
    return problem


def _fenced_update(
    connection: sa.Connection, claim: Claim, values: dict[str, Any], *only: sa.ColumnElement[bool]
) -> bool:
    mine = {"order": claim.id, "attempt": claim.attempt}
    changed = {f"new_{name}": value for name, value in values.items()}
    statement = _fenced(tuple(values)).where(*only) if only else _fenced(tuple(values))
    return bool(connection.execute(statement, mine | changed).rowcount)


@cache
def _fenced(columns: tuple[str, ...]) -> sa.Update:
    mine = (_o.id == sa.bindparam("order"), _o.attempts == sa.bindparam("attempt"), _o.state == CLAIMED)
    return sa.update(ORDERS).where(*mine).values({name: sa.bindparam(f"new_{name}") for name in columns})


_CLAIMED_AS = sa.case((_o.resting, "resting"), else_="claimed")
_COUNTS = [
    sa.select(_o.kind, shown, sa.func.count())
    .where(_o.state == sa.literal_column(f"'{state}'"))
    .group_by(_o.kind, shown)
    for state, shown in (("waiting", _o.state), ("claimed", _CLAIMED_AS), ("failed", _o.state))
]
_HAS_PROBLEM = sa.select(_o.problem).where(_o.problem.is_not(None)).order_by(_o.id)
_PROBLEMS = _HAS_PROBLEM.where(_o.release_id == sa.bindparam("release"), _o.state != "done")
_PROBLEM_OF = _HAS_PROBLEM.where(
    _o.lane == sa.bindparam("lane"), _o.kind == sa.bindparam("kind"), _o.state == CLAIMED
)
