"""After an action has moved a branch: the move as an event, so that nobody can sign what it has just replaced."""

from bot.domain.course import branch_read
from bot.domain.events import Event
from bot.domain.release import Release
from bot.facts.heads import head_of
from bot.parts import Parts


def seen_now(parts: Parts, release: Release) -> tuple[Event, ...]:
    """What the release stands on now, if that is news. Raises OutsideError."""
    product, repository = parts.product(release.product), parts.repository(release.product)
    repository.refresh()
    seen = head_of(release, product, repository)
    if seen is None or (seen.branch, seen.commit) == (release.branch, release.commit):
        return ()
    return (branch_read(release, seen, parts.clock(), parts.policy_of(release.product)),)
