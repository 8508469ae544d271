"""One release played by its people while bots die under it, and what must be true when it has come to its end."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bot.app import process_text
from bot.demo.cast import CHANNEL, PEOPLE, QA
from bot.demo.keys import verify_fresh_clone
from bot.demo.stage import Plan, Scene, set_scene
from bot.domain.people import Roles
from bot.domain.policy import TAG, Policy, read_policy
from bot.domain.release import Release
from bot.domain.signoffs import roles_to_sign_as
from bot.domain.turn import needs
from bot.domain.words import ItemKind, UserId
from bot.workspace import Message
from storage.database import verify
from storage.engine import open_engine
from storage.store import Store

HERE = f"#{CHANNEL.name}"
PATIENCE = 60.0
"""Seconds for a whole release in which nothing goes wrong, on a busy machine; every death adds some."""
A_DEATH = 6.0
LEASE = 2.0
NAMES = {person.id: person.name for person in PEOPLE}


class Replica:
    """A place where a bot runs. When it dies, the next one starts there, unless `comes_back` says no."""

    def __init__(self, scene: Scene, name: str) -> None:
        self._log = scene.folder / f"{name}.crossings"
        self._strikes = scene.folder / "strikes"
        self._strikes.mkdir(exist_ok=True)
        self.pid: int | None = None
        self.comes_back = True
        self.ahead = 0.0
        """By how many seconds the clock of the next bot is ahead."""
        self._deadly: tuple[str, ...] = ()
        self._stops = False
        self._began = threading.Event()
        environ = {**os.environ, **scene.environ, "HARBOURMASTER_CONFIG": str(scene.file)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.victim"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True,
            start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._keep, daemon=True).start()

    def start(self, *deadly: str, stops: bool = False) -> "Replica":
        """Run a bot here that kills itself at the first of these places that it comes to, the next one at the others.
        With `stops` it is only stopped, as by SIGSTOP, until it is told to go on."""
        self._deadly, self._stops = deadly, stops
        self._start_next()
        assert self._began.wait(30), "no bot was started"
        return self

    def crossings(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def _start_next(self) -> None:
        asked = {
            "log": str(self._log), "strikes": str(self._strikes), "deadly": self._deadly, "stops": self._stops,
            "lease": LEASE, "ahead": self.ahead,
        }  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()

    def _keep(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            word, number = line.split()
            self.pid = int(number) if word == "began" else None
            if self.pid:
                self._began.set()
            elif self.comes_back:
                self._start_next()

    def signal(self, number: int) -> None:
        assert self.pid is not None
        os.kill(self.pid, number)

    def close(self) -> None:
        self.comes_back = False
        os.killpg(self._process.pid, signal.SIGKILL)  # with the bot that it has forked, stopped or not
        self._process.wait(30)


class Ordeal:
    """The people of the demo bring one hotfix to its end, whatever happens to the bots."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.ws = scene, scene.workspace
        config = scene.config()
        automates = config.products[scene.product].automates
        self.policy: Policy = read_policy(process_text(), config.quorums, {TAG, *automates})
        members = {role: named.members | (frozenset(map(UserId, QA.members)) if named.group else frozenset())
                   for role, named in config.roles.items()}  # fmt: skip
        self.roles = Roles(members)
        self.engine = open_engine(scene.environ["HARBOURMASTER_DATABASE_URL"])
        self.store = Store(self.engine)

    def struck(self) -> set[str]:
        """Where bots were killed or stopped."""
        return {file.name for file in (self.scene.folder / "strikes").iterdir()}

    def release(self) -> Release | None:
        with self.store.reading() as tx:
            found = [*tx.open_releases(), *tx.recent_releases(1)]
        return found[0] if found else None

    def play(self, deaths: int = 0) -> Release:
        """Type what is due, again and again as people do who got no answer, until the release is complete."""
        return self._play(lambda: False, PATIENCE + A_DEATH * deaths)

    def play_until_struck(self) -> None:
        """Play as far as the first place where a bot is killed or stopped."""
        self._play(lambda: bool(self.struck()), PATIENCE)

    def _play(self, enough: Callable[[], bool], patience: float) -> Release:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            release = self.release() if self._has_tables() else None
            if release is None:
                self._types("mara", f"start {self.scene.product} hotfix")
            elif not release.is_open or enough():
                return release
            else:
                self._next(release)
        raise AssertionError(f"The release did not reach its end. It stands at:\n{self._standing()}")

    def _has_tables(self) -> bool:
        return sa.inspect(self.engine).has_table("releases")

    def _next(self, release: Release) -> None:
        turns = [need for need in needs(release, self.policy, self.roles) if need.who]
        if release.commit is None or not turns:
            self.pause(0.05)
            return
        need = turns[0]
        # Whoever can do less goes first, so that the last sign-off still finds somebody.
        who = min(need.who, key=lambda user: (len(self.roles.filled_by(user)), user))
        if need.item.kind is ItemKind.SIGN_OFF:
            (role, *_) = roles_to_sign_as(release, self.policy, need.item, self.roles, who)
            self._types(NAMES[who], f"approve {release.id} as {role}")
        else:
            self._types(NAMES[who], f"done {release.id} {need.item.id}")

    def _types(self, who: str, words: str) -> None:
        delivery = self.ws.person(who).types(HERE, f"/release {words}")
        if not delivery.ok:
            self.pause(0.1)
        elif delivery.reply is None or not delivery.reply.plain.startswith(
            ("You signed", "Started", words.split()[-1])
        ):
            self.pause(0.05)

    def pause(self, seconds: float) -> None:
        try:
            self.ws.wait_for(lambda: False, seconds, "a moment passes")
        except TimeoutError:
            return

    def settle(self) -> None:
        """Wait until nothing is left to be carried out but the looks that come again and again."""
        waiting = sa.text(
            "SELECT count(*) FROM orders WHERE state IN ('waiting', 'claimed') "
            "AND kind NOT IN ('ReadProduct', 'ReadGroup', 'ReadPerson')"
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self.engine.connect().execution_options(write=False) as connection:
                if not connection.execute(waiting).scalar():
                    return
            self.pause(0.1)
        raise AssertionError(f"Orders are left behind:\n{self._standing()}")

    def _standing(self) -> str:
        with self.engine.connect().execution_options(write=False) as connection:
            rows = connection.execute(
                sa.text("SELECT kind, state, attempts, problem FROM orders WHERE state != 'done'")
            )
            orders = [str(tuple(row)) for row in rows]
        release = self.release()
        phase = release.phase(self.policy) if release else None
        return "\n".join([f"{release.id if release else 'no release'} in {phase}", *orders])

    def wrongs(self) -> list[str]:
        """Everything that is not as it must be, as sentences; empty when all is well."""
        release = self.release()
        if release is None or release.is_open or release.ended is None or release.tagged is None:
            return ["The release is not complete."]
        wrong = [f"The history is broken: {sentence}" for sentence in verify(self.engine)[1]]
        wrong += [
            f"{item.id} was lost."
            for item in self.policy.of(release.type)
            if not release.is_done(self.policy, item)
        ]
        return [*wrong, *self._wrong_messages(release), *self._wrong_tags(release)]

    def _wrong_messages(self, release: Release) -> Iterator[str]:
        ours = [m for m in self.ws.messages(HERE) if m.from_bot]
        marks = [_mark(message) for message in ours]
        yield from (
            f"{mark} was posted {marks.count(mark)} times."
            for mark in sorted(set(marks))
            if marks.count(mark) > 1
        )
        query = sa.text("SELECT body FROM orders WHERE kind = 'WriteLog' AND state = 'done'")
        with self.engine.connect().execution_options(write=False) as connection:
            told = [json.loads(body) for (body,) in connection.execute(query)]
        wanted = {f"log {entry['release']} {entry['first']}" for entry in told}
        missing = wanted - set(marks)
        yield from (f"{mark} was never posted." for mark in sorted(missing))
        if sum(entry["last"] - entry["first"] + 1 for entry in told) != release.events:
            yield "Not every row of the history was told in the thread."
        posted = [
            int(mark.split()[-1])
            for message, mark in zip(ours, marks, strict=True)
            if mark.startswith("log ")
        ]
        if posted != sorted(posted):
            yield f"The thread is out of order: {posted}."
        cards = [m for m, mark in zip(ours, marks, strict=True) if mark.startswith("card ")]
        if len(cards) != 1 or "*Completed*" not in cards[0].plain:
            yield f"There are {len(cards)} cards, and the last one does not say that it is completed."

    def _wrong_tags(self, release: Release) -> Iterator[str]:
        made = release.tagged
        assert made is not None
        listed = subprocess.run(
            ["git", "ls-remote", "--tags", self.scene.remote.url, made.tag, f"{made.tag}^{{}}"],
            capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        expected = [made.object, f"refs/tags/{made.tag}", made.commit, f"refs/tags/{made.tag}^{{}}"]
        if listed != expected:
            yield f"The tag on the remote is {listed}, and history says {expected}."
        into = self.scene.folder / "fresh-clone"
        verify_fresh_clone(
            self.scene.remote.url, made.tag, self.scene.signing.allowed_signers or Path(), into
        )


def _mark(message: Message) -> str:
    payload = (message.metadata or {}).get("event_payload", {})
    return str(payload.get("mark", "no mark"))


@contextmanager
def ordeal(folder: Path, *names: str, **changes: object) -> Iterator[tuple[Ordeal, list[Replica]]]:
    """A scene with places for bots of these names; none is started yet."""
    plan = replace(Plan(look_every=1, rate_limits=False), **changes)  # type: ignore[arg-type]  # fields of Plan by name
    with set_scene(folder, plan) as scene:
        there = [Replica(scene, name) for name in names]
        try:
            yield Ordeal(scene), there
        finally:
            for replica in there:
                replica.close()
