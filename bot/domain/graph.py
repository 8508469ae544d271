"""How the commits of a range hang together: which merge brought a commit in, which release held it first, and which commit
a shortened id means. All of it in one walk each, for ranges may hold a whole history."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.messages import Change
from bot.domain.words import Sha


class Ids:
    """The ids of a range, to be found by their beginning."""

    def __init__(self, ids: Iterable[Sha]) -> None:
        self._sorted = sorted(ids)

    def find(self, start: str) -> Sha | None:
        """The one id that begins so; None when there is none, or more than one."""
        place = bisect_left(self._sorted, start)
        found = [sha for sha in self._sorted[place : place + 2] if sha.startswith(start)]
        return found[0] if len(found) == 1 else None


class Merges:
    """Which merge of a range brought each commit in: the innermost one.

    What lies outside of the range is not followed. Commits on the line of first parents from the newest commit on
    were brought by none.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        parents = {change.sha: change.parents for change in changes}
        self.brought_by: dict[Sha, Sha | None] = {}
        """In an order in which a merge comes before all that it brought."""
        left: list[tuple[Sha, Sha | None]] = [(change.sha, None) for change in changes[:1]]
        while left:
            sha, merge = left.pop()
            # Down the line of first parents. Its merges go on the pile newest first, so that the oldest one is looked
            # at first: a commit belongs to the merge that brought it first.
            while sha in parents and sha not in self.brought_by:
                self.brought_by[sha] = merge
                behind = parents[sha]
                if " " in behind:
                    behind, *others = behind.split(" ")
                    left += [(Sha(other), sha) for other in others]
                sha = Sha(behind)

    def brought(self, merge: Sha) -> list[Sha]:
        """All that came in with this merge, with the merges inside it."""
        inside = {merge}
        for sha, by in self.brought_by.items():
            if by in inside:
                inside.add(sha)
        return [sha for sha in self.brought_by if sha in inside and sha != merge]

    def above(self, starts: Iterable[Sha]) -> set[Sha]:
        """The merges that brought one of these commits in, directly or inside another merge."""
        found: set[Sha] = set()
        for start in starts:
            merge = self.brought_by.get(start)
            while merge is not None and merge not in found:
                found.add(merge)
                merge = self.brought_by.get(merge)
        return found

    def below(self, merges: Iterable[Sha]) -> set[Sha]:
        """All commits that one of these merges brought in, directly or inside another merge."""
        tops, found = set(merges), set[Sha]()
        for sha, merge in self.brought_by.items():
            if merge is not None and (merge in tops or merge in found):
                found.add(sha)
        return found


def first_shipped(parents: Mapping[Sha, str], releases: Iterable[tuple[Sha, str]]) -> dict[Sha, str]:
    """For every commit the first release that holds it; commits in none of them are missing.

    `parents` are those of every commit, with a blank between; `releases` are tagged commits and names, lowest first.
    """
    held: dict[Sha, str] = {}
    for tagged, name in releases:
        left = [tagged]
        while left:
            sha = left.pop()
            # Most histories are long lines with few branches: walk along the line, and keep the branches for later.
            while sha not in held and (behind := parents.get(sha)) is not None:
                held[sha] = name
                if " " in behind:
                    behind, *others = behind.split(" ")
                    left += [Sha(other) for other in others]
                sha = Sha(behind)
    return held
