"""Changelog, notes and next version against `git log` and against peers, on histories made for it: whole processes, the
same repository, the same run, medians."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.histories import build, environment
from bench.peers import Peer, installed
from bench.table import Table, Target, ms, seconds

ROUNDS = 5
SIZES = ((5_000, 250), (20_000, 1_000), (80_000, 4_000))
"""Commits and tags."""
PEERS_AT = 20_000
PATIENCE = 120.0
PROGRAM = [str(Path(sys.executable).parent / "harbourmaster")]


@dataclass(frozen=True)
class Took:
    """One process: its wall time in seconds and its greatest memory in MiB."""

    wall: float
    memory: float


def measure() -> Iterator[Table]:
    with tempfile.TemporaryDirectory(prefix="bench-notes-") as folder:
        home = Path(folder)
        repositories = {size: build(home / f"{size}.git", size, tags) for size, tags in SIZES}
        yield _whole(repositories)
        yield _ranges(repositories[80_000])
        yield _versions(home)
        yield _peers(home, repositories[PEERS_AT])


def _whole(repositories: dict[int, Path]) -> Table:
    rows, targets = [], []
    for size, folder in repositories.items():
        logs, ours = [], []
        for _ in range(ROUNDS):
            logs.append(_took(["git", "log"], folder))
            ours.append(_took([*PROGRAM, "changelog", "--repository", str(folder)], folder))
        log, own = _median(logs), _median(ours)
        limit = 1.6 * log + 0.15
        memory = max(took.memory for took in ours)
        rows.append([f"{size:,}", seconds(log), seconds(own), seconds(limit), f"{memory:.0f} MiB"])
        targets.append(
            Target(f"{size:,} commits: at most 1.6 times git log and 0.15 s", seconds(own), own <= limit)
        )
    targets.append(Target("at most 250 MiB", f"{memory:.0f} MiB", memory <= 250))
    return Table(
        "Changelog of the whole history", ("commits", "git log", "ours", "limit", "memory"), rows, (), targets
    )


def _ranges(folder: Path) -> Table:
    from bot.repository.local import open_local
    from bot.repository.ranges import Wanted, read_range

    tags = subprocess.run(
        ["git", "tag", "--sort=v:refname"], cwd=folder, capture_output=True, text=True, check=True
    )
    names = tags.stdout.split()
    low, high = names[-31], names[-1]
    logs, inside = [], []
    forms: dict[str, list[Took]] = {"text": [], "json": [], "markdown": []}
    for _ in range(ROUNDS):
        logs.append(_took(["git", "log", f"{low}..{high}"], folder))
        began = time.perf_counter()
        found = read_range(open_local(folder), Wanted(low, high))
        inside.append(time.perf_counter() - began)
        for form, took in forms.items():
            words = ["notes", "--repository", str(folder), "--from", low, "--to", high, "--format", form]
            took.append(_took([*PROGRAM, *words], folder))
    log, own = _median(logs) * 1000, median(inside) * 1000
    rows = [["git log a..b", ms(log)], ["read and settled inside the bot", ms(own)]]
    rows += [
        [f"harbourmaster notes --format {form}", ms(_median(took) * 1000)] for form, took in forms.items()
    ]
    targets = [Target("inside: at most 60 ms over git log a..b", f"{ms(own - log)} ms more", own - log <= 60)]
    targets += [
        Target(f"the command as {form}: under 200 ms", f"{ms(_median(took) * 1000)} ms", _median(took) < 0.2)
        for form, took in forms.items()
    ]
    return Table(f"Notes for one range of {len(found.entries):,} commits", ("what", "ms"), rows, (), targets)


def _versions(home: Path) -> Table:
    from bot.domain.next_version import next_version
    from bot.repository.local import open_local
    from bot.repository.ranges import Wanted, read_range

    folder = build(home / "tags.git", 20_000, 10_000)
    commands, inside = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found = read_range(open_local(folder), Wanted())
        previous = next((tag for tag in found.line.tags if tag.name == found.since), None)
        next_version(previous, found.entries, found.line)
        inside.append(time.perf_counter() - began)
        commands.append(_took([*PROGRAM, "version", "--repository", str(folder)], folder))
    own, command = median(inside) * 1000, _median(commands) * 1000
    rows = [["inside the bot", ms(own)], ["harbourmaster version", ms(command)]]
    targets = [Target("inside: under 150 ms", f"{ms(own)} ms", own < 150)]
    return Table("Next version with 10,000 tags", ("what", "ms"), rows, (), targets)


def _peers(home: Path, folder: Path) -> Table:
    tree = home / "tree"
    subprocess.run(
        ["git", "clone", "--quiet", str(folder), str(tree)], env=environment(), check=True, stderr=subprocess.DEVNULL
    )  # fmt: skip
    ours = _median([_took([*PROGRAM, "changelog", "--repository", str(tree)], tree) for _ in range(ROUNDS)])
    log = _median([_took(["git", "log"], tree) for _ in range(ROUNDS)])
    rows, targets = [["git log", seconds(log)], ["harbourmaster changelog", seconds(ours)]], []
    for name, peer in installed(home / "peers", tree):
        if peer is None:
            rows.append([name, "not installed"])
            continue
        took = _peer_took(peer, tree)
        rows.append([name, f"more than {PATIENCE:.0f} s" if took is None else seconds(took)])
        targets.append(Target(f"faster than {name}", rows[-1][1], took is None or ours < took))
    notes = (f"{PEERS_AT:,} commits; each peer with its own defaults for Conventional Commits, once.",)
    return Table("Changelog of the whole history, with peers", ("what", "wall time"), rows, notes, targets)


def _peer_took(peer: Peer, tree: Path) -> float | None:
    """None when it was not done in time. A peer that fails has not made a changelog: its words are shown."""
    began = time.perf_counter()
    try:
        ran = subprocess.run(
            peer.command, cwd=tree, env=peer.environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    took = time.perf_counter() - began
    if ran.returncode != 0 or not (ran.stdout.strip() or peer.output.exists()):
        print(f"{peer.command[0]} failed: {ran.stderr.strip()[-300:]}")
    return took


def _took(command: Sequence[str], folder: Path) -> Took:
    with Path(os.devnull).open("wb") as nowhere:
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=nowhere, env=environment())
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Took(wall, usage.ru_maxrss / 1024)


def _median(took: Sequence[Took]) -> float:
    return median(one.wall for one in took)
