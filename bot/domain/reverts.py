"""What reverts take back, as far as a range holds it under the names that they use. Pure."""

from collections.abc import Container, Sequence

from bot.domain.messages import Change, Undone, bare
from bot.domain.words import Sha


def takes_back(change: Change) -> bool:
    """Does it revert something? The message of a merge repeats what its commits say and is no news."""
    return change.is_revert or (bool(change.footers.reverts) and " " not in change.parents)


class Older:
    """The changes of a range by what reverts call them, to be found among those that are older than the revert."""

    def __init__(self, changes: Sequence[Change], known: Container[Sha]) -> None:
        self._changes, self._known = changes, known
        self._places: dict[str, list[int]] = {}
        for place, change in enumerate(changes):
            for name in {bare(change.header), change.pull_request}:
                self._places.setdefault(name, []).append(place)

    def undone(self, place: int, undone: Undone) -> list[Sha]:
        """The newest change that still stands, by its pull request or else by its header; empty when there is none."""
        for name in (*undone.pull_requests, bare(undone.header), bare(undone.inner)):
            older = (self._changes[other].sha for other in self._places.get(name, ()) if other > place)
            standing = next((sha for sha in older if sha not in self._known), None) if name else None
            if standing is not None:
                return [standing]
        return []
