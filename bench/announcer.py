"""One replica of the bench of announcements: workers, alarm clock and ears, and no intake. Runs until it is killed."""

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from bench.seed import write_config
from bot.app import assemble
from bot.configured import process_text, read_config
from bot.domain.policy import read_policy
from bot.logs import write_logs


def main(lease: float, pace: float) -> None:
    write_logs()
    folder = Path(tempfile.mkdtemp(prefix="announcer-", dir=os.environ["HARBOURMASTER_DATA"]))
    config = read_config(write_config(folder, read_policy(process_text(), {})), os.environ)
    bot = assemble(config, lease=timedelta(seconds=lease), sweep=timedelta(seconds=1), pace=pace)
    bot.workers.start()
    bot.alarm.start()
    bot.wakes.start()
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
