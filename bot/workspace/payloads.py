"""The payloads Slack sends, in its exact shape: commands, clicks, submissions and events."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.workspace.delivery.envelope import Envelope, Kind
from bot.workspace.messages import message_json
from bot.workspace.rights import Rights
from bot.workspace.setup import Person
from bot.workspace.things import Json, Message, View, ViewKind
from bot.workspace.windows import view_json
from bot.workspace.world import APP_ID, BOT_USER_ID, TEAM_ID, Room, World

VERIFICATION_TOKEN = "deprecated-verification-token"  # noqa: S105  # Slack still sends one; nothing may rely on it


@dataclass(frozen=True)
class Payloads:
    """Builds envelopes; each mints the trigger and the response URL that go with it."""

    world: World
    rights: Rights
    base_url: str

    def command(self, who: Person, room: Room, command: str, text: str) -> Envelope:
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM_ID,
            "team_domain": self._domain,
            "channel_id": room.id,
            "channel_name": _channel_name(room),
            "user_id": who.id,
            "user_name": who.name,
            "command": command,
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": self._response_url("commands", self.rights.response(who.id, room.id, None)),
            "trigger_id": self.rights.trigger(who.id),
        }
        return self._envelope(Kind.COMMAND, payload)

    def click(self, who: Person, message: Message, action: Json, values: Mapping[str, Any]) -> Envelope:
        """block_actions in a message. Slack sends no `message` for an ephemeral one."""
        room = self.world.rooms[message.channel]
        hidden = message.ephemeral_to is not None
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": room.id,
            "is_ephemeral": hidden,
            **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
        }
        right = self.rights.response(who.id, room.id, message.ts)
        payload = {
            **self._interaction("block_actions", who),
            "container": container,
            "trigger_id": self.rights.trigger(who.id),
            "channel": {"id": room.id, "name": _channel_name(room)},
            **({} if hidden else {"message": message_json(message, room)}),
            "state": {"values": values},
            "response_url": self._response_url("actions", right),
            "actions": [{**action, "action_ts": f"{self.world.clock.now():.6f}"}],
        }
        return self._envelope(Kind.INTERACTION, payload)

    def view_click(self, who: Person, view: View, action: Json) -> Envelope:
        """block_actions in a modal or on the Home tab; these have no response_url."""
        shown = view_json(view, self.world.app.name)
        payload = {
            **self._interaction("block_actions", who),
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": self.rights.trigger(who.id),
            "view": shown,
            **({"state": shown["state"]} if view.kind is ViewKind.MODAL else {}),
            "actions": [{**action, "action_ts": f"{self.world.clock.now():.6f}"}],
        }
        return self._envelope(Kind.INTERACTION, payload)

    def suggestion(
        self, who: Person, place: Message | View, where: tuple[Json, Json], typed: str
    ) -> Envelope:
        """block_suggestion: the app is asked for the options of an external select."""
        block, element = where
        if isinstance(place, View):
            shown: dict[str, Any] = {
                "container": {"type": "view", "view_id": place.id},
                "view": view_json(place, self.world.app.name),
            }
        else:
            room = self.world.rooms[place.channel]
            shown = {
                "container": {"type": "message", "message_ts": place.ts, "channel_id": room.id},
                "channel": {"id": room.id, "name": _channel_name(room)},
                "message": message_json(place, room),
            }
        payload = {
            **self._interaction("block_suggestion", who),
            **shown,
            "action_id": element["action_id"],
            "block_id": block["block_id"],
            "value": typed,
        }
        return self._envelope(Kind.INTERACTION, payload)

    def submission(self, who: Person, view: View) -> Envelope:
        payload = {
            **self._interaction("view_submission", who),
            "trigger_id": self.rights.trigger(who.id),
            "view": view_json(view, self.world.app.name),
            "response_urls": [],
        }
        return self._envelope(Kind.INTERACTION, payload)

    def closed(self, who: Person, view: View, *, cleared: bool) -> Envelope:
        payload = {
            **self._interaction("view_closed", who),
            "view": view_json(view, self.world.app.name),
            "is_cleared": cleared,
        }
        return self._envelope(Kind.INTERACTION, payload)

    def event(self, event: Mapping[str, Any]) -> Envelope:
        """An event in its outer body, with its own event_id."""
        authorization = {
            "enterprise_id": None,
            "team_id": TEAM_ID,
            "user_id": BOT_USER_ID,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        payload = {
            "token": VERIFICATION_TOKEN,
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": dict(event),
            "type": "event_callback",
            "event_id": self.world.serial("Ev0"),
            "event_time": int(self.world.clock.now()),
            "authorizations": [authorization],
            "is_ext_shared_channel": False,
            "event_context": self.world.serial("4-"),
        }
        return self._envelope(Kind.EVENT, payload)

    def rate_limited_notice(self) -> Envelope:
        """`app_rate_limited`: the one event body without an inner event."""
        payload = {
            "token": VERIFICATION_TOKEN,
            "type": "app_rate_limited",
            "team_id": TEAM_ID,
            "minute_rate_limited": int(self.world.clock.now()) // 60 * 60,
            "api_app_id": APP_ID,
        }
        return self._envelope(Kind.EVENT, payload)

    @property
    def _domain(self) -> str:
        return self.world.setup.team_name.lower().replace(" ", "-")

    def _interaction(self, kind: str, who: Person) -> dict[str, Any]:
        return {
            "type": kind,
            "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": TEAM_ID},
            "api_app_id": APP_ID,
            "token": VERIFICATION_TOKEN,
            "team": {"id": TEAM_ID, "domain": self._domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _envelope(self, kind: Kind, payload: Mapping[str, Any]) -> Envelope:
        return Envelope(f"{self.world.serial('e').lower()}-{time.time_ns():x}", kind, payload)

    def _response_url(self, kind: str, right: str) -> str:
        return f"{self.base_url}{kind}/{TEAM_ID}/{right}"


def _channel_name(room: Room) -> str:
    if room.is_im:
        return "directmessage"
    return "privategroup" if room.is_private else room.name
