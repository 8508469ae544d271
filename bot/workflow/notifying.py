"""What became of orders for notices, posts and calendars."""

from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.orders import ReadCalendar
from bot.domain.outcomes import CalendarSeen, MigrationsSeen, NoticeDone, NoticeLeft, PostDone
from bot.domain.people import HARBOURMASTER
from bot.domain.planning import notice_result
from bot.domain.steps import take_step
from bot.parts import Parts
from bot.workflow.asking import save
from bot.workflow.notify_orders import order_notices
from bot.workflow.reminding import look_who_is_missing
from storage.store import Tx

__all__ = ["order_notices", "settle_notice"]

CALENDARS_AGAIN = timedelta(minutes=15)


def settle_notice(
    parts: Parts,
    tx: Tx,
    told: NoticeDone | NoticeLeft | PostDone | CalendarSeen | MigrationsSeen,
    key: str,
    now: datetime,
) -> None:
    match told:
        case NoticeLeft(release_id):
            # Who ordered it may have known other zone data than we do: its own order must not be the only one.
            release = tx.release(release_id)
            order_notices(parts, tx, [release] if release else [], now)
        case NoticeDone() as done:
            release = tx.release(done.release)
            if release is not None:
                save(parts, tx, notice_result(release, done, now, parts.policy_of(release.product)), key, now)
        case PostDone(release_id, announced):
            release = tx.release(release_id)
            if release is not None:
                save(
                    parts,
                    tx,
                    take_step(release, HARBOURMASTER, now, parts.policy_of(release.product), announced),
                    key,
                    now,
                )
        case MigrationsSeen(release_id, listed):
            release = tx.release(release_id)
            if release is not None and release.is_open and release.book.migrations != listed.lines:
                step = take_step(release, HARBOURMASTER, now, parts.policy_of(release.product), listed)
                save(parts, tx, step, key, now)
        case CalendarSeen(source, spans):
            if tx.calendar(source) != spans:
                tx.save_calendar(source, spans, now)
                order_notices(parts, tx, tx.open_releases(), now)
                look_who_is_missing(tx, now)
            tx.order(ReadCalendar(source), now + CALENDARS_AGAIN)
        case unknown:
            assert_never(unknown)
