"""POST-3 asks once a release and channel, whatever dies or is begun anew in between."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.quiet import QuietSlack, config_in
from bot.actions.feedback import carry_out
from bot.app import assemble
from bot.domain.events import WorkEnded
from bot.domain.orders import Announce, DoWork
from bot.domain.outcomes import Passed
from bot.domain.posts import Post
from bot.domain.records import Work
from bot.domain.words import Audience, ItemId, Verdict
from bot.parts import Parts
from bot.ports import Block
from tests.domain.builders import BEN, C1, CHANNEL
from tests.domain.test_notices import TUESDAY, release

AT = datetime(2026, 12, 15, 15, tzinfo=UTC)
POST_3 = ItemId("POST-3")


class RememberingSlack(QuietSlack):
    """Knows which marks stand in which channel."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str]] = []

    def post(
        self, channel: str, text: str, blocks: Sequence[Block], *, thread: str | None = None, mark: str
    ) -> str:
        self.posted.append((channel, mark))
        return super().post(channel, text, blocks, thread=thread, mark=mark)

    def find(self, channel: str, mark: str, *, oldest: float, thread: str | None = None) -> str | None:
        assert oldest < AT.timestamp()
        return (
            "1.0"
            if (channel, mark) in self.posted
            else super().find(channel, mark, oldest=oldest, thread=thread)
        )


@pytest.fixture
def slack() -> RememberingSlack:
    return RememberingSlack()


@pytest.fixture
def parts(tmp_path: Path, slack: RememberingSlack) -> Iterator[Parts]:
    bot = assemble(config_in(tmp_path, f"sqlite:///{tmp_path}/it.sqlite"), slack=slack)
    shop = bot.parts.products["shop"]
    plan = replace(shop.notices.audiences[0], channel=CHANNEL, posts=frozenset({Post.DEPLOYED}))
    told = replace(shop, notices=replace(shop.notices, audiences=(plan,)))
    yield replace(bot.parts, products={"shop": told})
    bot.stop()


def begun(n: int) -> Work:
    return Work(POST_3, f"shop-1.4.0.POST-3-{n}", "feedback", C1, BEN, AT)


def order(n: int) -> DoWork:
    return DoWork(release(TUESDAY).id, POST_3, "feedback", C1, begun(n).operation)


def test_killed_after_the_question_and_begun_anew_it_does_not_ask_again(
    parts: Parts, slack: RememberingSlack
) -> None:
    once = replace(release(TUESDAY), works=(begun(1),))
    carry_out(parts, once, order(1))  # what it came to was never written down

    carry_out(parts, once, order(1))
    carry_out(parts, replace(once, works=(begun(1), begun(2))), order(2))

    assert slack.posted == [(CHANNEL, "feedback shop-1.4.0")]


def test_what_an_earlier_run_has_asked_is_not_looked_for_in_slack(
    parts: Parts, slack: RememberingSlack
) -> None:
    one = release(TUESDAY)
    asked = carry_out(parts, replace(one, works=(begun(1),)), order(1))
    assert isinstance(asked, Passed)
    ended = WorkEnded(POST_3, begun(1).operation, Verdict.PASSED, asked.summary, (), asked.facts)
    slack.posted.clear()  # the question was deleted by an admin

    carry_out(parts, replace(one, works=(replace(begun(1), ended=ended), begun(2))), order(2))

    assert slack.posted == []


@pytest.mark.parametrize(("post", "asks"), [(Post.DEPLOYED, False), (Post.HEALTHY, True)])
def test_a_post_with_the_button_that_still_waits_for_its_channel_asks_in_its_place(
    parts: Parts, slack: RememberingSlack, post: Post, asks: bool
) -> None:
    one = replace(release(TUESDAY), works=(begun(1),))
    with parts.store.transaction() as tx:
        tx.order(Announce(one.id, 40, post, Audience.USERS, CHANNEL), AT)

    carry_out(parts, one, order(1))

    assert bool(slack.posted) == asks
