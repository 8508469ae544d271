"""Who fills which role, as the store last knew it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.words import RoleName, UserId

HARBOURMASTER = UserId("harbourmaster")
"""The bot itself, where history asks who did something."""


@dataclass(frozen=True)
class Roles:
    """The members of every role at one moment. `unread` are roles whose Slack user group could not be read yet."""

    members: Mapping[RoleName, frozenset[UserId]]
    unread: frozenset[RoleName] = frozenset()

    def of(self, role: str) -> frozenset[UserId]:
        return self.members.get(RoleName(role), frozenset())

    def has(self, person: UserId, role: str) -> bool:
        return person in self.of(role)

    def filled_by(self, person: UserId) -> tuple[RoleName, ...]:
        return tuple(sorted(role for role, people in self.members.items() if person in people))


NOBODY = Roles({})
"""When no role is filled, or none matters."""
