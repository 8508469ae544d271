"""Commands as recipes: what they are told, what they may do to the bot, and how they end. Real processes, real git."""

import sys
from pathlib import Path

import pytest

from bot.domain.recipes import Finished, Result, Running, Unknown
from bot.domain.words import Verdict
from bot.views.text import foreign
from storage.operations import Operation
from tests.recipes.conftest import SECRETS, Yard, eventually, finished

PASSED, FAILED, INCONCLUSIVE = Verdict


def sh(yard: Yard, script: str, timeout: int = 60, secrets: tuple[str, ...] = ()) -> None:
    yard.command("sh", "-c", script, timeout=timeout, secrets=secrets)


@pytest.mark.process("REL-3")
def test_a_script_of_the_repository_runs_in_a_working_tree_at_the_commit_which_is_removed_afterwards(
    yard: Yard,
) -> None:
    yard.command("./deploy.sh", "{environment}")

    end = yard.run()

    assert end == Finished(Result(PASSED, "it passed."), "deploying v1.4.0 to staging at v1.3.0")
    assert yard.runner().log("op-1") == "deploying v1.4.0 to staging at v1.3.0\n"
    folder = yard.runner().folder("op-1")
    eventually(lambda: not list(folder.glob("tree-*")))


def test_placeholders_are_arguments_and_never_reach_a_shell(yard: Yard) -> None:
    yard.command(
        sys.executable, "-c", "import sys; print(sys.argv[1:])", "{version}; echo $HOME", "{stage}", "{{x}}"
    )

    assert yard.run().tail == "['1.4.0; echo $HOME', '25', '{x}']"


def test_a_command_finds_a_few_variables_of_the_bot_and_only_the_secrets_that_it_names(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-never")
    sh(yard, "env | cut -d= -f1 | sort | tr '\\n' ' '", secrets=("DEPLOY_TOKEN",))

    names = set(yard.run().tail.split())

    assert {"DEPLOY_TOKEN", "PATH", "HARBOURMASTER_VERSION", "HARBOURMASTER_RESULT"} <= names
    assert not {"SLACK_BOT_TOKEN", "HOOK_KEY"} & names


@pytest.mark.process("TEST-2")
@pytest.mark.parametrize(
    ("script", "result"),
    [
        ("exit 3", Result(FAILED, "it ended with code 3.")),
        ("exit 75", Result(INCONCLUSIVE, "it says that it could not find out (code 75).")),
        ("kill -SEGV $$", Result(FAILED, "it was ended by the signal SIGSEGV.")),
        ("echo '{' > $HARBOURMASTER_RESULT", Result(INCONCLUSIVE, "it ended with code 0, and its result is not JSON.")),
        ("ln -s /etc/passwd $HARBOURMASTER_RESULT", Result(PASSED, "it passed.")),
        ("mkfifo $HARBOURMASTER_RESULT", Result(PASSED, "it passed.")),
        ("mkdir $HARBOURMASTER_RESULT", Result(PASSED, "it passed.")),
        ("head -c 1000000 /dev/zero > $HARBOURMASTER_RESULT",
         Result(INCONCLUSIVE, "it ended with code 0, and its result is not JSON.")),
        ('echo \'{"summary": "9 of 9.", "measurements": {"p95_ms": 120}}\' > $HARBOURMASTER_RESULT',
         Result(PASSED, "it passed. 9 of 9.", None, {"p95_ms": 120.0})),
    ],
)  # fmt: skip
def test_how_a_command_ends_is_its_result(yard: Yard, script: str, result: Result) -> None:
    sh(yard, script)

    assert yard.run().result == result


def test_a_program_that_does_not_exist_is_inconclusive(yard: Yard) -> None:
    yard.command("./nowhere.sh")

    assert yard.run().result == Result(
        INCONCLUSIVE, "it could not be started: ./nowhere.sh: No such file or directory."
    )


def test_a_recipe_that_does_not_exist_is_inconclusive_and_says_what_there_is(yard: Yard) -> None:
    yard.command("true")
    runner = yard.runner()

    look = runner.begin("deploi", yard.context())

    assert look == Finished(
        Result(
            INCONCLUSIVE,
            "shop has no recipe `deploi`; its recipes are: it. "
            "Add [products.shop.recipes.deploi] to harbourmaster.toml, or do it by hand.",
        )
    )
    assert runner.look("op-1") == Unknown()


def test_secrets_are_masked_also_when_they_are_split_or_written_in_another_way(yard: Yard) -> None:
    secret = SECRETS["DEPLOY_TOKEN"]
    sh(
        yard,
        f"echo got {secret}; printf 'hunter2-'; sleep 0.3; echo is-secret; printf %s $DEPLOY_TOKEN | base64; "
        """printf '{"summary": "used %s"}' $DEPLOY_TOKEN > $HARBOURMASTER_RESULT""",
        secrets=("DEPLOY_TOKEN",),
    )

    end = yard.run()

    assert end.tail == "got ***\n***\n***="
    assert end.result.summary == "it passed. used ***"
    on_disk = b"".join(path.read_bytes() for path in yard.home.rglob("*") if path.is_file())
    assert secret.encode() not in on_disk


def test_a_hundred_megabytes_of_output_leave_their_beginning_their_end_and_a_count(yard: Yard) -> None:
    sh(yard, "echo first; head -c 100000000 /dev/zero | tr '\\0' x; echo; echo last", timeout=100)

    end = yard.run()

    log = yard.runner().log("op-1")
    assert log.startswith("first\n")
    assert log.endswith("x\nlast\n")
    assert end.tail.endswith("x\nlast")
    assert "bytes were left out here …]" in log
    assert 900_000 < len(log) < 1_100_000
    assert sum(path.stat().st_size for path in yard.home.glob("data/**/*") if path.is_file()) < 10_000


def test_slack_markup_and_control_characters_in_the_output_do_no_harm(yard: Yard) -> None:
    sh(yard, r"printf '\033[31m<!channel>\033[0m *x* \007\342\200\256 10%%\r100%% <@U123>\n'")

    end = yard.run()

    assert end.tail == "100% <@U123>"
    assert foreign(end.tail) == "100% &lt;@U123&gt;"


def test_a_command_that_hangs_for_ever_is_stopped_after_its_time_with_all_that_it_started(yard: Yard) -> None:
    here = yard.home / "pids"
    sh(
        yard,
        f"trap '' TERM; (setsid sleep 1000 & echo $! >> {here}); sleep 1000 & echo $! >> {here}; wait; wait",
        1,
    )

    end = yard.run()

    assert end.result == Result(
        FAILED, "it did not end within 1 seconds, and was stopped with all it had started."
    )
    assert not [pid for pid in here.read_text().split() if is_running(int(pid))]


def test_what_a_command_leaves_behind_is_ended_with_it(yard: Yard) -> None:
    here = yard.home / "pids"
    sh(yard, f"setsid sh -c 'echo $$ >> {here}; exec sleep 1000' & sleep 1000 & echo $! >> {here}; sleep 0.2")

    assert yard.run().result == Result(PASSED, "it passed.")
    assert len(here.read_text().split()) == 2
    assert not [pid for pid in here.read_text().split() if is_running(int(pid))]


def test_a_cancelled_command_is_ended_and_says_why(yard: Yard) -> None:
    sh(yard, "echo begun; sleep 1000")
    runner = yard.runner()
    runner.begin("it", yard.context())
    eventually(lambda: runner.look("op-1") == Running("begun"))

    runner.cancel("op-1", "Ada aborted the rollout")

    assert finished(runner) == Finished(
        Result(INCONCLUSIVE, "it was stopped before its end: Ada aborted the rollout."), "begun"
    )


def test_an_operation_that_was_cancelled_before_it_began_never_begins(yard: Yard) -> None:
    effect = yard.home / "effect"
    yard.command("sh", "-c", f"echo {{operation}} >> {effect}")
    yard.run("op-2")
    runner = yard.runner()
    place = (yard.home / "data/operations/place").read_text()
    runner.operations.claim(Operation(yard.context(), "it", place, "here", yard.now, yard.now))

    runner.cancel("op-1", "not today")

    expected = Finished(Result(INCONCLUSIVE, "it was cancelled before it began: not today."))
    assert runner.look("op-1") == expected
    assert runner.begin("it", yard.context()) == expected
    assert effect.read_text() == "op-2\n"


def is_running(pid: int) -> bool:
    """Zombies do not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
