"""Tell an audience about something that happened to a release."""

from bot.domain.notice_book import Announced
from bot.domain.notices import ASKS_FOR_FEEDBACK, Post
from bot.domain.orders import Announce
from bot.domain.outcomes import Nothing, Outcome, PostDone
from bot.effects.telling import post_once, post_text
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
    line, blocks = message(post_text(parts, release, post, plan, rules))
    if post in ASKS_FOR_FEEDBACK:
        blocks.append(give_feedback(release))
    mark = f"post {release.id} {order.seq} {order.audience}"
    ts = post_once(parts, claim, order.channel, mark, (line, blocks))
    return PostDone(release.id, Announced(order.post, order.audience, order.channel, ts))
