"""Random people take random decisions on a release, and after every single one the rules still hold."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.domain import course, items, signoffs, speeding
from bot.domain.ballots import Ballot, ballot_for
from bot.domain.errors import UserError
from bot.domain.events import Happened
from bot.domain.folding import fold
from bot.domain.orders import MakeTag, RefreshCard, WriteLog
from bot.domain.outcomes import TagImpossible, TagNotWanted, TagProved
from bot.domain.people import Roles
from bot.domain.policy import Item, Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.tag_events import TagFailed, TagWithheld
from bot.domain.turn import needs, needs_of, signable
from bot.domain.words import ItemKind, ReleaseType, RoleName, Sha, UserId
from storage import codec
from tests.domain.builders import C3, EVERYBODY, MARA, MEMBERS, ROLES, facts, head, line, now, process, start
from tests.domain.oracle import Books

persons = st.sampled_from(EVERYBODY)
commits = st.sampled_from([Sha(digit * 40) for digit in "12"])
words = st.sampled_from(["no", "", "💥 “it” 'smokes' <!channel> `rm -rf`\n", "x" * 2000])
quorums = st.sampled_from([(), (("TEST-GO", 2),), (("PREP-2", 2), ("REL-GO", 2))])
PROVED = TagProved(C3, "release@example.com")


class Course(RuleBasedStateMachine):
    """One release from its start on. Every rule is one decision; the books are kept beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.roles: Roles = ROLES
        self.history: list[Happened] = []
        self.old_ballots: list[tuple[Ballot, Item]] = []
        self.orders: list[MakeTag] = []
        self.release: Release
        self.policy: Policy
        self.books: Books

    @initialize(type_=st.sampled_from(list(ReleaseType)), raised=quorums)
    def starts(self, type_: ReleaseType, raised: tuple[tuple[str, int], ...]) -> None:
        self.policy = process(*raised)
        step = start(course.Wanted("shop", type_, None), seen=facts(suggested="2.3.1"), policy=self.policy)
        self.books = Books(type_, self.policy, MARA)
        self.release = step.release
        self._keep(step)
        self.branch_is_read(Sha("1" * 40), "v2.3.0")

    def decides(self, decision: Callable[[Release], Step]) -> bool:
        """Take a decision, or be told why not: then nothing at all has changed."""
        try:
            step = decision(self.release)
        except UserError as answer:
            refusal = str(answer)
        else:
            assert self.release.is_open, "a decision changed a release that is over"
            self._keep(step)
            return True
        assert refusal.strip(), "a refusal without words"
        assert fold(self.history) == self.release
        return False

    def _keep(self, step: Step) -> None:
        self._sealed_items_stay(self.release, step)
        first = len(self.history) + 1
        for happened in step.happened:
            assert codec.load_event(type(happened.what).__name__, codec.dump(happened.what)) == happened.what
            assert self.books.note(happened, self.roles) == []
        self.history += step.happened
        self.release = step.release
        if step.happened:
            assert step.orders[:2] == (
                RefreshCard(self.release.id),
                WriteLog(self.release.id, first, len(self.history)),
            )
        else:
            assert step.orders == ()
        self.orders += [order for order in step.orders if isinstance(order, MakeTag)]

    def _sealed_items_stay(self, before: Release, step: Step) -> None:
        given_back = any(isinstance(h.what, TagWithheld | TagFailed) for h in step.happened)
        sealed = before.kept if given_back else before.sealed
        assert sealed <= step.release.sealed
        for item in self.policy.of(step.release.way):
            assert item.id not in sealed or step.release.is_done(self.policy, item)

    @rule(most=st.integers(1, 12))
    def things_go_well(self, most: int) -> None:
        """The next few things are done by people who may do them; without this no walk would ever reach the tag."""
        for _ in range(most):
            need = next((n for n in needs(self.release, self.policy, self.roles) if n.who), None)
            if need is None or self.release.holds or not self.release.is_open:
                return
            can_less = min(need.who, key=lambda p: (len(self.roles.filled_by(p)), p))
            if need.item.kind is ItemKind.SIGN_OFF:
                self.signs(can_less, need.item)
            else:
                self.ticks(can_less, need.item)

    @rule(by=persons, chance=st.randoms(use_true_random=False))
    def somebody_signs(self, by: UserId, chance: Random) -> None:
        self.signs(by, self._any_item(chance, ItemKind.SIGN_OFF))

    def signs(self, by: UserId, item: Item) -> None:
        mine = signoffs.roles_to_sign_as(self.release, self.policy, item, self.roles, by)
        offered = ballot_for(self.release, self.policy, item, next(iter(mine), None))
        if offered is None:
            return
        self.old_ballots.append((offered, item))
        may = item in signable(self.release, self.policy, self.roles, by)
        assert self.votes(offered, by) == may, "what a person is offered is not what a person may do"

    def votes(self, ballot: Ballot, by: UserId) -> bool:
        counted = self.decides(
            lambda r: signoffs.sign(r, Ballot.load(ballot.dump()), by, self.roles, self.policy, now(r))
        )
        if counted:  # a double click, and the same button pressed again by the replay of an old request
            assert not self.decides(lambda r: signoffs.sign(r, ballot, by, self.roles, self.policy, now(r)))
        return counted

    @precondition(lambda self: self.old_ballots)
    @rule(by=persons, chance=st.randoms(use_true_random=False))
    def somebody_presses_an_old_button(self, by: UserId, chance: Random) -> None:
        ballot, _item = chance.choice(self.old_ballots)
        self.votes(ballot, by)

    @precondition(lambda self: len(self.old_ballots) > 1)
    @rule(by=persons, chance=st.randoms(use_true_random=False))
    def somebody_presses_a_button_put_together_from_two(self, by: UserId, chance: Random) -> None:
        (one, _), (other, item) = chance.sample(self.old_ballots, 2)
        crossed = replace(one, role=other.role, phase=other.phase)
        offered = ballot_for(self.release, self.policy, item, crossed.role)
        assert self.votes(crossed, by) is False or crossed == offered

    @rule(by=persons, chance=st.randoms(use_true_random=False))
    def somebody_ticks(self, by: UserId, chance: Random) -> None:
        self.ticks(by, self._any_item(chance))

    def ticks(self, by: UserId, item: Item) -> None:
        mine = [need.item for need in needs_of(self.release, self.policy, self.roles, by)]
        done = self.decides(lambda r: items.mark_done(r, item, "", by, self.roles, self.policy, now(r)))
        assert done == (item in mine and item.kind is not ItemKind.SIGN_OFF)

    @rule(by=persons, chance=st.randoms(use_true_random=False))
    def somebody_undoes(self, by: UserId, chance: Random) -> None:
        item = self._any_item(chance)
        self.decides(lambda r: items.undo(r, item, by, self.roles, self.policy, now(r)))

    @rule(by=persons, reason=words)
    def somebody_rejects(self, by: UserId, reason: str) -> None:
        self.decides(lambda r: signoffs.reject(r, reason, by, self.roles, self.policy, now(r)))

    @rule(by=persons)
    def somebody_withdraws(self, by: UserId) -> None:
        self.decides(lambda r: signoffs.withdraw(r, by, self.policy, now(r)))

    @precondition(lambda self: self.release.rejections)
    @rule()
    def whoever_rejected_withdraws(self) -> None:
        self.somebody_withdraws(self.release.rejections[-1].by)

    @rule(by=persons, reason=words)
    def somebody_holds(self, by: UserId, reason: str) -> None:
        self.decides(lambda r: course.hold(r, reason, by, now(r), self.policy))

    @rule(by=persons, other=persons, reason=words)
    def somebody_asks_for_the_fast_track_and_somebody_confirms(
        self, by: UserId, other: UserId, reason: str
    ) -> None:
        self.decides(lambda r: speeding.ask(r, reason, by, self.policy, now(r)))
        seen = self.release.signed_as or C3
        self.decides(lambda r: speeding.confirm(r, seen, other, self.roles, self.policy, now(r)))

    @precondition(lambda self: self.release.holds)
    @rule(by=persons)
    def somebody_resumes(self, by: UserId) -> None:
        self.decides(lambda r: course.resume(r, by, self.roles, now(r), self.policy))

    @rule(by=persons, reason=words, sure=st.integers(0, 9))
    def somebody_cancels(self, by: UserId, reason: str, sure: int) -> None:
        if sure == 0:
            self.decides(lambda r: course.cancel(r, reason, by, self.roles, now(r), self.policy))

    @rule(by=persons)
    def somebody_retries(self, by: UserId) -> None:
        self.decides(lambda r: course.retry(r, by, self.roles, now(r), self.policy))

    @rule(person=persons, role=st.sampled_from(sorted(MEMBERS)))
    def somebody_joins_or_leaves_a_role(self, person: UserId, role: RoleName) -> None:
        members = self.roles.of(role) ^ {person}
        self.roles = replace(self.roles, members={**self.roles.members, role: members})

    @rule(commit=commits, previous=st.sampled_from(["v2.3.0"] * 5 + ["v2.3.1"]))
    def branch_is_read(self, commit: Sha, previous: str) -> None:
        seen = head(self.release, commit, lines=[line(commit, "💥 “'` <!here>")], previous_tag=previous)
        self._keep(course.read_head(self.release, seen, now(self.release), self.policy))

    @precondition(lambda self: self.orders)
    @rule(
        what=st.sampled_from(["as it should"] * 4 + ["impossible", "moved"]),
        commit=commits,
        again=st.booleans(),
    )
    def the_tag_is_carried_out(self, what: str, commit: Sha, again: bool) -> None:
        """As the worker does it: look at our own facts, then act. Its result may come twice."""
        order = self.orders[-1]
        why_not = course.why_not_to_tag(self.release, order)
        outcome: TagProved | TagImpossible | TagNotWanted
        if why_not is not None and not self.release.tagged:
            outcome = TagNotWanted(why_not)
        elif what == "impossible":
            outcome = TagImpossible("The key is not there.")
        elif what == "moved" and not self.release.tagged:
            outcome = TagNotWanted("The branch has moved.", head(self.release, commit))
        else:
            outcome = PROVED
        for _ in range(2 if again else 1):
            self._keep(course.tag_result(self.release, order, outcome, now(self.release), self.policy))

    def _any_item(self, chance: Random, kind: ItemKind | None = None) -> Item:
        some = [i for i in self.policy.of(self.release.way) if kind in (None, i.kind)]
        return chance.choice(some)

    @invariant()
    def history_leads_to_the_release(self) -> None:
        assert fold(self.history) == self.release
        assert self.release.events == len(self.history)

    @invariant()
    def what_is_closed_is_passed(self) -> None:
        if self.release.is_open:
            assert all(self.release.is_passed(self.policy, phase) for phase in self.release.closed)
        assert set(self.books.closed) == self.release.closed

    @invariant()
    def the_release_and_the_books_agree_on_where_it_is(self) -> None:
        assert (self.release.tagged is not None) == self.books.tagged
        assert self.release.is_open != self.books.over
        assert sorted(h.by for h in self.release.holds) == sorted(self.books.holders)
        assert {(r.by, r.phase) for r in self.release.rejections} == self.books.no

    @invariant()
    def nobody_fills_two_roles_of_a_phase(self) -> None:
        signed = [(s.by, s.phase) for s in self.release.sign_offs]
        assert len(signed) == len(set(signed))


TestCourse = Course.TestCase
TestCourse.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
