"""The fast track of a patch, as data: who asked for it and why, who confirmed it, and what it has skipped."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.words import ItemId, Sha, UserId


@dataclass(frozen=True)
class FastTrackAsked:
    reason: str
    commit: Sha
    """What is to go faster; when the branch moves, somebody has to ask again."""


@dataclass(frozen=True)
class FastTracked:
    """A second person has confirmed it. `owes` of `skips` is asked for after the release."""

    commit: Sha
    skips: tuple[ItemId, ...]
    owes: tuple[ItemId, ...]


FastTrackEvent = FastTrackAsked | FastTracked


@dataclass(frozen=True)
class FastTrack:
    asked: FastTrackAsked
    by: UserId
    at: datetime
    confirmed: FastTracked | None = None
    confirmed_by: UserId | None = None
    confirmed_at: datetime | None = None


def on_fast_track(
    before: FastTrack | None, what: FastTrackEvent, by: UserId, at: datetime
) -> FastTrack | None:
    """The fast track of a release after one more event."""
    match what:
        case FastTrackAsked() as asked:
            return FastTrack(asked, by, at)
        case FastTracked() as confirmed:
            return before and replace(before, confirmed=confirmed, confirmed_by=by, confirmed_at=at)
