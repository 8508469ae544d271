"""What the bench of announcements has the bot say: entries of releases' logs, or the notices that audiences get ahead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bench.seed import write_config
from bot.configured import process_text
from bot.domain import course
from bot.domain.calendar import Planned
from bot.domain.course import Wanted
from bot.domain.orders import SendNotice, WriteLog
from bot.domain.outcomes import CardShown
from bot.domain.policy import Policy, read_policy
from bot.domain.steps import Step
from bot.domain.words import Audience, ChannelId, ReleaseId, UserId
from storage.store import Store, Tx

SPEAKER = UserId("U0SPEAKER")


@dataclass(frozen=True)
class Post:
    """One post that is to come: in its channel the one of this number, never before `due`, in seconds since 1970."""

    channel: str
    number: int
    due: float


class Said(Protocol):
    """So many things to say, in so many channels."""

    order: str
    """The kind of order that says it."""
    cards: list[str]
    """The channel of each release's card."""
    rooms: list[str]
    """Every channel there is."""

    def config(self, folder: Path) -> Path:
        """A configuration that knows of it."""
        ...

    def tell(self, store: Store, cards: Sequence[str], start: datetime) -> list[Post]:
        """Store releases with these cards, and an order for every post; none falls due before `start`."""
        ...

    def number(self, text: str) -> int | None:
        """Which post of its channel this is; None when it is another message."""
        ...


@dataclass
class Entries:
    """Entries of the logs of releases, one release a channel, spread over `within` seconds."""

    posts: int
    channels: int
    within: float
    order: str = WriteLog.__name__

    def __post_init__(self) -> None:
        self.rooms = self.cards = [f"C{n:08d}" for n in range(self.channels)]
        self._policy = read_policy(process_text(), {})

    def config(self, folder: Path) -> Path:
        return write_config(folder, self._policy)

    def tell(self, store: Store, cards: Sequence[str], start: datetime) -> list[Post]:
        posts, each = list[Post](), self.posts // self.channels
        for n, (room, card) in enumerate(zip(self.rooms, cards, strict=True)):
            with store.transaction() as tx:
                release = _talkative(tx, self._policy, f"p{n}", room, each)
                tx.save_card(CardShown(release, ChannelId(room), card, None, True, "-"), start)
                for k in range(each):
                    due = start + timedelta(seconds=self.within * k / each)
                    tx.order(WriteLog(release, 2 + k, 2 + k), due)
                    posts.append(Post(room, 2 + k, due.timestamp()))
        return posts

    def number(self, text: str) -> int | None:
        found = re.search(r"post #(\d+) of the day", text)
        return int(found[1]) if found else None


AUDIENCES = tuple(Audience)


@dataclass
class Notices:
    """Advance notices, all of them due at one moment: every product has three audiences with a channel each, and so many
    open releases that are planned for the same time, an hour later. What the bot writes into its logs of them comes on top.
    """

    posts: int
    channels: int
    order: str = SendNotice.__name__

    def __post_init__(self) -> None:
        self._products = max(1, self.channels // len(AUDIENCES))
        self._releases = max(1, self.posts // (self._products * len(AUDIENCES)))
        self._home = {f"p{n}": f"CH{n:07d}" for n in range(self._products)}
        self._room = {
            (name, audience): f"C{k}{n:07d}"
            for n, name in enumerate(self._home)
            for k, audience in enumerate(AUDIENCES)
        }
        self.cards = [home for _ in range(self._releases) for home in self._home.values()]
        self.rooms = [*self._home.values(), *self._room.values()]
        self._policy = read_policy(process_text(), {})

    def config(self, folder: Path) -> Path:
        audiences = "".join(
            f'[products.{name}.audiences.{audience}]\nchannel = "{room}"\nbefore = ["1 hour"]\n\n'
            for (name, audience), room in self._room.items()
        )
        return write_config(folder, self._policy, self._home, audiences)

    def tell(self, store: Store, cards: Sequence[str], start: datetime) -> list[Post]:
        at, posts, left = _next_minute(start), list[Post](), iter(cards)
        planned = Planned(at + timedelta(hours=1), f"{at + timedelta(hours=1):%Y-%m-%d %H:%M}", "Etc/UTC")
        for number in range(self._releases):
            with store.transaction() as tx:
                for name, home in self._home.items():
                    release = _planned(tx, self._policy, name, f"1.{number}.0", home, planned)
                    tx.save_card(CardShown(release, ChannelId(home), next(left), None, True, "-"), start)
                    for audience in AUDIENCES:
                        room = ChannelId(self._room[name, audience])
                        tx.order(SendNotice(release, f"{audience}-1h", at, room), at)
                        posts.append(Post(room, number, at.timestamp()))
        return posts

    def number(self, text: str) -> int | None:
        found = re.search(r"\b1\.(\d+)\.0\b.* is planned for", text)
        return int(found[1]) if found else None


def _next_minute(at: datetime) -> datetime:
    """Notices fall on whole minutes."""
    return (at + timedelta(minutes=1)).replace(second=0, microsecond=0)


def _planned(tx: Tx, policy: Policy, product: str, version: str, channel: str, planned: Planned) -> ReleaseId:
    return _stored(tx, _started(policy, product, version, channel, planned), policy)


def _talkative(tx: Tx, policy: Policy, product: str, channel: str, events: int) -> ReleaseId:
    """A release with so many events behind its first: holds and resumes, each of which says its number."""
    at, step = datetime.now(UTC), _started(policy, product, "1.0.0", channel, None)
    release, happened = step.release, step.happened
    for number in range(2, events + 2):
        held = course.hold(release, f"post #{number} of the day", UserId(f"U{number:08d}"), at, policy)
        release, happened = held.release, (*happened, *held.happened)
    assert len(happened) == events + 1
    return _stored(tx, Step(release, happened, ()), policy)


def _started(policy: Policy, product: str, version: str, channel: str, planned: Planned | None) -> Step:
    return course.start(
        Wanted(product, version, planned), SPEAKER, datetime.now(UTC), facts=None, open_versions={}, attempts={},
        channel=ChannelId(channel), tag_prefix="v", policy=policy,
    )  # fmt: skip


def _stored(tx: Tx, step: Step, policy: Policy) -> ReleaseId:
    tx.append(Step(step.release, step.happened, ()), key=f"seed {step.release.id}", policy=policy)
    return step.release.id
