"""Trip wires around the parts of a bot: at a chosen crossing of one of its boundaries the process kills itself.

A boundary is a commit of the database (before and after it) or a call at a door to the outside (before and after it).
The bot knows nothing of this: the parts it is assembled from are wrapped, here and nowhere else.
"""

import os
import signal
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.domain.events import Happened
from bot.domain.orders import Order
from bot.domain.steps import Step
from bot.parts import Parts
from storage.queue import Claim
from storage.store import Store, Tx


class Wire:
    """Writes down every crossing. The first process that comes to one of the deadly places kills itself there, or stops
    for a while; the file that it leaves in `strikes` lets everybody else pass."""

    def __init__(self, log: Path, strikes: Path, deadly: Collection[str], *, stops: bool) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._strikes, self._deadly, self._stops = strikes, frozenset(deadly), stops

    def cross(self, place: str) -> None:
        os.write(self._log, f"{place}\n".encode())
        if place in self._deadly and self._is_first(place):
            os.kill(os.getpid(), signal.SIGSTOP if self._stops else signal.SIGKILL)

    def _is_first(self, place: str) -> bool:
        try:
            os.close(os.open(self._strikes / place, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        return True


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
            mark = str(more.get("mark", "")).split(" ")[0]
            place = f"{self._name}.{method}" + (f" {mark}" if mark else "")
            self._wire.cross(f"{place}: before the call")
            answer = real(*args, **more)
            self._wire.cross(f"{place}: after the call")
            return answer

        return call


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


def watched(parts: Parts, wire: Wire) -> Parts:
    """The same parts, with a wire at each of their boundaries."""
    return replace(
        parts,
        store=WatchedStore(parts.store, wire),
        queue=WatchedQueue(parts.queue, "queue", wire),  # type: ignore[arg-type]  # does all that a Queue does
        slack=WatchedDoor(parts.slack, "slack", wire),  # type: ignore[arg-type]  # the same for Slack
        repositories={
            name: WatchedDoor(repository, "git", wire)  # type: ignore[misc]  # the same for a Repository
            for name, repository in parts.repositories.items()
        },
    )
