"""Runs one command to its end, and outlives the bot that began it. A program of its own, of the standard library alone:
the bot starts it by its path, gives it a plan on standard input, and reads from the operation's folder what became of it.

`alive` is locked while this runs; `started.json` can be made once only; `output.*` holds the beginning and the end of what
the command printed, with secrets masked; `ended.json` appears whole or not at all. A file `cancel` ends the command.
"""

import ctypes
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any

# Started by its path and without site-packages, which saves half of the start; our own rooms are found from here.
sys.path.insert(0, str(Path(__file__).parents[2]))
from bot.recipes.masking import Mask

SEGMENT = 64 * 1024
FIRST, LAST = 4, 12
"""So many segments of the output are kept at its beginning and at its end."""
GRACE = 5.0
"""Seconds between a polite SIGTERM and SIGKILL."""
LONGEST_ANSWER = 64 * 1024
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_LOOK_EVERY = 0.1


class Output:
    """The bounded output: each file is named after the place of its first byte, so what was left out shows by itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._at = 0
        self._left = 0
        self._first: list[Path] = []
        self._last: deque[Path] = deque()

    def write(self, data: bytes) -> None:
        while data:
            if self._left == 0:
                self._next_segment()
            piece, data = data[: self._left], data[self._left :]
            with suppress(OSError), self._newest().open("ab") as file:  # a full disk must not end the command
                file.write(piece)
            self._at += len(piece)
            self._left -= len(piece)

    def _newest(self) -> Path:
        return self._last[-1] if self._last else self._first[-1]

    def _next_segment(self) -> None:
        self._left = SEGMENT
        path = self._folder / f"output.{self._at:015d}"
        if len(self._first) < FIRST:
            self._first.append(path)
            return
        self._last.append(path)
        if len(self._last) > LAST:
            self._last.popleft().unlink(missing_ok=True)

    def make_room(self) -> None:
        """Give up the end of the output: how the command ended is worth more."""
        for path in self._last:
            path.unlink(missing_ok=True)


class Stop:
    """Why the command should end now, if it should."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._cancel = folder / "cancel"
        self._deadline = time.monotonic() + seconds
        self._shutdown = False
        signal.signal(signal.SIGTERM, self._told)

    def _told(self, *_: object) -> None:
        self._shutdown = True

    def reason(self) -> dict[str, str] | None:
        if time.monotonic() >= self._deadline:
            return {"how": "timed out"}
        if self._shutdown:
            return {"how": "cancelled", "why": "the machine it ran on was shut down"}
        try:
            return {"how": "cancelled", "why": self._cancel.read_text(errors="replace")[:500]}
        except OSError:
            return None


def supervise(folder: Path, plan: dict[str, Any]) -> None:
    """Run the plan, unless another one of us did already."""
    tree = Path(plan["tree"])
    try:
        with (folder / "alive").open("a") as alive:
            if _claim(folder, alive.fileno(), plan):
                _tell("started")
                _run(folder, plan)
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def _claim(folder: Path, alive: int, plan: dict[str, Any]) -> bool:
    """The right to run this operation. It is given once, for ever."""
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    facts = {"recipe": plan["recipe"], "timeout": plan["timeout"], "pid": os.getpid(), "at": time.time()}
    mine = folder / f"started.{os.getpid()}"
    mine.write_text(json.dumps(facts))
    try:
        os.link(
            mine, folder / "started.json"
        )  # fails when it is there, and the file is whole when it appears
    except FileExistsError:
        return False
    finally:
        mine.unlink()
    return True


def _tell(word: str) -> None:
    with suppress(BrokenPipeError):
        os.write(1, word.encode())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(nowhere, number)


def _run(folder: Path, plan: dict[str, Any]) -> None:
    mask, output = Mask(plan["secrets"]), Output(folder)
    stop = Stop(folder, plan["timeout"])
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    answer = folder / "answer.json"
    environment = {**plan["environment"], "HARBOURMASTER_RESULT": str(answer)}
    try:
        child = subprocess.Popen(
            plan["command"], cwd=plan["tree"], env=environment, stdin=subprocess.DEVNULL,
            stdout=writer, stderr=writer, start_new_session=True, preexec_fn=_die_with_us,
        )  # fmt: skip
    except (OSError, ValueError) as problem:
        _end(folder, output, {"how": "not started", "why": _why(plan["command"][0], problem)})
        return
    os.close(writer)
    ended = _attend(child, reader, lambda data: output.write(mask.feed(data)), stop)
    output.write(mask.rest())
    if ended["how"] == "exited":
        ended["answer"] = _answer(answer, mask)
    _end(folder, output, ended)


def _why(program: str, problem: Exception) -> str:
    reason = problem.strerror if isinstance(problem, OSError) else str(problem)
    return f"{program}: {reason}"


def _attend(child: "subprocess.Popen[bytes]", reader: int, take: Any, stop: Stop) -> dict[str, Any]:
    """Take the output until the command has ended or must end; then end everything that it started."""
    ended: dict[str, Any] = {"how": "exited"}
    while child.poll() is None:
        _read(reader, take, _LOOK_EVERY)
        if reason := stop.reason():
            ended = dict(reason)
            _signal_group(child.pid, signal.SIGTERM)
            _wait(child, reader, take)
            break
    _end_all(child)
    while _read(reader, take, 0):
        pass
    code = child.returncode
    if ended["how"] == "exited":
        ended["signal"] = _name(-code) if code < 0 else ""
        ended["code"] = max(code, 0)
    return ended


def _wait(child: "subprocess.Popen[bytes]", reader: int, take: Any) -> None:
    until = time.monotonic() + GRACE
    while child.poll() is None and time.monotonic() < until:
        _read(reader, take, _LOOK_EVERY)


def _read(reader: int, take: Any, seconds: float) -> bool:
    """Take what is there, waiting for it so long; False when nothing was."""
    readable, _, _ = select.select([reader], [], [], seconds)
    if not readable:
        return False
    data = os.read(reader, 256 * 1024)
    if data:
        take(data)
    elif seconds:
        time.sleep(seconds)  # the command closed its output and goes on
    return bool(data)


def _end_all(child: "subprocess.Popen[bytes]") -> None:
    """End the command's group, and all that left the group: orphans below us become our children (on Linux)."""
    _signal_group(child.pid, signal.SIGKILL)
    child.wait()
    until = time.monotonic() + GRACE
    while (left := _children()) and time.monotonic() < until:
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        time.sleep(0.005)


def _children() -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name in brackets may hold anything; the state and the parent stand behind the last bracket.
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _die_with_us() -> None:
    # When somebody kills this supervisor, the command must not go on with nobody watching.
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _prctl(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):  # elsewhere than on Linux there is none
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _answer(path: Path, mask: Mask) -> str | None:
    """What the command wrote as its result. A link, a pipe or a directory in its place is not followed."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError:
        return None
    with file:
        data = file.read(LONGEST_ANSWER + 1)
    if len(data) > LONGEST_ANSWER:
        return f"longer than {LONGEST_ANSWER} bytes"
    masked: bytes = mask.feed(data) + mask.rest()
    return masked.decode(errors="replace")


def _end(folder: Path, output: Output, ended: dict[str, Any]) -> None:
    try:
        _write_whole(folder / "ended.json", ended)
    except OSError:
        output.make_room()
        _write_whole(folder / "ended.json", ended)


def _write_whole(path: Path, facts: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    with new.open("w") as file:
        json.dump(facts, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def main() -> None:
    """Read the plan, let go of the bot, run."""
    plan = json.load(
        sys.stdin
    )  # cut off when the bot died while it wrote: then nothing was claimed, and nothing runs
    folder = Path(sys.argv[1])
    if os.fork():
        os._exit(0)  # so that init collects the supervisor, whether or not the bot still lives
    os.setsid()
    trouble = os.open(folder / "trouble", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(trouble, 2)
    supervise(folder, plan)


if __name__ == "__main__":
    main()
