"""The bot as its own process, as an operator starts it: `harbourmaster run`, with the stage's configuration."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bot.demo.stage import PUSH_TOKEN, Stage

PATIENCE = 60.0
"""Seconds; a start takes two on a quiet machine."""


@dataclass
class Process:
    """A running bot. `door` is the port of /healthz, /readyz and /metrics."""

    popen: subprocess.Popen[str]
    door: int
    log: Path
    intake: int = 0
    """The port on which it takes in what Slack sends, over HTTP."""

    def get(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.door}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz") == "ready\n"
        except (URLError, OSError):
            return False

    def terminates(self) -> int:
        """SIGTERM, and the status it ends with."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(PATIENCE)

    def dies(self) -> None:
        """SIGKILL: nothing of its own runs any more."""
        self.popen.kill()
        self.popen.wait(PATIENCE)


def environment(stage: Stage, **more: str) -> dict[str, str]:
    """What an operator would set."""
    settings = stage.config.environment
    return {
        "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"),
        "SLACK_BOT_TOKEN": stage.workspace.bot_token, "SLACK_APP_TOKEN": stage.workspace.app_token,
        "SLACK_API_URL": stage.workspace.api_url, "HARBOURMASTER_CONFIG": str(stage.folder / "harbourmaster.toml"),
        "HARBOURMASTER_DATA": str(settings.data_directory), "DEMO_GIT_TOKEN": PUSH_TOKEN,
        "HARBOURMASTER_DATABASE_URL": settings.database_url.get_secret_value(), **more,
    }  # fmt: skip


def harbourmaster(env: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env=dict(env), capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def running(stage: Stage, name: str = "one") -> AbstractContextManager[Process]:
    """A bot of its own, ready to work, over Socket Mode."""
    return _running(stage, name, 0)


def running_over_http(stage: Stage, name: str = "one") -> AbstractContextManager[Process]:
    """The same, for Slack to call."""
    return _running(stage, name, _free_port())


def running_under_gunicorn(stage: Stage) -> AbstractContextManager[Process]:
    """The WSGI app of a bot in a worker of gunicorn's. It has no door for operators but its own address."""
    port = _free_port()
    words = ["gunicorn", "--threads", "8", "--bind", f"127.0.0.1:{port}", "bot.app:wsgi()"]
    return _process(stage, "gunicorn", words, port, port)


def _running(stage: Stage, name: str, intake: int) -> AbstractContextManager[Process]:
    words = ["bot", "run", *(["--http", f"127.0.0.1:{intake}"] if intake else [])]
    return _process(stage, name, words, _free_port(), intake)


@contextmanager
def _process(stage: Stage, name: str, words: list[str], door: int, intake: int) -> Iterator[Process]:
    log, secret = stage.folder / f"{name}.log", stage.workspace.signing_secret
    env = environment(stage, HARBOURMASTER_HTTP=f"127.0.0.1:{door}", SLACK_SIGNING_SECRET=secret)
    with log.open("w") as out:
        popen = subprocess.Popen([sys.executable, "-m", *words], env=env, stdout=out, stderr=out, text=True)
        process = Process(popen, door, log, intake)
        try:
            until = time.monotonic() + PATIENCE
            while not process.is_ready():
                assert popen.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.05)
            yield process
        finally:
            if popen.poll() is None:
                process.dies()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
