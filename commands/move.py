"""Let a release go on in another channel, with a new card there: when its channel was archived, or was the wrong one."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.slack.incoming import channel_in
from bot.workflow.asking import split_name
from bot.workflow.moving import move
from commands import Desk, Reply

USAGE = "move [release] <#channel>"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    channel = channel_in(rest[0]) if len(rest) == 1 else None
    if channel is None:
        raise NotUnderstood(f"Name one channel, as `#shop-releases`: `/release {USAGE}`.")
    return Reply(move(desk.parts, desk.asked, name, channel, said))


def said(release: Release) -> str:
    return (
        f"{release.id} goes on in the other channel; its card is posted there now. The bot has to be in it: "
        "if it is not, invite it with `/invite @Harbourmaster`."
    )
