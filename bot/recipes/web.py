"""Requests to the team's own servers: bounded in time, in size and in redirects, whatever the other side does."""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from bot.domain.errors import OutsideError, UnknownOutcome

MOST = 1024 * 1024
"""Bytes of a body that are read where nobody asks for more; the rest is cut off."""
_REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Answer:
    """What came back. `is_cut`: the body was longer than what is read."""

    status: int
    body: bytes
    is_cut: bool
    location: str = ""

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Request:
    address: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 10.0
    """For all of it, redirects and the last byte of the answer included."""
    most: int = MOST
    """Bytes of the answer's body that are read."""


def fetch(request: Request) -> Answer:
    """Send it and read the answer. A GET follows a few redirects on the same host, and no others.

    Raises OutsideError when there is no answer, and UnknownOutcome when the request may have arrived all the same.
    """
    address = request.address
    with _Deadline(request.seconds) as deadline:
        for _ in range(_REDIRECTS + 1):
            answer = _once(request, address, deadline)
            if answer.status not in _MOVED or not answer.location or request.method != "GET":
                return answer
            address = _next(request, address, answer.location)
    raise OutsideError(
        f"{_shown(request.address)} redirects again and again; {_REDIRECTS} times were followed."
    )


def _next(request: Request, address: str, location: str) -> str:
    target = urljoin(address, location)
    here, there = urlsplit(address), urlsplit(target)
    same = here.hostname == there.hostname and _port(here.netloc, here.scheme) == _port(
        there.netloc, there.scheme
    )
    upgraded = here.hostname == there.hostname and (here.scheme, there.scheme) == ("http", "https")
    if not (same and here.scheme == there.scheme) and not upgraded:
        raise OutsideError(
            f"{_shown(request.address)} redirects to another host, {_shown(target)}, which is not followed. "
            "Write that address into harbourmaster.toml if it is the right one."
        )
    return target


def _port(netloc: str, scheme: str) -> str:
    port = netloc.rpartition(":")[2]
    return port if port.isdecimal() else {"https": "443"}.get(scheme, "80")


def _once(request: Request, address: str, deadline: "_Deadline") -> Answer:
    import httpx2  # a tenth of a second, and only who has such recipes needs it

    try:
        # No answer may be packed: a small one could otherwise grow without end.
        headers = {"User-Agent": "Harbourmaster", "Accept-Encoding": "identity", **request.headers}
        with httpx2.Client(timeout=request.seconds, verify=_trust()) as client:
            try:
                with client.stream(
                    request.method, address, headers=headers, content=request.body or None,
                    extensions={"trace": deadline.seen},
                ) as response:  # fmt: skip
                    answer = _read(response, request.most)
            except httpx2.HTTPError as problem:
                raise _failure(request, problem, late=deadline.is_over) from problem
        if deadline.is_over:  # without a length the end that we made looks like the end of the answer
            raise _too_late(request)
        return answer
    except (httpx2.InvalidURL, ValueError) as problem:
        raise OutsideError(f"{_shown(address)} is no address that can be reached: {problem}.") from problem


@cache
def _trust() -> ssl.SSLContext:
    """The certificates of this machine. Reading them takes longer than most requests."""
    return ssl.create_default_context()


def _read(response: Any, most: int) -> Answer:
    body = bytearray()
    for piece in response.iter_raw(64 * 1024):
        body += piece
        if len(body) > most:
            break
    location = response.headers.get("location", "")
    return Answer(response.status_code, bytes(body[:most]), len(body) > most, location)


def _failure(request: Request, problem: Exception, *, late: bool) -> OutsideError:
    import httpx2

    where = _shown(request.address)
    if isinstance(problem, httpx2.ConnectError | httpx2.ConnectTimeout) and not late:
        return OutsideError(f"{where} cannot be reached: {_words(problem)}.")
    if late or isinstance(problem, httpx2.TimeoutException):
        return _too_late(request)
    return UnknownOutcome(f"{where} broke the connection off: {_words(problem)}.")


def _too_late(request: Request) -> UnknownOutcome:
    return UnknownOutcome(f"{_shown(request.address)} did not answer within {request.seconds:g} seconds.")


def _words(problem: Exception) -> str:
    return " ".join(str(problem).split())[:200].rstrip(".") or type(problem).__name__


def _shown(address: str) -> str:
    return address if len(address) <= 200 else f"{address[:199]}…"


class _Deadline:
    """Ends a request for good. The library's own limits are for each read: a byte now and then would go on for ever."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._sockets: list[socket.socket] = []
        self.is_over = False

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def seen(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the library what happens on the way; a connection shows its socket."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            get: Callable[[str], Any] = info["return_value"].get_extra_info
            self._sockets.append(get("socket"))
            if self.is_over:
                self._end()

    def _end(self) -> None:
        self.is_over = True
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
