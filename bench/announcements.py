"""Announcements on time: many posts over many channels due within a minute, from one and from three replicas that are killed all
the while, to a Slack that answers 429 and 500, cuts connections after the write, and is slow. And what waiting costs.

`python -m bench announcements` runs a small size; with BENCH_FULL=1 it is 10,000 posts over 200 channels within a minute.
"""

import itertools
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bench.crew import Replica, announcer
from bench.quiet import databases
from bench.said import SPEAKER, Entries, Notices, Post, Said
from bench.table import Table, Target, percentile, seconds
from bench.waiting import waiting
from bot.domain.errors import RateLimited
from bot.slack.manifest import manifest
from bot.slack.pace import POSTS_AT_ONCE
from bot.slack.web import SlackDoor
from bot.workspace import Channel, Person, Workspace, WorkspaceSetup
from storage.engine import open_engine
from storage.store import Store

POSTS_A_MINUTE = 600
"""What Slack lets through in all channels together; it says "several hundred", and the local workspace takes it as that."""
POSTS_A_FAULT = 200
Span = tuple[float, float]
"""From and to, in epoch seconds."""
SILENCE, SLOW, SLOW_FOR = 1, 2.0, 0.5
"""Seconds: what a 429 asks for; what a call takes when Slack is slow, and for how long it is."""


@dataclass(frozen=True)
class Size:
    """`scale` multiplies the limits of the workspace and the pace of the bot alike; `trouble` is the time between two bad
    moments of Slack, and between two deaths of a replica."""

    posts: int
    channels: int
    within: float
    scale: float = 1.0
    trouble: float = 10.0
    pending: int = 10_000
    old: int = 50_000
    idle: float = 10.0


SMALL = Size(posts=200, channels=20, within=10.0)
FULL = Size(posts=10_000, channels=200, within=60.0, scale=20.0, trouble=15.0, old=1_000_000, idle=30.0)
SMALL_NOTICES = Size(posts=198, channels=18, within=10.0, scale=1.0)
FULL_NOTICES = Size(posts=10_050, channels=201, within=60.0, scale=6.0, trouble=15.0)


def measure() -> Iterator[Table]:
    is_full = bool(os.environ.get("BENCH_FULL"))
    entries, notices = (FULL, FULL_NOTICES) if is_full else (SMALL, SMALL_NOTICES)
    yield _days(
        f"{entries.posts:,} log entries over {entries.channels} channels due within {entries.within:g} s",
        Entries(entries.posts, entries.channels, entries.within),
        entries,
    )
    yield _days(
        f"{notices.posts:,} notices over {notices.channels} channels due at one moment",
        Notices(notices.posts, notices.channels),
        notices,
    )
    yield waiting(entries.pending, entries.old, entries.idle)


def _days(what: str, said: Said, size: Size) -> Table:
    """Quiet days and bad ones, with one replica and with three."""
    runs = [
        ("SQLite", 1, False),
        ("SQLite", 1, True),
        ("PostgreSQL", 1, True),
        ("PostgreSQL", 3, False),
        ("PostgreSQL", 3, True),
    ]
    rows, targets = [], list[Target]()
    for database, replicas, ordeal in runs:
        with databases() as urls:
            run = Run(said, size, urls[database], replicas, ordeal)
            row, met = run.whole()
        rows.append((database, str(replicas), "killed, 429, 500, cut, slow" if ordeal else "quiet", *row))
        targets += met
    return Table(
        f"{what}; limits scaled by {size.scale:g}",
        ("database", "replicas", "day", "posted", "missing", "twice", "early", "out of order", "kills", "late p50", "late p99",
         "p99 allowed by the limit", "all out after"),
        rows,
        (f"Late is the time between due and posted, by Slack's own time stamp. What the limit allows is the lateness of an "
         f"ideal sender that posts {POSTS_AT_ONCE} at once and then one a second to a channel, {POSTS_A_MINUTE} at once and then "
         f"so many a minute to all of them, and waits for what a 429 says and Slack takes for its answers. On a bad day "
         f"one of {POSTS_A_FAULT} posts meets a 500 or a connection cut after the write, and every {size.trouble:g} s a 429, "
         f"{SLOW_FOR:g} s in which each answer takes {SLOW:g} s, or a SIGKILL comes.",),
        targets,
    )  # fmt: skip


class Run:
    """One database, so many replicas, one day."""

    def __init__(self, said: Said, size: Size, url: str, replicas: int, ordeal: bool) -> None:
        self._said, self._size, self._url = said, size, url
        self._replicas, self._ordeal = replicas, ordeal
        self._chance = random.Random(7)  # noqa: S311 - the same bad day in every run
        self.kills = 0
        self._shut, self._slow = list[Span](), list[Span]()
        """When nobody could post, and when a post took longer."""

    def whole(self) -> tuple[Sequence[str], Sequence[Target]]:
        setup = WorkspaceSetup(
            people=[Person(SPEAKER, "speaker", "Speaker")], manifest=manifest(None), rate_scale=self._size.scale,
            channels=[Channel(room, f"room-{n}", (SPEAKER,)) for n, room in enumerate(self._said.rooms)],
        )  # fmt: skip
        with Workspace.serve(setup) as slack, ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            posts, config = self._order(slack), self._said.config(folder)
            crew = [
                stack.enter_context(announcer(self._url, slack, config, self._size.scale))
                for _ in range(self._replicas)
            ]
            stop = threading.Event()
            trouble = threading.Thread(target=self._trouble, args=(slack, crew, stop), daemon=True)
            began, first = time.time(), min(post.due for post in posts)
            assert began < first, "the machine is too slow to store it all in time"
            if self._ordeal:
                threading.Timer(first - began, trouble.start).start()
            threading.Timer(first + self._size.within - began, stop.set).start()
            self._until_done(first + self._size.within + 240)
            stop.set()
            return self._judge(slack, posts)

    def _order(self, slack: Workspace) -> list[Post]:
        """Store what is to be posted; the first of it falls due when all of it is stored."""
        engine, door = open_engine(self._url), SlackDoor(slack.bot_token, slack.api_url)
        began = time.monotonic()
        cards = [_card(door, channel, f"card {n}") for n, channel in enumerate(self._said.cards)]
        # Slack has counted the cards as well; it must have forgotten them when the first post falls due.
        ready = max(8 + self._size.posts / 100, len(cards) / (POSTS_A_MINUTE / 60 * self._size.scale))
        start = datetime.now(UTC) + timedelta(seconds=ready - (time.monotonic() - began) / 2)
        posts = self._said.tell(Store(engine), cards, start)
        engine.dispose()
        return posts

    def _trouble(self, slack: Workspace, crew: list[Replica], stop: threading.Event) -> None:
        """A bad minute: a fault for so many posts all the while, and in turn a silence, a slow moment and a death."""
        beat = POSTS_A_FAULT * self._size.within / self._size.posts
        sudden = itertools.cycle((self._is_cut, self._fails))
        lasting = itertools.cycle((self._is_silent, self._is_slow, self._kills_one))
        next_sudden = next_lasting = time.monotonic()
        while not stop.wait(max(0.0, min(next_sudden, next_lasting) - time.monotonic())):
            if next_sudden <= next_lasting:
                next(sudden)(slack)
                next_sudden += beat
            else:
                threading.Thread(target=next(lasting), args=(slack, crew), daemon=True).start()
                next_lasting += self._size.trouble / 3

    def _is_cut(self, slack: Workspace) -> None:
        slack.faults.drop_after_write("chat.postMessage")

    def _fails(self, slack: Workspace) -> None:
        slack.faults.status("chat.postMessage", 500)

    def _is_silent(self, slack: Workspace, _crew: list[Replica]) -> None:
        slack.faults.rate_limit("chat.postMessage", seconds=SILENCE)
        self._shut.append((time.time(), time.time() + SILENCE))

    def _is_slow(self, slack: Workspace, _crew: list[Replica]) -> None:
        self._slow.append((time.time(), time.time() + SLOW_FOR))
        slack.faults.slow(SLOW)
        time.sleep(SLOW_FOR)
        slack.faults.slow(0)

    def _kills_one(self, _slack: Workspace, crew: list[Replica]) -> None:
        victim = self._chance.choice(crew)
        if victim.is_at_work:
            self.kills += 1
            victim.is_killed_and_replaced()

    def _until_done(self, deadline: float) -> None:
        engine = open_engine(self._url)
        left = sa.text(
            "SELECT count(*) FROM orders WHERE kind = :kind AND state IN ('waiting', 'claimed')"
        ).bindparams(kind=self._said.order)
        while time.time() < deadline:
            with engine.connect().execution_options(write=False) as connection:
                if not connection.execute(left).scalar_one():
                    break
            time.sleep(0.5)
        engine.dispose()

    def _judge(self, slack: Workspace, posts: Sequence[Post]) -> tuple[Sequence[str], Sequence[Target]]:
        late, missing, twice, early, disorder, out = list[float](), 0, 0, 0, 0, 0.0
        for channel in {post.channel for post in posts}:
            mine = [post for post in posts if post.channel == channel]
            said = [
                (number, float(m.ts))
                for m in slack.messages(channel)
                if (number := self._said.number(m.text)) is not None
            ]
            numbers = [number for number, _ in said]
            missing += len({post.number for post in mine} - set(numbers))
            twice += len(numbers) - len(set(numbers))
            disorder += sum(a > b for a, b in itertools.pairwise(numbers))
            at = dict(reversed(said))
            late += [at[post.number] - post.due for post in mine if post.number in at]
            early += sum(at[post.number] < post.due for post in mine if post.number in at)
            out = max([out, *at.values()])
        p99, bound = (
            percentile(late, 99),
            percentile(ideal(posts, self._size.scale, self._shut, self._slow), 99),
        )
        row = (
            str(len(posts) - missing), str(missing), str(twice), str(early), str(disorder), str(self.kills),
            seconds(percentile(late, 50)), seconds(p99), seconds(bound), seconds(out - min(post.due for post in posts)),
        )  # fmt: skip
        once = Target(
            "every post exactly once, none early, in order",
            f"{missing + twice + early + disorder} faults",
            not (missing or twice or early or disorder),
        )
        if self._ordeal and self._replicas == 1:  # nobody is there while the only one starts again
            return row, (once,)
        on_time = Target("p99 under 1 s over what the limit allows", seconds(p99 - bound), p99 - bound < 1.0)
        return row, (once, on_time)


def _card(door: SlackDoor, channel: str, mark: str) -> str:
    """A card, as soon as Slack lets one through."""
    while True:
        try:
            return door.post(channel, "card", (), mark=mark)
        except RateLimited as limit:
            time.sleep(limit.again_after or 1.0)


def ideal(posts: Sequence[Post], scale: float, shut: Sequence[Span], slow: Sequence[Span]) -> list[float]:
    """How late an ideal sender is under what Slack does alone: a bucket of turns for each channel and one for all of them,
    times in which nothing may be posted, and times in which a post takes longer, and what comes after it in its channel."""
    everywhere, late = _Turns(POSTS_A_MINUTE * scale, POSTS_A_MINUTE / 60 * scale), list[float]()
    turns, last = dict[str, _Turns](), dict[str, float]()
    for post in sorted(posts, key=lambda post: post.due):
        channel = turns.setdefault(post.channel, _Turns(POSTS_AT_ONCE * scale, scale))
        at = max(everywhere.free(post.due), channel.free(post.due), last.get(post.channel, 0.0))
        for since, until in sorted(shut):
            at = until if since <= at < until else at
        everywhere.take(at)
        channel.take(at)
        last[post.channel] = at + SLOW * any(since <= at < until for since, until in slow)
        late.append(last[post.channel] - post.due)
    return late


class _Turns:
    """So many at once, and then so many a second."""

    def __init__(self, at_once: float, a_second: float) -> None:
        self._interval, self._ahead, self._free = 1 / a_second, (at_once - 1) / a_second, 0.0

    def free(self, at: float) -> float:
        return max(at, self._free - self._ahead)

    def take(self, at: float) -> None:
        self._free = max(self._free, at) + self._interval
