"""Feedback: users are asked once, everybody has one answer, and what they write can do nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.cast import TALK
from bot.workspace import Message
from tests.scenarios.story import AFTER_TAG, PLANNING, PREPARATION, SHIPPING, TESTING, Story, story

THERE = f"#{TALK.name}"
USERS = f"""
[products.shop.audiences.users]
channel = "{TALK.id}"
timezone = "UTC"
before = []
posts = ["completed"]
"""
HOSTILE = "<!channel> <@U0BEN> *x* <https://evil.example|click>"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Story]:
    with story(tmp_path, automates=("feedback",), settings=USERS) as told:
        yield told


def asked(shop: Story) -> list[Message]:
    """The messages in the users' channel, oldest first."""
    return [m for m in shop.ws.messages(THERE) if m.from_bot and not m.ephemeral_to]


@pytest.mark.process("POST-3")
def test_users_are_asked_answer_change_their_answer_and_the_team_reads_it_as_plain_text(shop: Story) -> None:
    release_id = shop.started()
    shop.play(PLANNING, PREPARATION, TESTING, SHIPPING)
    shop.until_logged("is on the remote at")
    shop.play(AFTER_TAG)
    shop.until_logged("*POST-3* passed: Users are asked for feedback")
    (question,) = asked(shop)
    assert question.plain.startswith("How is *shop 1.4.0* for you?")
    assert shop.says("ben", f"run {release_id} POST-3").startswith("POST-3 of shop-1.4.0 has begun.")
    shop.until(
        lambda: len([line for line in shop.thread() if "*POST-3* passed" in line]) == 2, "it ran again"
    )
    assert len(asked(shop)) == 1, "nobody is asked twice"

    for rating, words in (("2", "slow"), ("4", HOSTILE)):
        shop.ws.person("devi").clicks(question, text="Give feedback")
        shop.modal("devi", "Give feedback")
        assert shop.fills("devi", rating=rating, words=words).ok
        assert "Thank you! Your answer on shop-1.4.0 is kept." in str(shop.modal("devi").blocks)
        shop.ws.person("devi").closes_all()
    shop.ws.person("eli").clicks(question, text="Give feedback")
    assert shop.fills("eli", rating="1").ok

    listed = shop.says("ben", f"feedback {release_id}")
    assert "shop-1.4.0: 2 answers, 2.5 of 5 on average (4: 1 · 1: 1)" in listed.replace("*", "")
    assert HOSTILE in listed
    assert "slow" not in listed
    assert "1 of 5 @eli (no words)" in listed
    assert not [n for n in shop.ws.notifications if n.channel == TALK.id or n.kind == "channel"], (
        "nobody was pinged"
    )

    shop.play((("devi", "done POST-1"), ("chloe", "done POST-2"), ("eli", "done POST-4"), ("ben", "approve")))
    shop.until(lambda: len(asked(shop)) == 2, "users are told that it is out")
    shop.ws.person("devi").clicks(asked(shop)[-1], text="Give feedback")
    assert HOSTILE in str(shop.modal("devi", "Give feedback").blocks), "they find their own answer"


def test_an_answer_without_a_number_is_asked_back_and_a_release_without_answers_says_so(shop: Story) -> None:
    release_id = shop.hotfix()
    message = shop.reply("mara", "feedback")
    assert message is not None
    assert message.plain.startswith(f"Nobody has said anything about *{release_id}* yet.")
    shop.ws.person("mara").clicks(message, text="Give feedback")
    shop.modal("mara", "Give feedback")
    shop.ws.person("mara").fills("words", "no number")

    shop.ws.person("mara").submits()

    assert shop.modal("mara", "Give feedback")
    assert shop.says("mara", "feedback 9.9.9").startswith("There is no release “9.9.9”.")
