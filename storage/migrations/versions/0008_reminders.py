"""Reminders, who is away, and the time zones of people."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("release_id", sa.String(120), primary_key=True),
        sa.Column("item", sa.String(40), primary_key=True),
        sa.Column("user", sa.String(32), primary_key=True),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last", UTCDateTime(), nullable=True),
        sa.Column("snoozed_until", UTCDateTime(), nullable=True),
    )
    op.create_table(
        "away",
        sa.Column("user", sa.String(32), primary_key=True),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.Column("stands_in", sa.String(32), nullable=True),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
    )


def downgrade() -> None:
    for table in ("people", "away", "reminders"):
        op.drop_table(table)
