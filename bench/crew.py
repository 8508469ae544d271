"""Announcers as processes, for the bench of announcements: started, killed, and replaced."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.processes import end, environment, python
from bot.workspace import Workspace

LEASE = 3.0


class Replica:
    """An announcer, and how to make another one in its place."""

    def __init__(self, command: Sequence[str], env: dict[str, str], log: Path) -> None:
        self._command, self._env, self._log = command, env, log
        self.process = self._start()
        self.is_at_work = True

    def _start(self) -> subprocess.Popen[str]:
        with self._log.open("a") as errors:
            return subprocess.Popen(
                self._command,
                env=environment(self._env),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def is_ready(self) -> bool:
        assert self.process.stdout is not None
        return self.process.stdout.readline() == "ready\n"

    def is_killed_and_replaced(self) -> None:
        self.is_at_work = False
        self.process.kill()
        self.process.wait()
        self.process = self._start()
        self.is_at_work = self.is_ready()


@contextmanager
def announcer(url: str, slack: Workspace, config: Path, pace: float) -> Iterator[Replica]:
    folder = config.parent
    env = {
        "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": "a-secret", "SLACK_API_URL": slack.api_url,
        "HARBOURMASTER_DATA": str(folder), "HARBOURMASTER_DATABASE_URL": url,
    }  # fmt: skip
    replica = Replica(
        python("-m", "bench.announcer", str(config), str(LEASE), str(pace)), env, folder / "log"
    )
    try:
        assert replica.is_ready(), (folder / "log").read_text()
        yield replica
    finally:
        end(replica.process)
