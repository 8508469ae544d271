"""Two people ask to go back at the same moment, each by another bot of one database: one rollback comes of it, carried out once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.app import Bot, assemble
from bot.domain.errors import Refused, UserError
from bot.domain.rollback import Stands
from bot.domain.rollback_events import RollbackAsked, Target
from bot.domain.words import ChannelId, UserId, person
from bot.parts import Parts
from bot.workflow import rolling_back
from bot.workflow.asking import Asked
from storage.database import verify
from tests.scenarios.deployed import Deployed, deployed
from tests.scenarios.test_rollback import shipped, signed_previous

BEN, DEVI, ELI = UserId("U0BEN"), UserId("U0DEVI"), UserId("U0ELI")
HERE = ChannelId("C0SHOPREL")
TARGET = Target("v1.3.2", "1.3.2")


@contextmanager
def beside(world: Deployed) -> Iterator[Bot]:
    """A second bot on the same database, as another replica."""
    stage = world.shop.stage
    twin = assemble(stage.config, process=stage.plan.process)
    twin.start()
    try:
        twin.listen_socket(world.shop.ws.app_token, world.shop.ws.api_url)
        world.shop.until(lambda: world.shop.ws.socket_mode.connections >= 4, "both bots listen")
        yield twin
    finally:
        twin.stop()


def both(world: Deployed, *acts: Callable[[], str]) -> tuple[list[str], list[UserError]]:
    """Do these at the same moment: what was answered, and what was refused."""
    answers: list[str] = []
    refusals: list[UserError] = []

    def one(act: Callable[[], str]) -> None:
        try:
            answers.append(act())
        except UserError as refusal:
            refusals.append(refusal)

    world.shop.at_once(*(lambda act=act: one(act) for act in acts))  # type: ignore[misc]  # bound now
    return answers, refusals


def asks(parts: Parts, who: UserId, release_id: str) -> Callable[[], str]:
    wanted = RollbackAsked(TARGET, "Orders are lost.", "", "Everybody.")
    asked = Asked(f"ask {who}", who, HERE, parts.clock())
    return lambda: rolling_back.ask(parts, asked, release_id, wanted, lambda _: "asked")


def agrees(parts: Parts, who: UserId, release_id: str) -> Callable[[], str]:
    asked = Asked(f"agree {who}", who, HERE, parts.clock())
    return lambda: rolling_back.agree(parts, asked, release_id, lambda _: "agreed")


@pytest.mark.postgres
@pytest.mark.process("RD-1")
def test_of_two_who_ask_at_once_one_is_heard_and_the_other_is_told_how_to_join(
    tmp_path: Path, postgres_url: str
) -> None:
    with deployed(tmp_path, database_url=postgres_url) as world, beside(world) as twin:
        shop = world.shop
        signed_previous(world)
        release_id = shipped(world)
        one, two = shop.stage.bot.parts, twin.parts

        answers, refusals = both(world, asks(one, DEVI, release_id), asks(two, BEN, release_id))

        (mine,) = shop.release(release_id).rollbacks
        other = BEN if mine.by == DEVI else DEVI
        assert answers == ["asked"]
        assert [type(refusal) for refusal in refusals] == [Refused]
        assert str(refusals[0]) == (
            f"{person(mine.by)} has asked to go back from v1.3.3 to v1.3.2 already. Its card says where that stands; "
            f"`/release rollback {release_id} agree` agrees to it."
        )

        shop.until_logged("Nobody knows whether the database must be restored")
        answers, refusals = both(world, agrees(one, other, release_id), agrees(two, ELI, release_id))
        assert answers == ["agreed"]
        assert [str(refusal) for refusal in refusals] == ["It has been decided already; see the card."]

        shop.until_logged("Rollback: *database* is inconclusive")
        answers, refusals = both(
            world,
            lambda: rolling_back.skip(one, Asked("skip", DEVI, HERE, one.clock()), release_id, "same", lambda _: "on"),
            lambda: rolling_back.skip(two, Asked("skip too", BEN, HERE, two.clock()), release_id, "same", lambda _: "on"),
        )  # fmt: skip
        assert (answers, [str(refusal) for refusal in refusals]) == (
            ["on"],
            ["No step of the rollback has failed."],
        )

        shop.until_logged("`v1.3.2` serves again, and `v1.3.3` is withdrawn")
        shop.until_quiet()
        back = [trace.split()[0] for trace in world.traces() if "production v1.3.2" in trace]
        assert back == ["shutdown", "deploy", "restart"], "each step is carried out once"
        assert [r.stands for r in shop.release(release_id).rollbacks] == [Stands.DONE]
        assert len(shop.lines()) == len(set(shop.lines())), "nothing is said twice"
        assert verify(one.store.engine)[1] == []

        again, refused = both(world, asks(two, mine.by, release_id), asks(one, ELI, release_id))
        assert again == ["asked"], "the repeated request gets its old answer"
        assert "a rollback is not rolled back" in str(refused[0])
