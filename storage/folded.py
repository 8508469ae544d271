"""Releases that were folded before. History only grows, so what was folded once is only ever carried on from there."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from bot.domain.release import Release

_MOST = 512
"""Releases kept. More than are open at once in any team; one of 300 events takes about 0.2 MiB."""


@dataclass(frozen=True)
class Folded:
    """A release as it was when the last row of its history had this hash."""

    hash: str
    release: Release


class FoldedReleases:
    """The releases used last, by id. Safe for several threads.

    The hash covers every row before it, so an entry can be trusted exactly as far as the database names its hash: one
    that comes from a transaction that was rolled back, or that another process has overtaken, is simply not it.
    """

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Folded] = OrderedDict()
        self._lock = Lock()

    def get(self, release_id: str) -> Folded | None:
        with self._lock:
            entry = self._entries.get(release_id)
            if entry is not None:
                self._entries.move_to_end(release_id)
            return entry

    def keep(self, folded: Folded) -> None:
        with self._lock:
            self._entries[folded.release.id] = folded
            self._entries.move_to_end(folded.release.id)
            if len(self._entries) > _MOST:
                self._entries.popitem(last=False)
