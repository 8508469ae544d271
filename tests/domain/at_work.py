"""A small process in which the bot works: an action that is asked for, a check of the commit, a sign-off behind both."""

from bot.domain import course, working
from bot.domain.orders import DoWork
from bot.domain.outcomes import HeadSeen, Judged
from bot.domain.policy import TAG, read_policy
from bot.domain.release import Release
from bot.domain.rollout_events import RolloutBegun
from bot.domain.steps import Step
from bot.domain.words import ChannelId, Sha, UserId
from tests.domain.builders import C1, MARA, NOON, ROLES, facts, line, now, the

PROCESS = """
[[items]]
id = "PLAN-1"
phase = "planning"
kind = "action"
role = "release-manager"
title = "Cut the branch"
does = "freeze"
starts = "asked"

[[items]]
id = "PLAN-2"
phase = "planning"
kind = "check"
role = "docs"
title = "Look at the documentation"
does = "documentation"
of_commit = true

[[items]]
id = "PLAN-GO"
phase = "planning"
kind = "sign-off"
role = "product"
title = "Agreed"
after = ["PLAN-1", "PLAN-2"]

[[items]]
id = "REL-1"
phase = "release"
kind = "action"
role = "release-manager"
title = "Tag"
does = "tag"
"""
WORKS = {TAG, "freeze", "documentation"}
POLICY = read_policy(PROCESS, {}, WORKS)


def started(commit: Sha = C1) -> Step:
    """A release of this process whose branch has just been read: what begins by itself has begun."""
    wanted = course.Wanted("shop", "minor", None)
    first = course.start(
        wanted, MARA, NOON, facts=facts(), open_versions={}, attempts={}, channel=ChannelId("C0SHOPREL"), tag_prefix="v",
        policy=POLICY,
    )  # fmt: skip
    return seen(first.release, commit)


def seen(release: Release, commit: Sha) -> Step:
    head = HeadSeen(release.id, "main", commit, "v2.3.0", (line(commit),), 1, 12)
    return course.read_head(release, head, now(release), POLICY)


def work_of(step: Step) -> DoWork:
    """The one piece of work that this step ordered."""
    (order,) = (order for order in step.orders if isinstance(order, DoWork))
    return order


def run(release: Release, item_id: str, by: UserId) -> Step:
    return working.run(release, the(item_id, POLICY), by, ROLES, POLICY, now(release))


def ended(release: Release, order: DoWork, outcome: Judged) -> Step:
    return working.work_ended(release, order, outcome, now(release), POLICY)


def waive(release: Release, item_id: str, finding: str, by: UserId, reason: str = "it is known") -> Step:
    return working.waive(release, the(item_id, POLICY), finding, reason, by, ROLES, POLICY, now(release))


def rolling(release: Release) -> Release:
    """The bot's work for PLAN-2 goes out in three stages: the rules are the same for every item."""
    work = release.works[-1]
    order = DoWork(release.id, work.item, work.does, work.commit, work.operation)
    begun = RolloutBegun(work.item, work.operation, (5, 25, 100), 60)
    return working.work_goes_on(release, order, (begun,), now(release), POLICY).release
