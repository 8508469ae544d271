"""What a major release has more: the word of architecture, a day on one commit, and no silent way past a waived rehearsal."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.cast import ROLES
from tests.scenarios.deployed import deployed
from tests.scenarios.story import PLANNING, PREPARATION, SHIPPING, TESTING, story
from tests.scenarios.test_reminders import LONG, MONDAY, Clock

WITHOUT_ARCHITECTURE = tuple(role for role in ROLES if role.name != "architecture")
MAJOR_PREPARATION = (*PREPARATION[:-1], ("chloe", "approve as architecture"), PREPARATION[-1])


def test_a_team_without_architects_is_told_at_the_start_and_can_release_everything_else(
    tmp_path: Path,
) -> None:
    with story(tmp_path, roles=WITHOUT_ARCHITECTURE) as shop:
        shop.until_read()

        assert [str(doubt).split(": ", 1)[1] for doubt in shop.stage.config.warnings] == [
            "`roles.architecture` is missing, and major releases are signed by it: until somebody is in it, none of them can be "
            "started."
        ]
        assert shop.says("mara", "start shop major") == (
            "A major release is signed by architecture (PREP-ARCH), and there is no such role here. Whoever runs the bot adds "
            "[roles.architecture] to harbourmaster.toml; until then start another type of release."
        )
        assert shop.says("mara", "start shop minor").startswith("Started shop-1.4.0")


@pytest.mark.process("TM-5")
def test_a_major_release_stands_on_its_commit_for_a_day_and_for_another_when_the_branch_moves(
    tmp_path: Path,
) -> None:
    clock = Clock(MONDAY)
    with story(tmp_path, clock=clock, lease=LONG, automates=("soak",)) as shop:
        release_id = shop.started("shop major")
        shop.play(PLANNING, PREPARATION[:-1])
        assert "PREP-ARCH" in shop.says("ben", "approve")
        shop.play(MAJOR_PREPARATION[-2:], TESTING[:-1])
        shop.until_card(lambda text: "It soaks until 2026-12-08 10:" in text)
        assert shop.says("chloe", "approve") == "TEST-GO opens when TEST-SOAK is done."

        clock.goes_on(timedelta(hours=23))
        shop.stage.bot.parts.wake()
        fix = shop.pushes("fix: the drawer")
        shop.until(lambda: shop.release(release_id).commit == fix, "the commit is seen")
        clock.goes_on(timedelta(hours=2))
        shop.play(MAJOR_PREPARATION[2:], TESTING[:-1])
        shop.until_card(lambda text: "It soaks until 2026-12-09 11:" in text)
        assert shop.says("chloe", "approve") == "TEST-GO opens when TEST-SOAK is done."

        clock.goes_on(timedelta(hours=25))
        shop.stage.bot.parts.wake()
        shop.until_logged("*TEST-SOAK* passed: It has stood on " + fix[:7])
        shop.play(TESTING[-1:])


@pytest.mark.process("TEST-5")
def test_a_waived_rehearsal_is_answered_for_once_more_before_anything_is_deployed(tmp_path: Path) -> None:
    with deployed(tmp_path, without="integration performance migrations docs") as world:
        shop = world.shop
        release_id = shop.started()
        world.breaks("staging")
        shop.play(PLANNING, PREPARATION)
        shop.until_logged("*TEST-5* failed")
        world.mends("staging")
        said = shop.says("devi", "waive TEST-5 result staging is <!here> being moved")
        assert said == f"You answer for result of TEST-5 in {release_id}."
        by_hand = tuple(line for line in TESTING if line[1] not in ("done TEST-1", "done TEST-5"))
        shop.play(by_hand, SHIPPING)

        shop.until_logged("is on the remote at")
        card = shop.until_card(
            lambda text: "*REL-BACK*" in text and "TEST-5:waived" in text and "· after REL-BACK" in text
        ).plain
        assert (
            "was waived: staging is <!here> being moved. If this release has to be rolled back, nobody has tried it."
            in (card.replace("\u200b", ""))
        )
        assert "· after REL-BACK" in card
        assert "deploy production" not in "\n".join(world.traces())
        assert shop.says("chloe", "waive REL-BACK TEST-5:waived fine").startswith(
            "REL-BACK belongs to operations"
        )

        shop.says("eli", "waive REL-BACK TEST-5:waived the last one went back well")
        shop.until_logged("*REL-4* passed")

        assert world.served("production") == "1.4.0"
        assert not any(n.kind in ("channel", "here") for n in shop.ws.notifications)
