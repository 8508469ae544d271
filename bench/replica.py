"""One replica of the bot as a process, for the bench of the take-over: `python -m bench.replica URL FOLDER LEASE hangs|works`.

It says `began` when it has an order in hand and `done` when one is carried out. One that `hangs` never ends its order.
"""

import sys
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bench.quiet import QuietSlack, config_in
from bot.app import assemble
from bot.ports import Block


class _Hanging(QuietSlack):
    def publish_home(self, user: str, blocks: Sequence[Block]) -> None:
        del user, blocks
        print("began", flush=True)
        threading.Event().wait()


class _Working(QuietSlack):
    def publish_home(self, user: str, blocks: Sequence[Block]) -> None:
        del user, blocks
        print("done", flush=True)


def main(url: str, folder: str, lease: str, how: str) -> None:
    slack = _Hanging() if how == "hangs" else _Working()
    bot = assemble(config_in(Path(folder), url), slack=slack, lease=timedelta(seconds=float(lease)))
    bot.start()
    print("ready", flush=True)
    sys.stdin.read()  # until the parent is done with this replica
    bot.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
