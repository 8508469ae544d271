"""What happens around a release while it waits for its people: one channel gets another name, both are closed for a while, and
nobody does what is asked of them. Each time those who have to know are told, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.demo.cast import CHANNEL, TALK
from bot.domain.release import Release
from bot.workspace import Message, Workspace

HERE, THERE = CHANNEL.id, TALK.id
MANAGERS = ("mara", "ben")
RENAMED, LOST, SHUT, REMINDER = "renamed", "channel", "audience", "reminder"
"""How the marks of these messages begin."""
NOTICE = "users-1h"
PATIENCE = 120.0
"""Seconds: the bot looks once a minute whether a channel is open again, and Slack repeats a lost event as late."""


def mark_of(message: Message) -> str:
    """What a message of the bot is about; the same for two that say the same thing."""
    return str((message.metadata or {}).get("event_payload", {}).get("mark", "no mark"))


@dataclass
class Troubles:
    """One after the other; the next one begins when the release managers know of the last one."""

    ws: Workspace
    types: Callable[[str, str, str], None]
    """Who, what, and in which channel."""
    done: set[str] = field(default_factory=set)

    def go_on(self, release: Release) -> bool:
        """Do what comes next; False when everything is over."""
        if self._once("rename"):
            self.ws.rename(THERE, "talk")
        elif not self._know(RENAMED):
            return True
        elif self._once("close"):
            self.ws.archive(HERE)
        elif not self._know(LOST):
            # Something has to be said there before the bot can see that it cannot.
            self.types("mara", f"{'resume' if release.holds else 'hold'} {release.id} wait for it", THERE)
        elif self._once("open"):
            self.ws.mend(HERE)
            self.ws.archive(THERE)
        elif release.holds:
            self.types("mara", f"resume {release.id}", HERE)
        elif not self._know(SHUT):
            self.types("mara", f"announcements {release.id} send {NOTICE}", HERE)
        elif self._once("open again"):
            self.ws.mend(THERE)
        elif not release.book.told:
            (message, *_) = self._told("mara", SHUT)
            self.ws.person("mara").clicks(message, text="Try again now")
        else:
            return release.channel_lost is not None or not self._reminded()
        return True

    def wrongs(self) -> Iterator[str]:
        for who in MANAGERS:
            for kind in (RENAMED, LOST, SHUT):
                if (times := len(self._told(who, kind))) != 1:
                    yield f"{who} was told {times} times of a channel ({kind})."
        if not self._reminded():
            yield "Nobody was reminded."

    def _once(self, deed: str) -> bool:
        is_new = deed not in self.done
        self.done.add(deed)
        return is_new

    def _know(self, kind: str) -> bool:
        return all(self._told(who, kind) for who in MANAGERS)

    def _reminded(self) -> bool:
        return any(self._told(person.name, REMINDER) for person in self.ws.people)

    def _told(self, who: str, kind: str) -> list[Message]:
        return [m for m in self.ws.person(who).direct_messages() if mark_of(m).startswith(f"{kind} ")]
