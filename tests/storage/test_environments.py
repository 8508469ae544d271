"""Environments are had by one operation at a time, whoever asks and in whatever moment, on every database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.health import Probing
from bot.domain.locks import Broken, Holds, InLine, Waits
from bot.domain.words import ReleaseId
from storage.environments import Environments
from tests.domain.builders import BEN, NOON


@pytest.fixture
def environments(engine: sa.Engine) -> Environments:
    return Environments(engine)


def asks(name: str, minutes: int = 0) -> InLine:
    return InLine(name, ReleaseId(f"shop-{name}"), NOON + timedelta(minutes=minutes))


@pytest.mark.process("REL-3")
def test_the_first_has_it_and_the_second_gets_it_when_the_first_leaves(environments: Environments) -> None:
    assert environments.take("shop", "production", asks("one")) == Holds()
    waits = environments.take("shop", "production", asks("two", 1))
    assert environments.take("shop", "staging", asks("three")) == Holds()
    assert environments.take("shop", "production", asks("one")) == Holds()

    environments.leave("one")

    assert isinstance(waits, Waits)
    assert (waits.position, waits.behind.operation) == (1, "one")
    assert environments.take("shop", "production", asks("two", 1)) == Holds()


def test_of_many_at_once_exactly_one_has_it(environments: Environments) -> None:
    with ThreadPoolExecutor(8) as hands:
        turns = list(hands.map(lambda n: environments.take("shop", "production", asks(f"op{n}")), range(16)))

    assert len([one for one in environments.line("shop", "production") if one.holds]) == 1
    assert sum(turn == Holds() for turn in turns) == 1


def test_whoever_loses_it_is_told_by_whom_and_why_and_the_next_has_it(environments: Environments) -> None:
    environments.take("shop", "production", asks("one"))
    environments.take("shop", "production", asks("two", 1))

    lost = environments.take_away("shop", "production", "one", BEN, "it hangs")

    assert lost
    assert environments.take("shop", "production", asks("one")) == Broken(BEN, "it hangs")
    assert environments.take("shop", "production", asks("two", 1)) == Holds()
    assert not environments.take_away("shop", "production", "one", BEN, "it hangs")


def test_looks_at_health_go_on_where_they_were(environments: Environments) -> None:
    probing = Probing(NOON, 1, 4, ("it was down",))

    assert environments.probing("op") is None
    environments.save_probing("op", probing)
    assert environments.probing("op") == probing
    assert environments.outcome("op") is None
    environments.save_outcome("op", healthy=True, summary="it is well", at=NOON)
    assert environments.outcome("op") == (True, "it is well")
