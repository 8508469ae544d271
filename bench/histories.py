"""Repositories for the benches of notes and changelogs: long histories with tags, written in one `git fast-import`."""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

_TYPES = ("feat", "fix", "fix", "perf", "chore", "docs", "refactor", "test", "build", "ci")
_SCOPES = ("", "(api)", "(basket)", "(core)", "(payments)", "(ui)")
_WORDS = (  # noqa: SIM905 - a list of forty words is read as a sentence
    "add remove keep show hide load save parse render round sum total order basket card gift price tax address "
    "customer session token cache query index page button field form list table report export import retry timeout"
).split()
_PEOPLE = [f"Person {n} <person{n}@shop.example>" for n in range(60)]
_START = 1_500_000_000


def build(folder: Path, commits: int, tags: int) -> Path:
    """A bare repository with this many commits on main and as many release tags, spread evenly; packed, with its
    commits as varied as those of a busy project: bodies, issues, sign-offs, merges, squash titles, reverts."""
    folder.mkdir(parents=True)
    quiet = {"env": environment(), "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(["git", "init", "--bare", "--quiet", "--initial-branch=main", str(folder)], **quiet)
    with subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=folder, env=environment(), stdin=subprocess.PIPE
    ) as fast:
        assert fast.stdin is not None
        for piece in _stream(commits, tags):
            fast.stdin.write(piece)
    subprocess.run(["git", "repack", "-adfq", "--depth=50", "--window=10"], cwd=folder, **quiet)
    subprocess.run(["git", "pack-refs", "--all"], cwd=folder, **quiet)
    return folder


def environment() -> dict[str, str]:
    """The environment of a git that nobody's own settings reach, and of a Python that may keep its bytecode."""
    away = ("GIT_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(away)}
    return {**kept, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def _stream(commits: int, tags: int) -> Iterator[bytes]:
    dice = random.Random(commits)  # noqa: S311 - the same history for everybody, not a secret
    every = max(1, commits // tags) if tags else commits + 1
    made = 0
    for number in range(1, commits + 1):
        message = _message(dice, number).encode()
        who = dice.choice(_PEOPLE).encode()
        at = _START + number * 600
        parents = b""
        if number % 12 == 0 and number > 20:
            parents = b"merge :%d\n" % (number - 5)
            message = (
                b"Merge pull request #%d from shop/topic-%d\n\n" % (number, number) + message.split(b"\n")[0]
            )
        yield b"commit refs/heads/main\nmark :%d\ncommitter %b %d +0000\ndata %d\n%b\n%bM 100644 inline f%d\ndata 6\n%05d\n\n" % (
            number, who, at, len(message), message, parents, number % 50, number % 100_000,
        )  # fmt: skip
        if number % every == 0 and made < tags:
            made += 1
            name = b"v%d.%d.%d" % (made // 400 + 1, made // 20 % 20, made % 20)
            yield b"tag %b\nfrom :%d\ntagger %b %d +0000\ndata 4\ntag\n\n" % (name, number, who, at + 60)


def _message(dice: random.Random, number: int) -> str:
    title = " ".join(dice.choices(_WORDS, k=dice.randint(3, 8)))
    header = f"{dice.choice(_TYPES)}{dice.choice(_SCOPES)}: {title}"
    if number % 3 == 0:
        header += f" (#{number})"
    if number % 400 == 0:
        header = f'Revert "{header}"'
    body = ""
    if number % 2 == 0:
        lines = (" ".join(dice.choices(_WORDS, k=10)) for _ in range(dice.randint(1, 6)))
        body = "\n\n" + "\n".join(lines)
    if number % 5 == 0:
        body += f"\n\nCloses #{number // 2}"
    if number % 250 == 0:
        body += "\n\nBREAKING CHANGE: the old way is gone, use the new one instead."
    if number % 4 == 0:
        body += "\n\nSigned-off-by: Person 1 <person1@shop.example>"
    return header + body + "\n"
