"""Starting what is measured as processes of its own, waiting for it by condition, and ending it whatever happens."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

PROJECT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
_NOT_OURS = ("SLACK_", "HARBOURMASTER_", "PYTHONDONTWRITEBYTECODE")


@contextmanager
def running(command: Sequence[str], log: Path, **env: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command until the block ends; what it says on stderr goes to `log`, what it says on stdout can be read."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            command, cwd=PROJECT, env=environment(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
            text=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """End a process: politely, and after ten seconds for certain."""
    process.terminate()
    try:
        process.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    """Ours with changes. Nothing of Slack's or the bot's settings leaks in from the shell, and Python may keep its
    bytecode: compiling every module anew at each start is not what an installed program does."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_NOT_OURS)}
    return kept | {"PYTHONPATH": str(PROJECT)} | dict(changes)


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def free_port() -> int:
    with socket.create_server((HOST, 0)) as found:
        return int(found.getsockname()[1])


def answers(url: str) -> bool:
    """Does this address answer with 200?"""
    try:
        with urlopen(url, timeout=10) as got:  # noqa: S310 - an address of our own on the loopback
            return bool(got.status == 200)
    except (URLError, ConnectionError):
        return False


def wait_until(true: Callable[[], object], why: str, within: float = 30.0) -> None:
    """Look every two milliseconds. Raises TimeoutError with `why`."""
    until = time.monotonic() + within
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(f"Waited {within:g} s in vain: {why}.")
        time.sleep(0.002)


def resident_mib(pid: int) -> float:
    """Resident memory now, in MiB, as Linux counts it (VmRSS)."""
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_seconds(pid: int) -> float:
    """CPU time used so far, by user and system code of all threads."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
