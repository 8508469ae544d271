"""A place where bots run one after the other, each in a process of its own, until they are killed."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping

from bot.demo.stage import Scene

LEASE = 2.0
"""Seconds."""


class Replica:
    """A place where a bot runs. When it dies, the next one starts there after `comes_back` seconds; never, when that is
    None."""

    def __init__(self, scene: Scene, name: str) -> None:
        self._log = scene.folder / f"{name}.crossings"
        self._strikes = scene.folder / "strikes"
        self._strikes.mkdir(exist_ok=True)
        self.pid: int | None = None
        self.comes_back: float | None = 0.0
        self.reminds_after: float | None = None
        """Seconds after which people are reminded, whatever their clocks say; as configured when that is None."""
        self._plan: Mapping[str, str] = {}
        self._began = threading.Event()
        self._closing = threading.Event()
        environ = {**os.environ, **scene.environ, "HARBOURMASTER_CONFIG": str(scene.file)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.victim"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True,
            start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._keep, daemon=True).start()

    def start(self, *deadly: str) -> "Replica":
        """Run a bot here that kills itself at the first of these places that it comes to, the next one at the others."""
        return self.follow(dict.fromkeys(deadly, "kill"))

    def follow(self, plan: Mapping[str, str]) -> "Replica":
        """Run a bot here that does at each place what the plan says; `tests.crash.wires.Wire` has the words."""
        self._plan = plan
        self._start_next()
        assert self._began.wait(30), "no bot was started"
        return self

    def crossings(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def said(self) -> str:
        """The log of the bots that ran here."""
        file = self._log.with_name(self._log.name + ".err")
        return file.read_text(errors="replace") if file.exists() else ""

    def _start_next(self) -> None:
        asked = {
            "log": str(self._log), "strikes": str(self._strikes), "plan": dict(self._plan), "lease": LEASE,
            "reminds_after": self.reminds_after,
        }  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _keep(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, number = line.split()
            self.pid = int(number) if word == "began" else None
            if self.pid:
                self._began.set()
            elif self.comes_back is not None and not self._closing.wait(self.comes_back):
                self._start_next()

    def signal(self, number: int) -> None:
        assert self.pid is not None
        os.kill(self.pid, number)

    def close(self) -> None:
        self.comes_back = None
        self._closing.set()
        os.killpg(self._process.pid, signal.SIGKILL)  # with the bot that it has forked, stopped or not
        self._process.wait(30)
