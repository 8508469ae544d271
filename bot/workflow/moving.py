"""Moving a release to another channel: one transaction, and what waited for the old channel is tried in the new one."""

from collections.abc import Callable

from bot.domain import channels
from bot.domain.people import Roles
from bot.domain.policy import Policy
from bot.domain.release import Release
from bot.domain.steps import Step
from bot.domain.words import ChannelId
from bot.parts import Parts
from bot.workflow.asking import Asked, change, named_or_any
from storage.store import Tx


def move(
    parts: Parts, asked: Asked, name: str | None, channel: ChannelId, answer: Callable[[Release], str]
) -> str:
    """Without a name it is the only open release, wherever the command was typed: its own channel may be closed.

    Raises NotFound or Refused.
    """

    def find(tx: Tx) -> Release:
        release = named_or_any(name, asked.channel)(tx)
        tx.bring_forward(release.id, asked.now)
        return release

    def decide(release: Release, roles: Roles, policy: Policy) -> Step:
        return channels.move(release, channel, asked.who, roles, asked.now, policy)

    return change(parts, asked, find, decide, answer)
