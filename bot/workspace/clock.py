"""The workspace's own clock: real time that a test can move forward, never back, with alarms that ring on either."""

import heapq
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Deed = Callable[[], object]
Later = Callable[[float, Deed], None]


@dataclass(order=True)
class Alarm:
    """Something to do at a time. `number` keeps alarms of the same moment in the order they were set."""

    when: float
    number: int
    do: Deed = field(compare=False)


class WorkspaceClock:
    """Seconds since 1970 (UTC), shifted forward by what tests have asked for."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._alarms: list[Alarm] = []
        self._count = 0
        self._lock = threading.Lock()
        self._later: Later | None = None

    def now(self) -> float:
        return time.time() + self._ahead

    @property
    def ahead(self) -> float:
        """How many seconds this clock is ahead of the real one."""
        return self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once: triggers and response URLs grow old, and every alarm on the way rings at its time.

        Raises ValueError for a negative number.
        """
        if seconds < 0:
            raise ValueError("The workspace's clock only goes forward.")
        goal = self.now() + seconds
        while (alarm := self._due(goal)) is not None:
            self._ahead += max(0.0, alarm.when - self.now())
            alarm.do()
        self._ahead += max(0.0, goal - self.now())

    def elapsed(self) -> float:
        """A steady count of seconds for rates, moved by `advance` as well."""
        return time.perf_counter() + self._ahead

    def at(self, when: float, do: Deed) -> None:
        """Call `do`, which must not block, at this time: when it has really come, or when the clock is moved past it."""
        with self._lock:
            self._count += 1
            heapq.heappush(self._alarms, Alarm(when, self._count, do))
        self._wait_for(when)

    def run_on(self, later: Later) -> None:
        """From now on real time rings alarms too; `later` calls something back after so many seconds."""
        self._later = later
        with self._lock:
            waiting = [alarm.when for alarm in self._alarms]
        for when in waiting:
            self._wait_for(when)

    def forget(self) -> None:
        """Drop every alarm."""
        with self._lock:
            self._alarms.clear()

    def _wait_for(self, when: float) -> None:
        if self._later is not None:
            self._later(max(0.0, when - self.now()), self._ring)

    def _ring(self) -> None:
        # A timer of the event loop may wake a hair too early, which would leave its alarm to nobody.
        while (alarm := self._due(self.now() + 0.01)) is not None:
            alarm.do()

    def _due(self, until: float) -> Alarm | None:
        with self._lock:
            if self._alarms and self._alarms[0].when <= until:
                return heapq.heappop(self._alarms)
        return None
