"""Which operations of recipes were begun, by whom, and how they ended; and what they printed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.recipes import Context, Result
from bot.domain.words import Sha, Verdict
from storage.engine import writing
from storage.statements import insert_for
from storage.tables import OPERATION_LOGS, OPERATIONS, RELEASES

_o, _l, _r = OPERATIONS.c, OPERATION_LOGS.c, RELEASES.c


@dataclass(frozen=True)
class Operation:
    """One operation as it is stored. OperationRow explains the fields."""

    context: Context
    recipe: str
    place: str
    host: str
    begun_at: datetime
    until: datetime
    state: str = "claimed"
    result: Result | None = None

    @property
    def name(self) -> str:
        return self.context.operation


class Operations:
    """The operations of all replicas. Each method is one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def claim(self, wanted: Operation) -> Operation | None:
        """Store the operation. None: it was new, and is ours to begin. Otherwise the one that was there before."""
        values = {
            "operation": wanted.name, "product": wanted.context.product, "recipe": wanted.recipe,
            "context": json.dumps(asdict(wanted.context)), "place": wanted.place, "host": wanted.host,
            "state": "claimed", "begun_at": wanted.begun_at, "until": wanted.until,
        }  # fmt: skip
        with writing(self._engine) as connection:
            insert = insert_for(connection, OPERATIONS).values(**values)
            unless_there = insert.on_conflict_do_nothing(index_elements=["operation"])
            # What was inserted comes back; a row count means nothing here on PostgreSQL.
            if connection.execute(unless_there.returning(_o.operation)).first() is not None:
                return None
            return _read(connection.execute(_by_name(wanted.name)).one())

    def get(self, operation: str) -> Operation | None:
        with self._reading() as connection:
            row = connection.execute(_by_name(operation)).one_or_none()
            return None if row is None else _read(row)

    def sent(self, operation: str) -> None:
        """The other side has taken the request; nobody sends it again."""
        self._change(operation, {"state": "sent"})

    def end(self, operation: str, result: Result, at: datetime) -> Result:
        """Store the result; the first one counts, and is returned."""
        body = json.dumps(asdict(result))
        self._change(operation, {"state": "ended", "result": body, "ended_at": at})
        kept = self.get(operation)
        return result if kept is None or kept.result is None else kept.result

    def _change(self, operation: str, values: Mapping[str, object]) -> None:
        with writing(self._engine) as connection:
            open_one = (_o.operation == operation, _o.state != "ended")
            connection.execute(sa.update(OPERATIONS).where(*open_one).values(**values))

    def save_log(self, operation: str, pieces: Mapping[int, bytes]) -> None:
        """Make the stored output these pieces, writing only those that have changed."""
        with writing(self._engine) as connection:
            lengths = sa.select(_l.at, sa.func.length(_l.body)).where(_l.operation == operation)
            there = {row[0]: row[1] for row in connection.execute(lengths)}
            changed = [at for at, body in pieces.items() if there.get(at) != len(body)]
            gone = [*(there.keys() - pieces.keys()), *(at for at in changed if at in there)]
            if gone:
                connection.execute(
                    sa.delete(OPERATION_LOGS).where(_l.operation == operation, _l.at.in_(gone))
                )
            rows = [{"operation": operation, "at": at, "body": pieces[at]} for at in changed]
            if rows:
                connection.execute(sa.insert(OPERATION_LOGS), rows)

    def log(self, operation: str) -> Mapping[int, bytes]:
        """The pieces of the output by the places of their first bytes."""
        query = sa.select(_l.at, _l.body).where(_l.operation == operation).order_by(_l.at)
        with self._reading() as connection:
            return {at: bytes(body) for at, body in connection.execute(query)}

    def parts_of(self, operation: str) -> list[str]:
        """The operation and all that belong to it, as `<operation>.2`, in the order in which they were begun."""
        own = sa.or_(_o.operation == operation, _o.operation.startswith(f"{operation}.", autoescape=True))
        with self._reading() as connection:
            return list(
                connection.scalars(sa.select(_o.operation).where(own).order_by(_o.begun_at, _o.operation))
            )

    def forget_output(self, before: datetime) -> list[str]:
        """Drop what operations printed that ended before then, for releases that are over. Their names; the operations stay,
        so that nothing begins them again."""
        of_an_open_one = sa.exists().where(_r.state == "open", _o.operation.startswith(_r.id + "."))
        old = sa.select(_o.operation).where(
            _o.ended_at < before, _o.operation.in_(sa.select(_l.operation)), ~of_an_open_one
        )
        with writing(self._engine) as connection:
            names = list(connection.scalars(old))
            for name in names:
                connection.execute(sa.delete(OPERATION_LOGS).where(_l.operation == name))
        return names

    def _reading(self) -> sa.Connection:
        return self._engine.connect().execution_options(write=False)


def _by_name(operation: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(OPERATIONS).where(_o.operation == operation)


def _read(row: sa.Row[tuple[object, ...]]) -> Operation:
    found = row._mapping
    context = json.loads(str(found["context"]))
    context["commit"] = Sha(context["commit"])
    result = None
    if found["result"] is not None:
        facts = json.loads(str(found["result"]))
        result = Result(Verdict(facts["verdict"]), facts["summary"], facts["url"], facts["measurements"])
    return Operation(
        Context(**context), found["recipe"], found["place"], found["host"], found["begun_at"],
        found["until"], found["state"], result,
    )  # fmt: skip
