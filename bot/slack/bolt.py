"""The Bolt app: one dispatcher per kind of payload, and no network call on the way from a payload to its answer."""

import re
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt import Ack, App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request import BoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.errors import DatabaseDown, OutsideError, OutsideRefusal
from bot.slack.answers import acknowledgement, apology
from bot.slack.incoming import Deliver, Incoming, clicked, closed, happened, submitted, typed
from bot.slack.wire import quiet

log = structlog.get_logger()

Tell = Callable[[str, str], None]
"""Answers a click later: its response_url and a sentence. May raise OutsideError and OutsideRefusal."""

ANYTHING = re.compile("")


def make_bolt(deliver: Deliver, bot_user: Callable[[], str | None], *, tell: Tell | None = None) -> App:
    """The app that turns payloads into values, hands them to `deliver` and acknowledges with its answer.

    `bot_user` is the bot's own user id as far as it is known by now; events the bot caused itself are left out.
    `tell` reaches the person whose click failed, off the request path; without it Slack shows a warning sign there.

    The listener runs inline (`process_before_response`): Bolt's default puts even the acknowledgement into a pool of
    five threads and looks for it every 10 ms. Signatures are verified before this app sees a request, and no
    constructor or request asks Slack anything, so the bot starts and answers while Slack's Web API is down.
    """
    app = App(
        name="harbourmaster",
        logger=quiet("bolt"),
        process_before_response=True,
        authorize=_authorize_as(bot_user),
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        attaching_function_token_enabled=False,
        listener_executor=ThreadPoolExecutor(max_workers=1, thread_name_prefix="slack-apology"),
    )
    app.use(_leave_out_the_rest)
    app.command(ANYTHING)(_listener(typed, deliver))
    app.block_action({"action_id": ANYTHING})(_listener(clicked, deliver))
    app.view_submission(ANYTHING)(_listener(submitted, deliver))
    app.view_closed(ANYTHING)(_listener(closed, deliver))
    app.event(ANYTHING)(_listener(happened, deliver))
    app.error(_excuse(app, tell))
    return app


def dispatch(bolt_app: App, payload: Mapping[str, Any]) -> BoltResponse:
    """Hand a payload that is verified and read to the app.

    `socket_mode` only means that: Bolt then neither parses nor verifies it again. Bolt looks into a payload before
    any handler of ours, and a part missing there breaks it outside of `app.error`: the answer is then 400.
    """
    try:
        return bolt_app.dispatch(BoltRequest(body=dict(payload), mode="socket_mode"))
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        log.error("slack.payload_odd", kind=str(payload.get("type")), exc_info=error)
        return BoltResponse(status=400)


def _listener(
    read: Callable[[Mapping[str, Any]], Incoming | None], deliver: Deliver
) -> Callable[..., BoltResponse]:
    def listen(ack: Ack, body: dict[str, Any]) -> BoltResponse:
        incoming = read(body)
        if incoming is None:
            return ack()
        answer = acknowledgement(incoming, deliver(incoming))
        return ack(answer) if answer else ack()

    return listen


def _leave_out_the_rest(ack: Ack, body: dict[str, Any], next_: Callable[[], None]) -> BoltResponse | None:
    """Acknowledge what no listener takes: Bolt would answer 404, which Slack shows to people or sends again.

    `app_rate_limited` is of this kind: it is an event without an event inside.
    """
    event = body.get("event")
    known = (
        "command" in body
        or body.get("type") in {"block_actions", "view_submission", "view_closed"}
        or (body.get("type") == "event_callback" and isinstance(event, dict) and "type" in event)
    )
    if known:
        next_()
        return None
    log.info("slack.left_out", kind=str(body.get("type")))
    return ack()


def _authorize_as(bot_user: Callable[[], str | None]) -> Callable[..., AuthorizeResult]:
    def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_user_id=bot_user())

    return authorize


def _own_mistake(kind: str, error: Exception) -> str:
    """The last resort for a mistake of ours: a reference for the person, the traceback for the log."""
    reference = secrets.token_hex(4)
    log.error("slack.unexpected", reference=reference, kind=kind, exc_info=error)
    return (
        "Something in Harbourmaster broke while it worked on this; the fault is not yours. Look at the release's "
        f"card before you try again, and give the reference {reference} to whoever runs the bot."
    )


def _excuse(app: App, tell: Tell | None) -> Callable[..., BoltResponse]:
    """What the person is told when nothing was done: by a mistake of ours, or because our database is away."""

    def excuse(error: Exception, body: dict[str, Any]) -> BoltResponse:
        kind = "command" if "command" in body else str(body.get("type"))
        sentence = str(error) if isinstance(error, DatabaseDown) else _own_mistake(kind, error)
        match kind:
            case "event_callback":
                # Slack sends an event again when it is not acknowledged, and its key keeps it from counting twice.
                return BoltResponse(status=500)
            case "block_actions" if tell is not None and body.get("response_url"):
                app.listener_runner.listener_executor.submit(_tell, tell, body["response_url"], sentence)
                return BoltResponse(status=200)
            case "block_actions":
                return BoltResponse(status=500)
            case _:
                answer = apology(body, sentence)
                return BoltResponse(status=200, body=answer or "")

    return excuse


def _tell(tell: Tell, response_url: str, sentence: str) -> None:
    try:
        tell(response_url, sentence)
    except (OutsideError, OutsideRefusal) as error:
        log.warning("slack.apology_lost", reason=str(error))
