"""Tell an audience about something that happened to a release."""

from bot.domain.notice_book import Announced
from bot.domain.notices import Post
from bot.domain.orders import Announce
from bot.domain.outcomes import Nothing, Outcome, PostDone
from bot.effects.telling import post_once, post_text
from bot.parts import Parts
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
    text = post_text(parts, release, Post(order.post), plan, rules)
    mark = f"post {release.id} {order.seq} {order.audience}"
    ts = post_once(parts, claim, order.channel, mark, text)
    return PostDone(release.id, Announced(order.post, order.audience, order.channel, ts))
