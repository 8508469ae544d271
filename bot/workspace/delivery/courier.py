"""Chooses the way to the app, keeps the log, delivers events again when they were not acknowledged, and goes astray on
request: lost, doubled and shuffled deliveries."""

import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from bot.workspace.delivery.envelope import Ack, AckStatus, Envelope, Kind, Way
from bot.workspace.faults import Faults
from bot.workspace.world import World


@dataclass
class Courier:
    """Commands and interactions are delivered once, events until acknowledged. `way` may be exchanged at any time."""

    world: World
    faults: Faults
    way: Way
    executor: Executor
    closing: threading.Event = field(default_factory=threading.Event)
    held: list[Envelope] = field(default_factory=list)

    def deliver(self, envelope: Envelope) -> Ack:
        """One delivery, waited for. Never call this on the server's loop."""
        if self.faults.losses.take():
            return self._noted(envelope, self._lost(envelope))
        if self.faults.doubles.take() and not self.closing.is_set():
            self.executor.submit(self._deliver_once, replace(envelope, id=f"{envelope.id}-twin"))
        return self._deliver_once(envelope)

    def deliver_event(self, envelope: Envelope) -> Ack:
        """The first attempt, waited for; three more follow on their own when it was not acknowledged."""
        ack = self.deliver(envelope)
        if not ack.ok:
            self._plan_again(envelope, ack)
        elif self.faults.repeats.take():
            self._submit([replace(envelope, id=f"{envelope.id}-again")])
        return ack

    def send_event(self, envelope: Envelope) -> None:
        """Deliver an event without waiting; when events are to be shuffled, together with those that are held back."""
        with self.world.changed:
            if self.faults.held.take():
                self.held.append(envelope)
                if self.faults.held.left:
                    return
                ready, self.held = [*reversed(self.held)], []
            else:
                ready, self.held = [*reversed(self.held), envelope], []
        self._submit(ready)

    def _deliver_once(self, envelope: Envelope) -> Ack:
        return self._noted(envelope, self.way.deliver(envelope))

    def _noted(self, envelope: Envelope, ack: Ack) -> Ack:
        self.world.note(
            "envelope",
            str(envelope.kind),
            latency=ack.latency,
            error=None if ack.ok else str(ack.status),
            detail=f"{what_it_is(envelope)}, attempt {envelope.attempt}",
            sent=envelope.payload,
            answer=ack.body,
        )
        return ack

    def _lost(self, envelope: Envelope) -> Ack:
        """The person waits in vain; a command is over for them after the deadline."""
        seconds = self.world.setup.ack_seconds
        self.closing.wait(seconds)
        reason = "timeout" if envelope.kind is Kind.EVENT else ""
        return Ack(AckStatus.TIMEOUT, seconds, reason=reason)

    def _submit(self, envelopes: Sequence[Envelope]) -> None:
        """Deliver these one after the other, in this order."""
        if not self.closing.is_set():
            self.executor.submit(lambda: [self.deliver_event(envelope) for envelope in envelopes])

    def _plan_again(self, envelope: Envelope, ack: Ack) -> None:
        """The next attempt waits on the workspace's clock, not in a thread, so that many failed events hold nobody up."""
        pauses = self.world.setup.event_retries
        if ack.stop or envelope.attempt >= len(pauses) or self.closing.is_set():
            return
        attempt = envelope.attempt + 1
        first = envelope.id.partition("-retry")[0]
        following = replace(envelope, id=f"{first}-retry{attempt}", attempt=attempt, reason=ack.reason)
        due = self.world.clock.now() + pauses[envelope.attempt]
        self.world.clock.at(due, lambda: self._submit([following]))


def what_it_is(envelope: Envelope) -> str:
    """The type of the event or interaction, or the command."""
    payload = envelope.payload
    event = payload.get("event")
    if isinstance(event, dict):
        return str(event.get("type"))
    return str(payload.get("command") or payload.get("type"))
