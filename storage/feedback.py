"""Feedback as it is kept: one answer for each person and release, the latest."""

import sqlalchemy as sa

from bot.domain.feedback import Feedback
from bot.domain.words import ReleaseId, UserId
from storage.statements import insert_for
from storage.tables import FEEDBACK

_f = FEEDBACK.c


class FeedbackGiven:
    """The answers within one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, release_id: str) -> list[Feedback]:
        """All the answers for a release, the latest first."""
        query = sa.select(_f.user, _f.rating, _f.words, _f.at).where(_f.release_id == release_id)
        rows = self._connection.execute(query.order_by(_f.at.desc(), _f.user))
        return [Feedback(ReleaseId(release_id), UserId(user), *rest) for user, *rest in rows]

    def save(self, given: Feedback) -> None:
        """In place of what this person said before. Of two answers the later one stays, whichever is saved last."""
        changing = {"rating": given.rating, "words": given.words, "at": given.at}
        added = insert_for(self._connection, FEEDBACK).values(
            release_id=given.release, user=given.user, **changing
        )
        self._connection.execute(
            added.on_conflict_do_update(
                index_elements=["release_id", "user"], set_=changing, where=_f.at <= given.at
            )
        )
