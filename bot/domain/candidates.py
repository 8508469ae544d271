"""Candidates of a release: `v1.4.0-rc.2`. Which one stands for a commit, and what the next is called. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.domain.records import Work
from bot.domain.words import Sha, Verdict

FACT = "candidate"
"""What the work that has tried a candidate leaves to know: the name of its tag."""


class Candidate(NamedTuple):
    """A candidate's tag on the remote. A tuple orders by its number first: rc.9 before rc.10."""

    number: int
    tag: str
    commit: Sha


def candidates(final: str, tags: Iterable[tuple[str, Sha | None]]) -> list[Candidate]:
    """The candidates of a release among these tags, the lowest number first."""
    start = f"{final}-rc."
    found = []
    for name, commit in tags:
        number = name.removeprefix(start)
        plain = name.startswith(start) and number.isascii() and number.isdecimal() and number[:1] != "0"
        if plain and len(number) < 10 and commit is not None:
            found.append(Candidate(int(number), name, commit))
    return sorted(found)


def next_candidate(final: str, known: Iterable[Candidate]) -> str:
    """The name of the next candidate's tag."""
    highest = max((one.number for one in known), default=0)
    return f"{final}-rc.{highest + 1}"


def tried(works: Iterable[Work]) -> list[str]:
    """The tags of the candidates that reached staging, in the order in which they did; one that was tried twice stands twice."""
    passed = (work for work in works if work.verdict is Verdict.PASSED)
    return [tag for work in passed if (tag := work.fact(FACT)) is not None]
