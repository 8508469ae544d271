"""The disk is full: people are told so, nothing is half done, and everything goes on when there is room."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from tests.scenarios.story import HOTFIX_PREPARATION, Story

REASON = "the customer asked for another week " * 60
"""Takes pages of its own, so that it finds none."""


@contextmanager
def full(shop: Story) -> Iterator[None]:
    """SQLite's own limit: it says what it says when the file system has no room, and leaves what is there as it is."""
    engine = shop.stage.bot.parts.store.engine
    with engine.connect().execution_options(write=False) as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(engine, "connect", limit)
    engine.dispose()
    yield
    sa.event.remove(engine, "connect", limit)
    engine.dispose()


def test_a_full_disk_is_said_changes_nothing_and_is_forgotten_when_there_is_room(shop: Story) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()
    before = shop.release(release_id)
    card = shop.card().plain

    with full(shop):
        said = shop.says("chloe", f"hold {REASON}")

        assert shop.release(release_id) == before
        assert shop.card().plain == card
    assert said.startswith("Harbourmaster could not write to its database: its disk is full.")

    assert shop.says("chloe", f"hold {REASON}").startswith("shop-1.3.3 is on hold")
    assert shop.says("chloe", "resume").startswith("shop-1.3.3 goes on")
    shop.play(HOTFIX_PREPARATION)
    shop.until_quiet()
    assert len([line for line in shop.thread() if "customer asked" in line]) == 1, "told once"
    assert len(shop.cards()) == 1
