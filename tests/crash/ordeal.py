"""One release played by its people while bots die under it: to its end, or to its rollback."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.configured import policies, process_text, repositories
from bot.demo.cast import PEOPLE, QA, TALK
from bot.demo.product import push_fix
from bot.demo.stage import PUSH_TOKEN, Plan, Scene, set_scene
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.rollback import Stands
from bot.domain.signoffs import roles_to_sign_as
from bot.domain.turn import Need, needs
from bot.domain.words import ItemKind, Sha, UserId
from bot.domain.working import alarming
from bot.repository.git import Git
from bot.workspace import CannotDo
from storage.engine import open_engine
from storage.store import Store
from tests.crash import troubles
from tests.crash.replica import Replica
from tests.crash.troubles import HERE, NOTICE, Troubles
from tests.crash.verdict import wrongs
from tests.crash.world import AUTOMATES, KEY, World, make_world
from tests.scenarios.deployed import NO_MIGRATIONS

PATIENCE = 90.0
"""Seconds for a whole release in which nothing goes wrong, on a busy machine; every death adds some."""
A_DEATH = 8.0
IMPATIENT = 2.0
"""Seconds until somebody is reminded of what they have not done."""
NAMES = {person.id: person.name for person in PEOPLE}
BRANCH = "hotfix/1.3.3"
TARGET = "v1.3.2"
AUDIENCE = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
posts = ["candidate", "tagged", "deployed", "completed", "rolled-back"]

[products.shop.audiences.operators]
channel = "{TALK.id}"
posts = ["deployed"]
"""
_COMES_AGAIN = ("ReadProduct", "ReadGroup", "ReadPerson", "ReadCalendar", "SendNotice", "TellOwner")
"""Orders that are always waiting for their next time."""


class Ordeal:
    """The people of the demo bring one hotfix to its end, whatever happens to the bots."""

    def __init__(self, scene: Scene, world: World) -> None:
        self.scene, self.ws, self.world = scene, scene.workspace, world
        self.goes_back = False
        """Is it rolled back as soon as it is in production?"""
        self.troubles: Troubles | None = None
        config = scene.config()
        self.policy: Policy = policies(config, process_text())[scene.product]
        members = {role: named.members | (frozenset(map(UserId, QA.members)) if named.group else frozenset())
                   for role, named in config.roles.items()}  # fmt: skip
        self.roles = Roles(members)
        self.engine = open_engine(scene.environ["HARBOURMASTER_DATABASE_URL"])
        self.store = Store(self.engine)
        self._is_fixed = False

    def struck(self) -> set[str]:
        """Where something was done to bots."""
        return {file.name for file in (self.scene.folder / "strikes").iterdir()}

    def release(self) -> Release | None:
        with self.store.reading() as tx:
            found = [*tx.open_releases(), *tx.recent_releases(1)]
        return found[0] if found else None

    def play(self, deaths: int = 0) -> Release:
        """Type what is due, again and again as people do who got no answer, until the release is over."""
        more = troubles.PATIENCE if self.troubles else 0.0
        return self._play(lambda: False, PATIENCE + A_DEATH * deaths + more)

    def play_until(self, enough: Callable[[], bool]) -> None:
        """Play as far as this is true."""
        self._play(enough, PATIENCE)

    def play_until_struck(self) -> None:
        """Play as far as the first place where something is done to a bot."""
        self.play_until(lambda: bool(self.struck()))

    def _play(self, enough: Callable[[], bool], patience: float) -> Release:
        deadline = time.monotonic() + patience
        if self.goes_back:
            self.world.measures(900)
        while time.monotonic() < deadline:
            release = self.release() if self._has_tables() else None
            if release is None:
                day = datetime.now(UTC) + timedelta(days=3)
                self._types("mara", f"start {self.scene.product} hotfix on {day:%Y-%m-%d} 15:00")
            elif self._learns(release):
                self._agrees_on_an_action(release)
            elif not release.is_open or enough():
                return release
            else:
                self._next(release)
        raise AssertionError(f"The release did not reach its end. It stands at:\n{self._standing()}")

    def _has_tables(self) -> bool:
        return sa.inspect(self.engine).has_table("releases")

    def _next(self, release: Release) -> None:
        cut = release.branch == BRANCH
        turns = [need for need in needs(release, self.policy, self.roles) if need.who]
        if cut and not self._is_fixed:
            self._fix()
        elif cut and self.troubles is not None and self.troubles.go_on(release):
            self.pause(0.2)
        elif cut and not release.book.told:
            self._types("mara", f"announcements {release.id} send {NOTICE}")
        elif self.goes_back and self._is_not_well(release):
            self._go_back(release)
        elif release.commit is None or not turns:
            self.pause(0.05)
        else:
            self._does(release, turns[0])

    def _does(self, release: Release, need: Need) -> None:
        # Whoever can do less goes first, so that the last sign-off still finds somebody.
        signer = min(need.who, key=lambda user: (len(self.roles.filled_by(user)), user))
        who = NAMES[signer]
        if need.item.kind is ItemKind.SIGN_OFF:
            (role, *_) = roles_to_sign_as(release, self.policy, need.item, self.roles, signer)
            self._types(who, f"approve {release.id} as {role}")
        else:
            self._types(who, f"{'run' if need.item.is_work else 'done'} {release.id} {need.item.id}")

    def _fix(self) -> None:
        """Somebody pushes the repair onto the branch that the bot has cut."""
        self.ws.person("mara").opens_home()
        push_fix(self.scene.remote.url, PUSH_TOKEN, BRANCH, "fix: the hole")
        self._is_fixed = True

    def _is_not_well(self, release: Release) -> bool:
        """Has the bot seen that it is worse than it may be?"""
        return bool(alarming(release, self.policy))

    def _learns(self, release: Release) -> bool:
        """Is it gone back from, and nobody has said yet what is done about it?"""
        return release.withdrawn is not None and not release.rollbacks[-1].correctives

    def _agrees_on_an_action(self, release: Release) -> None:
        today = datetime.now(UTC) + timedelta(days=1)
        self._types("devi", f"rollback {release.id} action {today:%Y-%m-%d} <@U0CHLOE> alert on lost orders")

    def _go_back(self, release: Release) -> None:
        mine = release.rollback
        stands = mine.stands if mine else None
        match stands:
            case None:
                self._asks(release)
            case Stands.DECIDING:
                self._types("ben", f"rollback {release.id} agree")
            case Stands.STUCK:
                self._types("devi", f"rollback {release.id} skip the schema is the same")
            case _:
                self.pause(0.05)

    def _asks(self, release: Release) -> None:
        """Fill in the form, as often as it takes: a bot that dies in between forgets that somebody has it open."""
        devi = self.ws.person("devi")
        self._types("devi", f"rollback {release.id}")
        try:
            self.ws.wait_for(lambda: devi.modal is not None, 1, "the form opens")
            for field, said in (("target", TARGET), ("cause", "Orders are lost."), ("impact", "Everybody.")):
                devi.fills(field, said)
            devi.submits()
        except (TimeoutError, CannotDo):
            return
        finally:
            if devi.modal is not None:
                devi.closes_all()

    def meet_troubles(self, there: Iterable[Replica]) -> None:
        """Let things go wrong around the release, and the bots lose their patience with those who do nothing."""
        self.troubles = Troubles(self.ws, self._types)
        for replica in there:
            replica.reminds_after = IMPATIENT

    def _types(self, who: str, words: str, where: str = HERE) -> None:
        delivery = self.ws.person(who).types(where, f"/release {words}")
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
        # The first changelog waited for a commit, and looks again minutes after another one has taken its place.
        waiting = sa.text(
            "SELECT kind FROM orders WHERE state IN ('waiting', 'claimed') AND body NOT LIKE '%PREP-3.1\"%'"
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with self.engine.connect().execution_options(write=False) as connection:
                if all(kind in _COMES_AGAIN for (kind,) in connection.execute(waiting)):
                    return
            self.pause(0.1)
        raise AssertionError(f"Orders are left behind:\n{self._standing()}")

    def _standing(self) -> str:
        with self.engine.connect().execution_options(write=False) as connection:
            rows = connection.execute(
                sa.text(
                    "SELECT kind, state, attempts, problem, due_at, lease_until FROM orders WHERE state != 'done'"
                )
            )
            orders = [str(tuple(row)) for row in rows]
        release = self.release()
        phase = release.phase(self.policy) if release else None
        works = [str(work) for work in release.works] if release else []
        return "\n".join([f"{release.id if release else 'no release'} in {phase}", *orders, *works])

    def wrongs(self) -> list[str]:
        """Everything that is not as it must be, as sentences; empty when all is well."""
        found = wrongs(self.scene, self.engine, self.world, self.policy, self.release())
        return [*found, *(self.troubles.wrongs() if self.troubles else ())]


def sign_target(scene: Scene) -> None:
    """The demo's own tags are not signed; what is gone back to must be."""
    bare = Git(scene.folder / "remote" / "shop.git")
    commit = Sha(bare.run("rev-parse", f"{TARGET}^{{commit}}").text.strip())
    bare.run("update-ref", "-d", f"refs/tags/{TARGET}")
    repository = repositories(scene.config())[scene.product]
    repository.refresh()
    repository.push_new_tag(TARGET, commit, "shop 1.3.2\n")


@contextmanager
def ordeal(folder: Path, *names: str, **changes: object) -> Iterator[tuple[Ordeal, list[Replica]]]:
    """A scene with places for bots of these names; none is started yet."""
    with make_world(folder / "world") as world:
        plan = Plan(
            look_every=1, rate_limits=False, automates=AUTOMATES, recipes=world.toml(), settings=AUDIENCE,
            product_settings=NO_MIGRATIONS, environ={KEY: "only-for-this-test"},
        )  # fmt: skip
        with set_scene(folder, replace(plan, **changes)) as scene:  # type: ignore[arg-type]  # fields of Plan by name
            sign_target(scene)
            there = [Replica(scene, name) for name in names]
            people = Ordeal(scene, world)
            try:
                yield people, there
            finally:
                for replica in there:
                    replica.close()
                people.engine.dispose()
