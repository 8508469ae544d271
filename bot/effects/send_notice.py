"""Send an advance notice, after a last look at whether it is still true and still wanted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.days import days_now
from bot.domain.notice_book import NoticeSent
from bot.domain.notices import Notice, NotNow, SendIt, SkipIt, State, last_look, notices
from bot.domain.orders import SendNotice
from bot.domain.outcomes import Nothing, NoticeDone, NoticeLeft, Outcome
from bot.domain.release import Release
from bot.effects.telling import notice_text, posted_before, sayable
from bot.parts import Parts
from bot.views.announcements import message
from bot.views.parts import as_json
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
    if notice is None:
        return Nothing()
    looked_up = replace(claim, may_be_done=claim.may_be_done or notice.was_moved)
    before = _sent_before(parts, looked_up, release, notice, days.rules.late_after)
    if before is not None:
        return before
    # Looking for an earlier attempt may have taken a while: what is late is decided by the time of the post.
    match last_look(release, notice, order.at, parts.clock(), days.rules, days.calendar):
        case NotNow():
            return NoticeLeft(release.id)
        case SkipIt(why):
            return NoticeDone(release.id, notice.id, notice.planned.at, None, why)
        case SendIt(late):
            channel = notice.plan.channel
            with sayable(channel):
                text = notice_text(parts, release, notice, late)
            line, blocks = message(text)
            ts = parts.slack.post(channel, line, as_json(blocks), mark=_mark(release, notice))
            sent = NoticeSent(notice.id, notice.plan.audience, notice.planned.at, channel, ts, late)
            return NoticeDone(release.id, notice.id, notice.planned.at, sent)
        case unknown:
            assert_never(unknown)


def _sent_before(
    parts: Parts, claim: Claim, release: Release, notice: Notice, late_after: timedelta
) -> NoticeDone | None:
    """What an earlier attempt of unknown outcome has said, whatever the last look would come to by now."""
    if notice.state is not State.WAITING or release.planned is None:
        return None
    ts = posted_before(parts, claim, notice.plan.channel, _mark(release, notice))
    if ts is None:
        return None
    told = release.planned.at  # as the zone data had it then: if it is another one now, that is told as well
    late = datetime.fromtimestamp(float(ts), UTC) - claim.due_at > late_after
    sent = NoticeSent(notice.id, notice.plan.audience, told, notice.plan.channel, ts, late)
    return NoticeDone(release.id, notice.id, told, sent)


def _mark(release: Release, notice: Notice) -> str:
    """The wall time of the date is in it, and not its instant: that may become another one before we have looked."""
    return f"notice {release.id} {notice.id} {notice.planned.wall} {notice.planned.zone}"
