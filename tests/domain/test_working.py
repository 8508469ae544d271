"""The bot's work for items: what begins by itself, what is asked for, and how people go on when it has failed."""

from dataclasses import replace

import pytest

from bot.domain import course, items, working
from bot.domain.errors import NotFound, Refused
from bot.domain.events import Held, WorkBegun, WorkEnded
from bot.domain.findings import Finding, Severity
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Inconclusive, Passed
from bot.domain.policy import TAG, read_policy
from bot.domain.release import Release
from bot.domain.turn import ItemState, item_state, needs
from bot.domain.words import UserId, Verdict
from tests.domain.at_work import POLICY, PROCESS, ended, run, seen, started, waive, work_of
from tests.domain.builders import BEN, C1, C2, CHLOE, MARA, NILS, ROLES, now, the

PORT = Finding("DC-1:PORT", "PLAN-2", Severity.BLOCKS, "PORT is new and no page names it.")
HOST = Finding("DC-1:HOST", "PLAN-2", Severity.BLOCKS, "HOST is new and no page names it.")
ADVICE = Finding("BF-2:x", "PLAN-2", Severity.ADVICE, "A branch has an odd name.")


def state(release: Release, item_id: str) -> ItemState:
    return item_state(release, POLICY, the(item_id, POLICY))


def checked(release: Release, *found: Finding) -> Release:
    """The check that is under way ends with these findings; with none it passes."""
    work = next(w for w in reversed(release.works) if w.item == "PLAN-2")
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    outcome = Failed("2 findings", found) if found else Passed("12 files read")
    return ended(release, order, outcome).release


def failing() -> Release:
    return checked(started().release, PORT, HOST, ADVICE)


def test_a_check_begins_by_itself_as_soon_as_the_commit_is_known() -> None:
    step = started()

    assert work_of(step) == DoWork(
        step.release.id, the("PLAN-2", POLICY).id, "documentation", C1, "shop-2.4.0.PLAN-2.1"
    )
    assert state(step.release, "PLAN-2") is ItemState.RUNNING
    assert [n.item.id for n in needs(step.release, POLICY, ROLES)] == ["PLAN-1"]


def test_what_has_passed_is_done_and_says_so() -> None:
    release = checked(started().release)

    assert state(release, "PLAN-2") is ItemState.DONE
    assert release.works[-1].verdict is Verdict.PASSED


def test_an_action_that_is_asked_for_begins_with_a_person() -> None:
    step = run(started().release, "PLAN-1", BEN)

    assert [(h.by, h.what) for h in step.happened] == [
        (BEN, WorkBegun(the("PLAN-1", POLICY).id, "shop-2.4.0.PLAN-1.1", "freeze", C1))
    ]
    assert work_of(step).operation == "shop-2.4.0.PLAN-1.1"


@pytest.mark.parametrize(
    ("by", "item", "why"),
    [
        (NILS, "PLAN-1", "belongs to release-manager, and you are not in it"),
        (BEN, "PLAN-2", "PLAN-2 is running already"),
        (BEN, "PLAN-GO", "The bot does nothing for PLAN-GO"),
        (BEN, "REL-1", "The bot does nothing for REL-1"),
    ],
)
def test_who_may_not_begin_what(by: UserId, item: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        run(started().release, item, by)


def test_nothing_begins_while_the_release_is_on_hold() -> None:
    held = course.hold(
        started().release, "the data centre moves", NILS, now(started().release), POLICY
    ).release

    moved = seen(held, C2)

    assert not any(isinstance(h.what, WorkBegun) for h in moved.happened)
    with pytest.raises(Refused, match="on hold"):
        run(held, "PLAN-1", BEN)
    resumed = course.resume(moved.release, NILS, ROLES, now(moved.release), POLICY)
    assert work_of(resumed).commit == C2


def test_a_moved_branch_asks_for_the_check_again_under_another_operation() -> None:
    release = checked(started().release)

    step = seen(release, C2)

    assert work_of(step).operation == "shop-2.4.0.PLAN-2.2"
    assert work_of(step).commit == C2


def test_work_for_a_commit_that_is_gone_is_no_longer_wanted() -> None:
    first = started()

    release = seen(first.release, C2).release

    assert (
        working.why_not_to_work(release, work_of(first), POLICY)
        == "PLAN-2 was begun anew, or for another commit than 1111111."
    )
    assert working.why_not_to_work(first.release, work_of(first), POLICY) is None


def test_a_late_result_for_the_old_commit_decides_nothing() -> None:
    first = started()
    release = seen(first.release, C2).release

    late = ended(release, work_of(first), Passed("fine")).release

    assert state(late, "PLAN-2") is ItemState.RUNNING


def test_a_result_is_written_down_once() -> None:
    first = started()
    done = ended(first.release, work_of(first), Passed("fine"))

    again = ended(done.release, work_of(first), Failed("no"))

    assert again.happened == ()


def test_findings_are_answered_for_one_by_one() -> None:
    release = failing()
    assert state(release, "PLAN-2") is ItemState.FAILED

    one = waive(release, "PLAN-2", "dc-1:port", CHLOE).release
    both = waive(one, "PLAN-2", "DC-1:HOST", MARA).release

    assert state(one, "PLAN-2") is ItemState.FAILED
    assert state(both, "PLAN-2") is ItemState.DONE


@pytest.mark.parametrize(
    ("finding", "by", "error", "why"),
    [
        ("DC-9:NONE", CHLOE, NotFound, "no open finding “DC-9:NONE”. Open are: `DC-1:PORT`, `DC-1:HOST`"),
        ("BF-2:x", CHLOE, NotFound, "no open finding"),
        ("DC-1:PORT", NILS, Refused, "belongs to docs"),
    ],
)
def test_who_may_not_answer_for_what(finding: str, by: UserId, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        waive(failing(), "PLAN-2", finding, by)


def test_a_waiver_does_not_outlive_the_commit() -> None:
    both = waive(waive(failing(), "PLAN-2", "DC-1:PORT", CHLOE).release, "PLAN-2", "DC-1:HOST", CHLOE).release

    again = checked(seen(both, C2).release, PORT)

    assert state(again, "PLAN-2") is ItemState.FAILED


def test_a_failed_check_without_findings_can_be_answered_for_as_its_result() -> None:
    first = started()
    failed = ended(first.release, work_of(first), Failed("exit code 1")).release

    with pytest.raises(Refused, match="answer for a finding by its name"):
        items.mark_done(failed, the("PLAN-2", POLICY), "it is fine", CHLOE, ROLES, POLICY, now(failed))
    assert state(waive(failed, "PLAN-2", "result", CHLOE).release, "PLAN-2") is ItemState.DONE


def test_what_is_inconclusive_does_not_pass_until_a_person_does_it_and_says_how() -> None:
    first = started()
    unclear = ended(first.release, work_of(first), Inconclusive("The page cannot be read.")).release
    item = the("PLAN-2", POLICY)

    assert state(unclear, "PLAN-2") is ItemState.FAILED
    with pytest.raises(Refused, match="Say how it was done"):
        items.mark_done(unclear, item, " ", CHLOE, ROLES, POLICY, now(unclear))
    done = items.mark_done(unclear, item, "read it myself", CHLOE, ROLES, POLICY, now(unclear)).release
    assert state(done, "PLAN-2") is ItemState.DONE


def test_a_person_does_not_do_what_the_bot_has_not_tried() -> None:
    with pytest.raises(Refused, match="carried out by the bot: `/release run PLAN-1` begins it"):
        items.mark_done(
            started().release, the("PLAN-1", POLICY), "by hand", BEN, ROLES, POLICY, now(started().release)
        )


def test_a_failed_action_is_run_again_or_done_by_hand() -> None:
    begun = run(started().release, "PLAN-1", BEN)
    failed = ended(begun.release, work_of(begun), Failed("The remote refused the branch.")).release

    again = run(failed, "PLAN-1", BEN)
    by_hand = items.mark_done(
        failed, the("PLAN-1", POLICY), "pushed it myself", BEN, ROLES, POLICY, now(failed)
    )

    assert work_of(again).operation == "shop-2.4.0.PLAN-1.2"
    assert item_state(by_hand.release, POLICY, the("PLAN-1", POLICY)) is ItemState.DONE


def test_a_sign_off_covers_what_the_work_came_to() -> None:
    begun = run(checked(started().release), "PLAN-1", BEN)
    ready = ended(begun.release, work_of(begun), Passed("release/2.4 is cut")).release
    before = ready.content_digest(POLICY, the("PLAN-GO", POLICY))

    other = checked(seen(ready, C2).release)
    other = replace(other, commit=C1)

    assert other.content_digest(POLICY, the("PLAN-GO", POLICY)) != before
    assert any(
        isinstance(h.what, WorkEnded) for h in ended(begun.release, work_of(begun), Passed("cut")).happened
    )


def test_what_the_team_does_not_automate_is_ticked_by_hand() -> None:
    by_hand = read_policy(PROCESS, {}, {TAG})

    assert the("PLAN-2", by_hand).is_ticked
    assert by_hand.version != POLICY.version


def test_a_release_that_is_over_wants_no_work() -> None:
    first = started()
    over = course.cancel(first.release, "no longer wanted", MARA, ROLES, now(first.release), POLICY).release

    assert working.why_not_to_work(over, work_of(first), POLICY) == "shop-2.4.0 is over."
    assert ended(over, work_of(first), Passed("fine")).happened == ()


def test_work_goes_on_through_a_hold() -> None:
    first = started()
    held = course.hold(first.release, "wait", NILS, now(first.release), POLICY)

    assert isinstance(held.happened[0].what, Held)
    assert working.why_not_to_work(held.release, work_of(first), POLICY) is None
