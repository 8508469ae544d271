"""Rights that run out: trigger ids (three seconds, once) and response URLs (five uses, thirty minutes)."""

from dataclasses import dataclass, replace

from bot.workspace.errors import SlackError
from bot.workspace.world import World

TRIGGER_SECONDS = 3.0
URL_SECONDS = 30 * 60.0
URL_USES = 5


@dataclass(frozen=True)
class Trigger:
    user: str
    until: float
    used: bool = False


@dataclass(frozen=True)
class ResponseRight:
    """Whom a response URL answers. `source` is the ts of the message with the button, None for a command."""

    user: str
    channel: str
    source: str | None
    until: float
    left: int = URL_USES


class Rights:
    """Mints and redeems them; times are the workspace clock's."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseRight] = {}

    def trigger(self, user: str) -> str:
        """A new trigger id for what this person did just now."""
        name = f"{self._world.serial('9')}.{self._world.serial('8')}.{self._world.serial('t').lower()}"
        with self._world.changed:
            self._triggers[name] = Trigger(user, self._world.clock.now() + TRIGGER_SECONDS)
        return name

    def redeem(self, name: str) -> str:
        """Use a trigger up and return its person. Raises SlackError with Slack's three words for the three ways to fail."""
        with self._world.changed:
            trigger = self._triggers.get(name)
            if trigger is None:
                raise SlackError("invalid_trigger_id")
            if trigger.used:
                raise SlackError("exchanged_trigger_id")
            if self._world.clock.now() > trigger.until:
                raise SlackError("expired_trigger_id")
            self._triggers[name] = replace(trigger, used=True)
            return trigger.user

    def response(self, user: str, channel: str, source: str | None) -> str:
        """The secret part of a new response URL."""
        name = self._world.serial("R")
        with self._world.changed:
            self._responses[name] = ResponseRight(
                user, channel, source, self._world.clock.now() + URL_SECONDS
            )
        return name

    def spend(self, name: str) -> ResponseRight:
        """Use a response URL once. Raises SlackError when it is unknown, too old or used up."""
        with self._world.changed:
            right = self._responses.get(name)
            if right is None or self._world.clock.now() > right.until:
                raise SlackError("expired_url")
            if right.left == 0:
                raise SlackError("used_url")
            self._responses[name] = replace(right, left=right.left - 1)
            return right
