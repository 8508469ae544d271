"""Commands: a supervisor of its own runs each in a working tree, and tells by files how far it is. Looking needs no memory."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.domain.errors import OutsideError
from bot.domain.recipes import (
    CommandEnd,
    CommandRecipe,
    Context,
    Ending,
    Finished,
    Look,
    Result,
    Running,
    Unknown,
    filled,
    judged,
    variables,
)
from bot.domain.words import Verdict
from bot.recipes import output

_SUPERVISE = Path(__file__).with_name("supervise.py")
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR")
"""What a command finds of the bot's own environment. Nothing else, for the bot's tokens are there as well."""
_START_WITHIN = 30.0


@dataclass(frozen=True)
class Start:
    """What a command needs to begin. `check_out` makes the folder that it is given a working tree."""

    recipe: CommandRecipe
    context: Context
    secrets: Mapping[str, str]
    check_out: Callable[[Path], None]


def look(folder: Path) -> Look:
    """How far the command of this folder is."""
    if not (folder / "started.json").exists():
        return Unknown()
    alive = _is_alive(folder)  # asked first: an end that is written afterwards is then seen below
    started = json.loads((folder / "started.json").read_text())
    tail = output.tail(output.pieces_in(folder))
    try:
        ended = json.loads((folder / "ended.json").read_text())
    except FileNotFoundError:
        return Running(tail) if alive else Finished(_died(started), tail)
    return Finished(judged(started["recipe"], _end(ended), started["timeout"]), tail)


def begin(folder: Path, start: Start) -> Look:
    """Begin the command, unless this folder's was begun. Raises OutsideError when it cannot be begun now."""
    there = look(folder)
    if not isinstance(there, Unknown):
        return there
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "cancel").exists():
        return Finished(Result(Verdict.INCONCLUSIVE, f"{start.recipe.name} was cancelled before it began."))
    # Each attempt has a tree of its own: of two at once, the loser takes its own away.
    tree = folder / f"tree-{uuid4().hex[:8]}"
    start.check_out(tree)
    try:
        _launch(folder, _plan(start, tree))
    except (OSError, subprocess.SubprocessError) as problem:
        raise OutsideError(
            f"{start.recipe.name} could not be begun: {problem}. It will be tried again."
        ) from problem
    finally:
        if isinstance(look(folder), Unknown):
            shutil.rmtree(tree, ignore_errors=True)
    there = look(folder)
    if isinstance(there, Unknown):
        raise OutsideError(
            f"{start.recipe.name} did not begin; {folder / 'trouble'} may say why. It will be tried again."
        )
    return there


def cancel(folder: Path, reason: str) -> None:
    """Ask the supervisor to end the command. One that has not begun never will."""
    folder.mkdir(parents=True, exist_ok=True)
    new = folder / f"cancel.{uuid4().hex[:8]}"
    new.write_text(reason)
    new.replace(folder / "cancel")


def _plan(start: Start, tree: Path) -> dict[str, Any]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        "recipe": start.recipe.name,
        "command": [filled(argument, start.context) for argument in start.recipe.command],
        "tree": str(tree),
        "environment": {**kept, **variables(start.context), **start.secrets},
        "timeout": start.recipe.timeout,
        "secrets": list(start.secrets.values()),
    }


def _launch(folder: Path, plan: Mapping[str, Any]) -> None:
    # The plan goes through a pipe: secrets stand neither on the disk nor in the list of processes.
    subprocess.run(
        [sys.executable, "-I", "-S", str(_SUPERVISE), str(folder.absolute())],
        input=json.dumps(plan).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        timeout=_START_WITHIN,
        check=False,
        env={"PATH": os.defpath},
    )


def _is_alive(folder: Path) -> bool:
    """Is the lock held that the supervisor keeps as long as it lives? The kernel gives it back whatever happens."""
    try:
        with (folder / "alive").open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _end(ended: Mapping[str, Any]) -> CommandEnd:
    return CommandEnd(
        Ending(ended["how"]), ended.get("code", 0), ended.get("signal", ""), ended.get("answer"), ended.get("why", "")
    )  # fmt: skip


def _died(started: Mapping[str, Any]) -> Result:
    sentence = (
        f"Nobody knows how {started['recipe']} ended: the process that watched it was ended from outside, as by a restart "
        "of the machine. Look what it has done, and run it again if need be; the bot does not by itself."
    )
    return Result(Verdict.INCONCLUSIVE, sentence)
