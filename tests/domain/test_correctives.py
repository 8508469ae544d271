"""What was agreed on after a rollback is asked for by the next releases, until it is done."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain import rolling_back as rules
from bot.domain.correctives import agree_on, findings, finish, mistakes, open_ones, tell_again_at
from bot.domain.errors import NotFound, NotUnderstood, Refused
from bot.domain.orders import TellOwner
from bot.domain.outcomes import Passed
from bot.domain.release import Release
from bot.domain.reminders import Desk, Manners
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

    release = done(release, ALERT.name).release

    assert open_ones(release) == (TESTED,)
    assert [found.name for found in findings([release], ITEM, date(2026, 12, 30))] == [second.name]


@pytest.mark.process("RR-3")
def test_a_report_that_is_completed_again_keeps_what_is_done() -> None:
    release = done(reported(ALERT, TESTED), ALERT.name).release
    told = RollbackReported("why", "what", (ALERT, TESTED), "in February")

    release = rules.report(release, told, BEN, POLICY, now(release)).release

    assert open_ones(release) == (TESTED,)


def test_its_owner_or_somebody_who_decides_on_rollbacks_says_that_it_is_done() -> None:
    release = reported(TESTED)

    assert done(release, TESTED.name, by=DEVI).happened, "operations decide on rollbacks"
    with pytest.raises(Refused, match="It belongs to"):
        done(release, TESTED.name, by=CHLOE)
    with pytest.raises(NotFound, match="Open are: `test-two-tabs`"):
        done(release, "something")
    with pytest.raises(NotUnderstood):
        done(release, TESTED.name, note="  ", by=DEVI)


def test_a_release_that_was_not_rolled_back_has_none() -> None:
    assert open_ones(running().release) == ()


def test_an_action_without_letters_still_has_a_name() -> None:
    assert Corrective("!!!", ADA, "2026-12-24").name == "it"


def agreed(release: Release, wanted: Corrective, today: date = date(2026, 12, 1)) -> Step:
    return agree_on(release, wanted, today, BEN, POLICY, now(release))


@pytest.mark.process("RR-3")
def test_what_is_agreed_on_one_by_one_is_told_to_its_owner_and_may_get_another_one() -> None:
    step = agreed(reported(), ALERT)
    assert TellOwner(step.release.id, ALERT.name, CHLOE, "2026-12-24") in step.orders

    release = agreed(step.release, TESTED).release
    release = agreed(release, replace(ALERT, owner=ADA)).release
    assert open_ones(release) == (TESTED, replace(ALERT, owner=ADA))

    release = done(release, TESTED.name, by=ADA).release
    assert open_ones(agreed(release, TESTED).release) == (replace(ALERT, owner=ADA), TESTED), (
        "it is open again"
    )


def test_a_report_that_is_completed_later_takes_no_action_away() -> None:
    release = agreed(reported(), ALERT).release

    release = rules.report(
        release, RollbackReported("why", "what", (), "soon"), BEN, POLICY, now(release)
    ).release

    assert open_ones(release) == (ALERT,)


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"action": "  "}, "action"),
        ({"action": "Alert on lost orders - at once"}, "action"),
        ({"owner": UserId("")}, "owner"),
        ({"owner": UserId("ada")}, "owner"),
        ({"owner": UserId("USLACKBOT")}, "owner"),
        ({"due": ""}, "due"),
        ({"due": "2026-02-30"}, "due"),
        ({"due": "soon"}, "due"),
        ({"due": "2026-11-30"}, "due"),
        ({"due": "2028-01-01"}, "due"),
    ],
)
def test_what_nobody_could_be_held_to_is_refused_at_its_field(wrong: dict[str, str], at: str) -> None:
    release, wanted = reported(ALERT), replace(ALERT, **wrong)  # type: ignore[arg-type]  # fields by name

    assert list(mistakes(release, wanted, date(2026, 12, 1))) == [at]
    with pytest.raises(Refused):
        agreed(release, wanted)


def test_without_a_rollback_there_is_nothing_to_learn_from() -> None:
    with pytest.raises(Refused, match="was not rolled back"):
        agreed(running().release, ALERT)


def test_an_owner_hears_of_it_on_its_day_in_their_own_morning_and_then_as_often_as_of_anything() -> None:
    kolkata, manners = Desk("Asia/Kolkata"), Manners()
    monday = datetime(2026, 12, 7, 10, tzinfo=UTC)

    def again(due: str, number: int, at: datetime = monday) -> datetime | None:
        return tell_again_at(due, number, kolkata, manners, at)

    assert again("2026-12-10", 0) == datetime(2026, 12, 10, 3, 30, tzinfo=UTC)
    assert again("2026-12-12", 0) == datetime(2026, 12, 14, 3, 30, tzinfo=UTC), "a Saturday"
    assert again("2026-12-07", 0) == datetime(2026, 12, 8, 10, tzinfo=UTC), "it was told today"
    assert again("2026-12-07", manners.most - 1) is not None
    assert again("2026-12-07", manners.most) is None
