"""Which changes of a range people get to read about, and why the others are left out. Nothing is dropped: every change
that goes in comes out, listed or with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from bot.domain.convention import Convention, Kind, Unconventional
from bot.domain.footers import NO_FOOTERS
from bot.domain.graph import Ids, Merges
from bot.domain.messages import Change, bare, undone_by
from bot.domain.words import Sha


class LeftOut(StrEnum):
    """Why the notes leave a change out."""

    __hash__ = str.__hash__  # as in Kind

    NOT_FOR_READERS = "its type is none that readers follow"
    REVERTED = "it was reverted in the same range"
    REVERT = "it reverts a change of the same range"
    SHIPPED = "it shipped on a sibling release line"
    PICKED_TWICE = "it is a copy of another commit of the range"
    MERGE = "it merges commits that speak for themselves"
    IN_PULL_REQUEST = "its pull request speaks for it"
    OWN = "the bot made it"
    ELSEWHERE = "it touches nothing of the component"


class Entry(NamedTuple):
    """A change and what became of it. A tuple, as the change itself."""

    change: Change
    kind: Kind
    left_out: LeftOut | None

    @property
    def listed(self) -> bool:
        return self.left_out is None

    @property
    def counts(self) -> bool:
        """Does it weigh on the next version? What was taken back does not."""
        return self.left_out not in _WITHOUT_WEIGHT


_NOT_FOR_READERS = LeftOut.NOT_FOR_READERS
_WITHOUT_WEIGHT = frozenset(
    {LeftOut.REVERTED, LeftOut.REVERT, LeftOut.PICKED_TWICE, LeftOut.MERGE, LeftOut.OWN, LeftOut.ELSEWHERE}
)


@dataclass(frozen=True)
class Shipped:
    """What went out before, on lines that the range's own line does not contain."""

    headers: frozenset[str] = frozenset()
    """The whole first lines of their commits."""
    shas: frozenset[str] = frozenset()
    """The ids of their commits, and of those they say they were picked from."""
    before: frozenset[str] = frozenset()
    """Ids, as reverts in the range name them, of commits that came before the range on its own line."""


NOTHING_SHIPPED = Shipped()
CONVENTIONAL = Convention()


def judge(change: Change, convention: Convention = CONVENTIONAL, paths: Sequence[str] = ()) -> Entry:
    """What a change is by itself, and whether readers follow such changes; `paths` are for the labels by path."""
    kind = convention.kind(change, paths)
    reason: LeftOut | None = None
    if change.email in convention.own:
        reason = LeftOut.OWN
    elif not change.pull_request and change.header.startswith("Merge "):
        reason = LeftOut.MERGE
    elif not convention.lists(change, kind):
        reason = _NOT_FOR_READERS
    return tuple.__new__(Entry, (change, kind, reason))  # as in read_change: half the time of Entry(...)


def settle(
    judged: Sequence[Entry], convention: Convention = CONVENTIONAL, shipped: Shipped = NOTHING_SHIPPED
) -> list[Entry]:
    """Decide for every change of a range whether it is listed among the others. `judged` are all of them, newest first."""
    changes = [entry.change for entry in judged]
    reasons = _Reasons(changes)
    # Each question is asked only where something in the range raises it.
    if any(change.type == "revert" for change in changes):
        reasons.take_back(shipped.before)
    if any(change.footers is not NO_FOOTERS and change.footers.picked_from for change in changes):
        reasons.find_copies()
    if shipped.headers or shipped.shas:
        reasons.find_shipped(shipped)
    if any(" " in change.parents for change in changes):
        reasons.read_merges({entry.change.sha: entry for entry in judged}, convention)
    known = reasons.known
    if not known:
        return list(judged)
    return [
        entry if (reason := known.get(entry.change.sha)) is None else entry._replace(left_out=reason)
        for entry in judged
    ]


def unresolved_reverts(changes: Sequence[Change]) -> frozenset[str]:
    """The ids that reverts of the range name and the range does not hold. Whoever reads git says which of them it knows."""
    reverts = [change for change in changes if change.is_revert]
    if not reverts:
        return frozenset()
    ids = Ids(change.sha for change in changes)
    return frozenset(sha for change in reverts for sha in undone_by(change).shas if ids.find(sha) is None)


def _is_plain_merge(change: Change) -> bool:
    return change.header.startswith("Merge ") and not change.pull_request


@dataclass
class _Reasons:
    """The reasons found so far, for one run of `settle`."""

    changes: Sequence[Change]
    known: dict[Sha, LeftOut] = field(default_factory=dict)

    @cached_property
    def merges(self) -> Merges:
        return Merges(self.changes)

    def take_back(self, before: frozenset[str]) -> None:
        """A revert and what it reverts cancel each other, newest first: a revert that was itself reverted does nothing.

        One that also takes back something older stays, for that is news.
        """
        places = {change.sha: place for place, change in enumerate(self.changes)}
        ids = Ids(places)
        by_header: dict[str, list[int]] = {}
        for place, change in enumerate(self.changes):
            by_header.setdefault(bare(change.header), []).append(place)
        for place, change in enumerate(self.changes):
            if not change.is_revert or change.sha in self.known:
                continue
            undone = undone_by(change)
            named = [ids.find(sha) for sha in undone.shas]
            found = [sha for sha in named if sha is not None and sha != change.sha]
            is_whole = None not in named
            if not found and not any(sha in before for sha in undone.shas):
                found, is_whole = self._quoted(place, bare(undone.header), by_header), True
            if found and is_whole:
                self.known[change.sha] = LeftOut.REVERT
            for sha in found:
                self.known.update(
                    (more, LeftOut.REVERTED) for more in self._with_it(self.changes[places[sha]])
                )

    def _quoted(self, place: int, header: str, by_header: Mapping[str, list[int]]) -> list[Sha]:
        """The newest commit with this header that is older than the revert and still stands."""
        older = (self.changes[other].sha for other in by_header.get(header, ()) if other > place)
        standing = next((sha for sha in older if sha not in self.known), None) if header else None
        return [] if standing is None else [standing]

    def _with_it(self, change: Change) -> list[Sha]:
        """The commit; of a merge also all that it brought into the range."""
        return [change.sha, *self.merges.brought(change.sha)] if " " in change.parents else [change.sha]

    def find_copies(self) -> None:
        """Of a commit and its cherry-pick in one range, which a merge-back brings together, only the original is listed."""
        here = {change.sha for change in self.changes}
        for change in self.changes:
            if change.sha not in self.known and any(
                sha in here and sha != change.sha for sha in change.footers.picked_from
            ):
                self.known[change.sha] = LeftOut.PICKED_TWICE

    def find_shipped(self, shipped: Shipped) -> None:
        for change in self.changes:
            is_known = change.header in shipped.headers or not shipped.shas.isdisjoint(
                (change.sha, *change.footers.picked_from)
            )
            if is_known and not change.is_merge:
                self.known.setdefault(change.sha, LeftOut.SHIPPED)

    def read_merges(self, judged: Mapping[Sha, Entry], convention: Convention) -> None:
        """A merge is listed only where nothing that it brought speaks for it, or where pull requests speak for all."""
        merges = [change for change in self.changes if " " in change.parents and not _is_plain_merge(change)]
        if convention.unconventional is Unconventional.PULL_REQUESTS:
            told = self.merges.below(change.sha for change in merges if change.pull_request)
            self._leave_out(told, LeftOut.IN_PULL_REQUEST)
            return
        # Most merges are answered for by the last commit of their branch, or repeat the title of one. Only for the others
        # is it worth to find out everything that they brought.
        subjects = {change.subject for change in self.changes if " " not in change.parents}
        self._leave_out(
            (c.sha for c in merges if not c.type or c.subject in subjects or _ends_listed(c, judged)),
            LeftOut.MERGE,
        )
        alone = [change for change in merges if change.sha not in self.known and judged[change.sha].listed]
        if alone:
            brought = (judged[sha] for sha, merge in self.merges.brought_by.items() if merge is not None)
            spoken_for = self.merges.above(entry.change.sha for entry in brought if entry.listed)
            self._leave_out((c.sha for c in alone if c.sha in spoken_for), LeftOut.MERGE)

    def _leave_out(self, shas: Iterable[Sha], reason: LeftOut) -> None:
        for sha in shas:
            self.known.setdefault(sha, reason)


def _ends_listed(merge: Change, judged: Mapping[Sha, Entry]) -> bool:
    """Is the newest commit that this merge brought one for the readers of notes?"""
    ends = (judged.get(Sha(parent)) for parent in merge.parents.split(" ")[1:])
    return any(end is not None and end.listed for end in ends)
