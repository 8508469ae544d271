"""The main job on PostgreSQL, with two bots on one database."""

from pathlib import Path

import pytest

from bot.app import assemble
from storage.database import verify
from tests.scenarios.story import (
    HOTFIX_AFTER_TAG,
    HOTFIX_POST,
    HOTFIX_PREPARATION,
    HOTFIX_TESTING,
    SHIPPING,
    story,
)


@pytest.mark.postgres
def test_a_release_goes_from_its_start_to_its_end_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with story(tmp_path, database_url=postgres_url) as shop:
        release_id = shop.hotfix()
        shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
        shop.until_logged("is on the remote at")
        shop.play(HOTFIX_AFTER_TAG, HOTFIX_POST)

        shop.until_card(lambda text: "*Completed*" in text)
        assert verify(shop.stage.bot.parts.store.engine) == (shop.release(release_id).events, [])


@pytest.mark.postgres
def test_two_bots_on_one_database_do_everything_once(tmp_path: Path, postgres_url: str) -> None:
    with story(tmp_path, database_url=postgres_url) as shop:
        twin = assemble(shop.stage.config, process=shop.stage.plan.process)
        twin.start()
        try:
            twin.listen_socket(shop.ws.app_token, shop.ws.api_url)
            shop.until(lambda: shop.ws.socket_mode.connections >= 2, "both bots listen")
            release_id = shop.hotfix()
            shop.at_once(*(lambda line=line: shop.says(*line) for line in HOTFIX_PREPARATION))
            shop.play(HOTFIX_TESTING, SHIPPING)
            shop.until_logged("is on the remote at")
            shop.until_quiet()

            assert len(shop.cards()) == 1
            lines = shop.lines()
            assert len(lines) == len(set(lines)), "nothing is written twice"
            assert sum("signed" in line and line.startswith("✅") for line in lines) == 5
            assert shop.release(release_id).tagged is not None
            assert verify(shop.stage.bot.parts.store.engine)[1] == []
        finally:
            twin.stop()
