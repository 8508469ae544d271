"""What the app says back: in an acknowledgement, or through a response URL. Both obey the same rules."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.workspace.errors import SlackError
from bot.workspace.faults import Faults
from bot.workspace.messages import refuse_bad_blocks, stored_text
from bot.workspace.rights import ResponseRight, Rights
from bot.workspace.things import Message
from bot.workspace.world import BOT_USER_ID, World

GONE = 404
BAD = 400


@dataclass(frozen=True)
class Answers:
    """Turns response bodies into messages."""

    world: World
    rights: Rights
    faults: Faults

    async def endpoint(self, request: Request) -> Response:
        """POST to a response URL. Too old or used up is 404, a bad body 400; Slack writes `ok` when it took it."""
        if self.faults.is_down:
            return Response(status_code=503)
        try:
            right = self.rights.spend(request.path_params["right"])
        except SlackError as refusal:
            self.world.note("response", "response_url", error=refusal.error)
            return JSONResponse(refusal.body(), GONE)
        body = None
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise SlackError("invalid_payload")
            self.take(right, body)
        except ValueError:
            return PlainTextResponse("invalid_payload", BAD)
        except SlackError as refusal:
            detail = "\n".join(refusal.messages)
            self.world.note("response", "response_url", error=refusal.error, detail=detail, sent=body)
            return JSONResponse(refusal.body(), BAD)
        self.world.note("response", "response_url", sent=body)
        return PlainTextResponse("ok")

    def take(self, right: ResponseRight, body: Mapping[str, Any]) -> Message | None:
        """Show, replace or delete a message. Raises SlackError when the body is not one Slack would take."""
        with self.world.changed:
            if body.get("delete_original"):
                self.world.remove(self._source(right))
                return None
            blocks, text = refuse_bad_blocks(body.get("blocks")), str(body.get("text") or "")
            if not (text.strip() or blocks or body.get("attachments")):
                raise SlackError("no_text")
            if body.get("replace_original"):
                source = self._source(right)
                return self.world.replace(
                    replace(source, text=stored_text(text), blocks=blocks, edited=not blocks)
                )
            return self.world.add(replace(self._new(right, body, text), blocks=blocks))

    def _new(self, right: ResponseRight, body: Mapping[str, Any], text: str) -> Message:
        public = body.get("response_type") == "in_channel"
        thread = body.get("thread_ts")
        return Message(
            channel=right.channel,
            ts=self.world.next_ts(),
            user=BOT_USER_ID,
            text=stored_text(text),
            thread_ts=str(thread) if thread else None,
            ephemeral_to=None if public else right.user,
            from_bot=True,
        )

    def _source(self, right: ResponseRight) -> Message:
        """The message with the button; a command has none that could be replaced or deleted."""
        room = self.world.rooms[right.channel]
        name = right.source or ""
        source = room.posts.get(name) or room.ephemerals.get(name)
        if source is None:
            raise SlackError("message_not_found")
        return source
