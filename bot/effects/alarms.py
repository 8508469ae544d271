"""Messages about what happened outside: production that is not well, a tag that was tampered with, a channel that was closed
or renamed."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from slack_sdk.models.blocks import Block

from bot.domain.errors import OutsideRefusal
from bot.domain.events import ChannelLost, WorkEnded
from bot.domain.orders import SoundAlarm, TellOfAudience, TellOfChannel, TellOfRename
from bot.domain.outcomes import Nothing, Outcome
from bot.domain.release import Release
from bot.domain.tag_events import TagTampered
from bot.effects.telling import CLOCKS_DIFFER
from bot.parts import Parts
from bot.views.alarms import Message, audience_lost, channel_lost, channel_renamed, not_well, tag_tampered
from bot.views.parts import as_json
from storage.queue import Claim

_T = TypeVar("_T", ChannelLost, TagTampered, WorkEnded)


def sound_alarm(parts: Parts, order: SoundAlarm, claim: Claim) -> Outcome:
    """In the product's channel, not in a thread: people who follow no release must see it as well."""
    tampered = _event(parts, order.release, order.seq, TagTampered)
    if tampered is not None:
        return _alarm(parts, order, claim, tampered[0], tag_tampered(*tampered))
    ended = _event(parts, order.release, order.seq, WorkEnded)
    if ended is None:
        return Nothing()
    release, work = ended
    item = parts.policy_of(release.product).item(work.item)
    last = release.work(item) if item else None
    if item is None or last is None or last.operation != work.operation or last.is_good:
        return Nothing()  # somebody has answered for it, or the bot looks again
    return _alarm(parts, order, claim, release, not_well(release, item, work))


def _alarm(parts: Parts, order: SoundAlarm, claim: Claim, release: Release, message: Message) -> Outcome:
    product = parts.products.get(release.product)
    channel = product.channel if product else release.channel
    return _post_once(parts, claim, channel, f"alarm {order.release} {order.seq}", message)


def tell_of_channel(parts: Parts, order: TellOfChannel, claim: Claim) -> Outcome:
    found = _event(parts, order.release, order.seq, ChannelLost)
    if found is None or found[0].channel_lost is None:  # it has been mended meanwhile
        return Nothing()
    channel = parts.slack.direct(order.who)
    return _post_once(parts, claim, channel, f"channel {order.release} {order.seq}", channel_lost(*found))


def tell_of_audience(parts: Parts, order: TellOfAudience, claim: Claim) -> Outcome:
    with parts.store.reading() as tx:
        shut = tx.shut_channels.of(order.channel)
    if shut is None:  # it has been mended meanwhile
        return Nothing()
    told = _told_there(parts, order.channel)
    mark = f"audience {order.channel} {int(order.since.timestamp())}"
    message = audience_lost(order.channel, shut.why, told)
    return _post_once(parts, claim, parts.slack.direct(order.who), mark, message)


def tell_of_rename(parts: Parts, order: TellOfRename, claim: Claim) -> Outcome:
    was = None
    with suppress(OutsideRefusal):  # the bot is not in the channel
        was = parts.slack.former_name(order.channel, order.name)
    told = _told_there(parts, order.channel)
    with parts.store.reading() as tx:
        lives = [release.id for release in tx.open_releases(channel=order.channel)]
    message = channel_renamed(order, was, told, lives)
    mark = f"renamed {order.channel} {order.event}"
    return _post_once(parts, claim, parts.slack.direct(order.who), mark, message)


def _told_there(parts: Parts, channel: str) -> list[tuple[str, str]]:
    """The audiences that are told in this channel, each with its product."""
    return [
        (str(plan.audience), product.name)
        for product in parts.products.values()
        for plan in product.notices.audiences
        if plan.channel == channel
    ]


def _event(parts: Parts, release_id: str, seq: int, kind: type[_T]) -> tuple[Release, _T] | None:
    with parts.store.reading() as tx:
        release = tx.release(release_id)
        line = next(iter(tx.happened(release_id, seq, seq)), None)
    if release is None or line is None or not isinstance(line.happened.what, kind):
        return None
    return release, line.happened.what


def _post_once(
    parts: Parts, claim: Claim, channel: str, mark: str, message: tuple[str, Sequence[Block]]
) -> Outcome:
    if claim.may_be_done:
        oldest = (claim.due_at - CLOCKS_DIFFER).timestamp()
        if parts.slack.find(channel, mark, oldest=oldest) is not None:
            return Nothing()
    text, blocks = message
    parts.slack.post(channel, text, as_json(blocks), mark=mark)
    return Nothing()
