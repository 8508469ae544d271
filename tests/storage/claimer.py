"""A worker in a process of its own: claims orders until there are none, and prints what it has claimed."""

import sys
from datetime import datetime, timedelta

from storage.engine import open_engine
from storage.queue import Queue
from storage.store import Store


def main(url: str, now: datetime) -> None:
    engine = open_engine(url)
    store, queue = Store(engine), Queue(engine)
    while claims := queue.claim(now, timedelta(seconds=60), 2):
        for claim in claims:
            with store.transaction() as tx:
                if tx.finish(claim, now):
                    sys.stdout.write(f"{claim.id} {claim.attempt}\n")


if __name__ == "__main__":
    main(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
