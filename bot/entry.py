"""Where `harbourmaster` begins: the commands for any repository answer at once, all others load the whole program."""

import os
import sys


def main() -> None:
    from bot.cli import COMMANDS, run

    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        code = run(sys.argv[1:])
        sys.stderr.flush()
        # The answer is out, and nothing else is open: giving 80,000 changes back one by one would only take time.
        os._exit(code)
    from bot.__main__ import main as whole

    whole()
