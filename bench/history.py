"""What the history costs: loading a release, carrying it on, appending to it, and proving all of it."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.quiet import config_in, databases
from bench.seed import TESTERS, Tale, roles_of, save
from bench.table import Table, Target, ms
from bot.config import Config
from bot.configured import process_text
from bot.domain import course
from bot.domain.folding import fold
from bot.domain.policy import Policy, read_policy
from bot.domain.words import ReleaseId
from storage.database import verify
from storage.engine import open_engine
from storage.store import Store

SIZES = (50, 500)
"""Events of one release. Hardly any has more than fifty; five hundred is one on which a team sat for months."""
ROUNDS = 30
APPENDS = 100
MANY = 200
"""Releases for the proof of a whole history."""


def measure() -> Iterator[Table]:
    with databases() as urls, tempfile.TemporaryDirectory(prefix="bench-") as folder:
        config = config_in(Path(folder), urls["SQLite"])
        policy = read_policy(process_text(), config.quorums)
        yield _loads(urls, config, policy)
        yield _appends(urls, config, policy)
        yield _proof(urls, config, policy)


def _loads(urls: Mapping[str, str], config: Config, policy: Policy) -> Table:
    rows, targets = [], []
    for size in SIZES:
        tale = _tale(config, policy, f"1.{size}.0", size)
        folding = _p50(lambda tale=tale: fold(tale.happened))  # type: ignore[misc]  # bound now
        for name, url in urls.items():
            engine = open_engine(url)
            save(Store(engine), [tale], policy)
            warm_store = Store(engine)
            cold = _p50(lambda tale=tale, engine=engine: _load(Store(engine), tale.release.id))  # type: ignore[misc]  # bound now
            warm = _p50(lambda tale=tale, store=warm_store: _load(store, tale.release.id))  # type: ignore[misc]  # bound now
            engine.dispose()
            rows.append([f"{size}", name, ms(folding), ms(cold), ms(warm), f"{cold / warm:.0f}"])
            if size == SIZES[0]:
                targets.append(Target(f"warm, {size} events, {name}: under 2 ms", f"{ms(warm)} ms", warm < 2))
    return Table(
        "Loading a release, p50, ms",
        ("events", "database", "folded in memory", "cold: read and folded", "warm: nothing new", "cold / warm"),
        rows, ("Cold is the first look of a process; warm is every later one, which reads the head's hash alone.", ""), targets,
    )  # fmt: skip


def _appends(urls: Mapping[str, str], config: Config, policy: Policy) -> Table:
    """A hold and a lift of it by turns: one event and the orders of a real step, in one transaction each."""
    rows = []
    roles = roles_of(config)
    for size in SIZES:
        for name, url in urls.items():
            tale = _tale(config, policy, f"2.{size}.0", size)
            engine = open_engine(url)
            store = Store(engine)
            save(store, [tale], policy)
            took = []
            for number in range(APPENDS):
                began = time.perf_counter()
                with store.transaction() as tx:
                    release = tx.release(tale.release.id)
                    assert release is not None
                    now = datetime.now(UTC)
                    if release.holds:
                        step = course.resume(release, TESTERS[0], roles, now, policy)
                    else:
                        step = course.hold(release, "The cluster is being moved.", TESTERS[0], now, policy)
                    tx.append(step, key=f"bench {number}", policy=policy)
                took.append((time.perf_counter() - began) * 1000)
            engine.dispose()
            rows.append([f"{size}", name, ms(median(took))])
    return Table(
        "Appending to a history: load, decide, save with its orders, commit; p50, ms",
        ("events before", "database", "one step"), rows, (), (),
    )  # fmt: skip


def _proof(urls: Mapping[str, str], config: Config, policy: Policy) -> Table:
    rows = []
    for name, url in urls.items():
        engine = open_engine(url)
        tales = [_tale(config, policy, f"3.{number}.0", SIZES[0]) for number in range(MANY)]
        save(Store(engine), tales, policy)
        began = time.perf_counter()
        number, broken = verify(engine)
        took = time.perf_counter() - began
        assert broken == []
        engine.dispose()
        rows.append([name, f"{number:,}", f"{took:.2f} s", f"{number / took:,.0f}/s"])
    return Table(
        "`harbourmaster verify`: every row read, hashed and compared",
        ("database", "rows", "took", "rows a second"), rows, (), (),
    )  # fmt: skip


def _tale(config: Config, policy: Policy, version: str, size: int) -> Tale:
    """A release with at least so many events: tested as far as a last sign-off, then held and resumed."""
    tale = Tale("shop", version, policy, roles_of(config), datetime.now(UTC))
    tale.until_tested()
    while len(tale.happened) < size:
        tale.hold_and_resume()
    return tale


def _load(store: Store, release_id: ReleaseId) -> None:
    with store.reading() as tx:
        assert tx.release(release_id) is not None


def _p50(step: Callable[[], object]) -> float:
    step()  # statements are compiled once in a process, not once a release
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        step()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)
