"""Try the tag again after its cause has been mended."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.workflow.asking import split_name
from bot.workflow.deciding import retry
from commands import Desk, Reply

USAGE = "retry [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if rest:
        raise NotUnderstood(f"There is no open release “{rest[0][:60]}”. Write `/release {USAGE}`.")
    return Reply(retry(desk.parts, desk.asked, name, said))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(retry(desk.parts, desk.asked, value, said))


def said(release: Release) -> str:
    return f"{release.id} tries again to make {release.tag}."
