"""The bot's process dies, and the operation does not: whoever comes next adopts it and begins nothing a second time."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import OutsideError
from bot.domain.recipes import Finished, Result, Running, Unknown
from bot.domain.words import Sha, Verdict
from bot.recipes import command
from storage.operations import Operation
from tests.recipes.conftest import Yard, eventually, finished

PASSED, FAILED, INCONCLUSIVE = Verdict


@dataclass(frozen=True)
class OtherBot:
    """Another process in which a bot begins the operation, and then does nothing more."""

    pid: int

    @classmethod
    def begins(cls, yard: Yard, *arguments: str) -> "OtherBot":
        yard.command(*arguments)
        # A fork, because a fresh interpreter would spend most of its life on imports.
        pid = os.fork()
        if pid == 0:
            try:
                yard.runner().begin("it", yard.context())
                (yard.home / f"begun.{os.getpid()}").touch()
                signal.pause()
            finally:
                os._exit(0)
        return cls(pid)

    def has_begun(self, yard: Yard) -> bool:
        return (yard.home / f"begun.{self.pid}").exists()

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def waiting_for(go: Path, effect: Path) -> tuple[str, ...]:
    return ("sh", "-c", f"echo one >> {effect}; while ! test -e {go}; do sleep 0.02; done; echo went")


@pytest.mark.process("REL-3")
def test_a_command_outlives_the_sigkill_of_its_bot_and_is_adopted_by_the_next_one(yard: Yard) -> None:
    go, effect = yard.home / "go", yard.home / "effect"
    bot = OtherBot.begins(yard, *waiting_for(go, effect))
    eventually(effect.exists)
    bot.kill()

    runner = yard.runner()
    assert runner.look("op-1") == Running()
    assert runner.begin("it", yard.context()) == Running()
    go.touch()

    assert finished(runner) == Finished(Result(PASSED, "it passed."), "went")
    assert effect.read_text() == "one\n"
    assert runner.begin("it", yard.context()) == Finished(Result(PASSED, "it passed."), "went")


def test_a_command_that_ended_while_no_bot_lived_is_found_ended(yard: Yard) -> None:
    go, effect = yard.home / "go", yard.home / "effect"
    bot = OtherBot.begins(yard, *waiting_for(go, effect))
    eventually(effect.exists)
    bot.kill()
    go.touch()
    eventually((yard.runner().folder("op-1") / "ended.json").exists)

    assert yard.runner().look("op-1") == Finished(Result(PASSED, "it passed."), "went")
    assert yard.runner().log("op-1") == "went\n"
    assert effect.read_text() == "one\n"


@pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25])
def test_wherever_the_bot_is_killed_the_effect_takes_place_once(yard: Yard, after: float) -> None:
    effect = yard.home / "effect"
    bot = OtherBot.begins(yard, "sh", "-c", f"echo one >> {effect}")
    time.sleep(after)  # the moment of the kill is what varies
    bot.kill()

    runner = yard.runner()
    runner.begin("it", yard.context())

    assert finished(runner).result == Result(PASSED, "it passed.")
    assert effect.read_text() == "one\n"


def test_two_bots_that_begin_at_once_begin_it_once(yard: Yard) -> None:
    effect = yard.home / "effect"
    bots = [OtherBot.begins(yard, "sh", "-c", f"echo one >> {effect}; sleep 0.3") for _ in range(3)]
    eventually(lambda: all(bot.has_begun(yard) for bot in bots))
    for bot in bots:
        bot.kill()

    assert finished(yard.runner()).result == Result(PASSED, "it passed.")
    assert effect.read_text() == "one\n"


def test_a_supervisor_that_died_leaves_its_operation_inconclusive_and_nothing_is_run_again(
    yard: Yard,
) -> None:
    effect = yard.home / "effect"
    yard.command("sh", "-c", f"echo $$ >> {effect}; sleep 1000")
    runner = yard.runner()
    runner.begin("it", yard.context())
    child = int(eventually(lambda: effect.exists() and effect.read_text()))
    supervisor = int((runner.folder("op-1") / "started.json").read_text().split('"pid": ')[1].split(",")[0])

    os.kill(supervisor, signal.SIGKILL)

    end = finished(runner)
    assert end.result.verdict is INCONCLUSIVE
    assert end.result.summary.startswith(
        "Nobody knows how it ended: the process that watched it was ended from outside"
    )
    assert runner.begin("it", yard.context()) == end
    assert effect.read_text() == f"{child}\n"
    eventually(lambda: not Path(f"/proc/{child}").exists())


def test_a_stopped_machine_lets_the_command_end_and_says_so(yard: Yard) -> None:
    yard.command("sh", "-c", "echo begun; sleep 1000")
    runner = yard.runner()
    runner.begin("it", yard.context())
    eventually(lambda: runner.look("op-1") == Running("begun"))
    supervisor = int((runner.folder("op-1") / "started.json").read_text().split('"pid": ')[1].split(",")[0])

    os.kill(supervisor, signal.SIGTERM)

    sentence = "it was stopped before its end: the machine it ran on was shut down."
    assert finished(runner) == Finished(Result(INCONCLUSIVE, sentence), "begun")


def test_a_bot_elsewhere_reports_where_it_runs_and_begins_nothing(yard: Yard) -> None:
    go, effect = yard.home / "go", yard.home / "effect"
    yard.command(*waiting_for(go, effect))
    here, elsewhere = yard.runner(), yard.runner("another-host")
    here.begin("it", yard.context())

    look = elsewhere.begin("it", yard.context())

    assert isinstance(look, Running)
    assert look.where != ""
    go.touch()
    assert finished(here) == finished(elsewhere) == Finished(Result(PASSED, "it passed."), "went")
    assert effect.read_text() == "one\n"


def test_a_host_that_does_not_come_back_leaves_its_operation_inconclusive_after_its_time(yard: Yard) -> None:
    yard.command("true")
    elsewhere = yard.runner("another-host")
    claimed = Operation(yard.context(), "it", "a place", "host-7", yard.now, yard.now + timedelta(minutes=11))
    elsewhere.operations.claim(claimed)

    assert elsewhere.begin("it", yard.context()) == Running(where="host-7")
    yard.now += timedelta(minutes=12)
    end = elsewhere.begin("it", yard.context())

    assert isinstance(end, Finished)
    assert end.result.verdict is INCONCLUSIVE
    assert end.result.summary.startswith("Nobody knows how it ended: it was begun at host-7,")


def test_a_bot_that_slept_through_the_end_of_its_operation_does_not_begin_it(yard: Yard) -> None:
    effect = yard.home / "effect"
    yard.command("touch", str(effect))
    runner = yard.runner()
    given_up = Result(INCONCLUSIVE, "given up by another host")

    class Slow:
        """A mirror so slow that others give the operation up while the working tree is made."""

        def check_out(self, commit: Sha, to: Path) -> None:
            yard.repository.check_out(commit, to)
            runner.operations.end("op-1", given_up, yard.now)

    slow = replace(runner, checkouts={"shop": Slow()})
    with pytest.raises(OutsideError, match="it was given up in the meantime: given up by another host"):
        slow.begin("it", yard.context())

    assert runner.look("op-1") == Finished(given_up)
    assert list(runner.folder("op-1").iterdir()) == []
    assert not effect.exists()


def test_a_plan_that_was_cut_off_begins_nothing(yard: Yard) -> None:
    folder = yard.home / "folder"
    folder.mkdir()

    subprocess.run(
        [sys.executable, str(Path(command.__file__).with_name("supervise.py")), str(folder)],
        input=b'{"recipe": "it", "comm', capture_output=True, check=False,
    )  # fmt: skip

    assert command.look(folder) == Unknown()
    assert list(folder.iterdir()) == []
