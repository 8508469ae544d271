"""Calendars on other people's servers: far too large, without an end, or with an error. A file as well."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.domain.errors import OutsideError, OutsideRefusal
from bot.effects.read_calendar import fetched, read_source
from bot.readers.icalendar_files import LARGEST
from tests.domain.builders import NOON

_PIECE = b"X" * 65_536
_PAUSE = 0.2
"""Seconds between two bytes, or before a redirect: much less than a reader's patience, which all of them together exceed."""


class _Server(BaseHTTPRequestHandler):
    sent = 0

    def do_GET(self) -> None:
        match self.path:
            case "/slow-body.ics":
                self.send_response(200)
                self.end_headers()
                self._drip(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
            case "/slow-head.ics":
                self._drip(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            case "/slow-way.ics":
                time.sleep(_PAUSE)
                self._send_to("/slow-way.ics")
            case "/moved.ics":
                self._send_to("/there.ics")
            case "/away-from-here.ics":
                self._send_to("http://127.0.0.2:1/there.ics")
            case "/there.ics":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")
            case _:
                self._pour()

    def _send_to(self, path: str) -> None:
        self.send_response(302)
        self.send_header("Location", path)
        self.end_headers()

    def _drip(self, text: bytes) -> None:
        """A byte now and then; whoever is patient gets all of it."""
        for byte in text:
            self.wfile.write(bytes([byte]))
            time.sleep(_PAUSE)

    def _pour(self) -> None:
        self.send_response(503 if self.path == "/away.ics" else 200)
        self.end_headers()
        pieces = {"/away.ics": 0, "/huge.ics": 50_000_000 // len(_PIECE)}.get(self.path, 1_000_000)
        type(self).sent = 0
        try:
            for _ in range(pieces):
                self.wfile.write(_PIECE)
                type(self).sent += len(_PIECE)
        except ConnectionError:  # the reader has had enough
            pass

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("name", ["huge.ics", "endless.ics"])
def test_of_a_calendar_of_50_mb_or_without_an_end_no_more_is_read_than_a_calendar_may_have(
    address: str, name: str
) -> None:
    with pytest.raises(OutsideRefusal, match=f"{name} is larger than {LARGEST // 1_000_000} MB"):
        read_source(f"{address}/{name}", "UTC", NOON)

    assert _Server.sent < 25_000_000, "what the system had buffered, and no more"


def test_a_server_that_is_away_is_asked_again_and_a_file_that_is_not_there_is_named(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(OutsideError, match=r"away.ics answers with 503 Service Unavailable\."):
        read_source(f"{address}/away.ics", "UTC", NOON)
    with pytest.raises(OutsideError, match=r"freezes.ics cannot be reached: "):
        read_source("http://127.0.0.1:1/freezes.ics", "UTC", NOON)
    with pytest.raises(OutsideRefusal, match=r"none.ics cannot be read: No such file or directory\."):
        read_source(str(tmp_path / "none.ics"), "UTC", NOON)


def test_of_a_file_of_50_mb_no_more_is_read_than_a_calendar_may_have(tmp_path: Path) -> None:
    with (tmp_path / "huge.ics").open("wb") as file:
        file.truncate(50_000_000)

    with pytest.raises(OutsideRefusal, match="is larger than"):
        read_source(str(tmp_path / "huge.ics"), "UTC", NOON)


@pytest.mark.parametrize("name", ["slow-body.ics", "slow-head.ics", "slow-way.ics"])
def test_a_server_that_says_a_little_now_and_then_is_left_after_a_while(address: str, name: str) -> None:
    with pytest.raises(OutsideError, match=f"{name} did not answer within 0.5 seconds"):
        fetched(f"{address}/{name}", patience=0.5)


def test_a_redirect_is_followed_on_the_same_server_and_another_one_is_named(address: str) -> None:
    assert read_source(f"{address}/moved.ics", "UTC", NOON) == ()
    with pytest.raises(OutsideError, match=r"redirects to another host, http://127.0.0.2:1/there.ics"):
        read_source(f"{address}/away-from-here.ics", "UTC", NOON)
