"""Trip wires around the parts of a bot: at a chosen crossing of one of its boundaries the process kills itself.

A boundary is a commit of the database (before and after it), a statement about an environment, or a call at a door to the
outside (before and after it): to git, to Slack, to the runner of recipes and, within it, to what it keeps and checks out.
The bot knows nothing of this: the parts it is assembled from are wrapped, here and nowhere else.
"""

import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
import time_machine

from bot.domain.events import Happened
from bot.domain.orders import Order
from bot.domain.steps import Step
from bot.parts import Parts
from bot.recipes.health import RecipeProber
from bot.recipes.runner import RecipeRunner
from storage.queue import Claim
from storage.store import Store, Tx


class Wire:
    """Writes down every crossing. The first process that comes to a place of the `plan` does there what that says: `kill`
    itself, `stop` for a while, or set its clock (`clock 3600`, in seconds). The file that it leaves in `strikes` lets
    everybody else pass."""

    def __init__(self, log: Path, strikes: Path, plan: Mapping[str, str]) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._strikes, self._plan = strikes, plan

    def cross(self, place: str) -> None:
        os.write(self._log, f"{place}\n".encode())
        if place in self._plan and self._is_first(place):
            _do(self._plan[place])

    def _is_first(self, place: str) -> bool:
        try:
            os.close(os.open(self._strikes / place, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


def _do(what: str) -> None:
    match what.split():
        case ["clock", seconds]:
            # Every clock of this process but the monotonic one; it goes on from there.
            time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(seconds)), tick=True).start()
        case ["stop"]:
            os.kill(os.getpid(), signal.SIGSTOP)
        case _:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Doing:
    """What one transaction is about."""

    order: Order | None = None
    happened: list[Happened] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        if self.order is not None:
            return f"result of {kind_of(self.order)}"
        if self.happened:
            first = self.happened[0].what
            return " ".join([type(first).__name__, str(getattr(first, "item", ""))]).strip()
        return f"storing {self.stored[0]}" if self.stored else "a request that changes nothing"


def kind_of(order: Order) -> str:
    """The kind of an order, with the item it is for."""
    return " ".join([type(order).__name__, str(getattr(order, "item", ""))]).strip()


class WatchedTx:
    """A transaction that remembers what it is about."""

    def __init__(self, tx: Tx, doing: Doing) -> None:
        self._tx, self._doing = tx, doing

    def append(self, step: Step, **more: Any) -> None:
        self._doing.happened += step.happened
        self._tx.append(step, **more)

    def order(self, order: Order, *more: Any) -> None:
        self._doing.stored.append(kind_of(order))
        self._tx.order(order, *more)

    def finish(self, claim: Claim, now: Any) -> bool:
        self._doing.order = claim.order
        return self._tx.finish(claim, now)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)


class WatchedStore(Store):
    """A store whose commits are boundaries."""

    def __init__(self, store: Store, wire: Wire) -> None:
        super().__init__(store.engine)
        self._wire = wire

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        doing = Doing()
        with super().transaction() as tx:
            yield WatchedTx(tx, doing)  # type: ignore[misc]  # does all that a Tx does
            self._wire.cross(f"{doing.name}: before the commit")
        self._wire.cross(f"{doing.name}: after the commit")


class WatchedDoor:
    """Any part of the bot, with a boundary before and after each call."""

    def __init__(self, door: object, name: str, wire: Wire) -> None:
        self._door, self._name, self._wire = door, name, wire

    def __getattr__(self, method: str) -> Any:
        real = getattr(self._door, method)
        if not callable(real):
            return real

        def call(*args: Any, **more: Any) -> Any:
            mark = _mark(args, more)
            place = f"{self._name}.{method}" + (f" {mark}" if mark else "")
            self._wire.cross(f"{place}: before the call")
            answer = real(*args, **more)
            self._wire.cross(f"{place}: after the call")
            return answer

        return call


def _mark(args: tuple[Any, ...], more: dict[str, Any]) -> str:
    """What a call is about: a kind of message, or the operation of a recipe."""
    if "mark" in more:
        return str(more["mark"]).split(" ")[0]
    named = (getattr(getattr(one, "context", one), "operation", one) for one in args)
    return next((found[1] for one in named if isinstance(one, str) and (found := _OPERATION.search(one))), "")


_OPERATION = re.compile(r"^[a-z]+-\d+\.\d+\.\d+\.([A-Z].*|rollback-.*)$")
"""The name of an operation without that of its release."""


class WatchedQueue(WatchedDoor):
    """The queue: a claim is a boundary for each kind of order that was claimed, and so is the result of one with which
    nothing else has to be stored."""

    def claim(self, *args: Any) -> list[Claim]:
        claims: list[Claim] = self._door.claim(*args)  # type: ignore[attr-defined]  # a Queue
        for claim in claims:
            self._wire.cross(f"{kind_of(claim.order)}: claimed")
        return claims

    def finish(self, claim: Claim, now: Any) -> bool:
        self._wire.cross(f"result of {kind_of(claim.order)}: before the commit")
        is_done: bool = self._door.finish(claim, now)  # type: ignore[attr-defined]  # a Queue
        self._wire.cross(f"result of {kind_of(claim.order)}: after the commit")
        return is_done

    def __getattr__(self, method: str) -> Any:
        return getattr(self._door, method)


def watch_statements(engine: sa.Engine, wire: Wire) -> None:
    """A boundary after each statement that changes who has an environment, or how its health is; it is not committed yet."""

    def changed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found = re.match(r"(INSERT INTO|UPDATE|DELETE FROM) (environment_lines|probings)\b", statement)
        if found:
            wire.cross(f"{found[1]} {found[2]}: before the commit")

    sa.event.listen(engine, "after_cursor_execute", changed)


def watched(parts: Parts, wire: Wire) -> Parts:
    """The same parts, with a wire at each of their boundaries."""

    def door(real: object, name: str) -> Any:
        return WatchedDoor(real, name, wire)

    watch_statements(parts.store.engine, wire)
    runner = cast(RecipeRunner, parts.runner)
    within = replace(
        runner,
        operations=door(runner.operations, "operations"),
        checkouts={name: door(one, "checkout") for name, one in runner.checkouts.items()},
    )
    return replace(
        parts,
        store=WatchedStore(parts.store, wire),
        queue=cast(Any, WatchedQueue(parts.queue, "queue", wire)),
        slack=door(parts.slack, "slack"),
        repositories={name: door(repository, "git") for name, repository in parts.repositories.items()},
        runner=door(within, "runner"),
        prober=door(RecipeProber(within), "prober"),
    )
