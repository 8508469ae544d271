"""Messages about what happened outside, to those who have to know, and the farewell of a card whose release has moved."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.events import ChannelLost, WorkEnded
from bot.domain.guarding import in_words
from bot.domain.orders import TellOfRename
from bot.domain.policy import Item
from bot.domain.release import Release
from bot.domain.tag_events import TagTampered
from bot.views.parts import actions, bullets, button, context, section
from bot.views.rollout import rollback_button
from bot.views.text import escape, foreign, room, sentence

Message = tuple[str, list[Block]]
_FOUND_SHOWN = 5


def tag_tampered(release: Release, tampered: TagTampered) -> Message:
    """The alarm in the product's channel: what happened, and what to do. No button: no decision of the bot mends a tag."""
    text = f"🚨 *Release tag changed* ({escape(release.id)}): {foreign(in_words(tampered), 800)}"
    advice = (
        f"Do not build or deploy from `{escape(tampered.tag)}` until this is clear. Find out in the remote's audit log who did "
        "it, and protect release tags there. The bot never moves a tag: put the proved object back by hand, or release a new "
        f"version. `/release status {escape(release.id)}` says when it is right again."
    )
    objects = f"proved `{tampered.made}` · there now `{tampered.found or 'nothing'}`"
    return text, [section(text[:3000], "alarm"), section(advice, "advice"), context(objects, "objects")]


def not_well(release: Release, item: Item, ended: WorkEnded) -> Message:
    """The alarm in the product's channel after a deployment: what does not hold, and the way back."""
    text = f"🚨 *{escape(release.product)} {escape(release.version)} is not well in production* ({item.id})"
    found = [finding.sentence for finding in ended.found] or [ended.summary]
    row = rollback_button(release)
    way = "*Roll back…* asks for a rollback; it begins when enough people agree. " if row else ""
    advice = (
        f"{way}Who knows why this is no reason to go back answers for it on the card of {escape(release.id)}."
    )
    ways = [actions(row, "ways")] if row else []
    blocks = [
        section(text[:3000], "alarm"),
        bullets(found[:_FOUND_SHOWN], "found"),
        section(advice, "advice"),
    ]
    return text, [*blocks, *ways]


def channel_lost(release: Release, lost: ChannelLost) -> Message:
    """The direct message to a release manager."""
    text = f"🚨 The bot cannot write in {room(lost.channel)}, where {escape(release.id)} lives."
    advice = (
        f"{sentence(lost.why, 600)}\nOr let the release go on elsewhere: `/release move {escape(release.id)} #another-channel`. "
        "What the bot has to say there waits, in order, and nothing is lost. It looks again every minute."
    )
    return text, [section(text, "lost"), section(advice, "advice")]


def audience_lost(channel: str, why: str, told: Sequence[tuple[str, str]]) -> Message:
    """The direct message to a release manager about a channel in which audiences, each with its product, are told."""
    who = ", ".join(f"{audience} of {escape(product)}" for audience, product in told)
    text = f"🚨 The bot cannot write in {room(channel)}, where {who or 'nobody any more'} should be told."
    advice = (
        f"{sentence(why, 600)}\nAnother channel in harbourmaster.toml counts from the next start. What is to be said waits, "
        "in order; it is looked at once more before it goes out: what is no longer true is not sent, and what is late says so. "
        "The bot tries again every minute, and at once with the button or with `/release retry #channel`."
    )
    again = actions([button("Try again now", "retry:channel", channel)], "again")
    return text[:3000], [section(text[:3000], "lost"), section(advice, "advice"), again]


def channel_renamed(
    renamed: TellOfRename, was: str | None, told: Sequence[tuple[str, str]], lives: Sequence[str]
) -> Message:
    """The direct message to a release manager about a channel with another name. `was` is None where Slack does not say;
    `told` are the audiences there, each with its product, `lives` the open releases."""
    now = escape(f"#{renamed.name}"[:90])
    text = f"🏷️ {escape(f'#{was}'[:90])} is now called {now}." if was else f"🏷️ A channel is now called {now}."
    there = [f"to {audience} of {escape(product)}" for audience, product in told]
    there += [f"about {escape(release)}" for release in lives]
    about = f" ({', '.join(there)})" if there else ""
    advice = (
        f"What the bot says there{about} goes on as before: harbourmaster.toml names channels by "
        f"their ids, and this one is still `{escape(renamed.channel)}`. Nothing has to be changed; only words that name the "
        "channel, in comments or on pages of yours, are out of date."
    )
    return text, [section(text, "renamed"), section(advice[:3000], "advice")]


def moved_on(release: Release) -> Message:
    """What is left of a card in the channel a release has moved away from."""
    text = f"{escape(release.id)} goes on in {room(release.channel)}."
    return text, [section(text, "moved")]
