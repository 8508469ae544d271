"""The rules of a rollback, from its asking to its end, and that there is a way on from everywhere."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import rolling_back as rules
from bot.domain.errors import Refused, UserError
from bot.domain.events import Completed
from bot.domain.manifest import ReleaseState
from bot.domain.manifest_entries import entry_of
from bot.domain.orders import ProveTarget, RecordWithdrawal, RollBack
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed
from bot.domain.policy import read_policy
from bot.domain.release import Release
from bot.domain.rollback import Stands
from bot.domain.rollback_events import (
    Corrective,
    RollbackAsked,
    RollbackReported,
    Target,
    TargetChosen,
    TargetProved,
    TargetRefused,
    WithdrawalRecorded,
)
from bot.domain.steps import Step, take_step
from bot.domain.tag_events import TagMade
from bot.domain.words import ItemId, ReleaseId, UserId, person
from bot.views.card import summary
from bot.views.rollback import rollback_blocks
from bot.views.rollback_log import said
from tests.domain.at_work import POLICY, PROCESS, WORKS, started
from tests.domain.builders import ADA, BEN, C2, C3, CHLOE, DEVI, ELI, ROLES, now

OLD = Target("v2.3.0", "2.3.0")
OLDER = Target("v2.2.0", "2.2.0")
ASKED = RollbackAsked(OLD, "Orders are lost.", "", "Everybody.")
ALONE = rules.Around()
WAYS = ("shutdown", "code", "health")
MERGES_BACK = """
[[items]]
id = "REL-MERGE"
phase = "post-release"
kind = "action"
role = "release-manager"
title = "Merged back"
does = "merge-back"
"""


def tagged() -> Release:
    release = started().release
    made = TagMade(ItemId("REL-1"), release.tag, C2, C3, "release@shop.example")
    return take_step(release, BEN, now(release), POLICY, made).release


def asked(release: Release, wanted: RollbackAsked = ASKED, around: rules.Around = ALONE) -> Step:
    return rules.ask(release, wanted, around, DEVI, ROLES, POLICY, now(release))


def proved(release: Release, target: Target = OLD) -> Step:
    result = TargetProved(target.tag, C3, "release@shop.example", "keep", (), WAYS)
    return rules.target_result(release, target.tag, result, POLICY, now(release))


def agreed(release: Release, by: UserId = BEN) -> Step:
    return rules.agree(release, by, ROLES, POLICY, now(release))


def running() -> Step:
    return agreed(proved(asked(tagged()).release).release)


def ended(step: Step, outcome: Judged) -> Step:
    (order,) = (order for order in step.orders if isinstance(order, RollBack))
    return rules.step_ended(step.release, order, outcome, POLICY, now(step.release))


def stands(release: Release) -> Stands:
    return release.rollbacks[-1].stands


@pytest.mark.process("RD-1", "RD-2", "RD-3", "RD-4", "RE-1", "RE-2", "RE-5")
def test_with_enough_people_every_step_follows_the_one_before_and_the_version_is_withdrawn() -> None:
    first = asked(tagged())
    assert ProveTarget(first.release.id, "v2.3.0") in first.orders
    step = running()

    begun = []
    while stands(step.release) is Stands.RUNNING:
        begun += [order.item for order in step.orders if isinstance(order, RollBack)]
        step = ended(step, Passed("it is done."))

    assert begun == list(WAYS)
    assert stands(step.release) is Stands.DONE
    assert step.release.withdrawn is not None
    assert step.release.ended is not None
    assert step.release.ended.reason == "It was rolled back to v2.3.0."
    entry = entry_of(step.release)
    assert entry is not None
    assert (entry.state, entry.reason) == (ReleaseState.WITHDRAWN, ASKED.cause)
    assert entry.withdrawn_by == tuple(sorted((BEN, DEVI)))
    assert entry.withdrawn_at >= entry.released_at
    assert not any(isinstance(order, RecordWithdrawal) for order in step.orders)


def test_where_the_bot_writes_to_the_main_branch_the_withdrawal_is_recorded_there_once() -> None:
    writes = read_policy(PROCESS + MERGES_BACK, {}, {*WORKS, "merge-back"})
    step = running()
    while not step.release.withdrawn:
        (order,) = (order for order in step.orders if isinstance(order, RollBack))
        policy = writes if order.item == WAYS[-1] else POLICY
        step = rules.step_ended(step.release, order, Passed("it is done."), policy, now(step.release))

    assert RecordWithdrawal(step.release.id) in step.orders
    told = WithdrawalRecorded("releases.json", "main", C3)
    done = rules.recorded(step.release, told, writes, now(step.release))
    assert done.release.rollbacks[-1].recorded == told
    assert rules.recorded(done.release, told, writes, now(done.release)).happened == ()


@pytest.mark.process("RE-2")
@pytest.mark.parametrize(
    ("wanted", "around", "why"),
    [
        (ASKED, rules.Around(open=ReleaseId("shop-2.3.9")), "is on already"),
        (ASKED, rules.Around(withdrawn={"v2.3.0"}), "was withdrawn itself"),
        (ASKED, rules.Around(newer=ReleaseId("shop-2.5.0")), "came after it"),
        (replace(ASKED, target=Target("v2.4.0", "2.4.0")), rules.Around(), "is not older"),
        (replace(ASKED, target=Target("v3.0.0", "3.0.0")), rules.Around(), "is not older"),
        (replace(ASKED, cause=" "), rules.Around(), "Say why"),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_with_the_reason(
    wanted: RollbackAsked, around: rules.Around, why: str
) -> None:
    with pytest.raises(UserError, match=why):
        asked(tagged(), wanted, around)


def test_whoever_asks_second_is_told_who_was_first_and_how_to_join() -> None:
    release = asked(tagged()).release

    with pytest.raises(Refused) as answer:
        rules.ask(release, ASKED, rules.Around(open=release.id), BEN, ROLES, POLICY, now(release))

    assert str(answer.value) == (
        f"{person(DEVI)} has asked to go back from v2.4.0 to v2.3.0 already. Its card says where that stands; "
        "`/release rollback shop-2.4.0 agree` agrees to it."
    )


def test_without_a_tag_there_is_nothing_to_go_back_from() -> None:
    with pytest.raises(Refused, match="was never made"):
        asked(started().release)


def test_a_rollback_is_not_rolled_back() -> None:
    step = running()
    while stands(step.release) is Stands.RUNNING:
        step = ended(step, Passed("it is done."))

    with pytest.raises(Refused, match="a rollback is not rolled back"):
        asked(step.release, replace(ASKED, target=OLDER))


@pytest.mark.parametrize(
    ("by", "why"),
    [(DEVI, "You agreed already"), (CHLOE, "you are in neither"), (UserId("U0NOBODY"), "neither")],
)
def test_the_second_person_is_another_one_of_those_who_decide(by: UserId, why: str) -> None:
    with pytest.raises(Refused, match=why):
        agreed(proved(asked(tagged()).release).release, by)


def test_nobody_decides_before_the_target_is_proved() -> None:
    with pytest.raises(Refused, match="is still being looked at"):
        agreed(asked(tagged()).release)


@pytest.mark.process("RE-2")
def test_a_target_that_cannot_be_proved_is_no_dead_end() -> None:
    release = asked(tagged()).release
    refused = TargetRefused("v2.3.0", "its signature does not verify.")
    release = rules.target_result(release, "v2.3.0", refused, POLICY, now(release)).release
    assert stands(release) is Stands.UNUSABLE

    chosen = TargetChosen(OLDER, "the tag of 2.3.0 is broken")
    step = rules.retarget(release, chosen, rules.Around(), BEN, ROLES, POLICY, now(release))

    assert ProveTarget(release.id, "v2.2.0") in step.orders
    assert stands(agreed(proved(step.release, OLDER).release, DEVI).release) is Stands.RUNNING


def test_the_proof_of_a_target_that_is_not_meant_any_more_changes_nothing() -> None:
    release = asked(tagged()).release

    assert proved(release, OLDER).happened == ()


def test_a_failed_step_is_tried_again_under_a_new_name_or_skipped_with_a_reason() -> None:
    step = ended(running(), Failed("it does not stop."))
    assert stands(step.release) is Stands.STUCK
    before = step.release.rollbacks[-1].steps[-1].operation

    again = rules.retry(step.release, DEVI, ROLES, POLICY, now(step.release))
    skipped = rules.skip(step.release, "done by hand", DEVI, ROLES, POLICY, now(step.release))

    (order,) = (order for order in again.orders if isinstance(order, RollBack))
    assert order.item == "shutdown"
    assert order.operation != before
    (order,) = (order for order in skipped.orders if isinstance(order, RollBack))
    assert order.item == "code"


def test_it_is_dropped_only_before_its_first_step() -> None:
    early, late = proved(asked(tagged()).release).release, running().release

    dropped = rules.drop(early, "mended", ELI, ROLES, POLICY, now(early)).release

    assert stands(dropped) is Stands.DROPPED
    assert dropped.is_open
    with pytest.raises(Refused, match="half a rollback"):
        rules.drop(late, "mended", ELI, ROLES, POLICY, now(late))


@pytest.mark.parametrize("refused", [True, False])
def test_another_target_does_not_make_it_possible_to_drop_what_has_begun(refused: bool) -> None:
    stuck = ended(running(), Failed("it does not stop.")).release
    chosen = TargetChosen(OLDER, "the other one")
    release = rules.retarget(stuck, chosen, ALONE, BEN, ROLES, POLICY, now(stuck)).release
    if refused:
        bad = TargetRefused(OLDER.tag, "its signature does not verify.")
        release = rules.target_result(release, OLDER.tag, bad, POLICY, now(release)).release

    with pytest.raises(Refused, match=r"half a rollback is not left alone\. Choose another target"):
        rules.drop(release, "mended", ELI, ROLES, POLICY, now(release))

    assert "Drop it…" not in str(rollback_blocks(release, POLICY, {}))
    back = rules.retarget(
        release, TargetChosen(OLD, "after all"), ALONE, BEN, ROLES, POLICY, now(release)
    ).release
    assert stands(agreed(proved(back).release, DEVI).release) is Stands.RUNNING


def test_the_result_of_a_step_is_written_down_once() -> None:
    first = running()
    second = ended(first, Passed("it is done."))
    (order,) = (order for order in first.orders if isinstance(order, RollBack))

    assert rules.step_ended(second.release, order, Failed("no"), POLICY, now(second.release)).happened == ()


@pytest.mark.process("RR-1", "RR-2", "RR-3", "RR-4")
def test_the_report_is_kept_and_can_be_completed_again() -> None:
    step = running()
    told = RollbackReported("why", "what", (Corrective("alert", ADA, "2026-12-24"),), "in January")
    with pytest.raises(Refused, match="was not rolled back"):
        rules.report(step.release, told, BEN, POLICY, now(step.release))
    while stands(step.release) is Stands.RUNNING:
        step = ended(step, Passed("it is done."))

    release = rules.report(step.release, told, BEN, POLICY, now(step.release)).release
    release = rules.report(release, replace(told, plan="never"), BEN, POLICY, now(release)).release

    assert release.rollbacks[-1].report == replace(told, plan="never")


def test_a_release_that_was_complete_stays_complete() -> None:
    release = take_step(tagged(), BEN, now(tagged()), POLICY, Completed()).release
    step = agreed(proved(asked(release).release).release)
    while stands(step.release) is Stands.RUNNING:
        step = ended(step, Passed("it is done."))

    assert step.release.ended is not None
    assert step.release.ended.reason is None
    assert step.release.withdrawn is not None
    tag = step.release.tag
    assert summary(step.release, POLICY, ROLES) == (
        f"*Completed*: released as `{tag}`, and withdrawn since: `v2.3.0` serves again."
    )


@pytest.mark.parametrize(
    ("cause", "ended"), [("Orders are lost", "lost. Impact"), ("All lost!", "lost! Impact")]
)
def test_cause_and_impact_are_sentences_of_their_own(cause: str, ended: str) -> None:
    assert ended in said("Devi", RollbackAsked(OLD, cause, "", "Everybody"))


OUTCOMES = st.sampled_from([Passed("good."), Failed("bad."), Inconclusive("who knows.")])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(OUTCOMES, st.sampled_from(["retry", "skip", "other"])), max_size=25))
def test_whatever_fails_there_is_always_a_way_to_the_end(course: list[tuple[Judged, str]]) -> None:
    step = running()
    operations: list[str] = []
    targets = [OLDER, OLD]
    for outcome, way in course:
        if stands(step.release) is Stands.DONE:
            break
        operations += [order.operation for order in step.orders if isinstance(order, RollBack)]
        step = ended(step, outcome)
        if stands(step.release) is not Stands.STUCK:
            continue
        release = step.release
        match way:
            case "retry":
                step = rules.retry(release, BEN, ROLES, POLICY, now(release))
            case "skip":
                step = rules.skip(release, "by hand", BEN, ROLES, POLICY, now(release))
            case _:
                targets.reverse()
                chosen = TargetChosen(targets[1], "the other one")
                release = rules.retarget(
                    release, chosen, rules.Around(), BEN, ROLES, POLICY, now(release)
                ).release
                step = agreed(proved(release, targets[1]).release, DEVI)
    while stands(step.release) is Stands.RUNNING:
        operations += [order.operation for order in step.orders if isinstance(order, RollBack)]
        step = ended(step, Passed("good."))

    assert stands(step.release) is Stands.DONE
    assert len(set(operations)) == len(operations)
