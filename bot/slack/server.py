"""The HTTP server for one process, made with waitress. It stops without cutting off an answer."""

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any
from wsgiref.types import WSGIApplication

from waitress import create_server, wasyncore

from bot.slack.http import LARGEST_BODY

BEAT = 0.02
"""Seconds between two looks at what is still unanswered, while the server stops."""
ON_ITS_WAY = 0.5
"""Seconds of silence after which a connection that was made is not about to bring a request any more."""


class HttpServer:
    """A running server. `port` is the one it listens on, also when port 0 was asked for."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.port: int = int(server.effective_port)
        self._deaf = Event()
        self._thread = Thread(target=server.run, name="http", daemon=True)
        self._thread.start()

    def healthy(self) -> bool:
        """Is the server taking requests?"""
        return self._thread.is_alive() and bool(self._server.accepting)

    def stop(self, within: float = 5.0) -> None:
        """Take no new connections, finish the requests under way, and end; after `within` seconds end anyway."""
        if not self._thread.is_alive():
            return
        until = time.monotonic() + within
        self._in_loop(self._stop_listening)
        self._deaf.wait(within)
        while self._server.active_channels and time.monotonic() < until:
            self._in_loop(self._close_idle)
            self._thread.join(BEAT)
        self._server.task_dispatcher.shutdown(timeout=max(0.1, until - time.monotonic()))
        self._in_loop(self._end)
        self._thread.join(max(0.1, until - time.monotonic()))

    def _in_loop(self, step: Callable[[], None]) -> None:
        """waitress keeps its sockets to its own thread; its trigger carries a call there."""
        with suppress(OSError):  # the loop has ended already
            self._server.trigger.pull_trigger(step)

    def _stop_listening(self) -> None:
        """Connections that the system has taken for us already are answered; to whoever made one it would look as if the
        request had been carried out or not."""
        taken = -1
        while len(self._server.active_channels) > taken:
            taken = len(self._server.active_channels)
            self._server.handle_accept()
        self._server.accepting = False
        wasyncore.dispatcher.close(self._server)
        self._deaf.set()

    def _close_idle(self) -> None:
        for channel in list(self._server.active_channels.values()):
            is_silent = time.time() - channel.last_activity > ON_ITS_WAY
            if (
                is_silent
                and not channel.requests
                and not channel.total_outbufs_len
                and not _has_come(channel.socket)
            ):
                channel.will_close = True

    def _end(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.trigger.close()


def _has_come(connection: socket.socket) -> bool:
    """Is there something that was not read yet?"""
    return bool(select.select([connection], [], [], 0)[0])


def serve_waitress(wsgi: WSGIApplication, host: str, port: int, threads: int = 8) -> HttpServer:
    """Serve in a thread of its own. Port 0 takes a free one. Raises OSError when the port is taken.

    Ends the reading of a body at the size the app allows, so that nobody fills the disk with a large one.
    """
    # One socket of our own, because waitress makes several servers of a name like `localhost`.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family)
    server = create_server(
        wsgi,
        sockets=[listening],
        threads=threads,
        ident="harbourmaster",
        max_request_body_size=LARGEST_BODY,
        clear_untrusted_proxy_headers=True,
    )
    return HttpServer(server)
