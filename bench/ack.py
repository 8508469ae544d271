"""How long an acknowledgement takes: `/release status` and a first signature, against Bolt alone on the same server."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlencode

from bench.load import Job, Result
from bench.processes import HOST, answers, free_port, python, running, wait_until
from bench.seed import TESTERS, Tale, roles_of, save, write_config
from bench.table import Table, Target, ms, p50_of
from bot.configured import process_text, read_config
from bot.domain.ballots import Ballot
from bot.domain.policy import read_policy
from storage.database import upgrade
from storage.engine import open_engine
from storage.store import Store

SECRET = "a-secret-of-the-bench"
ROUNDS = 3
RELEASES = 170
"""Times twelve testers: enough first signatures for every cell of one server."""
P50_ABOVE_BARE = 4.0
P99_AT_50 = 300.0


@dataclass(frozen=True)
class Mode:
    name: str
    clients: int
    fresh: bool
    requests: int


MODES = (
    Mode("1 client, kept connection", 1, fresh=False, requests=100),
    Mode("1 client, new connections", 1, fresh=True, requests=100),
    Mode("50 clients, new connections", 50, fresh=True, requests=400),
)


@dataclass(frozen=True)
class Served:
    """One server with both apps behind it, and the clicks that are left."""

    name: str
    bare: int
    bot: int
    clicks: Iterator[str]


def measure() -> Iterator[Table]:
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
        folder = Path(name)
        slack = stack.enter_context(running(python("-m", "bench.far_slack"), folder / "slack.log"))
        api = f"http://{HOST}:{_said(slack)}"
        clicks = _prepared(folder, api)
        load = stack.enter_context(running(python("-m", "bench.load"), folder / "load.log"))
        servers = [
            stack.enter_context(_served(kind, folder, api, clicks))
            for kind in ("waitress", "gunicorn gthread")
        ]
        rows, targets = [], []
        for served in servers:
            for request in ("status", "approve"):
                for mode in MODES:
                    row, target = _cell(load, served, request, mode, api)
                    rows.append(row)
                    targets.append(target)
    yield Table(
        "Acknowledgement over HTTP, ms (8 threads, one process, SQLite with synchronous=FULL)",
        (
            "server",
            "request",
            "load",
            "bare p50",
            "bot p50",
            "+p50",
            "bare p99",
            "bot p99",
            "req/s",
            "errors",
        ),
        rows,
        (
            f"Medians of {ROUNDS} rounds, in which both apps take turns. `bare` is Bolt with a constant answer. `bot` is the",
            "whole bot with its workers at work behind the clicks; Slack's Web API is a stand-in that takes 100 ms a call.",
            "",
        ),
        _worst(targets),
    )


def _cell(load: "Popen[str]", served: Served, request: str, mode: Mode, api: str) -> tuple[list[str], Target]:
    bare, bot = [], []
    for _ in range(ROUNDS):
        for port, results in ((served.bare, bare), (served.bot, bot)):
            if request == "status":
                bodies = [_status(n, api) for n in range(mode.requests)]
            elif port == served.bot:
                bodies = [next(served.clicks) for _ in range(mode.requests)]
            else:
                bodies = _same_click(served, mode.requests)
            results.append(_run(load, Job(port, SECRET, bodies, mode.clients, mode.fresh)))
    return _row(served, request, mode, bare, bot)


def _row(
    served: Served, request: str, mode: Mode, bare: list[Result], bot: list[Result]
) -> tuple[list[str], Target]:
    low, high = ([r.milliseconds for r in results] for results in (bare, bot))
    p50, p99, above = p50_of(high), p50_of(high, 99), p50_of(high) - p50_of(low)
    errors, rate = (
        sum(r.errors for r in bot),
        sum(len(r.milliseconds) for r in bot) / sum(r.seconds for r in bot),
    )
    row = [
        served.name, request, mode.name, ms(p50_of(low)), ms(p50), f"{above:+.2f}", ms(p50_of(low, 99)), ms(p99), f"{rate:.0f}",
        f"{errors}",
    ]  # fmt: skip
    if mode.clients == 1:
        promise = f"p50 within {P50_ABOVE_BARE:g} ms of the bare app with 1 client, no error"
        return row, Target(promise, f"{above:+.2f} ms", above <= P50_ABOVE_BARE and not errors)
    promise = f"p99 under {P99_AT_50:g} ms with 50 clients, no time-out, no error"
    return row, Target(promise, f"{p99:.0f} ms, {errors} errors", p99 < P99_AT_50 and not errors)


def _worst(targets: list[Target]) -> list[Target]:
    """Of all cells with the same promise the one that comes nearest to breaking it."""
    worst: dict[str, Target] = {}
    for target in targets:
        before = worst.get(target.promise)
        if before is None or (target.met, -_number(target)) < (before.met, -_number(before)):
            worst[target.promise] = target
    return [Target(t.promise, f"worst cell {t.measured}", t.met) for t in worst.values()]


def _number(target: Target) -> float:
    return float(target.measured.split()[0])


def _run(load: "Popen[str]", job: Job) -> Result:
    assert load.stdin is not None
    load.stdin.write(json.dumps(asdict(job)) + "\n")
    load.stdin.flush()
    return Result(**json.loads(_said(load)))


def _said(process: "Popen[str]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    if not line:
        raise RuntimeError(f"{process.args} ended before it said anything.")
    return line


def _prepared(folder: Path, api: str) -> list[str]:
    """Configuration and database as templates; the clicks, each a first signature."""
    config = read_config(write_config(folder, read_policy(process_text(), {})), _environ(folder, folder, api))
    policy, roles, now = read_policy(process_text(), config.quorums), roles_of(config), datetime.now(UTC)
    tales = [Tale("shop", f"1.{n}.0", policy, roles, now) for n in range(1, RELEASES + 1)]
    ballots = [tale.until_tested() for tale in tales]
    alone = Tale("harbour", "1.0.0", policy, roles, now)
    alone.until_tested()
    engine = open_engine(f"sqlite:///{folder}/seed.sqlite")
    upgrade(engine)
    save(Store(engine), [*tales, alone], policy)
    engine.dispose()
    return [_click(ballot, tester, n, api) for tester in TESTERS for n, ballot in enumerate(ballots)]


@contextmanager
def _served(kind: str, folder: Path, api: str, clicks: list[str]) -> Iterator[Served]:
    home = folder / kind.split()[0]
    home.mkdir()
    shutil.copy(folder / "seed.sqlite", home / "harbourmaster.sqlite")
    env = _environ(home, folder, api)
    with ExitStack() as stack:
        ports = {}
        for app in ("bare", "bot"):
            if kind == "waitress":
                server = stack.enter_context(
                    running(python("-m", "bench.served", app), home / f"{app}.log", **env)
                )
                ports[app] = int(_said(server))
            else:
                ports[app] = free_port()
                arguments = ("-m", "gunicorn", "--worker-class", "gthread", "--threads", "8", "--bind")
                command = python(*arguments, f"{HOST}:{ports[app]}", f"bench.served:{app}()")
                stack.enter_context(running(command, home / f"{app}.log", **env))
        wait_until(lambda: answers(f"http://{HOST}:{ports['bot']}/healthz"), f"{kind} serves the bot")
        yield Served(kind, ports["bare"], ports["bot"], iter(clicks))


def _environ(home: Path, folder: Path, api: str) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{api}/api/",
        "HARBOURMASTER_CONFIG": str(folder / "harbourmaster.toml"),
        "HARBOURMASTER_DATA": str(home),
        **({"BENCH_IDLE_WORKERS": "1"} if os.environ.get("BENCH_IDLE_WORKERS") else {}),
    }


def _status(number: int, api: str) -> str:
    return urlencode(
        {
            "token": "legacy", "team_id": "T0TEAM", "team_domain": "shop", "channel_id": "C0HARBOUR", "channel_name": "harbour",
            "user_id": TESTERS[0], "user_name": "chloe", "command": "/release", "text": "status", "api_app_id": "A0APP",
            "is_enterprise_install": "false", "response_url": f"{api}/respond", "trigger_id": f"{number}.1.status",
        }
    )  # fmt: skip


def _click(ballot: Ballot, tester: str, number: int, api: str) -> str:
    payload = {
        "type": "block_actions", "user": {"id": tester, "username": tester.lower(), "name": tester.lower(), "team_id": "T0TEAM"},
        "api_app_id": "A0APP", "token": "legacy", "trigger_id": f"{number}.{tester}.click",
        "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C0SHOP", "is_ephemeral": False},
        "team": {"id": "T0TEAM", "domain": "shop"}, "enterprise": None, "is_enterprise_install": False,
        "channel": {"id": "C0SHOP", "name": "shop"}, "response_url": f"{api}/respond",
        "message": {"type": "message", "ts": "1700000000.000100", "text": "shop", "blocks": []}, "state": {"values": {}},
        "actions": [
            {"type": "button", "action_id": "approve:qa", "block_id": "item-TEST-GO", "value": ballot.dump(), "action_ts": "1",
             "text": {"type": "plain_text", "text": "Approve as qa", "emoji": True}, "style": "primary"}
        ],
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)})


def _same_click(served: Served, times: int) -> list[str]:
    del served
    ballot = Ballot("shop-1.1.0", "testing", "qa", "0" * 40, "0" * 64)  # type: ignore[arg-type]  # the bare app reads none of it
    return [_click(ballot, TESTERS[0], n, "http://127.0.0.1:9") for n in range(times)]
