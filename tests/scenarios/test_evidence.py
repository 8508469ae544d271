"""What is left of a release: a history whose chain holds, and a tag whose message is tied to it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.repository.git import Git
from storage.database import verify
from tests.scenarios.story import HOTFIX_AFTER_TAG, HOTFIX_POST, SHIPPING, Story


def tag_object(shop: Story, name: str) -> str:
    """The whole tag object on the remote."""
    read = Git(shop.stage.folder / "remote" / "shop.git").run("cat-file", "tag", name)
    assert read.code == 0, read.err
    return read.text


@pytest.mark.process("TAG-2", "TGM-4")
def test_the_history_of_a_whole_release_verifies_and_the_tags_message_is_tied_to_it(shop: Story) -> None:
    release_id = shop.hotfix_ready_to_ship()
    shop.play(SHIPPING)
    shop.until_logged("is on the remote at")
    shop.play(HOTFIX_AFTER_TAG, HOTFIX_POST)
    release = shop.release(release_id)
    store = shop.stage.bot.parts.store

    rows, broken = verify(store.engine)

    assert (rows, broken) == (release.events, [])
    with store.reading() as tx:
        history = tx.history(release_id)
    ordered = next(line for line in history if type(line.happened.what).__name__ == "TagOrdered")
    header, _, message = tag_object(shop, "v1.3.3").partition("\n\n")
    message = message.partition("-----BEGIN SSH SIGNATURE-----")[0]
    signed = {s.item: s for s in release.sign_offs}
    assert header.splitlines()[:3] == [f"object {release.commit}", "type commit", "tag v1.3.3"]
    assert message.rstrip().splitlines() == [
        "shop 1.3.3",
        "",
        "A hotfix release with 9 commits since v1.3.2:",
        "0 breaking, 3 features, 3 fixes, 3 other.",
        "",
        "- payments: pay by card",
        "- db: keep saved carts",
        "- cart: save a cart for later",
        "- db: carts of deleted accounts are deleted too",
        "- search: no result for an empty question",
        "- catalog: load pictures when they are seen",
        "",
        f"Signed off at {release.commit}:",
        *[
            f"- {item} {signed[item].role}: {signed[item].by} {signed[item].at:%Y-%m-%d %H:%M}Z"
            for item in ("PREP-2", "PREP-4", "TEST-GO", "REL-GO", "REL-GO-OPS")
        ],
        "",
        f"Release: {release_id}",
        f"Evidence: {getattr(ordered.happened.what, 'evidence', '')}",
        f"History: {ordered.hash} ({ordered.seq} rows)",
    ]
    assert "*Completed*" in shop.until_card(lambda text: "*Completed*" in text).plain


def test_history_card_and_tag_say_for_whom_a_stand_in_has_signed(shop: Story) -> None:
    release_id = shop.hotfix_ready_to_ship()
    until = datetime.now(UTC) + timedelta(days=7)
    shop.says("devi", f"away until {until:%Y-%m-%d} <@U0ELI>")

    answer = shop.says("eli", "approve as operations")

    assert answer.startswith(f"You signed release of {release_id} as operations for @devi, at ")
    shop.until_logged("@eli (for @devi) signed *REL-GO-OPS* (release) as operations")
    shop.until_card(lambda card: "signed by @eli (for @devi)" in card)
    assert "@eli (for @devi) signed *REL-GO-OPS*" in shop.says("chloe", f"history {release_id}")
    shop.play(SHIPPING[:1])
    shop.until_logged("is on the remote at")
    signed = next(s for s in shop.release(release_id).sign_offs if s.item == "REL-GO-OPS")
    assert f"- REL-GO-OPS operations: U0ELI (for U0DEVI) {signed.at:%Y-%m-%d %H:%M}Z\n" in tag_object(
        shop, "v1.3.3"
    )


def test_a_change_of_the_database_behind_the_bots_back_is_found(shop: Story) -> None:
    shop.hotfix()
    engine = shop.stage.bot.parts.store.engine
    shop.stage.bot.stop()
    assert verify(engine)[1] == []

    with engine.begin() as connection:
        for trigger in (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f'DROP TRIGGER "{trigger}"')
        connection.exec_driver_sql("UPDATE history SET \"by\" = 'U0EVE' WHERE seq = 1")

    assert verify(engine)[1] == ["shop-1.3.3, row 1: it was changed after it was written."]
    assert Path(str(engine.url.database)).exists()
