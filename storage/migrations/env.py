"""Alembic's entry. `storage.database` hands the connection over; migrations never open a database of their own."""

from typing import Any, Literal

import sqlmodel
from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage import tables

assert tables.OrderRow.__tablename__ == "orders", "importing the tables is what fills the metadata"  # noqa: S101


def _render(type_: str, value: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    if type_ == "type" and isinstance(value, tables.UTCDateTime):
        autogen_context.imports.add("from storage.tables import UTCDateTime")
        return "UTCDateTime()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=sqlmodel.SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
    compare_type=True,
    compare_server_default=True,
    transactional_ddl=True,
)
context.run_migrations()
