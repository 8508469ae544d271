"""`python -m bench [name …]`: run all benches or the named ones, and print their tables."""

import os
import sys
import time
from importlib import import_module

from bench.table import Target, as_text

NAMES = ("ack", "announcements", "boot", "history", "notes", "orders", "workspace")


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise SystemExit(f"There is no bench {', '.join(unknown)}. The benches are: {', '.join(NAMES)}.")
    began, targets = time.monotonic(), list[Target]()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load before the start {load:.1f}, Python {sys.version.split()[0]}.\n")
    for name in names or NAMES:
        for table in import_module(f"bench.{name}").measure():
            print(as_text(table), flush=True)
            targets += table.targets
    missed = [target for target in targets if not target.met]
    print(f"{len(targets) - len(missed)} of {len(targets)} targets met, in {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main(sys.argv[1:])
