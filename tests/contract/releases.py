"""A release in every state it can be in, led there by the domain alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.configured import process_text
from bot.domain import course, items, rolling_out, signoffs
from bot.domain.ballots import ballot_for
from bot.domain.changes import Suggestion
from bot.domain.findings import Finding, Severity
from bot.domain.orders import MakeTag
from bot.domain.outcomes import Failed, HeadSeen, Inconclusive, ProductFacts, TagImpossible, TagProved
from bot.domain.people import Roles
from bot.domain.policy import read_policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.turn import needs
from bot.domain.words import ChannelId, CommitLine, ItemKind, Phase, ReleaseType, RoleName, Sha, UserId
from tests.domain import at_work as domain_at_work
from tests.domain import builders, test_fast_track, test_owed

POLICY = read_policy(process_text(), {})
WORKING = domain_at_work.POLICY
FOUND = (Finding("DC-1:PORT", "PLAN-2", Severity.BLOCKS, "PORT is new and no page names it."),)
STARTER = UserId("U0STARTER")
PEOPLE = {role: UserId(f"U0P{n}") for n, role in enumerate(sorted(POLICY.roles))}
ROLES = Roles({RoleName(role): frozenset({person}) for role, person in PEOPLE.items()})
EVERYBODY = (STARTER, *PEOPLE.values())
MANAGER = PEOPLE[RoleName(course.MANAGER)]
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
COMMIT, LATER_COMMIT = Sha("a" * 40), Sha("b" * 40)
LINES = (CommitLine(COMMIT, "Ada", "feat: open the shop", "", NOW),)
FACTS = ProductFacts(
    "shop", NOW, "main", COMMIT, "1.3.0", ("1.3.0",), 1,
    Suggestion("1.4.0", ReleaseType.MINOR, "1 commit brings a feature and none breaks anything", LINES),
)  # fmt: skip


@dataclass
class Course:
    """One release on its way; every decision takes it on by a minute."""

    release: Release
    at: datetime = NOW
    orders: tuple[object, ...] = ()

    def take(self, step: Step) -> Release:
        self.release, self.orders = step.release, (*self.orders, *step.orders)
        self.at += timedelta(minutes=1)
        return self.release

    def sees(self, commit: Sha) -> Release:
        """The branch is read, and stands on this commit."""
        seen = HeadSeen(self.release.id, "main", commit, "v1.3.0", LINES, new=1, total=1, rewritten=False)
        return self.take(course.read_head(self.release, seen, self.at, POLICY))

    def brings_forward(self) -> Release:
        """Whoever is needed next does the first open item."""
        item = next(need.item for need in needs(self.release, POLICY, ROLES) if need.who)
        if item.kind is not ItemKind.SIGN_OFF:
            by = PEOPLE[item.role]
            return self.take(items.mark_done(self.release, item, "seen", by, ROLES, POLICY, self.at))
        ballot = ballot_for(self.release, POLICY, item)
        assert ballot is not None
        return self.take(signoffs.sign(self.release, ballot, PEOPLE[item.role], ROLES, POLICY, self.at))

    def tagged_with(self, outcome: TagProved | TagImpossible) -> Release:
        """What became of the latest order for the tag."""
        order = next(order for order in reversed(self.orders) if isinstance(order, MakeTag))
        return self.take(course.tag_result(self.release, order, outcome, self.at, POLICY))


def begun(version: str = "1.4.0") -> Course:
    """A release that was just started."""
    step = course.start(
        course.Wanted("shop", version, None), STARTER, NOW, facts=FACTS, open_versions={}, attempts={},
        channel=ChannelId("C0SHOP"), tag_prefix="v", policy=POLICY,
    )  # fmt: skip
    return Course(step.release, orders=step.orders)


def in_every_state() -> Iterator[Release]:
    """Releases on every step from their start to their end, and where things go wrong on the way."""
    way = begun()
    yield way.release
    yield way.sees(COMMIT)
    yield from _stopped(way)
    while way.release.tagging is None:
        yield way.brings_forward()
        if way.release.closed and way.release.commit == COMMIT and len(way.release.closed) == 2:
            yield way.sees(LATER_COMMIT)  # what was signed for the other commit is asked for again
    yield way.tagged_with(TagImpossible("the remote refused it."))
    yield way.take(course.retry(way.release, MANAGER, ROLES, way.at, POLICY))
    yield way.tagged_with(TagProved(Sha("c" * 40), "release@shop.example"))
    while way.release.is_open:
        yield way.brings_forward()
    yield from _shorter_ways()


def _shorter_ways() -> Iterator[Release]:
    """A hotfix at its emergency sign-off and with what it owes; a patch whose fast track is asked for, and confirmed."""
    yield builders.brought_to(Phase.RELEASE, ReleaseType.HOTFIX, leave="HOTFIX-GO")
    yield test_owed.shipped()
    yield test_fast_track.ask(test_fast_track.patch())
    yield test_fast_track.fast()


def at_work() -> Iterator[Release]:
    """Releases for which the bot works: under way, rolled out in stages, failed with findings, inconclusive."""
    first = domain_at_work.started()
    yield first.release
    rolling = domain_at_work.rolling(first.release)
    yield rolling
    yield rolling_out.pause(rolling, "the graphs look odd", STARTER, WORKING, NOW).release
    order = domain_at_work.work_of(first)
    yield domain_at_work.ended(first.release, order, Failed("2 findings", FOUND)).release
    yield domain_at_work.ended(first.release, order, Inconclusive("The page cannot be read.")).release


def _stopped(way: Course) -> Iterator[Release]:
    """The side ways: on hold, rejected, cancelled. The way itself stays where it is."""
    release, at = way.release, way.at
    product = PEOPLE[RoleName("product")]
    yield course.hold(release, "the data centre moves", product, at, POLICY).release
    yield signoffs.reject(release, "not this week", product, ROLES, POLICY, at).release
    yield course.cancel(release, "no longer wanted", STARTER, ROLES, at, POLICY).release
