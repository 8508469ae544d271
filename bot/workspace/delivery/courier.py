"""Chooses the way to the app, keeps the log, and delivers events again when they were not acknowledged."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from bot.workspace.delivery.envelope import Ack, Envelope, Way
from bot.workspace.faults import Faults
from bot.workspace.world import World


@dataclass
class Courier:
    """Commands and interactions are delivered once, events until acknowledged. `way` may be exchanged at any time."""

    world: World
    faults: Faults
    way: Way
    executor: Executor
    later: Callable[[float, Callable[[], object]], None]
    closing: threading.Event = field(default_factory=threading.Event)

    def deliver(self, envelope: Envelope) -> Ack:
        """One delivery, waited for."""
        ack = self.way.deliver(envelope)
        self.world.note(
            "envelope",
            str(envelope.kind),
            latency=ack.latency,
            error=None if ack.ok else str(ack.status),
            detail=f"{_what(envelope)}, attempt {envelope.attempt}",
        )
        return ack

    def deliver_event(self, envelope: Envelope) -> Ack:
        """The first attempt, waited for; three more follow on their own when it was not acknowledged."""
        ack = self.deliver(envelope)
        if not ack.ok:
            self._plan_again(envelope, ack)
        elif self.faults.take_repeat():
            self._submit(replace(envelope, id=f"{envelope.id}-again"))
        return ack

    def send_event(self, envelope: Envelope) -> None:
        """Deliver an event without waiting."""
        self._submit(envelope)

    def _submit(self, envelope: Envelope) -> None:
        if not self.closing.is_set():
            self.executor.submit(self.deliver_event, envelope)

    def _plan_again(self, envelope: Envelope, ack: Ack) -> None:
        """The next attempt waits on the server's clock, not in a thread, so that many failed events hold nobody up."""
        pauses = self.world.setup.event_retries
        if ack.stop or envelope.attempt >= len(pauses) or self.closing.is_set():
            return
        attempt = envelope.attempt + 1
        first = envelope.id.partition("-retry")[0]
        following = replace(envelope, id=f"{first}-retry{attempt}", attempt=attempt, reason=ack.reason)
        self.later(pauses[envelope.attempt], lambda: self._submit(following))


def _what(envelope: Envelope) -> str:
    payload = envelope.payload
    event = payload.get("event")
    if isinstance(event, dict):
        return str(event.get("type"))
    return str(payload.get("command") or payload.get("type"))
