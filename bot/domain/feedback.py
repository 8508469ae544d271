"""What people say about a release: one answer each, which they may change, and what all the answers come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import NotUnderstood
from bot.domain.words import ReleaseId, UserId

RATINGS = (5, 4, 3, 2, 1)
LONGEST_WORDS = 2000


@dataclass(frozen=True)
class Feedback:
    """One person's answer; `words` are theirs, and foreign."""

    release: ReleaseId
    user: UserId
    rating: int
    words: str
    at: datetime


def rating_of(chosen: str) -> int:
    """Raises NotUnderstood for anything but one of the numbers."""
    found = next((rating for rating in RATINGS if str(rating) == chosen), None)
    if found is None:
        raise NotUnderstood("Choose one of the numbers from 1 to 5.")
    return found


@dataclass(frozen=True)
class Tally:
    """All the answers for one release as numbers."""

    count: int
    average: float
    by_rating: tuple[tuple[int, int], ...]
    """How often each rating was given, the best first."""


def tally(answers: Sequence[Feedback]) -> Tally:
    by_rating = tuple((rating, sum(a.rating == rating for a in answers)) for rating in RATINGS)
    average = sum(a.rating for a in answers) / len(answers) if answers else 0.0
    return Tally(len(answers), average, by_rating)
