"""The bad days of Slack, on request of a test: outages, cut connections, 429s, slowness, wrong answers, double deliveries."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong with one call."""

    DROP_AFTER_WRITE = "drop_after_write"
    RATE_LIMIT = "rate_limit"
    ERROR = "error"
    STATUS = "status"
    EMPTY = "empty"
    HTML = "html"


@dataclass(frozen=True)
class Fault:
    """`value` is the seconds of a rate limit, the status of a server error, or the word of an API error."""

    kind: FaultKind
    value: str = ""


class Faults:
    """What is to go wrong next. Each ordered fault happens once, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}
        self.is_down = False
        self.slowness = 0.0
        self.repeats = 0
        self.deaf = 0

    def outage(self, on: bool = True) -> None:
        """Every API call answers 503 until `outage(False)`."""
        self.is_down = on

    def slow(self, seconds: float) -> None:
        """Every API call takes this much longer; 0 ends it."""
        self.slowness = seconds

    def drop_after_write(self, method: str, times: int = 1) -> None:
        """The call is carried out, then the connection is cut without an answer."""
        self._order(method, Fault(FaultKind.DROP_AFTER_WRITE), times)

    def rate_limit(self, method: str, seconds: int = 1, times: int = 1) -> None:
        """The call is refused with HTTP 429 and `Retry-After: seconds`."""
        self._order(method, Fault(FaultKind.RATE_LIMIT, str(seconds)), times)

    def error(self, method: str, error: str, times: int = 1) -> None:
        """The call answers `ok: false` with this word, as `fatal_error` or `edit_window_closed`."""
        self._order(method, Fault(FaultKind.ERROR, error), times)

    def status(self, method: str, status: int = 500, times: int = 1) -> None:
        """The call answers this HTTP status without a body; nothing was carried out."""
        self._order(method, Fault(FaultKind.STATUS, str(status)), times)

    def empty_answer(self, method: str, times: int = 1) -> None:
        """The call is carried out and answers 200 with an empty body."""
        self._order(method, Fault(FaultKind.EMPTY), times)

    def html_answer(self, method: str, times: int = 1) -> None:
        """The call answers 200 with an HTML page, as a proxy does; nothing was carried out."""
        self._order(method, Fault(FaultKind.HTML), times)

    def deliver_again(self, times: int = 1) -> None:
        """The next events are delivered once more although they were acknowledged."""
        self.repeats += times

    def lose_deliveries(self, times: int = 1) -> None:
        """The next envelopes never reach the app: sent, but lost on the way."""
        self.deaf += times

    def take(self, method: str) -> Fault | None:
        """The fault that is due for this call, if any."""
        waiting = self._waiting.get(method)
        return waiting.popleft() if waiting else None

    def take_repeat(self) -> bool:
        if self.repeats == 0:
            return False
        self.repeats -= 1
        return True

    def take_loss(self) -> bool:
        if self.deaf == 0:
            return False
        self.deaf -= 1
        return True

    def _order(self, method: str, fault: Fault, times: int) -> None:
        self._waiting.setdefault(method, deque()).extend([fault] * times)
