"""Which changes of a range people get to read about, and why the others are left out. Nothing is dropped: every change
that goes in comes out, listed or with its reason."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from bot.domain.convention import Convention, Kind, Unconventional
from bot.domain.footers import NO_FOOTERS
from bot.domain.graph import Ids, Merges
from bot.domain.messages import Change, copied_headers, undone_by
from bot.domain.reverts import Older, takes_back
from bot.domain.words import Sha


class LeftOut(StrEnum):
    """Why the notes leave a change out."""

    __hash__ = str.__hash__  # as in Kind

    NOT_FOR_READERS = "its type is none that readers follow"
    REVERTED = "it was reverted in the same range"
    REVERT = "it reverts a change of the same range"
    SHIPPED = "it shipped on a sibling release line"
    BROUGHT_BACK = "it shipped on a release line that was merged back"
    PICKED_TWICE = "it is a copy of another commit of the range"
    MERGE = "it merges commits that speak for themselves"
    IN_PULL_REQUEST = "its pull request speaks for it"
    OWN = "the bot made it"
    MARKS_RELEASE = "it says no more than that a version was released"
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


_NOT_FOR_READERS, _UNCATEGORISED = LeftOut.NOT_FOR_READERS, Kind.UNCATEGORISED
_WITHOUT_WEIGHT = frozenset(
    {
        LeftOut.REVERTED,
        LeftOut.REVERT,
        LeftOut.PICKED_TWICE,
        LeftOut.BROUGHT_BACK,
        LeftOut.MERGE,
        LeftOut.OWN,
        LeftOut.ELSEWHERE,
    }
)
_RELEASE_WORDS = frozenset(
    [
        "bump",
        "cut",
        "for",
        "is",
        "new",
        "of",
        "prepare",
        "publish",
        "release",
        "released",
        "set",
        "tag",
        "the",
        "to",
        "update",
        "version",
    ]
)
_VERSION = re.compile(r"v?\d{1,9}\.\d{1,9}(?:[.+-][0-9a-z.+-]{1,60})?", re.ASCII)


@dataclass(frozen=True)
class Shipped:
    """What went out before, on lines that the range's own line does not contain."""

    headers: frozenset[str] = frozenset()
    """The whole first lines of their commits, and of those that they say they copy."""
    shas: frozenset[str] = frozenset()
    """The ids of their commits, and of those they say they were picked from."""
    before: frozenset[str] = frozenset()
    """Ids, as reverts in the range name them, of commits that came before the range on its own line."""
    copies: frozenset[str] = frozenset()
    """The ids of commits of the range that repeat another one of it without saying so."""
    brought_back: frozenset[str] = frozenset()
    """The ids of commits whose copies the last release holds already, on a line that the range has merged back."""


NOTHING_SHIPPED = Shipped()
CONVENTIONAL = Convention()


def judge(change: Change, convention: Convention = CONVENTIONAL, paths: Sequence[str] = ()) -> Entry:
    """What a change is by itself, and whether readers follow such changes; `paths` are for the labels by path."""
    kind = convention.kind(change, paths)
    reason: LeftOut | None = None
    if change.email in convention.own:
        reason = LeftOut.OWN
    elif change.header.startswith("Merge ") and not (
        change.pull_request or change.breaking or change.deprecated
    ):
        reason = LeftOut.MERGE
    elif not convention.lists(change, kind):
        reason = _NOT_FOR_READERS
    elif kind is _UNCATEGORISED and _marks_release(change.subject):
        reason = LeftOut.MARKS_RELEASE
    return tuple.__new__(Entry, (change, kind, reason))  # as in read_change: half the time of Entry(...)


def settle(
    judged: Sequence[Entry], convention: Convention = CONVENTIONAL, shipped: Shipped = NOTHING_SHIPPED
) -> list[Entry]:
    """Decide for every change of a range whether it is listed among the others. `judged` are all of them, newest first."""
    changes = [entry.change for entry in judged]
    reasons = _Reasons(changes)
    # Each question is asked only where something in the range raises it, and all of them in one walk: there may be 80,000.
    takes_back = is_picked = merges = False
    for change in changes:
        takes_back = takes_back or change.type == "revert"
        merges = merges or " " in change.parents
        if change.footers is not NO_FOOTERS:
            takes_back = takes_back or bool(change.footers.reverts)
            is_picked = is_picked or bool(change.footers.picked_from)
    if takes_back:
        reasons.take_back(shipped.before)
    if shipped.copies or is_picked:
        reasons.find_copies(shipped.copies)
    if shipped.headers or shipped.shas or shipped.brought_back:
        reasons.find_shipped(shipped)
    if merges:
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
    reverts = [change for change in changes if change.type == "revert"]
    if not reverts:
        return frozenset()
    ids = Ids(change.sha for change in changes)
    return frozenset(sha for change in reverts for sha in undone_by(change).shas if ids.find(sha) is None)


def _marks_release(subject: str) -> bool:
    """`v1.4.0`, `Release 1.4.0`, `Bump version to 1.4.0`: whoever reads the notes of a version knows that."""
    if subject.startswith("[maven-release-plugin] "):
        return True
    *words, version = subject[:100].lower().replace(":", " ").removesuffix(" release").split() or [""]
    return _VERSION.fullmatch(version) is not None and _RELEASE_WORDS.issuperset(words)


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
        older = Older(self.changes, self.known)
        for place, change in enumerate(self.changes):
            if change.sha in self.known or not takes_back(change):
                continue
            undone = undone_by(change)
            named = [ids.find(sha) for sha in undone.shas]
            found = [sha for sha in named if sha is not None and sha != change.sha]
            is_whole = None not in named
            if change.is_revert and not found and not any(sha in before for sha in undone.shas):
                found, is_whole = older.undone(place, undone), True
            # A fix whose body says that it reverts something as well is a fix still.
            if found and is_whole and (change.is_revert or change.subject[:6].lower() == "revert"):
                self.known[change.sha] = LeftOut.REVERT
            for sha in found:
                self.known.update(
                    (more, LeftOut.REVERTED) for more in self._with_it(self.changes[places[sha]])
                )

    def _with_it(self, change: Change) -> list[Sha]:
        """The commit; of a merge also all that it brought into the range."""
        return [change.sha, *self.merges.brought(change.sha)] if " " in change.parents else [change.sha]

    def find_copies(self, copies: frozenset[str]) -> None:
        """Of a commit and its cherry-pick in one range, which a merge-back brings together, only the original is listed."""
        here = {change.sha for change in self.changes}
        for change in self.changes:
            if change.sha not in self.known and (
                change.sha in copies
                or any(sha in here and sha != change.sha for sha in change.footers.picked_from)
            ):
                self.known[change.sha] = LeftOut.PICKED_TWICE

    def find_shipped(self, shipped: Shipped) -> None:
        for change in self.changes:
            if change.is_merge:
                continue
            ids = (change.sha, *change.footers.picked_from)
            if not shipped.brought_back.isdisjoint(ids):
                self.known.setdefault(change.sha, LeftOut.BROUGHT_BACK)
            elif not shipped.headers.isdisjoint(copied_headers(change.header)) or not shipped.shas.isdisjoint(
                ids
            ):
                self.known.setdefault(change.sha, LeftOut.SHIPPED)

    def read_merges(self, judged: Mapping[Sha, Entry], convention: Convention) -> None:
        """A merge is listed only where nothing that it brought speaks for it, or where pull requests speak for all."""
        merges = [
            change
            for change in self.changes
            if " " in change.parents and judged[change.sha].left_out is not LeftOut.MERGE
        ]
        if convention.unconventional is Unconventional.PULL_REQUESTS:
            self._let_requests_speak([change for change in merges if change.pull_request])
            return
        # Most merges are answered for by the last commit of their branch, or repeat the title of one. Only for the others
        # is it worth to find out everything that they brought.
        single = [change for change in self.changes if " " not in change.parents]
        subjects = {change.subject for change in single}
        notes = {note for change in single if change.footers is not NO_FOOTERS for note in _notes(change)}
        silent = [change for change in merges if notes.issuperset(_notes(change))]
        self._leave_out(
            (c.sha for c in silent if not c.type or c.subject in subjects or _ends_listed(c, judged)),
            LeftOut.MERGE,
        )
        alone = [change for change in silent if change.sha not in self.known and judged[change.sha].listed]
        if alone:
            brought = (judged[sha] for sha, merge in self.merges.brought_by.items() if merge is not None)
            spoken_for = self.merges.above(entry.change.sha for entry in brought if entry.listed)
            self._leave_out((c.sha for c in alone if c.sha in spoken_for), LeftOut.MERGE)

    def _let_requests_speak(self, merges: Sequence[Change]) -> None:
        """Every commit is told by its pull request; one that was merged or squashed inside another speaks for itself."""
        requests = {change.sha: change.pull_request for change in merges}
        told = self.merges.below(requests)
        by = self.merges.brought_by
        spoken = (
            change.sha
            for change in self.changes
            if change.sha in told and change.pull_request in ("", requests.get(by.get(change.sha) or Sha("")))
        )
        self._leave_out(spoken, LeftOut.IN_PULL_REQUEST)

    def _leave_out(self, shas: Iterable[Sha], reason: LeftOut) -> None:
        for sha in shas:
            self.known.setdefault(sha, reason)


def _notes(change: Change) -> tuple[str, ...]:
    return (*change.footers.breaking, *change.footers.deprecated)


def _ends_listed(merge: Change, judged: Mapping[Sha, Entry]) -> bool:
    """Is the newest commit that this merge brought one for the readers of notes?"""
    ends = (judged.get(Sha(parent)) for parent in merge.parents.split(" ")[1:])
    return any(end is not None and end.listed for end in ends)
