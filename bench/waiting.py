"""What orders cost that wait for their day, and how fast the due ones are found among a great many old ones."""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.crew import announcer
from bench.processes import cpu_seconds, resident_mib
from bench.quiet import databases
from bench.seed import write_config
from bench.table import Table, Target, ms, percentile
from bot.configured import process_text
from bot.domain.orders import ReadGroup
from bot.domain.policy import read_policy
from bot.slack.manifest import manifest
from bot.workspace import Person, Workspace, WorkspaceSetup
from storage.database import upgrade
from storage.engine import open_engine, writing
from storage.queue import Queue
from storage.store import Store
from storage.tables import ORDERS


def waiting(pending: int, old: int, idle: float) -> Table:
    """What pending and old rows cost."""
    rows, targets = [], []
    for database in ("SQLite", "PostgreSQL"):
        with databases() as urls:
            url = urls[database]
            empty_cpu, empty_mib = _idle(url, idle)
            _fill(url, pending, old)
            cpu, mib = _idle(url, idle)
            look, claim = _finding(url)
        rows.append(
            (
                database,
                f"{empty_cpu:.2f} %",
                f"{cpu:.2f} %",
                f"{mib - empty_mib:+.1f} MiB",
                ms(look),
                ms(claim),
            )
        )
        targets.append(
            Target(
                f"{database}: pending rows cost no more than 1 % CPU and 20 MiB",
                f"{cpu - empty_cpu:.2f} %, {mib - empty_mib:.1f} MiB",
                cpu - empty_cpu <= 1 and mib - empty_mib <= 20,
            )
        )
        targets.append(
            Target(f"{database}: the due ones are found in under 5 ms", f"{ms(claim)} ms", claim < 5)
        )
    return Table(
        f"Waiting: {pending:,} pending orders, {old:,} old ones",
        ("database", "CPU, empty", "CPU, full", "memory more", "next due p50 (ms)", "claim of due ones p50 (ms)"),
        rows, (), targets,
    )  # fmt: skip


def _idle(url: str, for_seconds: float) -> tuple[float, float]:
    with (
        Workspace.serve(
            WorkspaceSetup(people=[Person("U0A", "a", "A")], channels=[], manifest=manifest(None))
        ) as slack,
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        announcer(url, slack, write_config(Path(folder), read_policy(process_text(), {})), 1.0) as replica,
    ):
        time.sleep(2)  # what a start takes is no part of it
        before, began = cpu_seconds(replica.process.pid), time.monotonic()
        time.sleep(for_seconds)
        used = cpu_seconds(replica.process.pid) - before
        return 100 * used / (time.monotonic() - began), resident_mib(replica.process.pid)


def _fill(url: str, pending: int, old: int) -> None:
    engine = open_engine(url)
    upgrade(engine)
    later = datetime.now(UTC) + timedelta(days=1)
    with Store(engine).transaction() as tx:
        for n in range(pending):
            tx.order(ReadGroup(f"S{n}"), later)
    at = datetime.now(UTC) - timedelta(days=1)
    done = {"kind": "ReadGroup", "body": '{"group":"S1"}', "lane": "group S1", "state": "done", "due_at": at, "ended_at": at,
            "urgency": 1, "attempts": 1, "breaks": 0, "failures": 0, "resting": False, "unsettled": False}  # fmt: skip
    for _ in range(0, old, 10_000):
        with writing(engine) as connection:
            connection.execute(sa.insert(ORDERS), [done] * min(10_000, old))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE orders")
    engine.dispose()


def _finding(url: str) -> tuple[float, float]:
    """Milliseconds, p50, for the look whether anything is due, and for a claim of five due orders."""
    engine = open_engine(url)
    queue, looks, claims, now = Queue(engine), list[float](), list[float](), datetime.now(UTC)
    for n in range(50):
        with Store(engine).transaction() as tx:
            for k in range(5):
                tx.order(ReadGroup(f"D{n}-{k}"), now)
        began = time.perf_counter()
        queue.next_due(now)
        looked = time.perf_counter()
        taken = queue.claim(now, timedelta(seconds=600), 5)
        claims.append((time.perf_counter() - looked) * 1000)
        looks.append((looked - began) * 1000)
        assert len(taken) == 5
        with Store(engine).transaction() as tx:
            for claim in taken:
                tx.finish(claim, now)
    engine.dispose()
    return percentile(looks, 50), percentile(claims, 50)
