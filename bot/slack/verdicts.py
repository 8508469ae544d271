"""What Slack's answers mean: done, wait, try again, look it up, or a lasting no."""

import json
import re
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import URLError

from slack_sdk.web import SlackResponse

from bot.domain.errors import OutsideError, OutsideRefusal, RateLimited, UnknownOutcome
from bot.slack.refusals import CLICK_AGAIN, refusal
from bot.slack.surface import Kind, Method

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_PASSING = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"})
"""Errors that go away by themselves and leave nothing done."""
_HALF_DONE = frozenset({"internal_error", "fatal_error"})
"""Errors after which, as Slack's reference says, “some aspect of the operation” may have succeeded."""
_CODE = re.compile(r"[a-z][a-z0-9_]*")
"""How Slack writes an error code; slack_sdk puts prose there when the body was no JSON."""

_NEVER_SENT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
"""Reasons for which a call failed before a byte of it was sent."""
FAILURES = (OSError, HTTPException, UnicodeDecodeError)
"""What slack_sdk lets through when the connection, the protocol or the text of the answer breaks."""


def judge(
    method: Method, response: SlackResponse, arguments: Mapping[str, Any]
) -> OutsideError | OutsideRefusal:
    """What an answer other than `ok` means: wait, try again, look it up, or a lasting no."""
    code, status = code_of(response), int(response.status_code)
    readable = _CODE.fullmatch(code) is not None
    said = (
        f"Slack answered `{method.name}` with {code if readable else f'HTTP {status} and no readable text'}."
    )
    if status == 429 or code in _RATE_LIMITED:
        return _too_many(f"`{method.name}`", response.headers)
    if status >= 500 or code in _HALF_DONE or (status < 400 and not readable):
        return _unclear(method.kind, said)
    if not readable or code in _PASSING:
        return OutsideError(f"{said} It is tried again.")
    return refusal(method.name, code, _answer(response), arguments)


def judge_response_url(status: int, body: str, headers: Mapping[str, str]) -> None:
    """Raises what an answer to a post at a `response_url` means; nothing when it was taken."""
    if status == 429:
        raise _too_many("the answer to a click", headers)
    if status >= 500:
        raise _unclear(Kind.WRITE, f"Slack took the answer to a click with HTTP {status}.")
    if status != 200 or _says_no(body):
        raise OutsideRefusal(
            "Slack no longer takes an answer to this click or command: it takes five, within 30 minutes. "
            f"{CLICK_AGAIN} (HTTP {status})"
        )


def _says_no(body: str) -> bool:
    """Slack answers a used or expired address with `{"ok": false, …}`, and a good one with `ok` or JSON."""
    if not body.startswith("{"):
        return False
    try:
        return json.loads(body).get("ok") is False
    except json.JSONDecodeError:
        return False


def broken(name: str, kind: Kind, error: Exception) -> OutsideError:
    """The connection broke. Refused, unresolved or untrusted means that nothing was sent."""
    reason = error.reason if isinstance(error, URLError) else error
    said = f"Slack did not answer `{name}` ({_in_words(reason)})."
    if isinstance(error, URLError) and isinstance(reason, _NEVER_SENT):
        return OutsideError(f"{said} Nothing was sent; it is tried again.")
    return _unclear(kind, said)


def _unclear(kind: Kind, said: str) -> OutsideError:
    match kind:
        case Kind.READ:
            return OutsideError(f"{said} It is tried again.")
        case Kind.WRITE:
            return UnknownOutcome(
                f"{said} It may have been carried out all the same, so it is looked up first."
            )


def _too_many(what: str, headers: Mapping[str, str]) -> RateLimited:
    after = header(headers, "retry-after") or ""
    seconds = float(after) if after.isascii() and after.isdigit() else None
    wait = "a moment" if seconds is None else f"{seconds:.0f} s"
    return RateLimited(
        f"Slack takes no more calls of {what} for {wait}. It is tried again then.", again_after=seconds
    )


def told(method: Method, answer: Any, field: str) -> str:
    """A field that the answer to a call must carry. Raises OutsideError without it."""
    value = answer.get(field)
    if not isinstance(value, str) or not value:
        raise _unclear(method.kind, f"Slack answered `{method.name}` without `{field}`.")
    return value


def _answer(response: SlackResponse) -> Mapping[str, Any]:
    return response.data if isinstance(response.data, dict) else {}


def code_of(response: SlackResponse) -> str:
    """Slack's word for what went wrong; empty where there is none."""
    return str(_answer(response).get("error", ""))


def header(headers: Mapping[str, str], name: str) -> str | None:
    """A header by its name in small letters, however Slack wrote it."""
    return next((value for key, value in headers.items() if key.lower() == name), None)


def _in_words(reason: object) -> str:
    match reason:
        case TimeoutError():
            return "no answer in time"
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionError():
            return "the connection was cut"
        case Exception():
            return type(reason).__name__
        case _:
            return "the connection failed"
