"""The load: a process of its own that sends signed requests as Slack does, and says how long each answer took.

It reads one job a line as JSON on stdin, answers one line of JSON on stdout, and ends when stdin does.
"""

import hashlib
import hmac
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

TIMEOUT = 3.0
"""Seconds; Slack's own limit for an acknowledgement."""


@dataclass(frozen=True)
class Job:
    """`bodies` are forms, sent once each, in this order, by so many clients at once. `fresh`: a new connection each."""

    port: int
    secret: str
    bodies: Sequence[str]
    clients: int
    fresh: bool


@dataclass(frozen=True)
class Result:
    """`milliseconds` of every answer with status 200; what went wrong otherwise, counted."""

    milliseconds: list[float]
    not_ok: int
    timed_out: int
    broken: int
    seconds: float
    """From the first request to the last answer."""

    @property
    def errors(self) -> int:
        return self.not_ok + self.timed_out + self.broken


def run(job: Job) -> Result:
    """Send it all. Requests are signed and put together before the first one leaves."""
    requests: Iterator[bytes] = iter([_request(job.secret, body, fresh=job.fresh) for body in job.bodies])
    clients = [_Client(job.port, requests, fresh=job.fresh) for _ in range(job.clients)]
    gate = threading.Barrier(job.clients + 1)
    threads = [threading.Thread(target=client.work, args=(gate,)) for client in clients]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    return Result(
        [value for client in clients for value in client.milliseconds], sum(c.not_ok for c in clients),
        sum(c.timed_out for c in clients), sum(c.broken for c in clients), took,
    )  # fmt: skip


def _request(secret: str, body: str, *, fresh: bool) -> bytes:
    stamp, raw = str(int(time.time())).encode(), body.encode()
    digest = hmac.new(secret.encode(), b"v0:" + stamp + b":" + raw, hashlib.sha256).hexdigest().encode()
    head = [
        b"POST /slack/events HTTP/1.1", b"Host: 127.0.0.1", b"User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
        b"Accept: application/json,*/*", b"Content-Type: application/x-www-form-urlencoded",
        b"Connection: close" if fresh else b"Connection: keep-alive", b"Content-Length: %d" % len(raw),
        b"X-Slack-Request-Timestamp: " + stamp, b"X-Slack-Signature: v0=" + digest, b"", b"",
    ]  # fmt: skip
    return b"\r\n".join(head) + raw


class _Client:
    """One client: the next request leaves when the last answer is there. Requests are shared out among all clients."""

    def __init__(self, port: int, requests: Iterator[bytes], *, fresh: bool) -> None:
        self._address, self._requests, self._fresh = ("127.0.0.1", port), requests, fresh
        self._socket: socket.socket | None = None
        self.milliseconds: list[float] = []
        self.not_ok = self.timed_out = self.broken = 0

    def work(self, gate: threading.Barrier) -> None:
        gate.wait()
        for request in self._requests:  # a list's iterator hands each out once, whichever thread asks
            self._send(request)
        self._close()

    def _send(self, request: bytes) -> None:
        began = time.perf_counter()
        try:
            status = self._exchange(request)
        except TimeoutError:
            self.timed_out += 1
            self._close()
            return
        except OSError:
            self.broken += 1
            self._close()
            return
        took = (time.perf_counter() - began) * 1000
        if self._fresh:
            self._close()
        if status == b"200":
            self.milliseconds.append(took)
        else:
            self.not_ok += 1

    def _exchange(self, request: bytes) -> bytes:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        got = b""
        while not _is_whole(got):
            more = self._socket.recv(65536)
            if not more:
                raise ConnectionResetError("The server ended the connection within an answer.")
            got += more
        return got[9:12]

    def _close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _is_whole(got: bytes) -> bool:
    head, blank, body = got.partition(b"\r\n\r\n")
    if not blank:
        return False
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    length = fields.get(b"content-length")
    return len(body) >= int(length) if length is not None else body.endswith(b"0\r\n\r\n")


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(run(Job(**json.loads(line))))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
