"""Urgent orders first, failures counted apart from attempts, orders put back told from those in hand, a shared pace,
and the tags that history proved."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
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
        "tags",
        sa.Column(
            "release_id", sa.String(length=120), sa.ForeignKey("releases.id", name="fk_tags_release_id_releases"),
            nullable=False,
        ),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_tags")),
    )  # fmt: skip
    op.create_index("ix_tags_product", "tags", ["product"])
    _tags_made_before()
    op.create_index(
        "ix_orders_kind_failed", "orders", ["kind"],
        sqlite_where=sa.text("state = 'failed'"), postgresql_where=sa.text("state = 'failed'"),
    )  # fmt: skip
    if op.get_bind().dialect.name == "postgresql":
        # Every replica hears of an order when it is committed, whoever stored it; see storage.wakes.
        op.execute(
            "CREATE FUNCTION orders_wake() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_notify('harbourmaster_orders', ''); RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER orders_wake AFTER INSERT ON orders FOR EACH STATEMENT EXECUTE FUNCTION orders_wake()"
        )
    op.create_table(
        "paces",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("free_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paces")),
    )


def _tags_made_before() -> None:
    connection = op.get_bind()
    made = connection.exec_driver_sql(
        "SELECT history.release_id, releases.product, history.body FROM history JOIN releases ON releases.id = "
        "history.release_id WHERE history.kind = 'TagMade'"
    ).all()
    tags = sa.table(
        "tags", *(sa.column(name) for name in ("release_id", "product", "name", "object", "seen"))
    )
    for release_id, product, body in made:
        tag = json.loads(body)
        row = {"release_id": release_id, "product": product, "name": tag["tag"], "object": tag["object"]}
        connection.execute(sa.insert(tags), row | {"seen": tag["object"]})


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER orders_wake ON orders")
        op.execute("DROP FUNCTION orders_wake()")
    op.drop_index("ix_orders_kind_failed", table_name="orders")
    op.drop_table("paces")
    op.drop_table("tags")
    op.create_index(
        "ix_orders_due_waiting", "orders", ["due_at", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    op.drop_index("ix_orders_urgency_waiting", table_name="orders")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        for name in ("resting", "failures", "urgency"):
            batch_op.drop_column(name)
