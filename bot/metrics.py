"""What the bot tells Prometheus about itself: numbers by kind, method and result. No text of people, no names, no secrets."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy.exc import SQLAlchemyError

from bot.domain.errors import DatabaseDown
from bot.slack.incoming import Answer, Deliver, Incoming
from storage.queue import Queue

_ACKNOWLEDGED_WITHIN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Seconds; after three Slack shows the person an error."""


class Metrics:
    """The numbers of one process. What stands in the database is read when somebody asks, and is the same in every replica."""

    def __init__(self, queue: Queue, clock: Callable[[], datetime]) -> None:
        self.connections: Callable[[], int] = lambda: 0
        """How many connections the intake has; set by the bot once there is an intake."""
        self._registry = CollectorRegistry()
        self._acknowledged = Histogram(
            "harbourmaster_acknowledgement_seconds", "From a request to the answer for its acknowledgement.",
            ["kind"], registry=self._registry, buckets=_ACKNOWLEDGED_WITHIN,
        )  # fmt: skip
        self._attempts = Counter(
            "harbourmaster_order_attempts", "Attempts at orders, by kind and by how they ended.",
            ["kind", "result"], registry=self._registry,
        )  # fmt: skip
        self._calls = Counter(
            "harbourmaster_slack_calls", "Calls of Slack's Web API, by method and result.",
            ["method", "result"], registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Orders(queue, clock, lambda: self.connections()))

    def timed(self, deliver: Deliver) -> Deliver:
        """The same door, with a clock on it."""

        def delivered(incoming: Incoming) -> Answer:
            began = time.perf_counter()
            try:
                return deliver(incoming)
            finally:
                kind = type(incoming).__name__
                self._acknowledged.labels(kind).observe(time.perf_counter() - began)

        return delivered

    def attempted(self, kind: str, result: str) -> None:
        self._attempts.labels(kind, result).inc()

    def called(self, method: str, result: str) -> None:
        self._calls.labels(method, result).inc()

    def text(self) -> bytes:
        """In Prometheus's text format."""
        return generate_latest(self._registry)


class _Orders:
    """Reads the queue at the moment of the question. A database that is away leaves its numbers out."""

    def __init__(self, queue: Queue, clock: Callable[[], datetime], connections: Callable[[], int]) -> None:
        self._queue, self._clock, self._connections = queue, clock, connections

    def describe(self) -> Iterable[Metric]:
        return ()

    def collect(self) -> Iterable[Metric]:
        with suppress(SQLAlchemyError, DatabaseDown):
            orders = GaugeMetricFamily(
                "harbourmaster_orders",
                "Orders that are not done, by kind and state.",
                labels=["kind", "state"],
            )
            for (kind, state), count in self._queue.counts().items():
                orders.add_metric([kind, state], count)
            yield orders
            now = self._clock()
            due = self._queue.oldest_due(now)
            age = (now - due).total_seconds() if due else 0.0
            yield GaugeMetricFamily(
                "harbourmaster_oldest_due_seconds",
                "For how long the first order that could be begun is due.",
                age,
            )
        yield GaugeMetricFamily(
            "harbourmaster_intake_connections", "Socket Mode connections on which Slack has said hello.",
            self._connections(),
        )  # fmt: skip
