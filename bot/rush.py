"""Requests go first. An acknowledgement has three seconds and a person who waits for it; an order has time."""

import threading
from types import TracebackType


class Rush:
    """The requests that are being answered at this moment. Each is a `with rush:`; workers let them pass before they
    begin with the next order, because all of them share one interpreter and, on SQLite, one writer."""

    def __init__(self) -> None:
        self._in_hand = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._in_hand += 1

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._in_hand -= 1
            if not self._in_hand:
                self._changed.notify_all()

    def let_pass(self, longest: float) -> None:
        """Wait until no request is in hand, at most `longest` seconds: work must not starve either."""
        with self._changed:
            self._changed.wait_for(lambda: not self._in_hand, longest)
