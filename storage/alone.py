"""SQLite is for one process. Whoever runs the bot on it holds a lock beside the file, which the system lets go when they die."""

import os
import socket
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout

from bot.domain.errors import OutsideRefusal


class Alone:
    """The right to run the bot on this database. Looking at it and backing it up need no such right."""

    def __init__(self, lock: FileLock | None = None) -> None:
        self._lock = lock

    @property
    def is_certain(self) -> bool:
        """Whether no other process can be working on this database."""
        return self._lock is not None

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()


def hold_alone(url: str) -> Alone:
    """Take the lock of an SQLite file; on PostgreSQL there is nothing to take, since replicas share it.

    Raises OutsideRefusal, naming who has it.
    """
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return Alone()
    file = Path(parsed.database)
    file.parent.mkdir(parents=True, exist_ok=True)
    owner = file.with_name(f"{file.name}.owner")
    lock = FileLock(
        file.with_name(f"{file.name}.lock"), thread_local=False
    )  # it may be let go by another thread
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OutsideRefusal(
            f"Another Harbourmaster runs on {file}: {_read(owner)}. SQLite is for one process; stop that one first, or let "
            "several share a PostgreSQL (HARBOURMASTER_DATABASE_URL)."
        ) from None
    # In a file of its own: the lock's file is emptied by whoever tries to take it.
    owner.write_text(f"process {os.getpid()} on {socket.gethostname()}\n")
    return Alone(lock)


def _read(owner: Path) -> str:
    try:
        return owner.read_text().strip() or "it has not said which process it is"
    except OSError:
        return "it has not said which process it is"
