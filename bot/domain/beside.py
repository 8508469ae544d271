"""A hotfix beside a release that is being tested: both go on, and the release is told that its base will move."""

from datetime import datetime

from bot.domain.events import HotfixBegan
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step, no_step, take_step
from bot.domain.words import Phase, ReleaseType, UserId


def hotfix_began(release: Release, hotfix: Release, by: UserId, policy: Policy, at: datetime) -> Step:
    """What the start of a hotfix means for another open release of its product: something, once people have tested it and
    as long as it follows its branch."""
    is_tested = release.phase(policy) in (Phase.TESTING, Phase.RELEASE) and not release.is_pinned
    if not is_tested or not release.is_open or release.dry_run or hotfix.dry_run:
        return no_step(release)
    by_bot = any(item.does == "merge-back" for item in policy.of(ReleaseType.HOTFIX))
    return take_step(release, by, at, policy, HotfixBegan(hotfix.id, hotfix.tag, by_bot))
