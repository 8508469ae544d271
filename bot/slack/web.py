"""The Web API door: every call the bot makes to Slack. Nothing here decides anything."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.domain.errors import NotYet, OutsideError, OutsideRefusal, RateLimited, UnknownOutcome
from bot.ports import Block
from bot.slack import surface
from bot.slack.calls import Calls
from bot.slack.pace import Pacing
from bot.slack.surface import Kind, Method
from bot.slack.verdicts import FAILURES, broken, code_of, header, judge, judge_response_url, told
from bot.slack.wire import quiet, tls

MARK_EVENT = "harbourmaster"
"""The `event_type` of the metadata under which a message carries its mark."""
CLOCK_SKEW = 300.0
"""Seconds by which our clock may differ from Slack's; the request signature allows the same."""
PAGE = 200
"""Messages per page of history, the size Slack's reference recommends."""

_RESULTS: Mapping[type[Exception], str] = {
    NotYet: "too_early",
    RateLimited: "rate_limited",
    UnknownOutcome: "unknown",
    OutsideError: "failed",
}
"""How a call ended, in the words of the metrics; everything else was refused."""


class SlackDoor:
    """Implements `bot.ports.Slack`. Safe to use from several threads; every call is one try, never more.

    slack_sdk's own retries are off: it would send `chat.postMessage` a second time when the answer to the first is
    lost. A post whose answer is lost is looked for at once; only one that is not there stays unknown. `timeout` is in
    seconds and holds for connecting and for every wait on the connection. With a `pacing`, a call that comes too early
    raises NotYet and sends nothing.
    """

    def __init__(
        self,
        token: str,
        base_url: str = "https://slack.com/api/",
        timeout: int = 10,
        pacing: Pacing | None = None,
        called: Callable[[str, str], None] = lambda _method, _result: None,
    ) -> None:
        """`called` hears of every call: the method and one word for how it ended."""
        self._timeout = timeout
        self._called = called
        self._pacing = pacing
        self._tls = tls()
        self._logger = quiet("web")
        self._client = Calls(token, base_url, timeout, self._tls, self._logger)
        self._me: str | None = None

    def post(
        self, channel: str, text: str, blocks: Sequence[Block], *, thread: str | None = None, mark: str
    ) -> str:
        arguments = {
            "channel": channel,
            "text": text,
            "blocks": _plain(blocks),
            "metadata": {"event_type": MARK_EVENT, "event_payload": {"mark": mark}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread is not None:
            arguments["thread_ts"] = thread
        try:
            return told(surface.POST, self._call(surface.POST, arguments), "ts")
        except UnknownOutcome:
            there = self._stands_already(channel, mark, thread)
            if there is None:  # not yet: Slack may still be at it
                raise
            return there

    def find(self, channel: str, mark: str, *, oldest: float, thread: str | None = None) -> str | None:
        """`oldest` is in epoch seconds of our clock; the search begins `CLOCK_SKEW` before it.

        The mark decides, not the time, so looking further back costs a page at most. Of several messages with the
        mark the first one posted counts.
        """
        return self._marked(self._messages(channel, thread, oldest - CLOCK_SKEW), mark)

    def former_name(self, channel: str, name: str) -> str | None:
        """Slack's own message about a new name has the old one in it. Source: docs.slack.dev, message, channel_name."""
        for said in islice(self._messages(channel, None), PAGE):
            if said.get("subtype") in ("channel_name", "group_name") and said.get("name") == name:
                return str(said.get("old_name") or "") or None
        return None

    def update(self, channel: str, ts: str, text: str, blocks: Sequence[Block]) -> None:
        """`parse="none"` is said each time, because an update otherwise goes back to `client`.

        Source: docs.slack.dev, chat.update. `text` may have 4,000 characters here.
        """
        self._call(
            surface.UPDATE,
            {"channel": channel, "ts": ts, "text": text, "blocks": _plain(blocks), "parse": "none"},
        )

    def pin(self, channel: str, ts: str) -> None:
        try:
            self._call(
                surface.PIN, {"channel": channel, "timestamp": ts}, accept=("already_pinned", "missing_scope")
            )
        except UnknownOutcome as error:
            # Pinning twice is pinning once, so there is nothing to look up before the next try.
            raise OutsideError(str(error)) from error

    def members(self, group: str) -> Sequence[str]:
        response = self._call(surface.GROUP_MEMBERS, {"usergroup": group})
        users = response.get("users")
        if not isinstance(users, list):
            raise OutsideError(f"Slack's answer about the members of {group} had no members in it.")
        return tuple(str(user) for user in users)

    def direct(self, user: str) -> str:
        response = self._call(surface.OPEN_DIRECT, {"users": user})
        opened = response.get("channel")
        return told(surface.OPEN_DIRECT, opened if isinstance(opened, dict) else {}, "id")

    def zone(self, user: str) -> str | None:
        found = self._call(surface.PERSON, {"user": user}, accept=("missing_scope", "user_not_found")).get(
            "user"
        )
        zone = found.get("tz") if isinstance(found, dict) else None
        return str(zone) if zone else None

    def publish_home(self, user: str, blocks: Sequence[Block]) -> None:
        self._call(
            surface.PUBLISH_VIEW, {"user_id": user, "view": {"type": "home", "blocks": _plain(blocks)}}
        )

    def open_view(self, trigger_id: str, view: Mapping[str, Any]) -> str:
        response = self._call(surface.OPEN_VIEW, {"trigger_id": trigger_id, "view": dict(view)})
        shown = response.get("view")
        return told(surface.OPEN_VIEW, shown if isinstance(shown, dict) else {}, "id")

    def update_view(self, view_id: str, view: Mapping[str, Any]) -> None:
        self._call(surface.UPDATE_VIEW, {"view_id": view_id, "view": dict(view)})

    def respond(self, response_url: str, text: str, blocks: Sequence[Block]) -> None:
        """Slack takes five answers within 30 minutes at a `response_url`; later ones are an OutsideRefusal."""
        webhook = WebhookClient(
            response_url, timeout=self._timeout, ssl=self._tls, retry_handlers=[], logger=self._logger
        )
        webhook.proxy = None
        try:
            answer = webhook.send_dict(
                {
                    "text": text,
                    "blocks": _plain(blocks) or None,
                    "response_type": "ephemeral",
                    "replace_original": False,
                    "unfurl_links": False,
                    "unfurl_media": False,
                }
            )
        except FAILURES as error:
            raise broken("response_url", Kind.WRITE, error) from error
        judge_response_url(answer.status_code, answer.body, answer.headers)

    def who_am_i(self) -> str:
        """Asked once; a token's user never changes."""
        if self._me is None:
            self._me = told(surface.WHO_AM_I, self._call(surface.WHO_AM_I, {}), "user_id")
        return self._me

    def granted_scopes(self) -> frozenset[str]:
        """The scopes the token has, from the header `x-oauth-scopes` that Slack sends with every answer.

        Compare with `surface.required_scopes()` and `surface.optional_scopes()` at the start.
        Raises OutsideError and OutsideRefusal as every call does.
        """
        granted = header(self._call(surface.WHO_AM_I, {}).headers, "x-oauth-scopes") or ""
        return frozenset(scope.strip() for scope in granted.split(",") if scope.strip())

    def _stands_already(self, channel: str, mark: str, thread: str | None) -> str | None:
        """The ts of a post whose answer was lost a moment ago. Mostly it stands there; None says nothing."""
        try:
            newest = islice(self._messages(channel, thread), PAGE if thread is None else None)
            return self._marked(newest, mark)
        except (OutsideError, OutsideRefusal):
            return None

    def _marked(self, messages: Iterable[Mapping[str, Any]], mark: str) -> str | None:
        me = self.who_am_i()
        seen = [str(said["ts"]) for said in messages if _mark_of(said) == mark and said.get("user") == me]
        return min(seen, key=float, default=None)

    def _messages(
        self, channel: str, thread: str | None, oldest: float | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """Of a channel the newest first, of a thread the oldest."""
        method = surface.HISTORY if thread is None else surface.REPLIES
        arguments: dict[str, Any] = {"channel": channel, "include_all_metadata": True, "limit": PAGE}
        if oldest is not None:
            arguments |= {"oldest": f"{max(oldest, 0.0):.6f}", "inclusive": True}
        if thread is not None:
            arguments["ts"] = thread
        while True:
            page = self._call(method, arguments)
            yield from page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            arguments["cursor"] = cursor

    def _call(
        self, method: Method, arguments: Mapping[str, Any], accept: Sequence[str] = ()
    ) -> SlackResponse:
        """One call, counted."""
        try:
            answer = self._call_once(method, arguments, accept)
        except (OutsideError, OutsideRefusal) as error:
            self._called(method.name, _RESULTS.get(type(error), "refused"))
            raise
        self._called(method.name, "ok")
        return answer

    def _call_once(
        self, method: Method, arguments: Mapping[str, Any], accept: Sequence[str] = ()
    ) -> SlackResponse:
        """Reads go as forms, since Slack ignores JSON bodies there; writes as JSON.

        Errors named in `accept` count as done.
        """
        if self._pacing is not None:
            self._pacing.take_turn(method, arguments)
        try:
            match method.kind:
                case Kind.READ:
                    return self._client.api_call(method.name, params=dict(arguments))
                case Kind.WRITE:
                    return self._client.api_call(method.name, json=dict(arguments))
        except SlackApiError as error:
            refused: SlackResponse = error.response
            if code_of(refused) in accept:
                return refused
            judged = judge(method, refused, arguments)
            if self._pacing is not None and isinstance(judged, RateLimited):
                self._pacing.silence(method, judged.again_after)
            raise judged from error
        except FAILURES as error:
            raise broken(method.name, method.kind, error) from error


def _mark_of(message: Mapping[str, Any]) -> object:
    metadata = message.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != MARK_EVENT:
        return None
    payload = metadata.get("event_payload")
    return payload.get("mark") if isinstance(payload, dict) else None


def _plain(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [dict(block) for block in blocks]
