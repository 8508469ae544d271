"""Whatever a team lets the bot do, a release of every type comes to its end, and nothing is asked for before what it rests on."""

import json
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import course, items, speeding, working
from bot.domain.orders import DoWork, MakeTag
from bot.domain.outcomes import Failed, Inconclusive, Judged, Passed, TagProved
from bot.domain.policy import TAG, Item, Policy, read_policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.turn import ItemState, item_state, needs
from bot.domain.ways import FAST_TRACK
from bot.domain.words import ItemId, ItemKind, Phase, ReleaseType, Verdict
from bot.views.items import item_blocks
from bot.views.parts import as_json
from tests.domain.builders import (
    C1,
    C2,
    C3,
    CHLOE,
    DEVI,
    ELI,
    ROLES,
    brought_to,
    do_item,
    facts,
    head,
    now,
    start,
    the,
)

TEXT = resources.files("bot").joinpath("process.toml").read_text("utf-8")
ROWS: Mapping[str, Mapping[str, Any]] = {row["id"]: row for row in tomllib.loads(TEXT)["items"]}
WAYS = (*ReleaseType, FAST_TRACK)
PHASES = ("planning", "preparation", "testing", "release", "post-release")
MOVES_THE_BRANCH = {"freeze": C1, "cut-hotfix": C1, "changelog": C2}
"""What commits, or cuts a branch, and where the branch stands behind it."""
LONGEST = 400


def works(phase: str | None = None) -> list[str]:
    """What the bot could do for the items of a phase, or of all."""
    return sorted({r["does"] for r in ROWS.values() if "does" in r and phase in (None, r["phase"])} - {TAG})


@cache
def process(can: frozenset[str]) -> Policy:
    return read_policy(TEXT, {}, {TAG, *can})


Outcomes = Callable[[Release, DoWork], Judged]


def passes(release: Release, order: DoWork, digest: str = "d1") -> Passed:
    """It is well; what others cover is left to know, and the branch moves once where the work moves it."""
    known = (("migrations", digest), ("notes", "n1"), ("rehearsed", release.previous_tag or ""))
    moved = MOVES_THE_BRANCH.get(order.does)
    if moved is None or release.branch == f"own/{order.does}":
        return Passed("it is well.", known)
    seen = head(release, moved)
    own = replace(seen, branch=f"own/{order.does}")
    also = course.branch_read(release, own, now(release), process(frozenset()))
    return Passed("it is well.", known, (also,))


def passes_without_migrations(release: Release, order: DoWork) -> Judged:
    return passes(release, order, digest="")


def fails_at_first(release: Release, order: DoWork) -> Judged:
    tried = sum(work.item == order.item for work in release.works)
    return passes(release, order) if tried > 1 else Failed("it is not.")


def always_fails(release: Release, order: DoWork) -> Judged:
    return Failed("it is not.")


def is_never_sure(release: Release, order: DoWork) -> Judged:
    return Inconclusive("who knows.")


def play(
    way: str,
    can: frozenset[str],
    outcome: Outcomes,
    look: Callable[[Release, Policy], None] = lambda *_: None,
) -> list[str]:
    """Bring one release to its end, as the bot and people would; the ids of its items in the order in which they were done.
    Each time when it is people's turn, `look` is taken at the card."""
    policy = process(can)
    type_ = ReleaseType.PATCH if way == FAST_TRACK else ReleaseType(way)
    wanted = course.Wanted("shop", type_, None)
    step = start(wanted, seen=facts(suggested="2.3.1"), policy=policy)
    step = course.read_head(step.release, head(step.release, C1), now(step.release), policy)
    orders = list(step.orders)
    if way == FAST_TRACK:
        step = speeding.ask(step.release, "it burns", CHLOE, policy, now(step.release))
        orders += step.orders
        step = speeding.confirm(step.release, C1, ELI, ROLES, policy, now(step.release))
        orders += step.orders
    done: list[str] = []
    for _ in range(LONGEST):
        release = step.release
        if not release.is_open:
            return done
        order = next((o for o in orders if isinstance(o, DoWork | MakeTag)), None)
        if order is not None:
            orders.remove(order)
            step = carried_out(release, order, outcome, policy, can, done)
        else:
            need = next((n for n in needs(release, policy, ROLES) if n.who), None)
            assert need is not None, f"{release.phase(policy)} is a dead end: {_left(release, policy)}"
            rests_on_what_is_done(release, need.item, policy, can)
            look(release, policy)
            step = gone_on(release, need.item, policy)
            done.append(need.item.id)
        orders += step.orders
    pytest.fail(f"it runs in a circle, with {_left(step.release, policy)} left: {done[-12:]}")


def carried_out(
    release: Release, order: DoWork | MakeTag, outcome: Outcomes, policy: Policy, can: Collection[str], done: list[str]
) -> Step:  # fmt: skip
    item = policy.item(order.item)
    assert item is not None
    rests_on_what_is_done(release, item, policy, can)
    if isinstance(order, MakeTag):
        done.append(item.id)
        return course.tag_result(release, order, TagProved(C3, "release@example.com"), now(release), policy)
    if working.why_not_to_work(release, order, policy) is not None:
        return Step(release, (), ())
    judged = outcome(release, order)
    done += [item.id] if isinstance(judged, Passed) else []
    return working.work_ended(release, order, judged, now(release), policy)


def gone_on(release: Release, item: Item, policy: Policy) -> Step:
    """What a person does about the item: ask the bot for it, run it again, answer for a finding, do it by hand, tick or sign."""
    work = release.work(item) if item.is_work else None
    who = min(ROLES.of(item.role))
    if work is None or work.verdict is None:
        if item.asked and item.is_work:
            return working.run(release, item, who, ROLES, policy, now(release))
        return do_item(release, item, policy)
    tries = sum(one.item == item.id for one in release.works)
    if tries < 2:
        return working.run(release, item, who, ROLES, policy, now(release))
    if work.standing and work.verdict is Verdict.FAILED:
        name = work.standing[0].name
        return working.waive(release, item, name, "it is known", who, ROLES, policy, now(release))
    return items.mark_done(release, item, "by hand", who, ROLES, policy, now(release))


def the_card_offers_what_is_taken(release: Release, policy: Policy) -> None:
    """Every *Done*, *Run* and *Approve* on the card is accepted from somebody who may press it."""
    phase = release.phase(policy)
    for item in policy.of(release.way, phase):
        shown = json.dumps(as_json(item_blocks(release, policy, ROLES, item, {})))
        who = min(ROLES.of(item.role))
        if '"action_id": "done"' in shown:
            assert items.mark_done(release, item, "", who, ROLES, policy, now(release)).happened
        if '"action_id": "done:instead"' in shown:
            assert items.mark_done(release, item, "by hand", who, ROLES, policy, now(release)).happened
        if '"action_id": "run"' in shown:
            assert working.run(release, item, who, ROLES, policy, now(release)).happened
        if '"action_id": "approve:' in shown:
            assert do_item(release, item, policy).happened


def rests_on_what_is_done(release: Release, item: Item, policy: Policy, can: Collection[str]) -> None:
    """Read anew from process.toml: everything that has to come before this item is done."""
    row = ROWS.get(item.id, {})
    by_bot = [one for one in row.get("after_bot", []) if ROWS[one].get("does") in can]
    for earlier in (*row.get("after", []), *by_bot):
        before = policy.item(earlier)
        if before is not None and release.way in before.types:
            assert release.is_done(policy, before), f"{item.id} is asked for before {earlier}"
    for phase in PHASES[: PHASES.index(item.phase)]:
        open_ones = [
            i.id for i in policy.of(release.way) if i.phase == phase and not release.is_done(policy, i)
        ]
        assert not open_ones, f"{item.id} is asked for before {open_ones}"


def _left(release: Release, policy: Policy) -> list[ItemId]:
    return [item.id for item in policy.of(release.way) if not release.is_done(policy, item)]


def subsets(of: Collection[str]) -> Iterator[frozenset[str]]:
    for size in range(len(of) + 1):
        yield from map(frozenset, combinations(sorted(of), size))


@pytest.mark.process("TM-5", "TN-5", "TP-5", "TH-5")
@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("way", WAYS)
def test_with_every_choice_of_what_the_bot_does_in_a_phase(way: str, phase: str) -> None:
    for can in subsets(works(phase)):
        done = play(way, can, passes)

        policy = process(can)
        last = [item.id for item in policy.of(way) if item.kind is ItemKind.SIGN_OFF][-1]
        assert done[-1] == last, can


@settings(max_examples=40, deadline=None)
@given(
    way=st.sampled_from(WAYS),
    can=st.frozensets(st.sampled_from(works())),
    outcome=st.sampled_from([passes, passes_without_migrations, fails_at_first, always_fails, is_never_sure]),
)
def test_with_any_choice_of_all_it_could_do_and_however_that_ends(
    way: str, can: frozenset[str], outcome: Outcomes
) -> None:
    play(way, can, outcome, the_card_offers_what_is_taken)


@pytest.mark.parametrize("outcome", [passes, fails_at_first, always_fails, is_never_sure])
@pytest.mark.parametrize("way", WAYS)
def test_with_all_that_the_bot_can_do(way: str, outcome: Outcomes) -> None:
    play(way, frozenset(works()), outcome, the_card_offers_what_is_taken)


def test_what_has_failed_is_not_run_again_while_what_comes_before_it_runs() -> None:
    policy = process(frozenset({"staging", "recipe:integration"}))
    release = ended(brought_to(Phase.TESTING, policy=policy), Passed("it is on staging."), policy)
    release = ended(release, Failed("the cart is lost."), policy)
    tested = the("TEST-2", policy)
    assert item_state(release, policy, tested) is ItemState.FAILED

    release = working.run(release, the("TEST-1", policy), DEVI, ROLES, policy, now(release)).release

    assert item_state(release, policy, tested) is ItemState.LATER
    the_card_offers_what_is_taken(release, policy)
    assert item_state(ended(release, Passed("again."), policy), policy, tested) is ItemState.FAILED


def ended(release: Release, outcome: Judged, policy: Policy) -> Release:
    """What runs has ended."""
    work = next(work for work in release.works if work.verdict is None)
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    return working.work_ended(release, order, outcome, now(release), policy).release
