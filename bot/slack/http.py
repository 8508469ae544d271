"""The HTTP adapter: a thin WSGI app that verifies, reads and dispatches what Slack sends, and tells if it lives.

Bolt's own adapter is not used: it drops every form whose text contains the word `payload`, answers odd timestamps
with a stack trace, and knows one secret only.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from slack_bolt import App

from bot.slack.bolt import dispatch
from bot.slack.surface import EVENTS_PATH

log = structlog.get_logger()

LARGEST_BODY = 1_000_000
"""Bytes. A modal with everything in it stays under 300 kB."""
OLDEST_REQUEST = 300
"""Seconds; docs.slack.dev, verifying requests from Slack."""

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """One HTTP answer."""

    status: HTTPStatus
    body: str = ""
    content_type: str = TEXT
    headers: tuple[tuple[str, str], ...] = ()


class Unreadable(ValueError):
    """The body is not what its type says. The message names the kind of mistake and quotes nothing."""


def http_app(
    bolt_app: App,
    signing_secrets: Sequence[str],
    *,
    missing: Callable[[], Sequence[str]] = tuple,
    page: Callable[[str], tuple[str, str] | None] = lambda _path: None,
    clock: Callable[[], float] = time.time,
) -> WSGIApplication:
    """The WSGI app for gunicorn or waitress.

    `signing_secrets` are one or two: Slack keeps the old one valid for 24 hours after a rotation. `missing` says in
    sentences what keeps the bot from working; nothing means ready. `page` gives the type and the text of another page that
    may be fetched, or None where there is none; it compares secrets in a path itself. `clock` gives epoch seconds.
    Raises ValueError when there is no secret, an empty one, or more than two.
    """
    if not 1 <= len(signing_secrets) <= 2 or not all(signing_secrets):
        raise ValueError("Give one signing secret, or the new and the old one during a rotation.")
    keys = tuple(secret.encode() for secret in signing_secrets)

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        match path, method:
            case ("/healthz", "GET" | "HEAD"):
                reply = Reply(HTTPStatus.OK, "ok\n")
            case ("/readyz", "GET" | "HEAD"):
                reply = _readiness(missing())
            case (_, "POST") if path == EVENTS_PATH:
                reply = _take(environ, bolt_app, keys, clock())
            case (_, "GET") if path == EVENTS_PATH and _is_ssl_check(environ.get("QUERY_STRING", "")):
                reply = Reply(HTTPStatus.OK)
            case _ if path in {EVENTS_PATH, "/healthz", "/readyz"}:
                allowed = "POST" if path == EVENTS_PATH else "GET"
                reply = Reply(HTTPStatus.METHOD_NOT_ALLOWED, headers=(("Allow", allowed),))
            case (_, "GET" | "HEAD") if (found := page(path)) is not None:
                kind, text = found
                reply = Reply(HTTPStatus.OK, text, kind, headers=(("Cache-Control", "no-store"),))
            case _:
                reply = Reply(HTTPStatus.NOT_FOUND)
        return _send(reply, start_response)

    return serve


def is_signed(body: bytes, timestamp: str, signature: str, keys: Sequence[bytes], now: float) -> bool:
    """Did Slack sign this body, with one of the keys, within the last `OLDEST_REQUEST` seconds?

    `timestamp` and `signature` are the two headers as WSGI gives them, anything may stand in them.
    Source: docs.slack.dev, verifying requests from Slack.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(now - int(timestamp)) > OLDEST_REQUEST:
        return False
    base = b"v0:" + timestamp.encode() + b":" + body
    given = signature.encode("latin-1", "replace")
    # Both keys are always tried, so that the time taken does not tell which one is in use.
    matches = [hmac.compare_digest(b"v0=" + _digest(key, base), given) for key in keys]
    return any(matches)


def payload_in(body: bytes, content_type: str) -> Mapping[str, Any]:
    """The payload in a body: JSON for events, a form for commands, JSON in the form's `payload` for interactions.

    A command's form never has a field `payload`, whatever words stand in its text. Raises Unreadable.
    """
    if content_type.partition(";")[0].strip().lower() == JSON:
        return _json_object(body)
    form = _form(body)
    if "payload" in form and "command" not in form:
        return _json_object(form["payload"].encode())
    return form


def _take(environ: WSGIEnvironment, bolt_app: App, keys: Sequence[bytes], now: float) -> Reply:
    length = environ.get("CONTENT_LENGTH") or ""
    if length and not (length.isascii() and length.isdigit()):
        return Reply(HTTPStatus.BAD_REQUEST)
    body = _read(environ, int(length) if length else None)
    if len(body) > LARGEST_BODY:
        return _refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is larger than 1 MB")
    content_type = environ.get("CONTENT_TYPE", "")
    if content_type.startswith("application/x-www-form-urlencoded") and _is_ssl_check(body.decode("latin-1")):
        # Slack's check of the certificate carries nothing to act on, and may come unsigned.
        return Reply(HTTPStatus.OK)
    timestamp = environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP", "")
    if not is_signed(body, timestamp, environ.get("HTTP_X_SLACK_SIGNATURE", ""), keys, now):
        return _refused(HTTPStatus.UNAUTHORIZED, "the signature is missing, wrong or too old")
    try:
        payload = payload_in(body, content_type)
    except Unreadable as error:
        return _refused(HTTPStatus.BAD_REQUEST, str(error))
    if payload.get("type") == "url_verification":
        return Reply(HTTPStatus.OK, str(payload.get("challenge", "")))
    return _dispatch(bolt_app, payload)


def _dispatch(bolt_app: App, payload: Mapping[str, Any]) -> Reply:
    response = dispatch(bolt_app, payload)
    content_type = response.headers.get("content-type", [TEXT])[0]
    return Reply(HTTPStatus(response.status), response.body or "", content_type)


def _read(environ: WSGIEnvironment, length: int | None) -> bytes:
    """The body, or one byte more than is allowed. Without a length it is read only if the server marks its end."""
    if length is None and not environ.get("wsgi.input_terminated"):
        return b""
    wanted = LARGEST_BODY + 1
    return bytes(environ["wsgi.input"].read(wanted if length is None else min(length, wanted)))


def _readiness(missing: Sequence[str]) -> Reply:
    if missing:
        return Reply(HTTPStatus.SERVICE_UNAVAILABLE, "".join(f"{sentence}\n" for sentence in missing))
    return Reply(HTTPStatus.OK, "ready\n")


def _refused(status: HTTPStatus, why: str) -> Reply:
    """The log names the reason and never the body, which may hold what people typed."""
    log.warning("slack.http_refused", status=int(status), why=why)
    return Reply(status)


def _send(reply: Reply, start_response: StartResponse) -> Iterable[bytes]:
    body = reply.body.encode()
    headers = [("Content-Type", reply.content_type), ("Content-Length", str(len(body))), *reply.headers]
    start_response(f"{reply.status.value} {reply.status.phrase}", headers)
    return [body]


def _is_ssl_check(form: str) -> bool:
    return ("ssl_check", "1") in parse_qsl(form)


def _form(body: bytes) -> dict[str, str]:
    try:
        text = body.decode()
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=100))
    except UnicodeDecodeError:
        raise Unreadable("the form is not UTF-8") from None
    except ValueError:
        raise Unreadable("the form has too many fields") from None


def _json_object(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise Unreadable("the JSON cannot be read") from None
    if not isinstance(document, dict):
        raise Unreadable("the JSON is no object")
    return document


def _digest(key: bytes, base: bytes) -> bytes:
    return hmac.new(key, base, hashlib.sha256).hexdigest().encode()
