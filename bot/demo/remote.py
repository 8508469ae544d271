"""A forge in one small server: `git http-backend` behind HTTP, a token for pushing, and a hook that protects tags.

For the demo and the tests. The faults are part of it: a remote that breaks is what the bot must be shown to survive.
"""

import base64
import binascii
import hmac
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import IO, ClassVar, cast

from bot.domain.errors import OutsideError

_CHUNK = 64 * 1024

_PRE_RECEIVE = """\
#!/bin/sh
# Release tags are born once; branches only move forward.
say() { echo "$1" >&2; }
status=0
if [ -n "$SHOP_REFUSES" ]; then say "$SHOP_REFUSES"; status=1; fi
while read -r old new ref; do
    case "$old" in *[!0]*) exists=yes ;; *) exists=no ;; esac
    case "$new" in *[!0]*) stays=yes ;; *) stays=no ;; esac
    case "$ref" in
    refs/tags/*)
        if [ $exists = yes ]; then
            say "Release tags are never moved or deleted: ${ref#refs/tags/} stays where it is."; status=1
        fi ;;
    refs/heads/*)
        if [ $stays = no ]; then
            say "Branches are not deleted here: ${ref#refs/heads/} stays."; status=1
        elif [ $exists = yes ] && ! git merge-base --is-ancestor "$old" "$new"; then
            say "Branches only move forward: ${ref#refs/heads/} was not rewritten."; status=1
        fi ;;
    esac
done
exit $status
"""


class Fault(StrEnum):
    """The ways in which the remote can be made to misbehave."""

    CUT_AFTER_ACCEPT = "carries the push out, then breaks the connection instead of answering"
    REFUSE = "the hook refuses every push"
    HANG = "accepts the connection and never answers"
    BROKEN = "answers every request with 502"


class GitRemote:
    """One bare repository served over HTTP until the `with` block ends. Reading is free, pushing needs the token."""

    def __init__(self, bare: Path, token: str) -> None:
        self._bare = bare.absolute()
        self._server = _Server(self._bare, token)
        self._thread: threading.Thread | None = None
        self._port = 0

    @classmethod
    @contextmanager
    def serve(cls, bare: Path, *, token: str, port: int = 0) -> Iterator["GitRemote"]:
        """Serve `bare` on the loopback address, on any free port when `port` is 0. Installs the protecting hook."""
        remote = cls(bare, token)
        _install_hook(remote._bare)
        remote._open(port)
        try:
            yield remote
        finally:
            remote._close()

    @property
    def url(self) -> str:
        """Where it is, as `http://127.0.0.1:8418/shop.git`."""
        return f"http://127.0.0.1:{self._port}/{self._server.name}"

    @contextmanager
    def misbehave(self, fault: Fault) -> Iterator[None]:
        """Be faulty within the block. A hung request ends without an answer when the block does."""
        self._server.healed.clear()
        self._server.hanging.clear()
        self._server.fault = fault
        try:
            yield
        finally:
            self._server.fault = None
            self._server.healed.set()

    def wait_until_somebody_hangs(self, seconds: float) -> bool:
        """Wait for the first request that got stuck in Fault.HANG; False when none came within `seconds`."""
        return self._server.hanging.wait(seconds)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Be away within the block: connections are refused. Comes back at the same address."""
        self._close()
        try:
            yield
        finally:
            self._server = _Server(self._bare, self._server.token)
            self._open(self._port)

    def _open(self, port: int) -> None:
        self._server.server_bind_to(port)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def _close(self) -> None:
        self._server.healed.set()
        self._server.shutdown()
        self._server.server_close()
        if self._thread is not None:
            self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, bare: Path, token: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.bare = bare
        self.name = bare.name if bare.name.endswith(".git") else f"{bare.name}.git"
        self.token = token
        self.fault: Fault | None = None
        self.healed = threading.Event()
        self.hanging = threading.Event()

    def server_bind_to(self, port: int) -> None:
        self.server_address = ("127.0.0.1", port)
        self.server_bind()
        self.server_activate()


class _Handler(BaseHTTPRequestHandler):
    """One request: decide who may, then pipe it through `git http-backend` (a CGI program) in both directions."""

    protocol_version = "HTTP/1.1"
    # Small writes of a pack would otherwise wait for each other's acknowledgement.
    disable_nagle_algorithm: ClassVar[bool] = True
    server: _Server

    def do_GET(self) -> None:  # the name http.server looks for
        self._answer()

    def do_POST(self) -> None:  # the name http.server looks for
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's signature
        """Say nothing: the demo's terminal belongs to the story."""

    def _answer(self) -> None:
        self.close_connection = True
        path, _, query = self.path.partition("?")
        writes = "git-receive-pack" in path or "service=git-receive-pack" in query
        fault = self.server.fault
        if fault is Fault.HANG:
            self.server.hanging.set()
            self.server.healed.wait()
        elif fault is Fault.BROKEN:
            self._say(502, "The server behind this address is broken.")
        elif not path.startswith(f"/{self.server.name}/"):
            self._say(404, "There is no such repository.")
        elif writes and not self._has_token():
            self._say(403 if "Authorization" in self.headers else 401, "Pushing needs the token.")
        else:
            self._pass_on(path.removeprefix(f"/{self.server.name}"), query, fault)

    def _has_token(self) -> bool:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            with suppress(binascii.Error, UnicodeDecodeError):
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
        return hmac.compare_digest(value.strip().encode(), self.server.token.encode())

    def _say(self, status: int, sentence: str) -> None:
        for _ in self._body():
            pass  # a client that is cut off while it still sends never reads our answer
        body = f"{sentence}\n".encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="shop"')
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _pass_on(self, path: str, query: str, fault: Fault | None) -> None:
        backend = _start_backend(self._cgi(path, query, fault))
        feed = threading.Thread(target=self._feed, args=(cast(IO[bytes], backend.stdin),), daemon=True)
        feed.start()
        output = cast(IO[bytes], backend.stdout)
        try:
            if (
                fault is Fault.CUT_AFTER_ACCEPT
                and self.command == "POST"
                and path.endswith("git-receive-pack")
            ):
                output.read()
            else:
                self._relay(output)
        except (BrokenPipeError, ConnectionResetError):
            backend.kill()  # the client has gone; what it had pushed by then is settled or undone by git itself
        finally:
            output.close()
            backend.wait()
            feed.join(timeout=5)

    def _cgi(self, path: str, query: str, fault: Fault | None) -> dict[str, str]:
        settings = {"uploadpack.allowFilter": "true", "receive.autogc": "false", "safe.directory": "*"}
        cgi = {
            "PATH": os.environ.get("PATH", os.defpath),
            "GIT_PROJECT_ROOT": os.fspath(self.server.bare),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": str(len(settings)),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": self.client_address[0],
            "REMOTE_USER": "shop" if self._has_token() else "",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "SHOP_REFUSES": "The shop is closed for stocktaking until Monday."
            if fault is Fault.REFUSE
            else "",
        }
        if "Content-Length" in self.headers:
            cgi["CONTENT_LENGTH"] = self.headers["Content-Length"]
        for number, (key, value) in enumerate(settings.items()):
            cgi |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return cgi

    def _feed(self, stdin: IO[bytes]) -> None:
        with suppress(BrokenPipeError, ConnectionResetError, ValueError), stdin:
            for piece in self._body():
                stdin.write(piece)

    def _body(self) -> Iterator[bytes]:
        """The request's body as it arrives; git sends a large push in chunks and without a length."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            while size := int(self.rfile.readline(100).partition(b";")[0] or b"0", 16):
                yield from self._exactly(size)
                self.rfile.readline(100)
        else:
            yield from self._exactly(int(self.headers.get("Content-Length", "0")))

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size > 0 and (piece := self.rfile.read(min(size, _CHUNK))):
            size -= len(piece)
            yield piece

    def _relay(self, output: IO[bytes]) -> None:
        """Send on what the program answers: its headers, and then everything until it ends."""
        status, headers = 200, []
        while line := output.readline().strip():
            key, _, value = line.decode("latin-1").partition(":")
            if key.lower() == "status":
                status = int(value.split()[0])
            else:
                headers.append((key, value.strip()))
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Connection", "close")
        self.end_headers()
        while piece := output.read1(_CHUNK):  # type: ignore[attr-defined]  # a pipe's reader has it, IO does not say so
            self.wfile.write(piece)


def _start_backend(cgi: dict[str, str]) -> "subprocess.Popen[bytes]":
    # The forge's own git, not ours: it must run the hooks that `bot.repository` always switches off.
    git = shutil.which("git")
    if git is None:
        raise OutsideError("The program git was not found. Install git and start again.")
    return subprocess.Popen(
        [git, "http-backend"],
        env=cgi,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _install_hook(bare: Path) -> None:
    hook = bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(_PRE_RECEIVE)
    hook.chmod(0o755)
