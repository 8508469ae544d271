"""What was read from calendars of holidays and freezes."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendars",
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("spans", sa.Text(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_calendars"),
    )


def downgrade() -> None:
    op.drop_table("calendars")
