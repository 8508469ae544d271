"""Bring a person's App Home tab to what is true now. Publishing twice shows the same."""

from bot.domain.orders import ShowHome
from bot.domain.outcomes import Nothing, Outcome
from bot.domain.turn import needs_of
from bot.parts import Parts, roles_now
from bot.views.home import home
from bot.views.parts import as_json

_RECENT = 5


def carry_out(parts: Parts, order: ShowHome) -> Outcome:
    with parts.store.reading() as tx:
        roles, open_, over = roles_now(parts, tx), tx.open_releases(), tx.recent_releases(_RECENT)
    turns = [
        (release, needs_of(release, parts.policy_of(release.product), roles, order.user)) for release in open_
    ]
    blocks = home(turns, over, parts.policy_of, roles, order.user)
    parts.slack.publish_home(order.user, as_json(blocks))
    return Nothing()
