"""The state of the workspace: rooms, messages, notifications and the log, behind one lock that everyone can wait on.

No HTTP here and no Block Kit rules; whoever writes has already checked.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.workspace.belongings import Bookmark, Canvas, Scheduled, StoredFile
from bot.workspace.block_ids import with_ids
from bot.workspace.clock import WorkspaceClock
from bot.workspace.errors import CannotDo
from bot.workspace.mentions import Mention, linked_names_in, mentions_in
from bot.workspace.setup import Group, InstalledApp, Person, WorkspaceSetup, install, mistakes_in
from bot.workspace.things import Json, LogLine, MentionKind, Message, Notification

TEAM_ID = "T0HARBOUR"
APP_ID = "A0HARBOUR"
BOT_USER_ID = "U0HARBOURBOT"
BOT_ID = "B0HARBOUR"
DETAILED_LINES = 2000
"""So many of the latest lines of the log keep what was said in them; older ones would only fill the memory."""


@dataclass
class Room:
    """A channel or a direct conversation. `posts` are in the order of their ts; ephemerals live apart, forgotten at stop."""

    id: str
    name: str
    members: set[str]
    is_private: bool = False
    is_archived: bool = False
    is_im: bool = False
    is_mpim: bool = False
    topic: str = ""
    purpose: str = ""
    creator: str = "U0WORKSPACE"
    created: int = 1_700_000_000
    restriction: str = ""
    """Slack's word for a channel not everybody may write to, as `restricted_action_read_only_channel`."""
    posts: dict[str, Message] = field(default_factory=dict)
    ephemerals: dict[str, Message] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)
    bookmarks: dict[str, Bookmark] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    """The ts of the replies by the ts of their root, so that nobody has to look through all posts."""

    def replies_to(self, ts: str) -> list[Message]:
        """The replies in a thread, without its root, oldest first."""
        return [self.posts[reply] for reply in self.threads.get(ts, ()) if reply in self.posts]

    @property
    def public(self) -> bool:
        return not (self.is_private or self.is_im or self.is_mpim)

    @property
    def is_direct(self) -> bool:
        return self.is_im or self.is_mpim


class World:
    """All state. Every change is made inside `with world.changing():`, which wakes those who wait."""

    def __init__(self, setup: WorkspaceSetup, clock: WorkspaceClock) -> None:
        """Raises ValueError when the setup names people or channels that do not exist."""
        mistakes = mistakes_in(setup)
        if mistakes:
            raise ValueError("\n".join(mistakes))
        self.setup = setup
        self.clock = clock
        self.app: InstalledApp = install(setup.manifest, setup.withheld_scopes)
        self.changed = threading.Condition(threading.RLock())
        self.revision = 0
        self.people: dict[str, Person] = {person.id: person for person in setup.people}
        self.groups: dict[str, Group] = {group.id: group for group in setup.groups}
        self.rooms: dict[str, Room] = {}
        self.names: dict[str, str] = {BOT_USER_ID: self.app.bot_name}
        self.notifications: list[Notification] = []
        self.log: list[LogLine] = []
        self.on_message: list[Callable[[Message], None]] = []
        self.on_change: list[Callable[[], None]] = []
        self.on_group: list[Callable[[Group, Group], None]] = []
        self.on_person: list[Callable[[Person], None]] = []
        self.on_rename: list[Callable[[Room], None]] = []
        self.scheduled: dict[str, Scheduled] = {}
        self.files: dict[str, StoredFile] = {}
        self.canvases: dict[str, Canvas] = {}
        self.client_msg_ids: dict[str, tuple[str, str]] = {}
        self._last_ts = 0
        self._serial = 0
        self._furnish(setup)

    def reset(self) -> None:
        """Back to the beginning: everything said, filed and planned is gone; times and serial numbers go on."""
        with self.changing():
            for forgotten in (self.rooms, self.scheduled, self.files, self.canvases, self.client_msg_ids):
                forgotten.clear()
            self.groups = {group.id: group for group in self.setup.groups}
            self.notifications.clear()
            self.log.clear()
            self._furnish(self.setup)

    def _furnish(self, setup: WorkspaceSetup) -> None:
        joined = setup.bot_in_channels
        for channel in setup.channels:
            members = set(channel.members)
            if joined is None or channel.id in joined or channel.name in joined:
                members.add(BOT_USER_ID)
            self.rooms[channel.id] = Room(
                channel.id, channel.name, members, channel.is_private, channel.is_archived
            )
            self.names[channel.id] = channel.name
        self.names.update({person.id: person.name for person in setup.people})
        self.names.update({group.id: group.handle for group in setup.groups})

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock, then tell everyone who waits that something changed."""
        with self.changed:
            yield
            self.revision += 1
            self.changed.notify_all()
        for listener in list(self.on_change):
            listener()

    def serial(self, prefix: str) -> str:
        """A new id that nothing else in this workspace has."""
        with self.changed:
            self._serial += 1
            return f"{prefix}{self._serial:06X}"

    def next_ts(self) -> str:
        """Seconds and microseconds, always later than the one before."""
        with self.changed:
            self._last_ts = max(int(self.clock.now() * 1_000_000), self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def note(self, kind: str, name: str, **more: Any) -> None:
        """Write one line into the log and wake those who wait on it."""
        with self.changing():
            self.log.append(LogLine(self.clock.now(), kind, name, **more))
            if len(self.log) > DETAILED_LINES:
                old = self.log[-DETAILED_LINES - 1]
                self.log[-DETAILED_LINES - 1] = replace(old, sent=None, answer=None)

    def person(self, key: str) -> Person:
        """By id or name. Raises CannotDo when there is no such person."""
        wanted = key.removeprefix("@")
        for person in self.people.values():
            if wanted in (person.id, person.name):
                return person
        names = ", ".join(person.name for person in self.people.values())
        raise CannotDo(f"There is no person {key} in this workspace; there are {names}.")

    def room(self, key: str) -> Room | None:
        """By id, `#name` or name; None when there is none."""
        found = self.rooms.get(key)
        if found is not None:
            return found
        wanted = key.removeprefix("#")
        return next((room for room in self.rooms.values() if room.name == wanted and not room.is_im), None)

    def direct(self, user: str) -> Room:
        """The conversation between this person and the bot, opened if need be."""
        with self.changed:
            name = f"D{user[1:]}"
            if name not in self.rooms:
                self.rooms[name] = Room(name, self.names[user], {user, BOT_USER_ID}, is_im=True)
            return self.rooms[name]

    def rename(self, room: Room, name: str, by: str) -> None:
        """Give a channel another name; its history says so, and whoever listens is told."""
        with self.changing():
            was, room.name = room.name, name
            self.names[room.id] = name
        said = f'has renamed the channel from "{was}" to "{name}"'
        self.add(Message(room.id, self.next_ts(), by, said, renamed=(was, name)))
        for listener in list(self.on_rename):
            listener(room)

    def group(self, key: str) -> Group | None:
        """By id or handle."""
        wanted = key.removeprefix("@")
        return next((group for group in self.groups.values() if wanted in (group.id, group.handle)), None)

    def add(self, message: Message, *, link_names: str = "") -> Message:
        """Put a new message, or an ephemeral one, into its room; whoever it mentions is notified."""
        with self.changing():
            shown = replace(message, blocks=self.with_ids(message.blocks), names=self.names)
            room = self.rooms[shown.channel]
            (room.ephemerals if shown.ephemeral_to else room.posts)[shown.ts] = shown
            if shown.thread_ts not in (None, shown.ts) and not shown.ephemeral_to:
                room.threads.setdefault(str(shown.thread_ts), []).append(shown.ts)
            self._notify(shown, [*mentions_in(shown.text, shown.blocks), *linked_names_in(link_names)])
        for listener in list(self.on_message):
            listener(shown)
        return shown

    def replace(self, message: Message) -> Message:
        """Change a message that is there. New mentions are recorded too, so that tests see them."""
        with self.changing():
            room = self.rooms[message.channel]
            shelf = room.ephemerals if message.ephemeral_to else room.posts
            before = shelf[message.ts]
            known = mentions_in(before.text, before.blocks)
            shown = replace(message, blocks=self.with_ids(message.blocks), names=self.names)
            shelf[message.ts] = shown
            fresh = [item for item in mentions_in(shown.text, shown.blocks) if item not in known]
            self._notify(shown, fresh)
        return shown

    def remove(self, message: Message) -> None:
        """Take a message away, from the pins too."""
        with self.changing():
            room = self.rooms[message.channel]
            (room.ephemerals if message.ephemeral_to else room.posts).pop(message.ts, None)
            if message.ts in room.pins:
                room.pins.remove(message.ts)

    def with_ids(self, blocks: Iterable[Json]) -> tuple[Json, ...]:
        """Every block has a block_id and every element an action_id, as Slack names those that came without."""
        return with_ids(blocks, self.serial)

    def visible(self, room: Room, user: str) -> list[Message]:
        """What this person sees in a room, oldest first, with their own ephemeral messages."""
        with self.changed:
            own = [message for message in room.ephemerals.values() if message.ephemeral_to == user]
            return sorted([*room.posts.values(), *own], key=lambda message: message.ts)

    def may_see(self, room: Room, user: str) -> bool:
        return room.public or user in room.members

    def set_group(self, group: Group) -> None:
        """Add or change a user group; whoever listens is told what it was before."""
        before = self.groups.get(group.id, group)
        with self.changing():
            self.groups[group.id] = group
            self.names[group.id] = group.handle
        for listener in list(self.on_group):
            listener(before, group)

    def set_person(self, person: Person) -> None:
        """Change a person; whoever listens is told."""
        with self.changing():
            self.people[person.id] = person
        for listener in list(self.on_person):
            listener(person)

    def _notify(self, message: Message, mentions: Sequence[Mention]) -> None:
        for kind, target in dict.fromkeys(mentions):
            reached = tuple(sorted(self._reached(kind, target, message)))
            self.notifications.append(
                Notification(kind, target, reached, message.channel, message.ts, message.user)
            )

    def _reached(self, kind: MentionKind, target: str, message: Message) -> set[str]:
        if kind is MentionKind.USER:
            reached = {target} & set(self.people)
        elif kind is MentionKind.GROUP:
            group = self.groups.get(target)
            reached = set(group.members) if group and not group.is_disabled else set()
        else:
            reached = self.rooms[message.channel].members & set(self.people)
        if message.ephemeral_to:
            reached &= {message.ephemeral_to}
        return reached - {message.user}

    def escape(self, text: str) -> str:
        """What a person typed, as Slack sends it with should_escape: names become ids, `&<>` become entities."""
        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(
            r"(?<![\w@#])([@#])([\w.-]*\w)", lambda match: self._reference(match[1], match[2]), safe
        )

    def _reference(self, mark: str, name: str) -> str:
        if mark == "#":
            room = self.room(name)
            return f"<#{room.id}|{room.name}>" if room else f"#{name}"
        if name in ("here", "channel", "everyone"):
            return f"<!{name}>"
        for user, known in self.names.items():
            if known == name and user[0] in "UW":
                return f"<@{user}|{name}>"
        group = self.group(name)
        return f"<!subteam^{group.id}|@{group.handle}>" if group else f"@{name}"
