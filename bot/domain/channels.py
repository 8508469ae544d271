"""The channel a release lives in: it may be archived, or lose the bot; what the bot has to say then waits."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.course import MANAGER
from bot.domain.errors import Refused
from bot.domain.events import ChannelFound, ChannelLost, ChannelMoved
from bot.domain.orders import TellOfChannel
from bot.domain.people import HARBOURMASTER, Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step, no_step, take_step
from bot.domain.words import ChannelId, UserId, person


@dataclass(frozen=True)
class Closed:
    """Slack refused to let the bot write in a channel; `why` is a sentence with the way to mend it."""

    channel: str
    why: str


def lose(release: Release, closed: Closed, roles: Roles, at: datetime, policy: Policy) -> Step:
    """Write down that the bot cannot write in the release's channel, and tell those who can mend it; once an incident."""
    if closed.channel != release.channel or release.channel_lost is not None:
        return no_step(release)
    lost = ChannelLost(ChannelId(closed.channel), closed.why)
    step = take_step(release, HARBOURMASTER, at, policy, lost)
    told = roles.of(MANAGER) or {release.starter}
    seq = release.events + 1
    orders = tuple(TellOfChannel(release.id, who, seq) for who in sorted(told))
    return replace(step, orders=(*step.orders, *orders))


def find_again(release: Release, at: datetime, policy: Policy) -> Step:
    """The bot has written in the release's channel: whatever was wrong with it is mended."""
    if release.channel_lost is None:
        return no_step(release)
    return take_step(release, HARBOURMASTER, at, policy, ChannelFound(release.channel))


def move(
    release: Release, channel: ChannelId, by: UserId, roles: Roles, at: datetime, policy: Policy
) -> Step:
    """Let the release go on in another channel. For its starter and the release managers."""
    reasons = []
    if by != release.starter and not roles.has(by, MANAGER):
        reasons.append(
            f"Only {person(release.starter)}, who started {release.id}, or a {MANAGER} can move it."
        )
    if channel == release.channel:
        reasons.append(f"{release.id} lives in that channel already.")
    if reasons:
        raise Refused(*reasons)
    return take_step(release, by, at, policy, ChannelMoved(channel, release.channel))
