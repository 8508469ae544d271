"""How long the bot takes from the start of its process until it answers, and how much memory it then holds."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.ack import SECRET
from bench.processes import HOST, answers, cpu_seconds, free_port, python, resident_mib, running, wait_until
from bench.seed import write_config
from bench.table import Table, Target, seconds
from bot.configured import process_text
from bot.domain.policy import read_policy

ROUNDS = 5
READY_WITHIN = 2.0
MEMORY_MIB = 110.0
_SETTLES = 3.0
"""Seconds after which the first looks at repositories and Slack are over and the memory is read."""


@dataclass(frozen=True)
class Start:
    """One start: seconds until ready, seconds of CPU until then, MiB held once it has settled."""

    ready: float
    cpu: float
    memory: float


def measure() -> Iterator[Table]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        _start(Path(name))  # not counted: the first one compiles what nobody has imported yet
    firsts, agains = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            firsts.append(_start(Path(name)))
            agains.append(_start(Path(name)))
    most = max(start.memory for start in (*firsts, *agains))
    yield Table(
        "From the start of the process to ready, over HTTP, with SQLite",
        ("database", "ready, median", "ready, worst", "CPU until ready, median", "resident memory, most"),
        [_row("new, to be migrated", firsts), _row("of an earlier start", agains)],
        (f"{ROUNDS} starts each, Slack and the repositories out of reach.", ""),
        (
            *(_in_time(*case) for case in (("a new database", firsts), ("an old database", agains))),
            Target("resident memory under 110 MiB", f"{most:.0f} MiB", most < MEMORY_MIB),
        ),
    )


def _start(folder: Path) -> Start:
    with ExitStack() as stack:
        port = free_port()
        env = {
            "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": SECRET, "HARBOURMASTER_DATA": str(folder),
            "SLACK_API_URL": f"http://{HOST}:{free_port()}/api/",  # Slack is down: the bot starts all the same
            "HARBOURMASTER_CONFIG": str(write_config(folder, read_policy(process_text(), {}))),
        }  # fmt: skip
        began = time.monotonic()
        command = python("-m", "bot", "run", "--http", f"{HOST}:{port}")
        process = stack.enter_context(running(command, folder / "bot.log", **env))
        wait_until(lambda: answers(f"http://{HOST}:{port}/readyz"), "the bot is ready")
        ready, cpu = time.monotonic() - began, cpu_seconds(process.pid)
        time.sleep(_SETTLES)
        return Start(ready, cpu, resident_mib(process.pid))


def _row(name: str, starts: Sequence[Start]) -> Sequence[str]:
    ready = [start.ready for start in starts]
    memory = max(start.memory for start in starts)
    cpu = median(start.cpu for start in starts)
    return name, seconds(median(ready)), seconds(max(ready)), seconds(cpu), f"{memory:.0f} MiB"


def _in_time(name: str, starts: Sequence[Start]) -> Target:
    ready = median(start.ready for start in starts)
    return Target(f"ready within 2 s with {name}", seconds(ready), ready < READY_WITHIN)
