"""A channel the bot cannot write in: written down and told once, waited for, and forgotten as soon as it opens again."""

from datetime import datetime, timedelta

from bot.domain.channels import Closed, find_again, lose
from bot.domain.course import MANAGER
from bot.domain.errors import ChannelShut, Unsayable
from bot.domain.lanes import audience_lane, urgent_lane
from bot.domain.notice_book import Announced, NoticeSent
from bot.domain.orders import (
    Announce,
    RefreshCard,
    SendNotice,
    TellOfAudience,
    WriteLog,
)
from bot.domain.outcomes import CardShown, NoticeDone, Outcome, PostDone
from bot.domain.release import Release
from bot.domain.words import ChannelId
from bot.parts import Parts, roles_now
from bot.workflow.asking import Asked, save
from storage.queue import Claim
from storage.shut_channels import ShutChannel
from storage.store import Tx

CHANNEL_AGAIN = timedelta(minutes=1)
"""Between two looks whether somebody has mended it: it takes a person, and costs one call a lane."""


def channel_is_shut(
    parts: Parts, tx: Tx, claim: Claim, error: ChannelShut | Unsayable, now: datetime
) -> None:
    """An order of a release ran into a closed channel, or into a template with a mistake. It is put back already."""
    release = tx.release(getattr(claim.order, "release", ""))
    if release is None:
        return
    if isinstance(error, ChannelShut) and error.channel == release.channel:
        closed, policy = Closed(error.channel, str(error)), parts.policy_of(release.product)
        save(parts, tx, lose(release, closed, roles_now(parts, tx), now, policy), f"order {claim.id}", now)
    elif isinstance(claim.order, SendNotice | Announce):
        _audience_is_lost(parts, tx, release, error, now)


def _audience_is_lost(
    parts: Parts, tx: Tx, release: Release, error: ChannelShut | Unsayable, now: datetime
) -> None:
    """Other releases have their say there as well, so it is kept beside history: one incident a channel."""
    channel = ChannelId(error.channel)
    if tx.shut_channels.shut(ShutChannel(channel, str(error), now)):
        for who in sorted(roles_now(parts, tx).of(MANAGER) or {release.starter}):
            tx.order(TellOfAudience(channel, who, now), now)
        tx.order(RefreshCard(release.id), now)


def channel_is_open(parts: Parts, tx: Tx, claim: Claim, outcome: Outcome, now: datetime) -> None:
    """An order that had failed went through. When it wrote in the release's channel, everything else that waits goes on."""
    if not (isinstance(outcome, CardShown) or isinstance(claim.order, WriteLog)):
        return
    release = tx.release(getattr(claim.order, "release", ""))
    if release is not None and release.channel_lost is not None:
        save(parts, tx, find_again(release, now, parts.policy_of(release.product)), f"order {claim.id}", now)
        tx.bring_forward(release.id, now)


def audience_is_told(tx: Tx, outcome: NoticeDone | PostDone) -> None:
    """Whatever was wrong with the channel is mended. What waits behind this order in its lane goes on by itself."""
    told = outcome.sent if isinstance(outcome, NoticeDone) else outcome.announced
    if isinstance(told, NoticeSent | Announced):
        tx.shut_channels.opened(told.channel)


def try_again(parts: Parts, asked: Asked, channel: ChannelId) -> str:
    """Somebody says that a channel is mended: what waits for it is tried now and not at the next minute."""
    with parts.store.transaction() as tx:
        before = tx.answer_to(asked.key)
        if before is not None:
            return before
        shut = tx.shut_channels.of(channel)
        for lane in (audience_lane(channel), urgent_lane(channel)):
            tx.hurry_lane(lane, asked.now)
        text = (
            "Nothing waits for that channel: the bot can write there, as far as it knows."
            if shut is None
            else "What waits for that channel is tried now. If it still cannot go out, `/release status` says why."
        )
        tx.remember_answer(asked.key, text, asked.now)
    parts.wake()
    return text
