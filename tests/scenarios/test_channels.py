"""A channel that is archived or loses the bot: told once, waited for, and everything goes out in order after the mend."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.demo.cast import TALK
from bot.domain.events import ChannelLost, Held, Resumed
from bot.domain.words import ReleaseId
from tests.scenarios.story import HERE, Story, story

LATER = timedelta(minutes=2)


class Clock:
    """The real time, which can be moved ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Iterator[Story]:
    with story(tmp_path, clock=clock) as told:
        yield told


def told(shop: Story, who: str) -> list[str]:
    return [m.plain for m in shop.ws.person(who).direct_messages() if m.from_bot]


def attempts(shop: Story) -> int:
    return len(shop.calls("chat.postMessage")) + len(shop.calls("chat.update"))


def kinds(shop: Story, release_id: str) -> list[type]:
    """What happened to the release, in the order of its history."""
    with shop.stage.bot.parts.store.reading() as tx:
        return [type(line.happened.what) for line in tx.history(ReleaseId(release_id))]


def until_resting(shop: Story) -> None:
    """Wait until the message is put back: no worker has it in hand."""
    query = sa.text("SELECT count(*) FROM orders WHERE kind = 'WriteLog' AND state = 'claimed' AND resting")

    def resting() -> bool:
        with shop.stage.bot.parts.store.engine.connect().execution_options(write=False) as connection:
            return bool(connection.execute(query).scalar())

    shop.until(resting, "the message waits")


@pytest.mark.parametrize(
    ("shut", "why"), [("archive", "is archived"), ("remove_bot", "not a member of the channel")]
)
def test_what_the_bot_has_to_say_waits_for_the_mend_and_is_said_once_in_order(
    shop: Story, clock: Clock, shut: str, why: str
) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()
    getattr(shop.ws, shut)(HERE)
    shop.says("mara", f"hold {release_id} first", TALK.name)
    shop.says("mara", f"resume {release_id}", TALK.name)
    shop.until(lambda: told(shop, "ben") and told(shop, "mara"), "the release managers are told")

    for manager in ("mara", "ben"):
        (message,) = told(shop, manager)
        assert message.startswith("🚨 The bot cannot write in #shop-releases, where shop-1.3.3 lives.")
        assert why in message
        assert "/release move shop-1.3.3 #another-channel" in message
    status = shop.says("mara", f"status {release_id}", TALK.name)
    assert "*Needs somebody now*" in status
    assert why in status
    tried = attempts(shop)
    until_resting(shop)
    clock.ahead += LATER
    shop.until(lambda: attempts(shop) > tried, "the bot looks again by itself")

    until_resting(shop)
    shop.ws.mend(HERE)
    clock.ahead += LATER
    shop.until_logged("The bot can write here again.")
    shop.until_quiet()

    words = {Held: "hold: first", Resumed: "resumed it", ChannelLost: "could not write here"}
    said = [word for line in shop.lines() for word in words.values() if word in line]
    # Whether the bot meets the closed channel before or after the resume is chance; the thread has it as history has.
    assert said == [words[kind] for kind in kinds(shop, release_id) if kind in words], (
        "each is said once, in order"
    )
    assert sorted(said) == sorted(words.values())
    assert len(told(shop, "ben")) == 1
    assert shop.release(release_id).channel_lost is None


def test_a_release_moves_to_another_channel_with_everything_that_waits(shop: Story) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()
    shop.ws.archive(HERE)
    shop.says("chloe", f"hold {release_id} smoke", TALK.name)
    shop.until(lambda: shop.release(release_id).channel_lost, "the bot knows that it cannot write")

    assert "can move it" in shop.says("chloe", f"move {release_id} #{TALK.name}", TALK.name)
    answer = shop.says("mara", f"move {release_id} #{TALK.name}", TALK.name)
    assert answer.startswith("shop-1.3.3 goes on in the other channel; its card is posted there now.")

    def there() -> list[str]:
        return [m.plain for m in shop.ws.messages(TALK.name) if m.from_bot and m.ephemeral_to is None]

    shop.until(lambda: any("moved the release from" in text for text in there()), "the log goes on there")
    shop.until_quiet()
    cards = [
        m
        for m in shop.ws.messages(TALK.name)
        if m.from_bot and m.thread_ts is None and m.ephemeral_to is None
    ]
    assert len(cards) == 1
    assert sum("put the release on hold: smoke" in text for text in there()) == 1
    assert "shop-1.3.3" in shop.says("mara", "status", TALK.name)


def test_a_card_left_behind_in_an_open_channel_says_where_the_release_went(shop: Story) -> None:
    release_id = shop.hotfix()
    shop.until_quiet()

    shop.says("mara", f"move {release_id} #{TALK.name}")

    shop.until_card(lambda text: text == "shop-1.3.3 goes on in #general.")
    assert shop.says("mara", f"move {release_id} #{TALK.name}") == "shop-1.3.3 lives in that channel already."
    assert shop.says("mara", f"move {release_id} nowhere").startswith("Name one channel")
