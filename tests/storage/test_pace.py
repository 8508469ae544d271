"""Turns that replicas share: a burst, then one every interval, and silence until a moment that somebody was told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from storage.engine import open_engine
from storage.pace import Paces
from tests.storage.builders import NOW, later


@pytest.fixture
def paces(engine: sa.Engine) -> Paces:
    return Paces(engine)


def test_after_a_burst_a_turn_comes_every_second(paces: Paces) -> None:
    burst = [paces.take("post C1", NOW, 1.0, 3) for _ in range(4)]

    assert burst == [None, None, None, later(1)]
    assert paces.take("post C1", later(0.5), 1.0, 3) == later(1)
    assert paces.take("post C1", later(1), 1.0, 3) is None
    assert paces.take("post C1", later(1), 1.0, 3) == later(2)


def test_a_pause_allows_one_burst_and_no_more(paces: Paces) -> None:
    assert [paces.take("post C1", later(3600), 1.0, 2) for _ in range(3)] == [None, None, later(3601)]


def test_one_channel_does_not_take_the_turns_of_another(paces: Paces) -> None:
    assert paces.take("post C1", NOW, 1.0, 1) is None

    assert paces.take("post C1", NOW, 1.0, 1) == later(1)
    assert paces.take("post C2", NOW, 1.0, 1) is None


def test_a_method_stays_closed_as_long_as_the_longest_word_says(paces: Paces) -> None:
    assert paces.closed_until("429 chat.update", NOW) is None

    paces.close("429 chat.update", later(30))
    paces.close("429 chat.update", later(10))

    assert paces.closed_until("429 chat.update", NOW) == later(30)
    assert paces.closed_until("429 chat.update", later(30)) is None
    assert paces.closed_until("429 views.open", NOW) is None


def test_no_turn_is_taken_while_the_method_is_closed(paces: Paces) -> None:
    paces.close("429 chat.postMessage", later(30))

    closed = paces.take("post C1", NOW, 1.0, 1, unless="429 chat.postMessage")

    assert closed == later(30)
    assert paces.take("post C1", later(30), 1.0, 1, unless="429 chat.postMessage") is None
    assert paces.take("post C1", later(30), 1.0, 1, unless="429 chat.postMessage") == later(31)


def test_whoever_waits_for_a_turn_and_for_an_open_method_is_told_the_later_moment(paces: Paces) -> None:
    for _ in range(3):
        paces.take("post C1", NOW, 10.0, 3)
    paces.close("429 chat.postMessage", later(4))

    assert paces.take("post C1", NOW, 10.0, 3, unless="429 chat.postMessage") == later(10)


def test_many_replicas_take_no_more_turns_than_there_are(url: str) -> None:
    def replica(_n: int) -> int:
        engine = open_engine(url)
        mine = sum(Paces(engine).take("post C1", NOW, 1.0, 5) is None for _ in range(10))
        engine.dispose()
        return mine

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(replica, range(4))) == 5
