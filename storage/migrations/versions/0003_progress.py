"""How far the bot's running work for an item is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "progress",
        sa.Column("operation", sa.String(160), primary_key=True),
        sa.Column("release_id", sa.String(120), nullable=False),
        sa.Column("item", sa.String(40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
    )
    op.create_index("ix_progress_release_id", "progress", ["release_id"])


def downgrade() -> None:
    op.drop_table("progress")
