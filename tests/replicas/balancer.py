"""A balancer as deploy/nginx.conf describes it: each request goes to the next replica, and to another one only when the first did
not take the connection."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count


@contextmanager
def balancer(replicas: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Its port, and which replica, by its port, has answered each request so far."""
    turn, answered = count(), list[int]()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name http.server looks for
            body = self.rfile.read(int(self.headers["Content-Length"]))
            first = next(turn)
            for n in range(len(replicas)):
                port = replicas[(first + n) % len(replicas)]
                connection = HTTPConnection("127.0.0.1", port, timeout=5)
                try:
                    connection.connect()
                except OSError:  # nobody took it, so nothing can have been carried out
                    continue
                connection.request("POST", self.path, body, dict(self.headers.items()))
                self._pass_on(connection)
                answered.append(port)
                return
            self.send_error(502)

        def _pass_on(self, connection: HTTPConnection) -> None:
            with connection.getresponse() as answer:
                text = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Nothing is printed during tests."""

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, answered
        server.shutdown()
