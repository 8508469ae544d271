"""Who has an environment and who waits for it, and how far the looks at its health are. Each method is one transaction."""

import json
from datetime import datetime

import sqlalchemy as sa

from bot.domain.health import Probing
from bot.domain.locks import Holds, InLine, Turn, holder_of, next_of, turn_of
from bot.domain.words import ReleaseId, UserId
from storage.engine import writing
from storage.statements import insert_for, upsert
from storage.tables import ENVIRONMENT_LINES, PROBINGS

_e, _p = ENVIRONMENT_LINES.c, PROBINGS.c


class Environments:
    """The environments of all products, as all replicas see them. What is held outlives the bot that has taken it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def take(self, product: str, environment: str, wanted: InLine) -> Turn:
        """Have the environment for this operation, or stand in line for it; asked again, it keeps its place."""
        try:
            with writing(self._engine) as connection:
                return _take(connection, product, environment, wanted)
        except (
            sa.exc.IntegrityError
        ):  # another replica has taken it in the same moment; the index lets one do so
            with writing(self._engine) as connection:
                return _take(connection, product, environment, wanted)

    def leave(self, operation: str) -> None:
        """The operation wants it no more."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(ENVIRONMENT_LINES).where(_e.operation == operation))

    def line(self, product: str, environment: str) -> tuple[InLine, ...]:
        with self._engine.connect().execution_options(write=False) as connection:
            return _line(connection, product, environment)

    def take_away(self, product: str, environment: str, operation: str, by: UserId, why: str) -> bool:
        """Break the lock: this operation loses the environment. False when it does not have it any more."""
        lost = {"holds": None, "broken_by": by, "broken_why": why}
        here = (
            _e.product == product,
            _e.environment == environment,
            _e.operation == operation,
            _e.holds == 1,
        )
        with writing(self._engine) as connection:
            change = sa.update(ENVIRONMENT_LINES).where(*here).values(**lost)
            return connection.execute(change.returning(_e.operation)).first() is not None

    def probing(self, operation: str) -> Probing | None:
        """How far the looks of this operation are; None before the first."""
        with self._engine.connect().execution_options(write=False) as connection:
            row = connection.execute(sa.select(PROBINGS).where(_p.operation == operation)).one_or_none()
        return (
            None if row is None else Probing(row.since, row.successes, row.rounds, tuple(json.loads(row.problems)))
        )  # fmt: skip

    def save_probing(self, operation: str, probing: Probing) -> None:
        values = {
            "operation": operation, "since": probing.since, "successes": probing.successes,
            "rounds": probing.rounds, "problems": json.dumps(probing.problems),
        }  # fmt: skip
        with writing(self._engine) as connection:
            upsert(connection, PROBINGS, "operation", values)

    def outcome(self, operation: str) -> tuple[bool, str] | None:
        """How the looks ended: healthy or not, and the sentence about it. None while they go on."""
        query = sa.select(_p.healthy, _p.summary).where(_p.operation == operation)
        with self._engine.connect().execution_options(write=False) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None or row.healthy is None else (bool(row.healthy), row.summary)

    def save_outcome(self, operation: str, *, healthy: bool, summary: str, at: datetime) -> None:
        values = {"operation": operation, "since": at, "successes": 0, "rounds": 0, "problems": "[]"}
        with writing(self._engine) as connection:
            new = insert_for(connection, PROBINGS).values(**values)
            connection.execute(new.on_conflict_do_nothing(index_elements=["operation"]))
            ended = {"healthy": int(healthy), "summary": summary}
            connection.execute(sa.update(PROBINGS).where(_p.operation == operation).values(**ended))


def _take(connection: sa.Connection, product: str, environment: str, wanted: InLine) -> Turn:
    values = {
        "operation": wanted.operation, "product": product, "environment": environment,
        "release_id": wanted.release, "asked_at": wanted.asked_at, "holds": None, "broken_by": None, "broken_why": "",
    }  # fmt: skip
    new = insert_for(connection, ENVIRONMENT_LINES).values(**values)
    connection.execute(new.on_conflict_do_nothing(index_elements=["operation"]))
    line = _line(connection, product, environment)
    first = next_of(line)
    if holder_of(line) is None and first is not None and first.operation == wanted.operation:
        mine = _e.operation == wanted.operation
        connection.execute(sa.update(ENVIRONMENT_LINES).where(mine).values(holds=1))
        return Holds()
    return turn_of(line, wanted.operation)


def _line(connection: sa.Connection, product: str, environment: str) -> tuple[InLine, ...]:
    query = (
        sa.select(_e.operation, _e.release_id, _e.asked_at, _e.holds, _e.broken_by, _e.broken_why)
        .where(_e.product == product, _e.environment == environment)
        .order_by(_e.asked_at, _e.operation)
    )
    return tuple(
        InLine(operation, ReleaseId(release), at, holds == 1, UserId(by) if by else None, why)
        for operation, release, at, holds, by, why in connection.execute(query)
    )
