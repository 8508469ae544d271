"""Tell the owner of a corrective action that it is theirs, and remind them when its day has come."""

from bot.days import calendar_now
from bot.domain.correctives import open_ones, tell_again_at
from bot.domain.errors import OutsideRefusal
from bot.domain.orders import TellOwner
from bot.domain.outcomes import Nothing, Outcome, OwnerTold
from bot.domain.reminders import Desk
from bot.effects.telling import CLOCKS_DIFFER
from bot.parts import Parts
from bot.views.correctives import to_owner
from bot.views.parts import as_json
from storage.queue import Claim


def carry_out(parts: Parts, order: TellOwner, claim: Claim) -> Outcome:
    """The last look: what is done, or has another owner or day by now, is not spoken of. Whom Slack cannot reach is named in
    the thread of the release, where the others see it."""
    now = parts.clock()
    with parts.store.reading() as tx:
        release, card, zones = tx.release(order.release), tx.card(order.release), tx.reminders.zones()
        if release is None or release.dry_run:
            return Nothing()
        calendar = calendar_now(parts, tx, now, release.product, parts.manners.countries.get(order.user))
    meant = (c for c in open_ones(release) if (c.name, c.owner, c.due) == (order.name, order.user, order.due))
    one = next(meant, None)
    product = parts.products.get(release.product)
    if one is None or product is None:
        return Nothing()
    untold, thread = "", None
    try:
        channel = parts.slack.direct(order.user)
    except OutsideRefusal as refusal:
        if card is None:
            return Nothing()
        untold, channel, thread = str(refusal), card.channel, card.ts
    mark = f"corrective {order.release} {order.name} {order.user} {order.due} {order.number}"
    oldest = (claim.due_at - CLOCKS_DIFFER).timestamp()
    if not claim.may_be_done or parts.slack.find(channel, mark, oldest=oldest, thread=thread) is None:
        text, blocks = to_owner(release, one, now.astimezone(product.timezone).date(), untold)
        parts.slack.post(channel, text, as_json(blocks), thread=thread, mark=mark)
    desk = Desk(zones.get(order.user, str(product.timezone)), calendar)
    return OwnerTold(tell_again_at(order.due, order.number, desk, parts.manners, now))
