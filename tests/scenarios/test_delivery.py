"""Every kind of message, on every kind of bad day of Slack: said once, whatever became of the first try."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.demo.cast import TALK
from bot.domain.orders import WriteLog
from bot.domain.words import ReleaseId
from bot.workspace.faults import Faults
from tests.scenarios.story import HERE, Story, story

BAD_DAYS: dict[str, Callable[[Faults], None]] = {
    "cut after the write": lambda faults: faults.drop_after_write("chat.postMessage"),
    "an empty answer after the write": lambda faults: faults.empty_answer("chat.postMessage"),
    "a 500": lambda faults: faults.status("chat.postMessage", 500),
    "a page of a proxy": lambda faults: faults.html_answer("chat.postMessage"),
    "a 429": lambda faults: faults.rate_limit("chat.postMessage", seconds=1),
    "half done, as Slack says": lambda faults: faults.error("chat.postMessage", "fatal_error"),
}


@pytest.mark.parametrize("day", BAD_DAYS)
def test_a_log_entry_is_said_once(shop: Story, day: str) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()

    BAD_DAYS[day](shop.ws.faults)
    shop.says("mara", f"hold {release_id} {day}")

    shop.until_logged(f"hold: {day}")
    shop.until_quiet()
    assert sum(f"hold: {day}" in line for line in shop.lines()) == 1


@pytest.mark.parametrize("day", ["cut after the write", "a 500", "a 429"])
def test_a_card_is_posted_once(shop: Story, day: str) -> None:
    shop.until_read()

    BAD_DAYS[day](shop.ws.faults)
    shop.says("mara", "start shop hotfix")

    shop.until_shown("shop-1.3.3")
    shop.until_quiet()
    assert len(shop.cards()) == 1


@pytest.mark.parametrize("day", ["cut after the write", "a 500", "a 429"])
def test_a_direct_message_about_a_shut_channel_reaches_each_manager_once(shop: Story, day: str) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()
    shop.ws.archive(HERE)
    shop.says("mara", f"hold {release_id} now", TALK.name)
    shop.until(lambda: shop.release(release_id).channel_lost, "the bot knows that it cannot write")

    BAD_DAYS[day](shop.ws.faults)
    shop.until(lambda: not shop.open_orders("TellOfChannel"), "everybody is told")

    for manager in ("mara", "ben"):
        assert len([m for m in shop.ws.person(manager).direct_messages() if m.from_bot]) == 1


def test_a_channel_with_many_waiting_messages_holds_up_no_other(tmp_path: Path) -> None:
    with story(tmp_path, rate_limits=True) as shop:
        busy = shop.hotfix()
        other = shop.started("shop minor")
        shop.until_quiet()
        now = shop.stage.bot.parts.clock()
        with shop.stage.bot.parts.store.transaction() as tx:
            for _ in range(15):
                tx.order(WriteLog(ReleaseId(busy), 1, 1), now)

        shop.says("mara", f"move {other} #{TALK.name}")

        shop.until(
            lambda: any(m.from_bot and "1.4.0" in m.plain for m in shop.ws.messages(TALK.name)),
            "its card is there",
        )
        assert shop.open_orders("WriteLog") > 5, "the busy channel still has much to say"
        assert not [line for line in shop.ws.log if line.error == "ratelimited"]
