"""Wakes this replica when another one has stored an order: PostgreSQL tells everybody who listens, at the commit.

Nothing rests on it. A word that is lost (a broken connection, a pooler in between) costs at most one sweep.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog

if TYPE_CHECKING:
    import psycopg

from storage.engine import REACH, is_sqlite

log = structlog.get_logger()

CHANNEL = "harbourmaster_orders"
"""The trigger on the table of orders notifies it; see the migration 0005."""
_QUIET = 5.0
"""Seconds between two looks whether the bot is to stop."""
_AGAIN = 1.0
"""Seconds before the next try to connect."""


class Wakes:
    """Listens in a thread of its own, on a connection of its own, until stopped. On SQLite there is nobody to listen to."""

    def __init__(self, engine: sa.Engine, wake: Callable[[], None]) -> None:
        self._engine, self._wake = engine, wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="wakes", daemon=True)
        self.listening = threading.Event()

    def start(self) -> None:
        if not is_sqlite(self._engine):
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _listen(self) -> None:
        import psycopg

        address = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not self._stopping.is_set():
            try:
                with psycopg.connect(address, autocommit=True, **REACH) as connection:
                    self._hear(connection)
            except psycopg.OperationalError as problem:
                log.warning("orders.not_listening", why=str(problem).strip().splitlines()[0])
            self.listening.clear()
            self._stopping.wait(_AGAIN)

    def _hear(self, connection: "psycopg.Connection[Any]") -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self.listening.set()
        self._wake()  # for what was said while nobody listened
        while not self._stopping.is_set():
            for _word in connection.notifies(timeout=_QUIET, stop_after=1):
                self._wake()
