"""Try the tag again, or what waits for a channel, after its cause has been mended."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.domain.words import ChannelId
from bot.slack.incoming import channel_in
from bot.workflow.asking import split_name
from bot.workflow.deciding import retry
from bot.workflow.shut_channels import try_again
from commands import Desk, Reply

USAGE = "retry [release | #channel]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    channel = channel_in(words[0]) if len(words) == 1 else None
    if channel is not None:
        return Reply(try_again(desk.parts, desk.asked, channel))
    name, rest = split_name(desk.parts, words)
    if rest:
        raise NotUnderstood(f"There is no open release “{rest[0][:60]}”. Write `/release {USAGE}`.")
    return Reply(retry(desk.parts, desk.asked, name, said))


def clicked(desk: Desk, action_id: str, value: str) -> Reply:
    if action_id == "retry:channel":
        return Reply(try_again(desk.parts, desk.asked, ChannelId(value)))
    return Reply(retry(desk.parts, desk.asked, value, said))


def said(release: Release) -> str:
    return f"{release.id} tries again to make {release.tag}."
