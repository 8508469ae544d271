"""One replica of the bench of announcements: workers, alarm clock and ears, and no intake. Runs until it is killed."""

import os
import sys
from datetime import timedelta
from pathlib import Path

from bot.app import assemble
from bot.configured import read_config
from bot.logs import write_logs


def main(file: Path, lease: float, pace: float) -> None:
    write_logs()
    config = read_config(file, os.environ)
    bot = assemble(config, lease=timedelta(seconds=lease), sweep=timedelta(seconds=1), pace=pace)
    bot.workers.start()
    bot.alarm.start()
    bot.wakes.start()
    print("ready", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]))
