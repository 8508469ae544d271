"""One claim a lane, breaks counted apart from attempts, and indexes by which a long queue is not read through."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_WAITING = sa.text("state = 'waiting'")
_OPEN = sa.text("state IN ('waiting', 'claimed')")
_NEW = {"ix_orders_lane_waiting": ["lane", "due_at", "id"], "ix_orders_due_waiting": ["due_at", "id"]}
_OLD = {"ix_orders_lane_open": ["lane", "due_at", "id"], "ix_orders_due_open": ["due_at"]}


def upgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("breaks", sa.Integer(), nullable=False, server_default="0"))
    # Of two claims in one lane, which older replicas could make, the later one goes back into the queue.
    op.execute(
        "UPDATE orders SET state = 'waiting', repeat_key = NULL WHERE state = 'claimed' AND EXISTS (SELECT 1 FROM orders "
        "AS other WHERE other.lane = orders.lane AND other.state = 'claimed' AND other.id < orders.id)"
    )
    for name, columns in _NEW.items():
        op.create_index(name, "orders", columns, sqlite_where=_WAITING, postgresql_where=_WAITING)
    for name in _OLD:
        op.drop_index(name, table_name="orders")
    op.create_index(
        "uq_orders_lane_claimed",
        "orders",
        ["lane"],
        unique=True,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )


def downgrade() -> None:
    for name in ("uq_orders_lane_claimed", *_NEW):
        op.drop_index(name, table_name="orders")
    for name, columns in _OLD.items():
        op.create_index(name, "orders", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_column("breaks")
