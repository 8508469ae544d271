"""The events the app is subscribed to: messages, mentions, and changes of user groups, people and channels."""

from dataclasses import dataclass
from typing import Any

from bot.workspace.api.groups import group_json
from bot.workspace.api.people import person_json
from bot.workspace.messages import message_json
from bot.workspace.parts import Parts
from bot.workspace.setup import Group, Person
from bot.workspace.things import Message
from bot.workspace.world import BOT_USER_ID, TEAM_ID, Room, World


@dataclass(frozen=True)
class Events:
    """Sends events; what the manifest does not subscribe to is not sent."""

    world: World
    parts: Parts

    def message_posted(self, message: Message) -> None:
        """The `message` event of the room's kind, the bot's own messages included, and `app_mention`."""
        room = self.world.rooms[message.channel]
        if message.ephemeral_to or BOT_USER_ID not in room.members:
            return
        body = {**message_json(message, room), "channel": room.id, "event_ts": message.ts}
        self._send(f"message.{_kind(room)}", {**body, "channel_type": _kind(room).removesuffix("s")})
        if f"<@{BOT_USER_ID}" in message.text and not message.from_bot:
            self._send("app_mention", {**body, "type": "app_mention"})

    def group_changed(self, before: Group, after: Group) -> None:
        """Both events of a changed user group."""
        now = int(self.world.clock.now())
        added = [user for user in after.members if user not in before.members]
        removed = [user for user in before.members if user not in after.members]
        self._send(
            "subteam_members_changed",
            {
                "type": "subteam_members_changed",
                "subteam_id": after.id,
                "team_id": TEAM_ID,
                "date_previous_update": now,
                "date_update": now,
                "added_users": added,
                "added_users_count": len(added),
                "removed_users": removed,
                "removed_users_count": len(removed),
                "event_ts": f"{self.world.clock.now():.6f}",
            },
        )
        self._send("subteam_updated", {"type": "subteam_updated", "subteam": group_json(after)})

    def person_changed(self, person: Person) -> None:
        """The event of a changed profile. Source: docs.slack.dev, user_change; it needs `users:read`."""
        if "users:read" in self.world.app.scopes:
            now = self.world.clock.now()
            user = person_json(person, self.world)
            self._send(
                "user_change",
                {"type": "user_change", "user": user, "cache_ts": int(now), "event_ts": f"{now:.6f}"},
            )

    def room_renamed(self, room: Room) -> None:
        """The event of a channel's new name; the old one is not in it, but in the channel's history. Source: docs.slack.dev,
        channel_rename and group_rename; they need `channels:read` and `groups:read`, the latter membership too."""
        kind, scope = (
            ("group_rename", "groups:read") if room.is_private else ("channel_rename", "channels:read")
        )
        if scope in self.world.app.scopes and (room.public or BOT_USER_ID in room.members):
            channel = {
                "id": room.id, "is_channel": room.public, "is_mpim": False, "name": room.name,
                "name_normalized": room.name, "created": room.created,
            }  # fmt: skip
            event_ts = f"{self.world.clock.now():.6f}"
            self._send(kind, {"type": kind, "channel": channel, "event_ts": event_ts})

    def _send(self, subscription: str, event: dict[str, Any]) -> None:
        if subscription in self.world.app.events:
            self.parts.courier.send_event(self.parts.payloads.event(event))


def _kind(room: Room) -> str:
    if room.is_im:
        return "im"
    return "groups" if room.is_private else "channels"
