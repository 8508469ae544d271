"""A channel the bot cannot write in: written down and told once, waited for, and forgotten as soon as it opens again."""

from datetime import datetime, timedelta

from bot.domain.channels import Closed, find_again, lose
from bot.domain.errors import ChannelShut
from bot.domain.orders import WriteLog
from bot.domain.outcomes import CardShown, Outcome
from bot.parts import Parts, roles_now
from bot.workflow.asking import save
from storage.queue import Claim
from storage.store import Tx

CHANNEL_AGAIN = timedelta(minutes=1)
"""Between two looks whether somebody has mended it: it takes a person, and costs one call a lane."""


def channel_is_shut(parts: Parts, tx: Tx, claim: Claim, error: ChannelShut, now: datetime) -> None:
    """An order of a release ran into a closed channel. It is put back already."""
    release = tx.release(getattr(claim.order, "release", ""))
    # The channel of an audience is not the release's: the notice waits, and the card says why.
    if release is not None and error.channel == release.channel:
        closed, policy = Closed(error.channel, str(error)), parts.policy_of(release.product)
        save(parts, tx, lose(release, closed, roles_now(parts, tx), now, policy), f"order {claim.id}", now)


def channel_is_open(parts: Parts, tx: Tx, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """An order that had failed went through. When it wrote in the release's channel, everything else that waits goes on."""
    if not (isinstance(outcome, CardShown) or isinstance(claim.order, WriteLog)):
        return
    release = tx.release(getattr(claim.order, "release", ""))
    if release is not None and release.channel_lost is not None:
        save(parts, tx, find_again(release, now, parts.policy_of(release.product)), f"order {claim.id}", now)
        tx.bring_forward(release.id, now)
