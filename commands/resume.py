"""Lift your hold on a release; a release manager lifts every hold."""

from bot.domain.errors import NotUnderstood
from bot.domain.release import Release
from bot.workflow.asking import split_name
from bot.workflow.deciding import resume
from commands import Desk, Reply

USAGE = "resume [release]"


def typed(desk: Desk, words: tuple[str, ...]) -> Reply:
    name, rest = split_name(desk.parts, words)
    if rest:
        raise NotUnderstood(f"There is no open release “{rest[0][:60]}”. Write `/release {USAGE}`.")
    return Reply(resume(desk.parts, desk.asked, name, said))


def clicked(desk: Desk, _action_id: str, value: str) -> Reply:
    return Reply(resume(desk.parts, desk.asked, value, said))


def said(release: Release) -> str:
    return f"{release.id} is still on hold by others." if release.holds else f"{release.id} goes on."
