"""What a team's own recipes answer for before and after a release: its features, and how production goes on."""

from pathlib import Path

import pytest

from bot.domain.words import Verdict
from tests.scenarios.story import (
    AFTER_TAG,
    HOTFIX_AFTER_TAG,
    HOTFIX_PREPARATION,
    HOTFIX_TESTING,
    PLANNING,
    POST,
    SHIPPING,
    story,
)

TESTS = """
[products.shop.recipes.tests]
command = ["sh", "-c", "test ! -e {folder}/broken || {{ echo the cart is lost; exit 1; }}"]
"""
AFTERWARDS = """
[products.shop.recipes.monitoring]
command = ["sh", "-c", "cat {folder}/p95 > $HARBOURMASTER_RESULT"]
limits = ["p95_ms at most 200"]
[products.shop.recipes.errors]
command = ["sh", "-c", "echo $HARBOURMASTER_TAG > {folder}/asked; cat {folder}/new > $HARBOURMASTER_RESULT"]
limits = ["new_errors at most 0"]
"""


@pytest.mark.process("PLAN-2")
def test_the_features_are_tested_by_the_team_s_own_tests_and_again_when_the_branch_moves(
    tmp_path: Path,
) -> None:
    (tmp_path / "broken").touch()
    with story(tmp_path / "stage", recipes=TESTS.format(folder=tmp_path)) as shop:
        release_id = shop.started()
        shop.play(PLANNING[:1])
        shop.until_logged("*PLAN-2* failed: ")
        shop.play(PLANNING[2:4])
        assert shop.says("ben", "approve").startswith("PLAN-GO opens when PLAN-2 is done.")

        (tmp_path / "broken").unlink()
        commit = shop.pushes("fix: the cart is found")
        shop.until_logged("*PLAN-2* passed: ")

        work = shop.release(release_id).works[-1]
        assert (work.item, work.commit, work.is_good) == ("PLAN-2", commit, True)
        shop.play(PLANNING[4:])


@pytest.mark.process("POST-1", "POST-2")
def test_after_a_release_the_recipes_say_how_production_goes_on_and_which_errors_are_new(
    tmp_path: Path,
) -> None:
    (tmp_path / "p95").write_text('{"measurements": {"p95_ms": 180}}')
    (tmp_path / "new").write_text(
        '{"measurements": {"new_errors": 2}, "url": "https://errors.example.com/1.3.3"}'
    )
    with story(tmp_path / "stage", recipes=AFTERWARDS.format(folder=tmp_path)) as shop:
        release_id = shop.hotfix()
        shop.play(HOTFIX_PREPARATION, HOTFIX_TESTING, SHIPPING)
        shop.until_logged("is on the remote at")
        assert not (tmp_path / "asked").exists(), "nothing is asked before the release is out"
        shop.play(HOTFIX_AFTER_TAG)

        shop.until_logged("*POST-1* passed: ")
        shop.until_logged("*POST-2* failed: ")

        assert (tmp_path / "asked").read_text() == "v1.3.3\n"
        errors = next(work for work in shop.release(release_id).works if work.item == "POST-2")
        assert errors.ended
        assert errors.ended.verdict is Verdict.FAILED
        assert [finding.name for finding in errors.ended.found] == ["new_errors at most 0"]
        assert "POST-2" in shop.says("ben", "approve")


@pytest.mark.process("POST-4")
def test_what_went_wrong_on_the_way_out_is_taken_up_in_the_documentation_before_the_release_is_finished(
    tmp_path: Path,
) -> None:
    (tmp_path / "broken").touch()
    publishing = TESTS.replace("recipes.tests", "recipes.docs").format(folder=tmp_path)
    with story(tmp_path / "stage", recipes=publishing, automates=("lessons",)) as shop:
        shop.ready_to_ship()
        shop.play(SHIPPING)
        shop.until_logged("*REL-2* failed: ")
        (tmp_path / "broken").unlink()
        shop.says("eli", "run REL-2")
        shop.until_logged("*REL-2* passed: ")
        shop.play(AFTER_TAG[1:])

        shop.until_logged("*POST-4* failed: Not everything went as it is written down.")
        shop.play(POST[:3])
        assert shop.says("ben", "approve").startswith("POST-GO opens when POST-4 is done.")
        said = shop.says("eli", "findings")
        assert "REL-2 (Documentation publication updates guides) did not pass at first: " in said

        said = shop.says("eli", "waive POST-4 REL-2:missed the guide to publishing says how to go on")
        assert said.startswith("You answer for REL-2:missed of POST-4"), said
        shop.play(POST[4:])
        shop.until_card(lambda card: "*Completed*" in card)
