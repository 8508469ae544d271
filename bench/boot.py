"""How long the bot takes from the start of its process until it answers, and how much memory it then holds."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.ack import SECRET
from bench.processes import HOST, answers, cpu_seconds, free_port, python, resident_mib, running, wait_until
from bench.seed import write_config
from bench.table import Table, Target, seconds
from bot.app import process_text
from bot.domain.policy import read_policy

ROUNDS = 5
READY_WITHIN = 2.0
MEMORY_MIB = 110.0
_SETTLES = 3.0
"""Seconds after which the first looks at repositories and Slack are over and the memory is read."""


def measure() -> Iterator[Table]:
    ready, memory, cpu = [], [], []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
            folder, port = Path(name), free_port()
            env = {
                "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": SECRET, "HARBOURMASTER_DATA": name,
                "SLACK_API_URL": f"http://{HOST}:{free_port()}/api/",  # Slack is down: the bot starts all the same
                "HARBOURMASTER_CONFIG": str(write_config(folder, read_policy(process_text(), {}))),
            }  # fmt: skip
            began = time.monotonic()
            command = python("-m", "bot", "run", "--http", f"{HOST}:{port}")
            process = stack.enter_context(running(command, folder / f"bot-{number}.log", **env))
            wait_until(lambda p=port: answers(f"http://{HOST}:{p}/readyz"), "the bot is ready")  # type: ignore[misc]  # bound now
            ready.append(time.monotonic() - began)
            cpu.append(cpu_seconds(process.pid))
            time.sleep(_SETTLES)
            memory.append(resident_mib(process.pid))
    rows = [[seconds(median(ready)), seconds(max(ready)), seconds(median(cpu)), f"{max(memory):.0f} MiB"]]
    yield Table(
        "From the start of the process to ready, over HTTP, with a new SQLite database",
        ("ready, median", "ready, worst", "CPU until ready", "resident memory, most"),
        rows,
        (f"{ROUNDS} starts, Slack and the repositories out of reach.", ""),
        (
            Target("ready within 2 s", seconds(median(ready)), median(ready) < READY_WITHIN),
            Target("resident memory under 110 MiB", f"{max(memory):.0f} MiB", max(memory) < MEMORY_MIB),
        ),
    )
