"""docs/reliability.md, from what the kill matrix saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.crash.replica import LEASE

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


@dataclass(frozen=True)
class Outcome:
    """What became of one release in which bots were killed at `places`. `struck` are those that it came to."""

    story: str
    places: tuple[str, ...]
    wrong: tuple[str, ...]
    seconds: float
    struck: frozenset[str]
    alone: bool
    """One bot on SQLite; else two replicas on PostgreSQL."""


HEAD = """# What happens when the bot is killed

This page is written by `make crash` from what it saw. A hotfix was played by its people in the local workspace, with a real
git remote behind HTTP, recipes that are real processes and real requests to a server, and announcements; in its second half
the monitors of production raised an alarm, the release was rolled back, and somebody was given a corrective action; in a third
one a channel got another name, two were closed for a while, and people had to be reminded. The bot killed itself with SIGKILL
at the place named (its parts are wrapped for the purpose; the bot's code knows nothing of it).
*One bot*: SQLite; it was started again at once. *Two replicas*: PostgreSQL; the other one took over after the lease
({lease} s here) before the dead one came back. Several places share a release; when anything was wrong at its end, each of
them got one of its own.

Afterwards all of this had to hold: the release is complete, or rolled back, and no item was lost; the tag and its candidate
are on the remote once, the tag at the signed-off commit, and its signature verifies in a fresh clone; the bot's commits are
there once, and the hotfix came back to main; **each recipe was carried out exactly once for its operation** (counted by the
files that the commands write and by the server that takes the requests), and production serves the right version; there is
one card; every notice, every post, every alarm and every reminder was sent once, and whoever leads releases was told once of
each channel, whoever has a corrective action once of that; every row of the history was told in the thread once and in order;
the hash chain holds.

**{died} deaths in {releases} releases, {faults}.** The three stories come to {there_are} places; {tried} of them were tried
here. A dash: that run did not come to the place.

| boundary | killed | one bot | two replicas |
|---|---|---|---|
"""


def page(outcomes: Sequence[Outcome], chosen: Sequence[str], there_are: int) -> str:
    """The whole page."""
    wheres: dict[str, list[str]] = {}
    for place in chosen:
        where, _, when = place.rpartition(": ")
        wheres.setdefault(where, []).append(when)
    rows = []
    for where, whens in wheres.items():
        one, two = (_cell(outcomes, where, whens, alone=alone) for alone in (True, False))
        rows.append(f"| {where} | {', '.join(whens)} | {one} | {two} |")
    faults = sum(bool(one.wrong) for one in outcomes)
    return (
        HEAD.format(
            lease=LEASE, died=sum(len(one.struck) for one in outcomes), releases=len(outcomes),
            faults=f"{faults} with a fault" if faults else "none with a fault",
            there_are=there_are, tried=len(chosen),
        )
        + "\n".join(rows) + "\n"
    )  # fmt: skip


def _cell(outcomes: Sequence[Outcome], where: str, whens: Sequence[str], *, alone: bool) -> str:
    found = {when: _found(outcomes, f"{where}: {when}", alone=alone) for when in whens}
    told = set(found.values())
    if len(told) == 1:
        return told.pop()
    return "; ".join(f"{when}: {one}" for when, one in found.items())


def _found(outcomes: Sequence[Outcome], place: str, *, alone: bool) -> str:
    """The last outcome counts: the one in which this place had a release of its own, where there is one."""
    mine = [one for one in outcomes if one.alone == alone and place in one.struck]
    return "–" if not mine else "; ".join(mine[-1].wrong) or "all well"


def said(outcome: Outcome) -> Outcome:
    """Print what became of it, while the others go on."""
    missed = [place for place in outcome.places if place not in outcome.struck]
    who = "one bot" if outcome.alone else "two replicas"
    state = "; ".join(outcome.wrong) or "all well"
    left = f"; not reached: {', '.join(missed)}" if missed else ""
    print(f"{outcome.seconds:6.1f} s  {who}, {outcome.story}: {state}{left}", flush=True)
    if outcome.wrong:
        print(f"          killed at {'; '.join(sorted(outcome.struck))}", flush=True)
    return outcome
