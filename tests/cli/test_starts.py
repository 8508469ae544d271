"""What a start leaves unloaded: half of the time until the bot is ready went into libraries that it did not need yet."""

import json
import os
import subprocess
import sys
from collections.abc import Set
from pathlib import Path

import pytest

from bench.seed import write_config
from bot.configured import process_text
from bot.domain.policy import read_policy
from storage.database import MIGRATIONS, newest, upgrade
from storage.engine import open_engine
from tests.repository.histories import empty_history

_LOADED = (
    "import json, sys; print('loaded', json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
)
FACTS = f"""
from bot.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
{_LOADED}
"""
BOT = f"""
import os
from bot.app import assemble
from bot.configured import read_config
bot = assemble(read_config(None, os.environ))
bot.listen_http(["a-secret"], "127.0.0.1", 0)
{_LOADED}
bot.stop()
"""


def loaded_by(program: str, *words: str, **env: str) -> Set[str]:
    """The top names of all modules that this program has loaded when it is done."""
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True, env=os.environ | env
    )  # fmt: skip
    last = next(line for line in done.stdout.splitlines() if line.startswith("loaded "))
    return frozenset(json.loads(last.removeprefix("loaded ")))


@pytest.mark.parametrize("command", ["versions", "branches", "migrations"])
def test_commands_for_any_repository_load_no_database_slack_or_logs(tmp_path: Path, command: str) -> None:
    history = empty_history(tmp_path)
    history.commit("feat: open the shop")

    loaded = loaded_by(FACTS, command, "--repository", str(history.path))

    assert loaded & {"sqlalchemy", "sqlmodel", "slack_sdk", "slack_bolt", "structlog", "aiohttp"} == set()


def test_a_start_over_http_with_nothing_to_migrate_loads_neither_alembic_nor_the_client_of_socket_mode(
    tmp_path: Path,
) -> None:
    upgrade(open_engine(f"sqlite:///{tmp_path}/harbourmaster.sqlite"))
    config = write_config(tmp_path, read_policy(process_text(), {}))

    loaded = loaded_by(
        BOT, SLACK_BOT_TOKEN="xoxb-test", SLACK_SIGNING_SECRET="a-secret", HARBOURMASTER_DATA=str(tmp_path),
        HARBOURMASTER_CONFIG=str(config),
    )  # fmt: skip

    assert {"sqlalchemy", "slack_bolt", "waitress"} <= loaded
    assert loaded & {"alembic", "aiohttp", "jinja2"} == set()


def test_the_newest_revision_by_its_file_is_the_one_that_alembic_finds() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == newest()
