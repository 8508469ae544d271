"""Channels of audiences that the bot cannot write in."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shut_channels",
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("shut_channels")
