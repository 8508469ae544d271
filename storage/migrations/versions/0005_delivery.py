"""Urgent orders first, failures counted apart from attempts, orders put back told from those in hand, and a shared pace."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0002"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgency", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("resting", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_orders_urgency_waiting", "orders", ["urgency", "due_at", "id"],
        sqlite_where=_WAITING, postgresql_where=_WAITING,
    )  # fmt: skip
    op.drop_index("ix_orders_due_waiting", table_name="orders")
    op.create_table(
        "paces",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("free_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paces")),
    )


def downgrade() -> None:
    op.drop_table("paces")
    op.create_index(
        "ix_orders_due_waiting", "orders", ["due_at", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    op.drop_index("ix_orders_urgency_waiting", table_name="orders")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        for name in ("resting", "failures", "urgency"):
            batch_op.drop_column(name)
