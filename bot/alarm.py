"""The alarm clock: APScheduler wakes the workers when the next order falls due, and a sweep does now and then in case one was
missed.

It knows no order. Its jobs live in memory and are made anew from the tables, so nothing is lost with it. APScheduler goes by
the clock on the wall, and sleeps an hour longer when that is set back by one; so the sweep goes by the time that has passed.
"""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.date import DateTrigger

from bot.domain.errors import DatabaseDown
from storage.queue import Queue
from storage.store import Store

log = structlog.get_logger()

SWEEP = timedelta(seconds=15)
"""How late an order can be at the most that another process stored, or whose alarm was missed."""
_KEEP_ANSWERS = timedelta(days=2)
_KEEP_ORDERS = timedelta(days=30)
_KEEP_OUTPUT = timedelta(days=90)


class Alarm:
    """Rings for `wake`; whoever wakes claims what is due, and sets it for what comes next."""

    def __init__(
        self,
        queue: Queue,
        store: Store,
        wake: Callable[[], None],
        clock: Callable[[], datetime],
        at_sweep: Callable[[], None] = lambda: None,
        sweep: timedelta = SWEEP,
        forget_output: Callable[[datetime], None] = lambda _before: None,
    ) -> None:
        self._forget_output = forget_output
        self._queue, self._store, self._wake, self._clock = queue, store, wake, clock
        self._at_sweep, self._sweep = at_sweep, sweep
        self._last_sweep = time.monotonic()
        self._stopping = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep_on, name="sweep", daemon=True)
        self._set_for: datetime | None = None
        self._setting = threading.Lock()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        self._scheduler.start()
        self._scheduler.add_job(self._tidy, "interval", hours=6, id="tidy")
        self._sweeper.start()
        self._wake()

    def stop(self) -> None:
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def healthy(self) -> bool:
        """A scheduler can say that it runs when its thread has died, so its thread and the last sweep are looked at."""
        thread = self._scheduler._thread
        alive = thread is not None and thread.is_alive() and self._sweeper.is_alive()
        return alive and time.monotonic() - self._last_sweep < self._sweep.total_seconds() * 4

    def set_for_next(self, now: datetime) -> None:
        """Ring when the first order behind `now` falls due or a lease runs out. What was due at `now` has been claimed."""
        with self._setting:
            due = self._queue.next_due(now)
            if due is None or due == self._set_for or not self._scheduler.running:
                return
            self._set_for = due
            # It is set again while it rings; a low limit of instances would then drop an alarm.
            self._scheduler.add_job(
                self._ring, DateTrigger(due), id="next", replace_existing=True, max_instances=100
            )

    def _ring(self) -> None:
        self._set_for = None
        self._wake()

    def _sweep_on(self) -> None:
        while not self._stopping.wait(self._sweep.total_seconds()):
            self._last_sweep = time.monotonic()
            try:
                self._at_sweep()
            except DatabaseDown as problem:  # why has been logged where it was found
                log.warning("sweep.trouble", why=str(problem))
            except Exception as error:
                log.error("sweep.trouble", exc_info=error)
            self._wake()

    def _tidy(self) -> None:
        now = self._clock()
        with self._store.transaction() as tx:
            tx.forget_requests(now - _KEEP_ANSWERS)
        self._queue.forget_done(now - _KEEP_ORDERS)
        self._forget_output(now - _KEEP_OUTPUT)
        log.info("storage.tidied")
