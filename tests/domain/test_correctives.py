"""What was agreed on after a rollback is asked for by the next releases, until it is done."""

from datetime import date

import pytest

from bot.domain import rolling_back as rules
from bot.domain.correctives import findings, finish, name_of, open_ones
from bot.domain.errors import NotFound, NotUnderstood, Refused
from bot.domain.outcomes import Passed
from bot.domain.release import Release
from bot.domain.rollback import Stands
from bot.domain.rollback_events import Corrective, RollbackReported
from bot.domain.steps import Step
from bot.domain.words import ItemId, UserId
from tests.domain.at_work import POLICY
from tests.domain.builders import ADA, BEN, CHLOE, DEVI, ROLES, now
from tests.domain.test_rolling_back import ended, running, stands

ITEM = ItemId("PLAN-RR")
ALERT = Corrective("Alert on lost orders, at once", CHLOE, "2026-12-24")
TESTED = Corrective("Test two tabs", ADA, "2027-01-10")


def reported(*agreed_on: Corrective) -> Release:
    step = running()
    while stands(step.release) is Stands.RUNNING:
        step = ended(step, Passed("it is done."))
    told = RollbackReported("why", "what", agreed_on, "in January")
    return rules.report(step.release, told, BEN, POLICY, now(step.release)).release


def done(release: Release, name: str, note: str = "There is an alert.", by: UserId = CHLOE) -> Step:
    return finish(release, name, note, by, ROLES, POLICY, now(release))


@pytest.mark.process("RR-3")
def test_each_open_one_is_a_finding_with_its_owner_and_day_until_it_is_done() -> None:
    release = reported(ALERT, TESTED)
    first, second = findings([release], ITEM, date(2026, 12, 30))

    assert first.name == f"{release.version}:alert-on-lost-orders-at-once"
    assert "was due on 2026-12-24" in first.sentence
    assert f"/release rollback {release.id} done alert-on-lost-orders-at-once" in first.sentence
    assert "until 2027-01-10" in second.sentence

    release = done(release, name_of(ALERT)).release

    assert open_ones(release) == (TESTED,)
    assert [found.name for found in findings([release], ITEM, date(2026, 12, 30))] == [second.name]


@pytest.mark.process("RR-3")
def test_a_report_that_is_completed_again_keeps_what_is_done() -> None:
    release = done(reported(ALERT, TESTED), name_of(ALERT)).release
    told = RollbackReported("why", "what", (ALERT, TESTED), "in February")

    release = rules.report(release, told, BEN, POLICY, now(release)).release

    assert open_ones(release) == (TESTED,)


def test_its_owner_or_somebody_who_decides_on_rollbacks_says_that_it_is_done() -> None:
    release = reported(TESTED)

    assert done(release, name_of(TESTED), by=DEVI).happened, "operations decide on rollbacks"
    with pytest.raises(Refused, match="It belongs to"):
        done(release, name_of(TESTED), by=CHLOE)
    with pytest.raises(NotFound, match="Open are: `test-two-tabs`"):
        done(release, "something")
    with pytest.raises(NotUnderstood):
        done(release, name_of(TESTED), note="  ", by=DEVI)


def test_a_release_that_was_not_rolled_back_has_none() -> None:
    assert open_ones(running().release) == ()


def test_an_action_without_letters_still_has_a_name() -> None:
    assert name_of(Corrective("!!!", ADA, "2026-12-24")) == "it"
