"""Feedback as it is kept."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.domain.feedback import Feedback, tally
from bot.domain.words import ReleaseId, UserId
from storage.store import Store

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SHOP, ADA = ReleaseId("shop-1.4.0"), UserId("U0ADA")


def test_a_person_has_one_answer_a_release_and_the_later_one_counts(engine: sa.Engine) -> None:
    store = Store(engine)
    later = Feedback(SHOP, ADA, 5, "better now", NOW + timedelta(hours=1))
    with store.transaction() as tx:
        tx.feedback.save(Feedback(SHOP, ADA, 2, "slow", NOW))
        tx.feedback.save(later)
        tx.feedback.save(Feedback(SHOP, ADA, 1, "came late", NOW))
        tx.feedback.save(Feedback(SHOP, UserId("U0BEN"), 4, "", NOW))
        tx.feedback.save(Feedback(ReleaseId("shop-1.5.0"), ADA, 3, "", NOW))

    with store.reading() as tx:
        given = tx.feedback.of(SHOP)

    assert given == [later, Feedback(SHOP, UserId("U0BEN"), 4, "", NOW)]
    assert (tally(given).count, tally(given).average) == (2, 4.5)
