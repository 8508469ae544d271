"""What an order costs, how fast a long queue is drained, what an idle bot takes, and how soon the world follows a decision."""

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen

from bench.histories import build
from bench.processes import HOST, answers, cpu_seconds, free_port, python, running, wait_until
from bench.quiet import QuietSlack, config_in, databases
from bench.seed import write_config
from bench.table import Table, Target, ms, percentile, seconds
from bot.app import assemble
from bot.configured import process_text
from bot.domain.orders import ShowHome
from bot.domain.outcomes import Nothing
from bot.domain.policy import read_policy
from bot.domain.words import UserId
from bot.parts import Parts
from bot.workflow.results import order_done
from bot.workflow.workers import LEASE, Workers

ONE_BY_ONE = 400
QUEUED = 2_000
COST_LIMIT = {"SQLite": 3.0, "PostgreSQL": 4.0}
"""Milliseconds for one order, p50."""
DRAIN_LIMIT = 400
IDLE_FOR = 20.0
IDLE_LIMIT = 1.0
"""Per cent of one core."""
LEASE_OF_REPLICAS = 6.0
TAGS = 5


def measure() -> Iterator[Table]:
    with databases() as urls:
        yield _costs(urls)
        yield _drains(urls)
        yield _take_over(urls["PostgreSQL"])
    yield _idle()
    yield _reaction()


@contextmanager
def _parts_on(url: str) -> Iterator[Parts]:
    """The parts of a bot that was never started: nothing works on the queue but what the bench begins."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bot = assemble(config_in(Path(folder), url), slack=QuietSlack())
        try:
            yield bot.parts
        finally:
            bot.stop()


def _store_orders(parts: Parts, number: int) -> None:
    now = datetime.now(UTC)
    with parts.store.transaction() as tx:
        for n in range(number):
            tx.order(ShowHome(UserId(f"U{n:08d}")), now)


def _costs(urls: Mapping[str, str]) -> Table:
    rows, targets = [], []
    for name, url in urls.items():
        with _parts_on(url) as parts:
            claiming, whole = [], []
            _store_orders(parts, ONE_BY_ONE)
            bare = percentile(_bare_commits(parts), 50)
            cpu = time.process_time()
            for _ in range(ONE_BY_ONE):
                began = time.perf_counter()
                (claim,) = parts.queue.claim(datetime.now(UTC), LEASE, 1)
                claimed = time.perf_counter()
                assert order_done(parts, claim, Nothing(), datetime.now(UTC))
                claiming.append((claimed - began) * 1000)
                whole.append((time.perf_counter() - began) * 1000)
            cpu = (time.process_time() - cpu) * 1000 / ONE_BY_ONE
        p50, limit = percentile(whole, 50), COST_LIMIT[name]
        figures = (bare, percentile(claiming, 50), p50, percentile(whole, 99), cpu)
        rows.append([name, *map(ms, figures), f"{p50 / bare:.1f}"])
        targets.append(Target(f"one order on {name}: p50 under {limit:g} ms", f"{ms(p50)} ms", p50 < limit))
    return Table(
        "One order: claimed, nothing done, its result stored, ms",
        ("database", "bare commit p50", "claim p50", "whole p50", "whole p99", "our CPU", "whole / bare"), rows,
        (f"{ONE_BY_ONE} orders, one by one, two commits each. `bare`: one UPDATE and its commit, by the driver.", ""), targets,
    )  # fmt: skip


def _bare_commits(parts: Parts) -> list[float]:
    """What a commit costs on this disk at this moment, in milliseconds."""
    took = []
    with parts.store.engine.connect() as connection:
        raw = connection.connection.cursor()
        for number in range(100):
            began = time.perf_counter()
            raw.execute(f"UPDATE orders SET problem = '{number}' WHERE id = (SELECT min(id) FROM orders)")  # noqa: S608 - a number
            connection.connection.commit()
            took.append((time.perf_counter() - began) * 1000)
    return took


def _drains(urls: Mapping[str, str]) -> Table:
    rows, targets = [], []
    for name, url in urls.items():
        with _parts_on(url) as parts:
            _store_orders(parts, QUEUED)
            empty = threading.Event()

            def look(now: datetime, parts: Parts = parts, empty: threading.Event = empty) -> None:
                if parts.queue.next_due(now) is None:
                    empty.set()

            workers = Workers(parts, when_idle=look)
            began, cpu = time.perf_counter(), time.process_time()
            workers.start()
            assert empty.wait(60), f"{name}: the queue was not drained in time"
            rate = QUEUED / (time.perf_counter() - began)
            cpu = (time.process_time() - cpu) * 1000 / QUEUED
            workers.stop()
        rows.append([name, f"{QUEUED:,}", f"{rate:.0f}/s", f"{ms(cpu)} ms"])
        promise = f"{name}: at least {DRAIN_LIMIT} orders a second"
        targets.append(Target(promise, f"{rate:.0f}/s", rate >= DRAIN_LIMIT))
    return Table(
        "A long queue, drained by one process",
        ("database", "due orders", "rate", "our CPU for one"), rows,
        ("Each order draws one Home tab; Slack takes no time.", ""), targets,
    )  # fmt: skip


def _take_over(url: str) -> Table:
    """One replica is killed with an order in hand; a second one, which was idle, carries it out."""
    limit = LEASE_OF_REPLICAS + 2
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as stack:

        def replica(how: str) -> list[str]:
            return python("-m", "bench.replica", url, folder, f"{LEASE_OF_REPLICAS}", how)

        first = stack.enter_context(running(replica("hangs"), Path(folder) / "first.log"))
        _wait_for(first, "ready")
        _store_orders(stack.enter_context(_parts_on(url)), 1)
        _wait_for(first, "began")
        second = stack.enter_context(running(replica("works"), Path(folder) / "second.log"))
        _wait_for(second, "ready")
        first.kill()
        began = time.monotonic()
        _wait_for(second, "done")
        took = time.monotonic() - began
    return Table(
        "Take-over: a replica is killed (SIGKILL) with an order in hand, two processes on PostgreSQL",
        ("lease", "from the kill to the order carried out by the other"),
        [[seconds(LEASE_OF_REPLICAS), seconds(took)]],
        (),
        (Target("within the lease and 2 s", seconds(took), took <= limit),),
    )


def _wait_for(process: Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise RuntimeError(f"{process.args} ended before it said “{word}”.")


def _idle() -> Table:
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder, port = Path(name), free_port()
        config = write_config(folder, read_policy(process_text(), {}))
        for product in ("shop", "harbour"):
            build(folder / f"{product}.git", 200, 10)
        slack = stack.enter_context(running(python("-m", "bench.far_slack"), folder / "slack.log"))
        assert slack.stdout is not None
        env = {
            "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": "a-secret", "HARBOURMASTER_DATA": name,
            "SLACK_API_URL": f"http://{HOST}:{slack.stdout.readline().strip()}/api/", "HARBOURMASTER_CONFIG": str(config),
        }  # fmt: skip
        command = python("-m", "bot", "run", "--http", f"{HOST}:{port}")
        process = stack.enter_context(running(command, folder / "bot.log", **env))
        wait_until(lambda: answers(f"http://{HOST}:{port}/readyz"), "the bot is ready")
        time.sleep(5)  # the first looks at repositories are over
        before = cpu_seconds(process.pid)
        time.sleep(IDLE_FOR)
        percent = (cpu_seconds(process.pid) - before) / IDLE_FOR * 100
    return Table(
        "An idle bot, over HTTP, SQLite, two products",
        ("seconds watched", "CPU"), [[f"{IDLE_FOR:g}", f"{percent:.2f} %"]], (),
        (Target(f"under {IDLE_LIMIT:g} % of one core", f"{percent:.2f} %", percent < IDLE_LIMIT),),
    )  # fmt: skip


def _reaction() -> Table:
    """The time that people notice: from the last sign-off to the tag on the remote."""
    from tests.scenarios.story import SHIPPING, story

    took = []
    for _ in range(TAGS):
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, story(Path(folder)) as shop:
            shop.hotfix_ready_to_ship()
            shop.play(SHIPPING[:-1])
            shop.until_quiet()
            who, command = SHIPPING[-1]
            tag = Path(folder) / "remote" / "shop.git" / "refs" / "tags" / "v1.3.3"
            began = time.monotonic()
            said = shop.says(who, command)
            assert said.startswith("You signed"), said
            wait_until(tag.exists, "the tag is on the remote")
            took.append(time.monotonic() - began)
    p50 = percentile(took, 50)
    return Table(
        "From the last sign-off, typed in Slack, to the signed tag on a remote over HTTP",
        ("tags", "p50", "worst"), [[f"{TAGS}", seconds(p50), seconds(max(took))]],
        ("Bot, local Slack and remote share one process and its interpreter.", ""),
        (Target("p50 under 1 s", seconds(p50), p50 < 1.0),),
    )  # fmt: skip
