"""One claim a lane, and breaks counted apart from attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.add_column(sa.Column("breaks", sa.Integer(), nullable=False, server_default="0"))
    # Of two claims in one lane, which older replicas could make, the later one goes back into the queue.
    op.execute(
        "UPDATE orders SET state = 'waiting', repeat_key = NULL WHERE state = 'claimed' AND EXISTS (SELECT 1 FROM orders "
        "AS other WHERE other.lane = orders.lane AND other.state = 'claimed' AND other.id < orders.id)"
    )
    op.create_index(
        "uq_orders_lane_claimed",
        "orders",
        ["lane"],
        unique=True,
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )


def downgrade() -> None:
    op.drop_index("uq_orders_lane_claimed", table_name="orders")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_column("breaks")
