"""The network between the bot and PostgreSQL is cut: packets are lost, and neither end is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.replicas.cable import Cable, laid, why_not
from tests.scenarios.story import story


@pytest.fixture
def cable(migrated_postgres_url: str) -> Iterator[Cable]:
    if why := why_not():
        pytest.skip(why)
    folder = sa.make_url(migrated_postgres_url).query["host"]
    with laid(f"{folder}/.s.PGSQL.5432") as cable:
        yield cable


@pytest.mark.postgres
def test_while_the_network_is_cut_people_are_told_in_time_and_afterwards_all_goes_on(
    tmp_path: Path, migrated_postgres_url: str, cable: Cable
) -> None:
    with story(tmp_path, database_url=cable.leads_to(migrated_postgres_url)) as shop:
        release_id = shop.hotfix()
        shop.until_quiet()

        cable.pull()

        for command in ("hold too early", "status", "mine"):
            said = shop.says("chloe", command)
            assert said.startswith(
                "Harbourmaster gets no answer from its database. Tell whoever runs the bot."
            )
        assert shop.stage.bot.workers.healthy()

        cable.plug_in()

        shop.says_until("chloe", "status", release_id)
        assert shop.says("chloe", "hold the network was cut").startswith(f"{release_id} is on hold.")
        shop.until_logged("hold: the network was cut")
        shop.until_quiet()
        assert sum("hold: the network was cut" in line for line in shop.lines()) == 1
        assert not [line for line in shop.lines() if "too early" in line]


@pytest.mark.postgres
def test_a_bot_that_stops_while_the_network_is_cut_stops_all_the_same(
    tmp_path: Path, migrated_postgres_url: str, cable: Cable
) -> None:
    with story(tmp_path, database_url=cable.leads_to(migrated_postgres_url)) as shop:
        shop.hotfix()
        cable.pull()
        shop.stage.bot.stop()
        assert not shop.stage.bot.workers.healthy()
