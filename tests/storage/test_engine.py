"""Connections: one that the server has closed is noticed before anything rests on it."""

import pytest
import sqlalchemy as sa

from storage.engine import one_statement, open_engine


@pytest.mark.postgres
def test_a_connection_that_was_cut_while_it_rested_is_replaced(migrated_postgres_url: str) -> None:
    engine = open_engine(migrated_postgres_url, trusted=0)
    with one_statement(engine) as connection:
        mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    other = open_engine(migrated_postgres_url)
    with one_statement(other) as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(%(pid)s, 10000)", {"pid": mine})

    with one_statement(engine) as connection:
        now = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

    assert now != mine
    for made in (engine, other):
        made.dispose()


@pytest.mark.postgres
def test_one_statement_is_committed_by_itself_and_what_follows_is_a_transaction_again(
    migrated_postgres_url: str,
) -> None:
    engine = open_engine(migrated_postgres_url)
    insert = "INSERT INTO paces (key, free_at) VALUES ('a', 1)"
    with one_statement(engine) as connection:
        connection.exec_driver_sql(insert)

    def breaks() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM paces")
            connection.exec_driver_sql("INSERT INTO paces (key) VALUES ('b')")

    with pytest.raises(sa.exc.IntegrityError):
        breaks()

    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT key FROM paces").scalars().all() == ["a"]
    engine.dispose()
