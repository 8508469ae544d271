"""Who has an environment and who waits for it, and how far the looks at its health are."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "environment_lines",
        sa.Column("operation", sa.String(160), primary_key=True),
        sa.Column("product", sa.String(40), nullable=False),
        sa.Column("environment", sa.String(40), nullable=False),
        sa.Column("release_id", sa.String(120), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("holds", sa.Integer(), nullable=True),
        sa.Column("broken_by", sa.String(32), nullable=True),
        sa.Column("broken_why", sa.Text(), nullable=False),
    )
    op.create_index(
        "uq_environment_lines_product", "environment_lines", ["product", "environment", "holds"], unique=True
    )
    op.create_table(
        "probings",
        sa.Column("operation", sa.String(160), primary_key=True),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("successes", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("healthy", sa.Integer(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("probings")
    op.drop_table("environment_lines")
