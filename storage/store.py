"""The store: transactions in which state, history, orders and the request's answer are saved together, or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from bot.domain.events import Happened, Started
from bot.domain.orders import CardShown, Order, ProductFacts
from bot.domain.policy import Policy
from bot.domain.release import Release, apply, fold
from bot.domain.steps import Step
from bot.domain.words import ReleaseId, UserId
from storage import codec
from storage.chain import NOTHING_BEFORE, row_hash
from storage.engine import is_sqlite
from storage.folded import Folded, FoldedReleases
from storage.queue import Claim, add_order, finish, give_up, insert_for
from storage.tables import CardRow, GroupRow, HistoryRow, ProductRow, ReleaseRow, RequestRow


@dataclass(frozen=True)
class HistoryLine:
    """One row of history as people see it."""

    seq: int
    happened: Happened
    hash: str
    previous_hash: str


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


class Tx:
    """An open transaction: the proof that the lock is held. Made by `Store.transaction` and `Store.reading` alone."""

    def __init__(self, session: Session, folded: FoldedReleases, *, locks: bool) -> None:
        self._session = session
        self._folded = folded
        self._locks = locks

    def answer_to(self, key: str) -> str | None:
        """The answer that this request got before; None when it is new."""
        row = self._session.get(RequestRow, key)
        return row.answer if row else None

    def remember_answer(self, key: str, answer: str, at: datetime) -> None:
        self._session.add(RequestRow(key=key, at=at, answer=answer))

    def release(self, release_id: str) -> Release | None:
        """The release folded from its history; its row stays locked until the transaction ends."""
        query = select(ReleaseRow.head_hash).where(ReleaseRow.id == release_id)
        if self._locks:
            query = query.with_for_update()
        head = self._session.exec(query).first()
        return None if head is None else self._fold(release_id, head)

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
        columns = (
            HistoryRow.seq,
            HistoryRow.at,
            HistoryRow.by,
            HistoryRow.kind,
            HistoryRow.body,
            HistoryRow.hash,
            HistoryRow.previous_hash,
        )
        mine = (HistoryRow.release_id == release_id, HistoryRow.seq > after)
        rows = self._session.exec(
            sa.select(*columns).where(*mine).order_by(col(HistoryRow.seq))  # type: ignore[call-overload]  # seven columns: over SQLModel's typed overloads
        )
        return [
            HistoryLine(seq, Happened(UserId(by), at, codec.load_event(kind, body)), hash_, previous)
            for seq, at, by, kind, body, hash_, previous in rows
        ]

    def open_releases(self, *, product: str | None = None, channel: str | None = None) -> list[Release]:
        """The open releases, oldest first, of a product or of a channel or of all. None of them is locked: whoever wants
        to change one asks for it again, by its id."""
        query = select(ReleaseRow.id, ReleaseRow.head_hash).where(ReleaseRow.state == "open")
        if product is not None:
            query = query.where(ReleaseRow.product == product)
        if channel is not None:
            query = query.where(ReleaseRow.channel == channel)
        heads = self._session.exec(query.order_by(col(ReleaseRow.started_at), ReleaseRow.id)).all()
        return [self._fold(id_, head) for id_, head in heads]

    def recent_releases(self, limit: int) -> list[Release]:
        """The releases that are over, the latest first."""
        query = select(ReleaseRow.id, ReleaseRow.head_hash).where(ReleaseRow.state != "open")
        heads = self._session.exec(query.order_by(col(ReleaseRow.updated_at).desc()).limit(limit)).all()
        return [self._fold(id_, head) for id_, head in heads]

    def last_release(self, product: str) -> ReleaseId | None:
        """The release of this product that changed last, open or over."""
        query = select(ReleaseRow.id).where(ReleaseRow.product == product)
        row = self._session.exec(query.order_by(col(ReleaseRow.updated_at).desc()).limit(1)).first()
        return ReleaseId(row) if row else None

    def attempts(self, product: str) -> dict[str, int]:
        """How often each version of this product was started, whatever became of it."""
        query = select(ReleaseRow.version, sa.func.count()).where(ReleaseRow.product == product)
        return dict(self._session.exec(query.group_by(ReleaseRow.version)).all())

    def append(self, step: Step, *, key: str, policy: Policy) -> None:
        """Write what happened at the history's end and bring the release's row up to date."""
        if not step.happened:
            return
        release, at = step.release, step.happened[-1].at
        row = self._session.get(ReleaseRow, release.id)
        first = release.events - len(step.happened) + 1
        before = row.head_hash if row else self._last_start(release.product)
        if (row.events if row else 0) != first - 1:
            raise RuntimeError(f"{release.id} was changed by somebody else during this transaction.")
        if row is None:
            row = ReleaseRow(
                id=release.id, product=release.product, version=release.version, channel=release.channel, state="open",
                events=0, head_hash=before, started_at=at, updated_at=at,
            )  # fmt: skip
            self._session.add(row)
            self._session.flush()
        content = codec.digest([release.commit, release.previous_tag, policy.version])
        for seq, happened in enumerate(step.happened, start=first):
            line = HistoryRow(
                release_id=release.id, seq=seq, at=happened.at, by=happened.by, kind=type(happened.what).__name__,
                body=codec.dump(happened.what), content=content, request_key=key, previous_hash=before, hash="",
            )  # fmt: skip
            before = line.hash = row_hash(line)
            self._session.add(line)
        row.events, row.head_hash, row.updated_at, row.state = release.events, before, at, _state(release)
        self._session.flush()

    def _last_start(self, product: str) -> str:
        """The hash of the first row of the product's latest release: starts are chained, so none can go unnoticed."""
        self._session.exec(
            select(ProductRow.name).where(ProductRow.name == product).with_for_update()
        ).first()
        mine = (ReleaseRow.product == product, HistoryRow.seq == 1, HistoryRow.kind == Started.__name__)
        hashes = select(HistoryRow.hash).join(ReleaseRow).where(*mine)
        taken = select(HistoryRow.previous_hash).join(ReleaseRow).where(*mine)
        free = self._session.exec(hashes.where(col(HistoryRow.hash).not_in(taken))).first()
        return free or NOTHING_BEFORE

    def lock_product(self, name: str) -> None:
        """Let nobody else start a release of this product until the transaction ends."""
        self._session.execute(
            insert_for(self._session, ProductRow).values(name=name).on_conflict_do_nothing()
        )
        self._session.exec(select(ProductRow.name).where(ProductRow.name == name).with_for_update()).first()

    def finish(self, claim: Claim, now: datetime) -> bool:
        """Mark an order as done. False when a later attempt has taken it over: then its result must not be saved."""
        return finish(self._session, claim, now)

    def give_up(self, claim: Claim, problem: str, now: datetime) -> bool:
        """End an order that cannot be carried out. False when a later attempt has taken it over."""
        return give_up(self._session, claim, problem, now)

    def order(self, order: Order, due_at: datetime, release_id: str | None = None) -> None:
        """Store an order. A repeatable one that waits already is only brought forward."""
        add_order(self._session, order, due_at, release_id)

    def card(self, release_id: str) -> Card | None:
        row = self._session.get(CardRow, release_id)
        return Card(row.channel, row.ts, row.commit, row.pinned, row.digest, row.shown_at) if row else None

    def save_card(self, shown: CardShown, at: datetime) -> None:
        row = self._session.get(CardRow, shown.release)
        if row is None:
            row = CardRow(
                release_id=shown.release, channel=shown.channel, ts=shown.ts, digest="", shown_at=at
            )
        row.channel, row.ts, row.commit = shown.channel, shown.ts, shown.commit
        row.pinned, row.digest, row.shown_at = shown.pinned, shown.digest, at
        self._session.add(row)

    def forget_card(self, release_id: str, ts: str) -> None:
        """The card that stood at `ts` is gone; another one that has taken its place stays."""
        gone = col(CardRow.release_id) == release_id, col(CardRow.ts) == ts
        self._session.exec(sa.delete(CardRow).where(*gone))

    def product(self, name: str) -> ProductFacts | None:
        """What the repository said at the last look; None before the first."""
        row = self._session.get(ProductRow, name)
        return codec.load(ProductFacts, row.facts) if row and row.facts else None

    def product_problem(self, name: str) -> str | None:
        row = self._session.get(ProductRow, name)
        return row.problem if row else None

    def save_product(self, facts: ProductFacts) -> None:
        self._session.merge(ProductRow(name=facts.product, facts=codec.dump(facts), problem=None))

    def save_product_problem(self, name: str, problem: str | None) -> None:
        row = self._session.get(ProductRow, name) or ProductRow(name=name)
        row.problem = problem
        self._session.add(row)

    def groups(self) -> dict[str, frozenset[UserId]]:
        """The Slack user groups that have been read, with their members."""
        rows = self._session.exec(select(GroupRow.id, GroupRow.members)).all()
        return {id_: frozenset(UserId(m) for m in members.split()) for id_, members in rows}

    def save_group(self, group: str, members: Sequence[str], at: datetime) -> None:
        self._session.merge(GroupRow(id=group, members=" ".join(members), read_at=at))

    def forget_requests(self, before: datetime) -> None:
        """Answers are kept for as long as Slack may deliver a request again."""
        self._session.exec(sa.delete(RequestRow).where(col(RequestRow.at) < before))


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
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield Tx(session, self._folded, locks=True)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One consistent look that writes nothing and waits for nobody."""
        connection = self.engine.connect().execution_options(**self._look)
        with connection, Session(connection, expire_on_commit=False) as session:
            yield Tx(session, self._folded, locks=False)


def _state(release: Release) -> str:
    if release.ended is None:
        return "open"
    return "cancelled" if release.ended.reason else "completed"
