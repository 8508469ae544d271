"""Tell an audience about something that happened to a release, after a last look at whether it is still true."""

from bot.domain.notice_book import Announced, PostSkipped
from bot.domain.orders import Announce
from bot.domain.outcomes import Nothing, Outcome, PostDone
from bot.domain.posts import ASKS_FOR_FEEDBACK, Post, why_untrue
from bot.effects.telling import post_once, post_text, posted_before, sayable
from bot.parts import Parts
from bot.views.announcements import message
from bot.views.feedback import give_feedback
from storage.queue import Claim


def carry_out(parts: Parts, order: Announce, claim: Claim) -> Outcome:
    with parts.store.reading() as tx:
        release = tx.release(order.release)
    if release is None:
        return Nothing()
    rules = parts.product(release.product).notices
    plan = next((p for p in rules.audiences if p.audience is order.audience), None)
    if plan is None:  # nobody is to be told any more
        return Nothing()
    post = Post(order.post)
    mark = f"post {release.id} {order.seq} {order.audience} {order.post}"
    why = why_untrue(post, release)
    if why is not None and posted_before(parts, claim, plan.channel, mark) is None:
        return PostDone(release.id, PostSkipped(order.post, order.audience, why))
    is_late = parts.clock() - claim.due_at > rules.late_after  # it was ordered as it happened
    with sayable(plan.channel):
        line, blocks = message(post_text(parts, release, post, plan, claim.due_at if is_late else None))
    if post in ASKS_FOR_FEEDBACK:
        blocks.append(give_feedback(release))
    # The audience may have another channel by now, because the one it had was closed.
    ts = post_once(parts, claim, plan.channel, mark, (line, blocks))
    return PostDone(release.id, Announced(order.post, order.audience, plan.channel, ts))
