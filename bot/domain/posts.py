"""What an audience is told as it happens: which event is worth which post, and whether that is still true when it goes out."""

from enum import StrEnum

from bot.domain.candidates import FACT, tried
from bot.domain.events import Cancelled, Completed, Event, Held, PhaseClosed, Started, WorkEnded
from bot.domain.release import Release
from bot.domain.rollback_events import RollbackEnded
from bot.domain.tag_events import TagMade
from bot.domain.words import Phase, Verdict


class Post(StrEnum):
    """What an audience can be told as it happens. The value is the name of its template."""

    STARTED = "started"
    FROZEN = "frozen"
    CANDIDATE = "candidate"
    TAGGED = "tagged"
    DEPLOYED = "deployed"
    HEALTHY = "healthy"
    COMPLETED = "completed"
    ON_HOLD = "on-hold"
    CANCELLED = "cancelled"
    ROLLED_BACK = "rolled-back"
    """For those whom the release was serving."""
    WITHDRAWN = "withdrawn"
    """For those who install it themselves."""


ASKS_FOR_FEEDBACK = frozenset({Post.DEPLOYED, Post.COMPLETED})
"""The posts that carry a button for it."""
OF_A_ROLLBACK = frozenset({Post.ROLLED_BACK, Post.WITHDRAWN})
"""What nobody may wait for behind notices of other releases."""
_TOLD_OF_WORK = {"deploy": Post.DEPLOYED, "health": Post.HEALTHY}
_OF_BAD_NEWS = frozenset({Post.ON_HOLD, Post.CANCELLED, Post.ROLLED_BACK, Post.WITHDRAWN})
_OF_BEGINNINGS = frozenset({Post.STARTED, Post.FROZEN, Post.CANDIDATE, Post.ON_HOLD})


def posts_of(event: Event, release: Release) -> tuple[Post, ...]:
    """What audiences may be told about this event; nothing when it is nobody's business but the team's."""
    match event:
        case Started():
            return (Post.STARTED,)
        case PhaseClosed(Phase.PLANNING):
            return (Post.FROZEN,)
        case TagMade():
            return (Post.CANDIDATE if "-" in release.version else Post.TAGGED,)
        case Completed():
            return (Post.COMPLETED,)
        case Held():
            return (Post.ON_HOLD,)
        case Cancelled():
            return (Post.CANCELLED,)
        case RollbackEnded():
            return (Post.ROLLED_BACK, Post.WITHDRAWN)
        case WorkEnded(operation=operation, verdict=Verdict.PASSED):
            work = next((w for w in release.works if w.operation == operation), None)
            if work is not None and work.fact(FACT) is not None:
                return (Post.CANDIDATE,) if tried(release.works).count(work.fact(FACT) or "") == 1 else ()
            told = _TOLD_OF_WORK.get(work.does) if work else None
            return (told,) if told else ()
        case _:
            return ()


def why_untrue(post: Post, release: Release) -> str | None:
    """Why this post, which may have waited for its channel, is not said any more; None while it is true."""
    if release.withdrawn is not None and post not in _OF_BAD_NEWS:
        return "the release was rolled back meanwhile"
    if release.ended is not None and release.ended.reason is not None and post in _OF_BEGINNINGS:
        return "the release was cancelled meanwhile"
    if post is Post.ON_HOLD and not release.holds:
        return "the hold was lifted meanwhile"
    return None
