"""The tables. Bodies are canonical JSON text: history is hashed byte for byte, so the database must not rewrite it."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC on both databases; SQLite would hand back naive values. Refuses naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ReleaseRow(SQLModel, table=True):
    """One row a release: what lists need, and the row that a transaction locks. Everything else is its history."""

    __tablename__ = "releases"

    id: str = Field(primary_key=True, max_length=120)
    product: str = Field(index=True, max_length=40)
    version: str = Field(max_length=64)
    channel: str = Field(index=True, max_length=32)
    state: str = Field(index=True, max_length=16)
    """open, completed or cancelled."""
    events: int
    head_hash: str = Field(max_length=64)
    started_at: datetime = Field(sa_type=UTCDateTime)
    updated_at: datetime = Field(sa_type=UTCDateTime)


class HistoryRow(SQLModel, table=True):
    """Append-only (a trigger refuses updates and deletes) and chained by hash; see storage.chain."""

    __tablename__ = "history"

    release_id: str = Field(primary_key=True, foreign_key="releases.id", max_length=120)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime)
    by: str = Field(max_length=32)
    kind: str = Field(max_length=32)
    body: str = Field(sa_type=sa.Text)
    content: str = Field(max_length=64)
    """Digest of what the release stood on: commit, previous tag, version of the process."""
    request_key: str = Field(max_length=120)
    previous_hash: str = Field(max_length=64)
    hash: str = Field(max_length=64)


_ORDER_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class OrderRow(SQLModel, table=True):
    """Something to be done outside. Claimable when waiting and due, or when a claim's lease has run out."""

    __tablename__ = "orders"
    __table_args__ = (
        sa.Index("ix_orders_lane_waiting", "lane", "due_at", "id", sqlite_where=sa.text("state = 'waiting'"),
                 postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_orders_urgency_waiting", "urgency", "due_at", "id", sqlite_where=sa.text("state = 'waiting'"),
                 postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("uq_orders_lane_claimed", "lane", unique=True, sqlite_where=sa.text("state = 'claimed'"),
                 postgresql_where=sa.text("state = 'claimed'")),
        sa.Index("uq_orders_repeat_waiting", "repeat_key", unique=True, sqlite_where=sa.text("state = 'waiting'"),
                 postgresql_where=sa.text("state = 'waiting'")),
        sa.Index("ix_orders_kind_failed", "kind", sqlite_where=sa.text("state = 'failed'"),
                 postgresql_where=sa.text("state = 'failed'")),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True, sa_type=_ORDER_ID)
    """Never used twice, because posted messages carry it as their mark."""
    kind: str = Field(max_length=32)
    body: str = Field(sa_type=sa.Text)
    release_id: str | None = Field(default=None, index=True, max_length=120)
    lane: str = Field(max_length=160)
    repeat_key: str | None = Field(default=None, max_length=160)
    """Set for orders of which one waiting one is as good as many."""
    state: str = Field(max_length=16)
    """waiting, claimed, done, or failed (given up: a bug, with its reference)."""
    urgency: int = 1
    """See `bot.domain.orders.Urgency`: among orders that are due, the lowest number goes first."""
    due_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    """Also the fence: a result counts only from the attempt that is the latest."""
    breaks: int = 0
    """How many attempts ended by a mistake of ours; an outage is not one."""
    failures: int = 0
    """How many attempts the world has ended; the waits between them grow with it."""
    resting: bool = False
    """Claimed, but put back until the end of its lease: no worker has it in hand, and it may be brought forward."""
    unsettled: bool = False
    """An attempt has begun of which nobody knows whether it took effect."""
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    problem: str | None = Field(default=None, sa_type=sa.Text)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class TagRow(SQLModel, table=True):
    """A tag that history proved: what a look at the remote is compared with, without folding every release there was."""

    __tablename__ = "tags"

    release_id: str = Field(primary_key=True, foreign_key="releases.id", max_length=120)
    product: str = Field(index=True, max_length=40)
    name: str = Field(max_length=120)
    object: str = Field(max_length=64)
    seen: str | None = Field(default=None, max_length=64)
    """The object that history knows to stand on the remote under this name; None when it was deleted there."""


class PaceRow(SQLModel, table=True):
    """When something that all replicas share is free again: posting to one channel, or a method that Slack has closed."""

    __tablename__ = "paces"

    key: str = Field(primary_key=True, max_length=120)
    free_at: float
    """Epoch seconds. Ahead of the present by what was taken at once; see `storage.pace`."""


class RequestRow(SQLModel, table=True):
    """A Slack delivery that was dealt with, and the answer it got: a second delivery gets the same answer."""

    __tablename__ = "requests"

    key: str = Field(primary_key=True, max_length=120)
    at: datetime = Field(index=True, sa_type=UTCDateTime)
    answer: str = Field(sa_type=sa.Text)


class CardRow(SQLModel, table=True):
    """Where a release's card stands, and what it shows."""

    __tablename__ = "cards"

    release_id: str = Field(primary_key=True, foreign_key="releases.id", max_length=120)
    channel: str = Field(max_length=32)
    ts: str = Field(max_length=32)
    commit: str | None = Field(default=None, max_length=64)
    pinned: bool = False
    digest: str = Field(max_length=64)
    shown_at: datetime = Field(sa_type=UTCDateTime)


class ProductRow(SQLModel, table=True):
    """What a product's repository said at the last look."""

    __tablename__ = "products"

    name: str = Field(primary_key=True, max_length=40)
    facts: str | None = Field(default=None, sa_type=sa.Text)
    problem: str | None = Field(default=None, sa_type=sa.Text)


class ProgressRow(SQLModel, table=True):
    """How far a running piece of the bot's work is; gone when it has ended, for history keeps what it came to."""

    __tablename__ = "progress"

    operation: str = Field(primary_key=True, max_length=160)
    release_id: str = Field(index=True, max_length=120)
    item: str = Field(max_length=40)
    said: str = Field(sa_type=sa.Text)


class GroupRow(SQLModel, table=True):
    """The members of a Slack user group at the last look."""

    __tablename__ = "groups"

    id: str = Field(primary_key=True, max_length=32)
    members: str = Field(sa_type=sa.Text)
    read_at: datetime = Field(sa_type=UTCDateTime)


class CalendarRow(SQLModel, table=True):
    """The events of a calendar of holidays or freezes at the last look that went well. A look that finds the same ones
    changes nothing, so `read_at` is the version of what is known."""

    __tablename__ = "calendars"

    source: str = Field(primary_key=True, max_length=500)
    spans: str = Field(sa_type=sa.Text)
    read_at: datetime = Field(sa_type=UTCDateTime)


class OperationRow(SQLModel, table=True):
    """A recipe that is carried out, or was: claimed by one place before anything is begun, so that no other begins it."""

    __tablename__ = "operations"

    operation: str = Field(primary_key=True, max_length=160)
    product: str = Field(max_length=40)
    recipe: str = Field(max_length=40)
    context: str = Field(sa_type=sa.Text)
    place: str = Field(max_length=64)
    """The data directory whose bot may begin it; replicas that share one share the work."""
    host: str = Field(max_length=255)
    """Where that is, in words for people."""
    state: str = Field(max_length=16)
    """claimed, sent (a request that was answered), or ended."""
    begun_at: datetime = Field(sa_type=UTCDateTime)
    until: datetime = Field(sa_type=UTCDateTime)
    """When whoever carries it out will have given up."""
    result: str | None = Field(default=None, sa_type=sa.Text)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class OperationLogRow(SQLModel, table=True):
    """A piece of a recipe's output as bytes, secrets masked, under the place of its first byte; what lies between was cut."""

    __tablename__ = "operation_logs"

    operation: str = Field(primary_key=True, max_length=160)
    at: int = Field(primary_key=True, sa_type=sa.BigInteger)
    body: bytes = Field(sa_type=sa.LargeBinary)


class EnvironmentLineRow(SQLModel, table=True):
    """An operation that has an environment for itself, or waits for it. The index lets one alone have it."""

    __tablename__ = "environment_lines"
    __table_args__ = (
        sa.Index("uq_environment_lines_product", "product", "environment", "holds", unique=True),
    )

    operation: str = Field(primary_key=True, max_length=160)
    product: str = Field(max_length=40)
    environment: str = Field(max_length=40)
    release_id: str = Field(max_length=120)
    asked_at: datetime = Field(sa_type=UTCDateTime)
    holds: int | None = None
    """1 for the one that has it; empty for the others, which no index holds against each other."""
    broken_by: str | None = Field(default=None, max_length=32)
    broken_why: str = Field(sa_type=sa.Text)


class ProbingRow(SQLModel, table=True):
    """How far the looks at an environment's health are, and how they ended."""

    __tablename__ = "probings"

    operation: str = Field(primary_key=True, max_length=160)
    since: datetime = Field(sa_type=UTCDateTime)
    successes: int
    rounds: int
    problems: str = Field(sa_type=sa.Text)
    healthy: int | None = None
    summary: str | None = Field(default=None, sa_type=sa.Text)


class ReminderRow(SQLModel, table=True):
    """What one person (or `*`, the whole role) was told about one open item."""

    __tablename__ = "reminders"

    release_id: str = Field(primary_key=True, max_length=120)
    item: str = Field(primary_key=True, max_length=40)
    user: str = Field(primary_key=True, max_length=32)
    since: datetime = Field(sa_type=UTCDateTime)
    times: int
    last: datetime | None = Field(default=None, sa_type=UTCDateTime)
    snoozed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AwayRow(SQLModel, table=True):
    """Who is away until when, and who stands in."""

    __tablename__ = "away"

    user: str = Field(primary_key=True, max_length=32)
    until: datetime = Field(sa_type=UTCDateTime)
    stands_in: str | None = Field(default=None, max_length=32)


class ShutChannelRow(SQLModel, table=True):
    """A channel of an audience that the bot cannot write in; gone as soon as it can."""

    __tablename__ = "shut_channels"

    channel: str = Field(primary_key=True, max_length=32)
    why: str = Field(sa_type=sa.Text)
    since: datetime = Field(sa_type=UTCDateTime)
    """When somebody was told of it."""


class PersonRow(SQLModel, table=True):
    """A person's time zone as Slack last named it."""

    __tablename__ = "people"

    id: str = Field(primary_key=True, max_length=32)
    zone: str = Field(max_length=64)
    read_at: datetime = Field(sa_type=UTCDateTime)


class FeedbackRow(SQLModel, table=True):
    """What one person says about one release; they may change it."""

    __tablename__ = "feedback"

    release_id: str = Field(primary_key=True, max_length=120)
    user: str = Field(primary_key=True, max_length=32)
    rating: int
    words: str = Field(sa_type=sa.Text)
    at: datetime = Field(sa_type=UTCDateTime)


class NoteVersionRow(SQLModel, table=True):
    """The notes of a release as they were at one time. Versions are added, and never changed."""

    __tablename__ = "note_versions"

    release_id: str = Field(primary_key=True, max_length=120)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: str = Field(max_length=64)
    by: str = Field(max_length=32)
    at: datetime = Field(sa_type=UTCDateTime)
    body: str = Field(sa_type=sa.Text)


def _table(model: type[SQLModel]) -> sa.Table:
    table: sa.Table = model.__table__  # type: ignore[attr-defined]  # SQLModel hides what its metaclass adds
    return table


RELEASES, HISTORY, ORDERS = _table(ReleaseRow), _table(HistoryRow), _table(OrderRow)
PACES, TAGS = _table(PaceRow), _table(TagRow)
REQUESTS, CARDS, PRODUCTS, GROUPS = _table(RequestRow), _table(CardRow), _table(ProductRow), _table(GroupRow)
CALENDARS = _table(CalendarRow)
PROGRESS = _table(ProgressRow)
NOTE_VERSIONS = _table(NoteVersionRow)
OPERATIONS, OPERATION_LOGS = _table(OperationRow), _table(OperationLogRow)
ENVIRONMENT_LINES, PROBINGS = _table(EnvironmentLineRow), _table(ProbingRow)
REMINDERS, AWAY, PEOPLE = _table(ReminderRow), _table(AwayRow), _table(PersonRow)
FEEDBACK, SHUT_CHANNELS = _table(FeedbackRow), _table(ShutChannelRow)
