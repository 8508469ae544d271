"""What must be true when a release has come to its end, whatever happened to the bots on its way."""

import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from bot.demo.cast import CHANNEL, TALK
from bot.demo.keys import verify_fresh_clone
from bot.demo.stage import Scene
from bot.domain.branch_work import OPERATION
from bot.domain.policy import Policy
from bot.domain.release import Release
from storage.database import verify
from tests.crash.troubles import mark_of
from tests.crash.world import RELEASED, ROLLED_BACK, SAMPLED, World

WHERE = (CHANNEL.id, TALK.id)
_ORDERED = (
    "SELECT kind, body FROM orders WHERE kind IN ('WriteLog', 'Announce', 'SoundAlarm') AND state = 'done'"
)


def wrongs(
    scene: Scene, engine: sa.Engine, world: World, policy: Policy, release: Release | None
) -> list[str]:
    """Everything that is not as it must be, as sentences; empty when all is well."""
    if release is None or release.is_open or release.ended is None or release.tagged is None:
        return ["The release is not complete."]
    wrong = [f"The history is broken: {sentence}" for sentence in verify(engine)[1]]
    if not release.rollbacks:
        wrong += [
            f"{item.id} was lost." for item in policy.of(release.type) if not release.is_done(policy, item)
        ]
    return [
        *wrong,
        *_wrong_messages(scene, engine, release),
        *_wrong_effects(world, release),
        *_wrong_tags(scene, release),
        *_wrong_branches(scene, release),
    ]


def _wrong_messages(scene: Scene, engine: sa.Engine, release: Release) -> Iterator[str]:
    ours = [m for where in WHERE for m in scene.workspace.messages(where) if m.from_bot]
    direct = [
        f"{mark_of(message)} to {person.name}"
        for person in scene.workspace.people
        for message in scene.workspace.person(person.name).direct_messages()
        if message.metadata  # the rest answers whoever has clicked, as often as they do
    ]
    marks = [mark_of(message) for message in ours]
    for mark, times in sorted(Counter([*marks, *direct]).items()):
        if times > 1:
            yield f"{mark} was posted {times} times."
    with engine.connect().execution_options(write=False) as connection:
        ordered = [(kind, json.loads(body)) for kind, body in connection.execute(sa.text(_ORDERED))]
    told = [body for kind, body in ordered if kind == "WriteLog"]
    wanted = {f"log {entry['release']} {entry['first']}" for entry in told}
    wanted |= {
        f"post {o['release']} {o['seq']} {o['audience']} {o['post']}"
        for kind, o in ordered
        if kind == "Announce"
    }
    wanted |= {f"alarm {o['release']} {o['seq']}" for kind, o in ordered if kind == "SoundAlarm"}
    planned = release.planned
    wanted |= {
        f"notice {release.id} {sent.notice} {planned.wall} {planned.zone}"
        for sent in release.book.told
        if planned
    }
    yield from (f"{mark} was never posted." for mark in sorted(wanted - set(marks)))
    if sum(entry["last"] - entry["first"] + 1 for entry in told) != release.events:
        yield "Not every row of the history was told in the thread."
    posted = [int(mark.split()[-1]) for mark in marks if mark.startswith("log ")]
    if posted != sorted(posted):
        yield f"The thread is out of order: {posted}."
    owners = [mark for mark in direct if mark.startswith("corrective ")]
    if len(owners) != len(release.rollbacks):
        yield f"The owner of the corrective action was told {len(owners)} times."
    cards = [m for m, mark in zip(ours, marks, strict=True) if mark.startswith("card ")]
    last = "*Cancelled*" if release.rollbacks else "*Completed*"
    if len(cards) != 1 or last not in cards[0].plain:
        yield f"There are {len(cards)} cards, and the last one does not say {last}."


def _wrong_effects(world: World, release: Release) -> Iterator[str]:
    effects = world.effects()
    for (what, operation), times in sorted(effects.items()):
        if times != 1:
            yield f"{what} was carried out {times} times for {operation}."
    done = Counter(what for what, _ in effects if what != SAMPLED)
    if not any(what == SAMPLED for what, _ in effects):
        yield "Production was not watched."
    wanted = Counter(RELEASED) + Counter(ROLLED_BACK if release.rollbacks else ())
    if done != wanted:
        yield f"Carried out were {dict(done)}, and {dict(wanted)} were wanted."
    serves = release.rollbacks[-1].target.version if release.rollbacks else release.version
    if world.served("production") != serves:
        yield f"Production serves {world.served('production')}, and not {serves}."


def _wrong_tags(scene: Scene, release: Release) -> Iterator[str]:
    made = release.tagged
    assert made is not None
    listed = _git("ls-remote", "--tags", scene.remote.url, made.tag, f"{made.tag}^{{}}").split()
    expected = [made.object, f"refs/tags/{made.tag}", made.commit, f"refs/tags/{made.tag}^{{}}"]
    if listed != expected:
        yield f"The tag on the remote is {listed}, and history says {expected}."
    candidates = _git("ls-remote", "--tags", scene.remote.url, f"{made.tag}-rc.*").split()[1::2]
    if candidates != [f"refs/tags/{made.tag}-rc.1", f"refs/tags/{made.tag}-rc.1^{{}}"]:
        yield f"The candidates on the remote are {candidates}."
    into = scene.folder / "fresh-clone"
    verify_fresh_clone(scene.remote.url, made.tag, scene.signing.allowed_signers or Path(), into)


def _wrong_branches(scene: Scene, release: Release) -> Iterator[str]:
    """The bot's own commits, each once; and a hotfix that is complete has come back to main."""
    into = str(scene.folder / "fresh-clone")
    if not release.rollbacks:
        merged = ["merge-base", "--is-ancestor", str(release.commit), "origin/main"]
        if subprocess.run(["git", "-C", into, *merged], check=False).returncode != 0:
            yield f"{release.tag} never came back to main."
    trailers = f"%(trailers:key={OPERATION},valueonly,separator=%x2C)"
    log = _git("-C", into, "log", "--all", f"--format=%s%x00{trailers}")
    own = Counter(line for line in log.splitlines() if not line.endswith("\0"))
    for commit, times in own.items():
        if times > 1:
            subject, _, operation = commit.partition("\0")
            yield f"{operation} left {times} commits “{subject}”."


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout
