"""A process that runs bots one after the other, each in a fork of its own, so that a dead one is replaced in no time.

Reads one JSON object a line (the arguments of the wire, and the lease in seconds).
Writes `began <pid>` when a bot is being started, and `ended <status>` when it has died.
"""

import json
import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.app import Bot, assemble
from bot.configured import read_config
from bot.logs import write_logs
from tests.crash.wires import Wire, watched


def run_bot(asked: dict[str, Any]) -> None:
    """Run one bot until it is killed, or told to stop."""
    wire = Wire(Path(asked["log"]), Path(asked["strikes"]), asked["plan"])
    lease, sweep = timedelta(seconds=asked["lease"]), timedelta(seconds=1)
    config = read_config(None, os.environ)
    made = assemble(
        config, clock=lambda: datetime.now(UTC), sweep=sweep, lease=lease, pace=0.0,
        card_pace=timedelta(seconds=0.15),
    )  # fmt: skip
    parts = made.parts
    if asked["reminds_after"] is not None:
        soon = timedelta(seconds=asked["reminds_after"])
        parts = replace(parts, manners=replace(parts.manners, after=soon, opens=time.min, closes=time.max))
    bot = Bot(watched(parts, wire), sweep=sweep, lease=lease)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    bot.start()
    if config.environment.app_token is not None:
        bot.listen_socket(config.environment.app_token.get_secret_value(), config.environment.api_url)
    stopping.wait()
    bot.stop()


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os.dup2(os.open(asked["log"] + ".err", os.O_WRONLY | os.O_APPEND | os.O_CREAT), 2)
            write_logs()
            try:
                run_bot(asked)
            finally:
                sys.stderr.flush()
                os._exit(0)
        print(f"began {child}", flush=True)
        _, status = os.waitpid(child, 0)
        print(f"ended {status}", flush=True)


if __name__ == "__main__":
    main()
