"""A real HTTP server whose answers a test writes as functions, and which keeps what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Handler = BaseHTTPRequestHandler
Reply = Callable[[Handler], None]


@dataclass
class Team:
    """The team's own server."""

    address: str = ""
    asked: list[Asked] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    """By the path; a path without one gets what `otherwise` says."""
    otherwise: Reply = lambda request: request.send_error(404)

    def says(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else body

        def reply(request: Handler) -> None:
            request.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                request.send_header(name.replace("_", "-"), value)
            request.end_headers()
            request.wfile.write(content)

        self.replies[path] = reply


def _answer(team: Team, request: Handler) -> None:
    length = int(request.headers.get("Content-Length", 0))
    headers = {name.lower(): value for name, value in request.headers.items()}
    team.asked.append(Asked(request.command, request.path, headers, request.rfile.read(length)))
    reply = team.replies.get(request.path, team.otherwise)
    request.close_connection = True
    with suppress(BrokenPipeError, ConnectionResetError):  # the bot has read enough
        reply(request)


@contextmanager
def serving() -> Iterator[Team]:
    team = Team()

    class Server(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(team, self)

        def do_POST(self) -> None:
            _answer(team, self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    team.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield team
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
