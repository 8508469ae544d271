"""The workspace's own clock: real time that a test can move forward, never back."""

import time


class WorkspaceClock:
    """Seconds since 1970 (UTC), shifted forward by what tests have asked for."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once: triggers and response URLs grow old. Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("The workspace's clock only goes forward.")
        self._ahead += seconds

    def elapsed(self) -> float:
        """A steady count of seconds for rates, moved by `advance` as well."""
        return time.perf_counter() + self._ahead
