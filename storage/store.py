"""The store: transactions in which state, history, orders and the request's answer are saved together, or not at all.

SQLModel describes the tables. Queries go over their columns: a mapped object costs several times its row, and these
are the queries between a click and its acknowledgement.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.domain.calendar_spans import Span
from bot.domain.course import DRY
from bot.domain.folding import apply, fold
from bot.domain.noting import NoteVersion, VersionLine
from bot.domain.orders import DoWork, Order, RollBack
from bot.domain.outcomes import CardShown, ProductFacts
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import ItemId, ReleaseId, UserId
from storage import codec, history, queue, tags
from storage import notes as note_rows
from storage.engine import is_sqlite, told_plainly, writing
from storage.feedback import FeedbackGiven
from storage.folded import Folded, FoldedReleases
from storage.history import HistoryLine
from storage.queue import Claim
from storage.reminders import Reminders
from storage.shut_channels import ShutChannels
from storage.statements import insert_for, upsert
from storage.tables import CALENDARS, CARDS, ENVIRONMENT_LINES, GROUPS, PRODUCTS, PROGRESS, RELEASES, REQUESTS
from storage.tags import TagMadeOnce

_O = TypeVar("_O", bound=Order)


@dataclass(frozen=True)
class Card:
    """Where a release's card stands and what it showed when it was last brought up to date."""

    channel: str
    ts: str
    commit: str | None
    pinned: bool
    digest: str
    """Of the text and blocks that Slack has: an equal one needs no update."""
    shown_at: datetime


@dataclass(frozen=True)
class Spans:
    """As they are kept in one column."""

    spans: tuple[Span, ...]


_r = RELEASES.c
_ANSWER = sa.select(REQUESTS.c.answer).where(REQUESTS.c.key == sa.bindparam("key"))
_HEAD = sa.select(_r.head_hash).where(_r.id == sa.bindparam("id"))
_HEAD_LOCKED = _HEAD.with_for_update()
_CHANNEL = sa.select(_r.channel).where(_r.id == sa.bindparam("id"))
_OPEN = sa.select(_r.id, _r.head_hash).where(_r.state == "open").order_by(_r.started_at, _r.id)
_OPEN_OF_PRODUCT = _OPEN.where(_r.product == sa.bindparam("product"))
_OPEN_IN_CHANNEL = _OPEN.where(_r.channel == sa.bindparam("channel"))
_OVER = (
    sa.select(_r.id, _r.head_hash)
    .where(_r.state != "open")
    .order_by(_r.updated_at.desc())
    .limit(sa.bindparam("limit"))
)
_OF_PRODUCT = (
    sa.select(_r.id, _r.head_hash)
    .where(_r.product == sa.bindparam("product"))
    .order_by(_r.started_at.desc())
    .limit(sa.bindparam("limit"))
)
_CARD = sa.select(
    *(CARDS.c[name] for name in ("channel", "ts", "commit", "pinned", "digest", "shown_at"))
).where(CARDS.c.release_id == sa.bindparam("id"))
_PRODUCT = sa.select(PRODUCTS.c.facts, PRODUCTS.c.problem).where(PRODUCTS.c.name == sa.bindparam("name"))
_CALENDAR = sa.select(CALENDARS.c.spans).where(CALENDARS.c.source == sa.bindparam("source"))
_CALENDAR_VERSIONS = sa.select(CALENDARS.c.source, CALENDARS.c.read_at)
_PROGRESS = sa.select(PROGRESS.c.item, PROGRESS.c.said).where(
    PROGRESS.c.release_id == sa.bindparam("release")
)
_GROUPS = sa.select(GROUPS.c.id, GROUPS.c.members)


class Tx:
    """An open transaction: the proof that the lock is held. Made by `Store.transaction` and `Store.reading` alone."""

    def __init__(self, connection: sa.Connection, folded: FoldedReleases, head: sa.Select[Any]) -> None:
        self._connection = connection
        self._folded = folded
        self._head = head
        self._heads: dict[str, str] = {}
        """The hash with which each release's history ends that this transaction has loaded or written."""

    def answer_to(self, key: str) -> str | None:
        """The answer that this request got before; None when it is new."""
        answer: str | None = self._connection.execute(_ANSWER, {"key": key}).scalar()
        return answer

    def remember_answer(self, key: str, answer: str, at: datetime) -> None:
        self._connection.execute(sa.insert(REQUESTS), {"key": key, "at": at, "answer": answer})

    def is_first(self, event: str, at: datetime) -> bool:
        """Write down that this event of Slack's was heard. True for the first of its deliveries, of all replicas to one alone."""
        heard = insert_for(self._connection, REQUESTS).values(key=event, at=at, answer="")
        news = heard.on_conflict_do_nothing().returning(REQUESTS.c.key)
        return self._connection.execute(news).first() is not None

    def release(self, release_id: str) -> Release | None:
        """The release folded from its history; in a transaction that may write, its row stays locked to the end."""
        head: str | None = self._connection.execute(self._head, {"id": release_id}).scalar()
        if head is None:
            return None
        self._heads[release_id] = head
        return self._fold(release_id, head)

    def channel(self, release_id: str) -> str | None:
        """The channel a release lives in now, without folding its history."""
        channel: str | None = self._connection.execute(_CHANNEL, {"id": release_id}).scalar()
        return channel

    def _fold(self, release_id: str, head: str) -> Release:
        """The release whose history ends with the row of this hash, carried on from where it was folded last."""
        known = self._folded.get(release_id)
        if known is not None and known.hash == head:
            return known.release
        newer = self.history(release_id, known.release.events) if known else []
        if known is not None and newer and newer[0].previous_hash == known.hash:
            release = known.release
            for line in newer:
                release = apply(release, line.happened)
        else:
            newer = self.history(release_id)
            release = fold(line.happened for line in newer)
        self._folded.keep(Folded(newer[-1].hash, release))
        return release

    def history(self, release_id: str, after: int = 0) -> Sequence[HistoryLine]:
        return history.lines(self._connection, release_id, after)

    def happened(self, release_id: str, first: int, last: int) -> Sequence[HistoryLine]:
        """These rows of a release's history alone."""
        return history.lines(self._connection, release_id, first - 1, last)

    def open_releases(self, *, product: str | None = None, channel: str | None = None) -> list[Release]:
        """The open releases, oldest first, of a product or of a channel or of all. None of them is locked: whoever wants
        to change one asks for it again, by its id."""
        if product is not None:
            return self._all(_OPEN_OF_PRODUCT, product=product)
        return self._all(_OPEN_IN_CHANNEL, channel=channel) if channel is not None else self._all(_OPEN)

    def recent_releases(self, limit: int) -> list[Release]:
        """The releases that are over, the latest first."""
        return self._all(_OVER, limit=limit)

    def releases_of(self, product: str, limit: int) -> list[Release]:
        """The releases of a product, open or over, the latest first."""
        return self._all(_OF_PRODUCT, product=product, limit=limit)

    def _all(self, query: sa.Select[str, str], **values: object) -> list[Release]:
        heads = self._connection.execute(query, values).all()
        return [self._fold(id_, head) for id_, head in heads]

    def last_release(self, product: str) -> ReleaseId | None:
        """The release of this product that changed last, open or over."""
        query = sa.select(_r.id).where(_r.product == product).order_by(_r.updated_at.desc()).limit(1)
        id_ = self._connection.execute(query).scalar()
        return ReleaseId(id_) if id_ else None

    def attempts(self, product: str) -> dict[str, int]:
        """How often each version of this product was started, whatever became of it."""
        return self._starts(product, _r.id.not_like(f"%{DRY}%"))

    def dry_runs(self, product: str) -> dict[str, int]:
        """The same for dry runs, which count by themselves."""
        return self._starts(product, _r.id.like(f"%{DRY}%"))

    def _starts(self, product: str, which: sa.ColumnElement[bool]) -> dict[str, int]:
        query = sa.select(_r.version, sa.func.count().label("times")).where(_r.product == product, which)
        return {row.version: row.times for row in self._connection.execute(query.group_by(_r.version))}

    def append(self, step: Step, *, key: str, policy: Policy) -> None:
        """Write what happened at the history's end and bring the release's row up to date. The release was loaded with
        `release` in this transaction, or begins with this step."""
        if step.happened:
            id_ = step.release.id
            self._heads[id_] = history.append(self._connection, step, self._heads.get(id_), key, policy)

    def notes(self, release_id: str, number: int | None = None) -> NoteVersion | None:
        """A version of a release's notes; without a number the present one."""
        return note_rows.version(self._connection, release_id, number)

    def note_versions(self, release_id: str) -> list[VersionLine]:
        return note_rows.versions(self._connection, release_id)

    def save_notes(self, release_id: str, version: NoteVersion) -> None:
        note_rows.save(self._connection, release_id, version)

    def lock_product(self, name: str) -> None:
        """Let nobody else start a release of this product until the transaction ends."""
        self._connection.execute(
            insert_for(self._connection, PRODUCTS).values(name=name).on_conflict_do_nothing()
        )
        self._connection.execute(sa.select(PRODUCTS.c.name).where(PRODUCTS.c.name == name).with_for_update())

    def finish(self, claim: Claim, now: datetime) -> bool:
        """Mark an order as done. False when a later attempt has taken it over: then its result must not be saved."""
        return queue.finish(self._connection, claim, now)

    def give_up(self, claim: Claim, problem: str, now: datetime) -> bool:
        """End an order that cannot be carried out. False when a later attempt has taken it over."""
        return queue.give_up(self._connection, claim, problem, now)

    def order(self, order: Order, due_at: datetime, release_id: str | None = None) -> None:
        """Store an order. A repeatable one that waits already is only brought forward."""
        queue.add_order(self._connection, order, due_at, release_id)

    def last_due(self, order: Order) -> datetime | None:
        """When the last order of this kind that waits in the same lane is due; None when none does."""
        return queue.last_due(self._connection, order)

    def open_orders(self, release_id: str, kind: type[_O]) -> list[_O]:
        """The orders of this kind that a release still waits for, or that somebody has in hand."""
        return queue.open_orders(self._connection, release_id, kind)

    def problems(self, release_id: str) -> list[str]:
        """What the open and the given-up orders of a release last ran into, oldest first."""
        return queue.problems(self._connection, release_id)

    def problem_of(self, order: Order) -> str | None:
        """What the last attempt at this order ran into; None when it went well, or is not waiting to be tried again."""
        return queue.problem_of(self._connection, order)

    def tags_made(self, product: str) -> list[TagMadeOnce]:
        """The tags of all of a product's releases, open or over, as history knows them."""
        return tags.made(self._connection, product)

    def bring_forward(self, release_id: str, now: datetime) -> None:
        """Try at once what this release has put back: its cause was mended."""
        queue.bring_forward(self._connection, release_id, now)

    def hurry_lane(self, lane: str, now: datetime) -> None:
        """The same for what was put back in one lane."""
        queue.hurry_lane(self._connection, lane, now)

    def card(self, release_id: str) -> Card | None:
        row = self._connection.execute(_CARD, {"id": release_id}).first()
        return Card(*row) if row else None

    def save_card(self, shown: CardShown, at: datetime) -> None:
        values = {
            "release_id": shown.release, "channel": shown.channel, "ts": shown.ts, "commit": shown.commit,
            "pinned": shown.pinned, "digest": shown.digest, "shown_at": at,
        }  # fmt: skip
        upsert(self._connection, CARDS, "release_id", values)

    def forget_card(self, release_id: str, ts: str) -> None:
        """The card that stood at `ts` is gone; another one that has taken its place stays."""
        self._connection.execute(sa.delete(CARDS).where(CARDS.c.release_id == release_id, CARDS.c.ts == ts))

    def product(self, name: str) -> ProductFacts | None:
        """What the repository said at the last look; None before the first."""
        row = self._connection.execute(_PRODUCT, {"name": name}).first()
        return codec.load(ProductFacts, row.facts) if row and row.facts else None

    def product_problem(self, name: str) -> str | None:
        row = self._connection.execute(_PRODUCT, {"name": name}).first()
        return row.problem if row else None

    def save_product(self, facts: ProductFacts) -> None:
        values = {"name": facts.product, "facts": codec.dump(facts), "problem": None}
        upsert(self._connection, PRODUCTS, "name", values)

    def save_product_problem(self, name: str, problem: str | None) -> None:
        upsert(self._connection, PRODUCTS, "name", {"name": name, "problem": problem})

    @property
    def reminders(self) -> Reminders:
        return Reminders(self._connection)

    @property
    def shut_channels(self) -> ShutChannels:
        return ShutChannels(self._connection)

    @property
    def feedback(self) -> FeedbackGiven:
        return FeedbackGiven(self._connection)

    def progress(self, release_id: str) -> dict[ItemId, str]:
        """How far the bot's running work for this release is, by item."""
        rows = self._connection.execute(_PROGRESS, {"release": release_id})
        return {ItemId(item): said for item, said in rows}

    def save_progress(self, order: DoWork | RollBack, said: str) -> bool:
        """True when this is news."""
        mine = sa.select(PROGRESS.c.said).where(PROGRESS.c.operation == order.operation)
        if self._connection.execute(mine).scalar() == said:
            return False
        values = {"operation": order.operation, "release_id": order.release, "item": order.item, "said": said}
        upsert(self._connection, PROGRESS, "operation", values)
        return True

    def forget_progress(self, operation: str) -> None:
        self._connection.execute(sa.delete(PROGRESS).where(PROGRESS.c.operation == operation))

    def leave_environment(self, operation: str) -> None:
        """An operation wants its environment no more, in this very transaction."""
        lines = ENVIRONMENT_LINES
        self._connection.execute(sa.delete(lines).where(lines.c.operation == operation))

    def groups(self) -> dict[str, frozenset[UserId]]:
        """The Slack user groups that have been read, with their members."""
        rows = self._connection.execute(_GROUPS)
        return {id_: frozenset(UserId(m) for m in members.split()) for id_, members in rows}

    def save_group(self, group: str, members: Sequence[str], at: datetime) -> None:
        upsert(self._connection, GROUPS, "id", {"id": group, "members": " ".join(members), "read_at": at})

    def calendar(self, source: str) -> tuple[Span, ...] | None:
        """The events of a calendar as last read; None before the first time."""
        text = self._connection.execute(_CALENDAR, {"source": source}).scalar()
        return None if text is None else codec.load(Spans, text).spans

    def calendar_versions(self) -> dict[str, datetime]:
        """The calendars that have been read, each with the moment at which other events were last found in it."""
        return {row.source: row.read_at for row in self._connection.execute(_CALENDAR_VERSIONS)}

    def save_calendar(self, source: str, spans: tuple[Span, ...], at: datetime) -> None:
        values = {"source": source, "spans": codec.dump(Spans(spans)), "read_at": at}
        upsert(self._connection, CALENDARS, "source", values)

    def forget_requests(self, before: datetime) -> None:
        """Answers are kept for as long as Slack may deliver a request again."""
        self._connection.execute(sa.delete(REQUESTS).where(REQUESTS.c.at < before))


class Store:
    """The database, seen through transactions. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._folded = FoldedReleases()
        look: dict[str, Any] = {"write": False}
        if not is_sqlite(engine):  # SQLite's transactions see one moment anyway
            look |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._look = look

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """One transaction that may write. It commits when the block ends well and leaves no trace when it raises."""
        with writing(self.engine) as connection:
            yield Tx(connection, self._folded, _HEAD_LOCKED)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One consistent look that writes nothing and waits for nobody. Raises DatabaseDown when the database is away."""
        with told_plainly(), self.engine.connect().execution_options(**self._look) as connection:
            yield Tx(connection, self._folded, _HEAD)
