"""The bad days of Slack, on request of a test or of the page: outages, cut connections, 429s, wrong answers, lost and
doubled deliveries, and the modes of Slack nobody can rely on. The list of them is declared in `fault_list`."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.workspace.clock import WorkspaceClock
from bot.workspace.fault_list import BY_NAME, FAULTS, DeclaredFault

EVERY_METHOD = "*"


class FaultKind(StrEnum):
    """What goes wrong with one call."""

    DROP_AFTER_WRITE = "drop_after_write"
    RATE_LIMIT = "rate_limit"
    ERROR = "error"
    STATUS = "status"
    EMPTY = "empty"
    HTML = "html"
    STALL = "stall"


@dataclass(frozen=True)
class Fault:
    """`value` is the seconds of a rate limit, the status of a server error, or the word of an API error."""

    kind: FaultKind
    value: str = ""
    until: float = 0.0


class Counted:
    """How many of the next deliveries something happens to; safe to use from several threads."""

    def __init__(self) -> None:
        self._left = 0
        self._lock = threading.Lock()

    @property
    def left(self) -> int:
        return self._left

    def add(self, times: int) -> None:
        with self._lock:
            self._left += int(times)

    def take(self) -> bool:
        """Whether it happens to this one."""
        with self._lock:
            if self._left == 0:
                return False
            self._left -= 1
            return True

    def stop(self) -> None:
        with self._lock:
            self._left = 0


class Faults:
    """What is to go wrong next. A fault with `times` happens that often, in the order asked for; one with `minutes`
    happens until the workspace's clock has gone that far."""

    def __init__(self, clock: WorkspaceClock | None = None) -> None:
        self._clock = clock or WorkspaceClock()
        self._deeds: dict[str, Callable[..., object]] = {}
        self._waiting: dict[str, deque[Fault]] = {}
        self._lasting: dict[str, Fault] = {}
        self.repeats, self.doubles, self.losses = Counted(), Counted(), Counted()
        self.everywhere, self.held = Counted(), Counted()
        self.clear()

    def clear(self) -> None:
        """Everything works again."""
        self._waiting.clear()
        self._lasting.clear()
        for counted in (self.repeats, self.doubles, self.losses, self.everywhere, self.held):
            counted.stop()
        self._down_until: float | None = 0.0
        self._slow_until: float | None = 0.0
        self._slowness = 0.0
        self.is_silent = False
        self.token_state = ""
        self.edit_seconds = 0.0
        self.drops_metadata = False
        self.dedupes_client_msg_ids = False
        self.takes_unknown_threads = False
        self.leaves_closes_unanswered = False

    @property
    def declared(self) -> Sequence[DeclaredFault]:
        """Everything `set` can be called with."""
        return FAULTS

    def set(self, name: str, /, **arguments: Any) -> None:
        """Let this fault of the declared list happen. Numbers and switches may be text, as a page sends them.

        Blocks for deeds on the server's loop, so never call it there. Raises ValueError, with a sentence, for an unknown
        fault or a wrong argument.
        """
        declared = BY_NAME.get(name)
        if declared is None:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(BY_NAME)}.")
        values = declared.read(arguments)
        do: Callable[..., object] = self._deeds[name] if declared.is_deed else getattr(self, name)
        do(**values)

    def can_do(self, name: str, deed: Callable[..., object]) -> None:
        """Give a declared deed its hands; the running workspace does this at its start."""
        self._deeds[name] = deed

    def now(self) -> list[str]:
        """What is wrong at this moment, one short line each."""
        counted = {
            "events delivered again": self.repeats, "deliveries doubled": self.doubles,
            "deliveries lost": self.losses, "envelopes on all connections": self.everywhere,
            "events held back": self.held,
        }  # fmt: skip
        switched = {
            "Slack is down": self.is_down,
            f"every call takes {self.slowness:g} s longer": self.slowness > 0,
            f"the bot's token answers {self.token_state}": bool(self.token_state),
            f"no edits after {self.edit_seconds / 60:g} minutes": self.edit_seconds > 0,
            "metadata is dropped": self.drops_metadata,
            "client_msg_id is deduplicated": self.dedupes_client_msg_ids,
            "replies to unknown threads pass": self.takes_unknown_threads,
            "close frames are not answered": self.leaves_closes_unanswered,
        }
        waiting = [
            f"{name}: {fault.kind} {fault.value}".strip()
            for name, queue in self._waiting.items()
            for fault in queue
        ]
        lasting = [
            f"{name}: {fault.kind} {fault.value}".strip()
            for name, fault in self._lasting.items()
            if self._lasts(fault)
        ]
        return [
            *(words for words, on in switched.items() if on),
            *waiting, *lasting,
            *(f"{words}: {item.left}" for words, item in counted.items() if item.left),
        ]  # fmt: skip

    @property
    def is_down(self) -> bool:
        return self._down_until is None or self._clock.now() < self._down_until

    @property
    def slowness(self) -> float:
        """Seconds that every call takes longer."""
        lasts = self._slow_until is None or self._clock.now() < self._slow_until
        return self._slowness if lasts else 0.0

    def outage(self, on: bool = True, minutes: float = 0, how: str = "503") -> None:
        """Every API call fails until `outage(False)`, or for so many minutes: at once with a 503, or in silence."""
        self._down_until = (self._clock.now() + minutes * 60 if minutes else None) if on else 0.0
        self.is_silent = how == "silence"

    def slow(self, seconds: float, minutes: float = 0) -> None:
        """Every API call takes this much longer; 0 ends it."""
        self._slowness = seconds
        self._slow_until = self._clock.now() + minutes * 60 if minutes else None

    def stall(self, method: str, times: int = 1) -> None:
        """The call is taken in and never answered; nothing was carried out."""
        self._order(method, Fault(FaultKind.STALL), times, 0)

    def drop_after_write(self, method: str, times: int = 1) -> None:
        """The call is carried out, then the connection is cut without an answer."""
        self._order(method, Fault(FaultKind.DROP_AFTER_WRITE), times, 0)

    def rate_limit(self, method: str, seconds: int = 1, times: int = 1) -> None:
        """The call is refused with HTTP 429 and `Retry-After: seconds`."""
        self._order(method, Fault(FaultKind.RATE_LIMIT, str(int(seconds))), times, 0)

    def error(self, method: str, error: str, times: int = 1, minutes: float = 0) -> None:
        """The call answers `ok: false` with this word, as `fatal_error` or `edit_window_closed`."""
        self._order(method, Fault(FaultKind.ERROR, error), times, minutes)

    def status(self, method: str, status: int = 500, times: int = 1, minutes: float = 0) -> None:
        """The call answers this HTTP status without a body; nothing was carried out."""
        self._order(method, Fault(FaultKind.STATUS, str(int(status))), times, minutes)

    def empty_answer(self, method: str, times: int = 1, minutes: float = 0) -> None:
        """The call is carried out and answers 200 with an empty body."""
        self._order(method, Fault(FaultKind.EMPTY), times, minutes)

    def html_answer(self, method: str, times: int = 1, minutes: float = 0) -> None:
        """The call answers 200 with an HTML page, as a proxy does; nothing was carried out."""
        self._order(method, Fault(FaultKind.HTML), times, minutes)

    def deliver_again(self, times: int = 1) -> None:
        """The next events are delivered once more although they were acknowledged."""
        self.repeats.add(times)

    def double_deliveries(self, times: int = 1) -> None:
        """The next commands, interactions or events are sent twice at the same time; the second answer is ignored."""
        self.doubles.add(times)

    def lose_deliveries(self, times: int = 1) -> None:
        """The next commands, interactions or events never reach the app: sent, but lost on the way."""
        self.losses.add(times)

    def deliver_on_all_connections(self, times: int = 1) -> None:
        """The next envelopes go to every open connection, as can happen while old and new ones overlap."""
        self.everywhere.add(times)

    def shuffle_events(self, times: int = 2) -> None:
        """So many events are held back; when all are there they are delivered in reverse order."""
        self.held.add(times)

    def leave_closes_unanswered(self, on: bool = True) -> None:
        """Slack does not answer the app's close frames."""
        self.leaves_closes_unanswered = on

    def token(self, state: str) -> None:
        """Every call with the bot's token answers this word; `good` ends it."""
        self.token_state = "" if state == "good" else state

    def edit_window(self, minutes: float) -> None:
        """Messages older than this cannot be updated: `edit_window_closed`. 0 ends it."""
        self.edit_seconds = minutes * 60

    def drop_metadata(self, on: bool = True) -> None:
        """Metadata is accepted and thrown away, as where message metadata is gated."""
        self.drops_metadata = on

    def dedupe_client_msg_ids(self, on: bool = True) -> None:
        """The undocumented `client_msg_id` works as an idempotency key (default: it does nothing)."""
        self.dedupes_client_msg_ids = on

    def lenient_threads(self, on: bool = True) -> None:
        """A `thread_ts` nobody knows starts a new thread instead of answering `thread_not_found`."""
        self.takes_unknown_threads = on

    def take(self, method: str) -> Fault | None:
        """The fault that is due for this call, if any."""
        for name in (method, EVERY_METHOD):
            waiting = self._waiting.get(name)
            if waiting:
                return waiting.popleft()
            lasting = self._lasting.get(name)
            if lasting is not None and self._lasts(lasting):
                return lasting
        return None

    def _lasts(self, fault: Fault) -> bool:
        return self._clock.now() < fault.until

    def _order(self, method: str, fault: Fault, times: int, minutes: float) -> None:
        if minutes:
            self._lasting[method] = Fault(fault.kind, fault.value, self._clock.now() + minutes * 60)
        else:
            self._waiting.setdefault(method, deque()).extend([fault] * int(times))
