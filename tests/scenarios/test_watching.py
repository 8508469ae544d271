"""Production is measured before a deployment and watched after it; what has become worse is told in the channel, with the way back."""

from pathlib import Path

import pytest

from bot.domain.words import Verdict
from tests.scenarios.deployed import Deployed, deployed
from tests.scenarios.story import AFTER_TAG, SHIPPING

AUTOMATES = ("deploy", "watch", "health")
UNWANTED = "integration performance migrations docs"
WATCHED = 'watch = "4s"\nwatch_every = "1s"\n'
MONITORING = """
[products.shop.recipes.monitoring]
command = ["sh", "-c", "cat {folder}/p95 > $HARBOURMASTER_RESULT; echo measured $HARBOURMASTER_OPERATION | tee -a {folder}/traces"]
limits = ["p95_ms at most 900", "p95_ms at most 20 % above the baseline"]
"""


def measures(world: Deployed, milliseconds: int) -> None:
    """What the monitors read from now on."""
    new = world.folder / "p95.new"
    new.write_text(f'{{"measurements": {{"p95_ms": {milliseconds}}}}}')
    new.replace(world.folder / "p95")


@pytest.mark.process("REL-5", "POST-1", "RD-2")
def test_a_number_that_has_become_worse_is_an_alarm_with_the_way_back(tmp_path: Path) -> None:
    monitoring = MONITORING.format(folder=tmp_path / "world")
    long = WATCHED.replace("4s", "5m")
    with deployed(tmp_path, monitoring, UNWANTED, production=long, automates=AUTOMATES) as world:
        shop = world.shop
        measures(world, 180)
        release_id = shop.ready_to_ship()
        shop.play(SHIPPING)
        assert "180." in shop.until_logged("*REL-BASE* passed: Before the deployment: ")
        shop.until_logged("*REL-4* passed")
        assert "POST-1 looks at it every 1 s for 5 min." in shop.until_logged("*REL-5* passed")
        card = shop.card()
        shop.play(AFTER_TAG[:1])
        shop.until(lambda: "POST-1.1.1" in str(world.traces()), "more than one sample is taken")
        shop.until(lambda: "It is watched until " in shop.card().plain, "the card says so")
        assert shop.alarms() == []

        measures(world, 412)

        shop.until(lambda: shop.alarms(), "the channel is told")
        (alarm,) = shop.alarms()
        worse = "p95_ms is 412 and was 180 before the deployment (+129%); it must be at most 20 % above the baseline, which is 216."
        assert worse in alarm.plain
        assert alarm.ts != card.ts
        assert shop.clicks("devi", "Roll back…", alarm).ok
        assert worse in str(shop.modal("devi", "Roll back").blocks), "the form has it as its evidence"
        assert shop.fills("devi", cause="It has become slow.").ok
        shop.until_card(lambda card: "Rollback to" in card)
        said = shop.says("devi", f"log {release_id} POST-1")
        assert "POST-1.1.0" in said
        assert "POST-1.1.1" in said


@pytest.mark.process("POST-1")
def test_production_that_stays_as_it_was_has_passed_when_the_window_closes(tmp_path: Path) -> None:
    monitoring = MONITORING.format(folder=tmp_path / "world")
    with deployed(tmp_path, monitoring, UNWANTED, production=WATCHED, automates=AUTOMATES) as world:
        shop = world.shop
        measures(world, 180)
        release_id = shop.ready_to_ship()
        shop.play(SHIPPING)
        shop.until_logged("*REL-4* passed")
        shop.play(AFTER_TAG[:1])
        shop.until(lambda: "POST-1.1." in str(world.traces()), "the first sample is taken")
        shop.stage.restart()

        assert "and none broke a limit" in shop.until_logged("*POST-1* passed: ")

        work = next(work for work in shop.release(release_id).works if work.item == "POST-1")
        assert work.verdict is Verdict.PASSED
        assert work.fact("measured.p95_ms") == "180.0"
        taken = [line for line in world.traces() if "POST-1" in line]
        assert len(taken) == len(set(taken)) >= 2, "each sample is one operation, begun once"
        assert taken[-1].endswith("POST-1.1.4"), "the last one when the window closes"
        assert shop.alarms() == []
