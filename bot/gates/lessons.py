"""POST-4: what did not go as written while the release went out is taken up in the documentation, or answered for."""

from bot.domain.kept_facts import kept
from bot.domain.lessons import lessons
from bot.domain.orders import DoWork
from bot.domain.outcomes import Failed, Judged, Passed
from bot.domain.release import Release
from bot.parts import Parts


def carry_out(parts: Parts, release: Release, order: DoWork) -> Judged:
    found = lessons(release, parts.policy_of(release.product), order.item)
    if not found:
        return Passed("Everything went as it is written down.")
    return Failed("Not everything went as it is written down.", kept(found, order.item))
