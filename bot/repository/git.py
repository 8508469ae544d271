"""One runner for the system git: fixed argument lists, a closed environment, a time limit. No rule about releases
lives here, and no user text ever becomes an option."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from bot.domain.errors import OutsideError, OutsideRefusal
from bot.domain.words import Sha

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"[^\x00-\x20\x7f~^:?*\[\\]+")
_CHUNK = 256 * 1024
_ENOUGH_WORDS = 64 * 1024
_SHORTEST_SECRET = 6

_CLOSED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS_REQUIRE": "never",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
    # Into a pipe git otherwise flushes after every commit, which costs up to a third of the time of `git log`.
    "GIT_FLUSH": "0",
}


def safe_ref(name: str) -> str:
    """The name of a branch or tag, unchanged, when git would accept it and no tool can take it for an option.

    The rules are those of `git check-ref-format`, and one more: that command accepts `refs/tags/-x`, we do not.
    Raises OutsideRefusal.
    """
    parts = name.split("/")
    good = (
        _REF.fullmatch(name) is not None
        and len(name.encode(errors="replace")) <= 200
        and not any(part == "" or part.startswith((".", "-")) or part.endswith(".lock") for part in parts)
        and ".." not in name
        and "@{" not in name
        and not name.endswith(".")
        and name not in {"@", "HEAD"}
        and not any("\ud800" <= letter <= "\udfff" for letter in name)
    )
    if not good:
        raise OutsideRefusal(
            f"{name[:80]!r} cannot be the name of a tag or branch. Use letters, digits, dots, `/`, `_` "
            "and hyphens, and begin with a letter or digit."
        )
    return name


def safe_sha(sha: str) -> Sha:
    """The commit id, unchanged, when it is a full id in lower-case hex. Raises OutsideRefusal."""
    if not _SHA.fullmatch(sha):
        raise OutsideRefusal(f"{sha[:80]!r} is not a full commit id. Give all 40 digits (64 with SHA-256).")
    return Sha(sha)


class TimedOut(OutsideError):
    """Git was stopped because it took longer than it may; what it did until then is unknown."""


@dataclass(frozen=True)
class Ran:
    """What a git process left behind: its exit code, its output as bytes, and its words without secrets."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """The output as text, without the last newline; bytes that are not UTF-8 become U+FFFD."""
        return self.out.decode(errors="replace").removesuffix("\n")


@dataclass(frozen=True)
class Git:
    """Git in one repository, with the settings of one caller. Holds no process and no open file: safe to share.

    `settings` reach git through the environment, so that neither the argument list nor a file on disk ever shows
    a token. `protocols` names the transports that may be used, `secrets` what must never be repeated, and `held` a
    lock's descriptor that the child inherits, so that the lock outlives us when we are killed before our child.
    `shared_settings` is a file that also reaches the git at the other end of a local path; none by default.
    `moment` is what new commits bear as their time; the present when it is None.
    """

    directory: Path
    settings: tuple[tuple[str, str], ...] = ()
    protocols: str = ""
    secrets: tuple[str, ...] = ()
    held: int | None = None
    shared_settings: Path = Path(os.devnull)
    moment: datetime | None = None

    def run(self, *arguments: str, stdin: bytes = b"", seconds: float = 30.0) -> Ran:
        """Run `git arguments…` to its end, feeding it `stdin`. Any exit code is returned, none is raised.

        Raises TimedOut after `seconds`, when the process and all its children are killed, and OutsideError when
        there is no git at all.
        """
        process = self._start(arguments, subprocess.PIPE)
        try:
            out, err = process.communicate(stdin, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise self._too_slow(arguments, seconds) from None
        finally:
            _end(process)
        return Ran(process.returncode, out, self._clean(err))

    def stream(self, *arguments: str, seconds: float = 30.0) -> Generator[bytes, None, None]:
        """The output of `git arguments…` in pieces, while git still writes. Closing the iterator ends git.

        Raises OutsideError with git's own words when it ends badly, and TimedOut as `run` does.
        """
        process = self._start(arguments, subprocess.DEVNULL)
        words: list[bytes] = []
        drain = threading.Thread(target=_drain, args=(process.stderr, words), daemon=True)
        late = threading.Event()
        alarm = threading.Timer(seconds, _stop_late, args=(process, late))
        alarm.daemon = True
        drain.start()
        alarm.start()
        try:
            stdout = cast(IO[bytes], process.stdout)  # GitPython always asks for a pipe
            while piece := os.read(stdout.fileno(), _CHUNK):
                yield piece
            code = process.wait()
        finally:
            alarm.cancel()
            alarm.join()
            _end(process, drain)
        if late.is_set():
            raise self._too_slow(arguments, seconds)
        if code != 0:
            raise self._failed(arguments[0], words_of(self._clean(b"".join(words))))

    def _failed(self, command: str, said: str) -> OutsideError:
        return OutsideError(
            f"git {command} failed in the local mirror {self.directory}: {said}. Refresh the repository and try again."
        )

    def _start(self, arguments: tuple[str, ...], stdin: int) -> "subprocess.Popen[bytes]":
        try:
            # Imported late: GitPython looks for git when it is imported, and without one it stops the whole program.
            from git.cmd import Git as Command
            from git.exc import GitCommandNotFound
        except ImportError as error:
            raise OutsideError("The program git was not found. Install git and start again.") from error
        try:
            # A session of its own: no terminal to ask for a passphrase on, and one signal reaches every child.
            # GitPython's own kill_after_timeout looks for children with `pgrep` or `ps`, which slim images lack.
            started = Command(os.fspath(self.directory)).execute(
                ["git", *arguments],
                istream=stdin,
                as_process=True,
                env=self._environment(),
                start_new_session=True,
                pass_fds=() if self.held is None else (self.held,),
            )
        except GitCommandNotFound as error:
            raise OutsideError("The program git was not found. Install git and start again.") from error
        process = cast("subprocess.Popen[bytes]", started.proc)
        started.proc = None  # GitPython would end it when its wrapper is collected; ending it is our work
        return process

    def _environment(self) -> dict[str, str]:
        settings = (("core.hooksPath", os.devnull), ("credential.helper", ""), *self.settings)
        environment = {
            **_CLOSED,
            "GIT_DIR": os.fspath(self.directory),
            "GIT_CONFIG_GLOBAL": os.fspath(self.shared_settings),
            "GIT_ALLOW_PROTOCOL": self.protocols,
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        for number, (key, value) in enumerate(settings):
            environment[f"GIT_CONFIG_KEY_{number}"] = key
            environment[f"GIT_CONFIG_VALUE_{number}"] = value
        if self.moment is not None:
            stamp = f"{int(self.moment.timestamp())} +0000"
            environment |= {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        return environment

    def _clean(self, err: bytes) -> str:
        text = err.decode(errors="replace")
        for secret in self.secrets:
            # Nothing this short is a secret, and taking every "t" out of git's words would make them unreadable.
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, "***")
        return text

    def _too_slow(self, arguments: tuple[str, ...], seconds: float) -> TimedOut:
        return TimedOut(
            f"git {arguments[0]} did not finish within {seconds:g} seconds and was stopped. "
            "Look whether the repository's server answers; it will be tried again."
        )


def words_of(err: str) -> str:
    """Git's own words as one bounded line: no hints, no banners, no control characters, no `fatal:`."""
    said = []
    for line in _plain(err).split("\n"):
        line = re.sub(r"^(?:fatal|error|warning|remote):\s*", "", line.strip()).rstrip(".")
        if line and not line.startswith("hint:") and set(line) - {"@"} and line not in said:
            said.append(line)
    return "; ".join(said)[:400] or "git said nothing"


def remote_words_of(err: str) -> str:
    """Only what the remote itself said (`remote: …` lines), bounded and plain; empty when it said nothing."""
    lines = [
        line.removeprefix("remote:").strip() for line in _plain(err).split("\n") if line.startswith("remote:")
    ]
    return " ".join(line for line in lines if line)[:400]


def _plain(text: str) -> str:
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text).replace("\r", "\n")
    return "".join(letter for letter in text if letter == "\n" or letter.isprintable())


def _drain(stderr: IO[bytes] | None, words: list[bytes]) -> None:
    """Read the other pipe to its end, so that a talkative git never waits for us; keep only the beginning."""
    kept = 0
    while stderr is not None and (piece := os.read(stderr.fileno(), 4096)):
        if kept < _ENOUGH_WORDS:
            words.append(piece)
            kept += len(piece)


def _stop_late(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    _kill(process)


def _end(process: "subprocess.Popen[bytes]", drain: threading.Thread | None = None) -> None:
    if process.poll() is None:
        _kill(process)
        process.wait()
    if drain is not None:
        drain.join()  # a pipe must not be closed under its reader
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(BrokenPipeError):  # what git had not read before it ended
                pipe.close()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):  # it ended by itself in the meantime
        os.killpg(process.pid, signal.SIGKILL)
