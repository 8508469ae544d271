"""Send an advance notice, after a last look at whether it is still true and still wanted."""

from typing import assert_never

from bot.days import days_now
from bot.domain.notice_book import NoticeSent
from bot.domain.notices import NotNow, SendIt, SkipIt, last_look, notices
from bot.domain.orders import SendNotice
from bot.domain.outcomes import Nothing, NoticeDone, Outcome
from bot.effects.telling import notice_text, post_once
from bot.parts import Parts
from bot.views.announcements import message
from storage.queue import Claim


def carry_out(parts: Parts, order: SendNotice, claim: Claim) -> Outcome:
    now = parts.clock()
    with parts.store.reading() as tx:
        release = tx.release(order.release)
        days = days_now(parts, tx, release.product, now) if release else None
    if release is None or days is None:
        return Nothing()
    known = {n.id: n for n in notices(release, days.rules, days.calendar)}
    notice = known.get(order.notice)
    look = last_look(release, notice, order.at, now, days.rules, days.calendar)
    if notice is None:
        return Nothing()
    match look:
        case NotNow():
            return Nothing()
        case SkipIt(why):
            return NoticeDone(release.id, notice.id, notice.planned.at, None, why)
        case SendIt(late):
            text = notice_text(parts, release, notice, late)
            mark = f"notice {release.id} {notice.id} {int(notice.planned.at.timestamp())}"
            channel = notice.plan.channel
            ts = post_once(parts, claim, channel, mark, message(text))
            sent = NoticeSent(notice.id, notice.plan.audience, notice.planned.at, channel, ts, late)
            return NoticeDone(release.id, notice.id, notice.planned.at, sent)
        case unknown:
            assert_never(unknown)
