"""Slack's side of HTTP delivery: signed requests, forms for commands and interactions, JSON for events."""

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from bot.workspace.delivery.envelope import Ack, AckStatus, Envelope, Kind

FORM = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"


def signature_headers(secret: str, body: bytes, timestamp: str) -> dict[str, str]:
    """Slack's two signature headers for this body (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    text = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


def body_of(envelope: Envelope) -> tuple[str, bytes]:
    """Content type and body, as Slack sends this kind."""
    if envelope.kind is Kind.COMMAND:
        return FORM, urlencode(dict(envelope.payload)).encode()
    if envelope.kind is Kind.INTERACTION:
        return FORM, urlencode({"payload": json.dumps(envelope.payload)}).encode()
    return JSON_TYPE, json.dumps(envelope.payload).encode()


@dataclass(frozen=True)
class OverHttp:
    """Delivers to one URL, each request on a fresh connection, as Slack does."""

    url: str
    secret: str
    ack_seconds: float

    def deliver(self, envelope: Envelope) -> Ack:
        content_type, body = body_of(envelope)
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
            **signature_headers(self.secret, body, str(int(time.time()))),
        }
        if envelope.attempt:
            headers |= {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
        return self.send(body, headers)

    def send(self, body: bytes, headers: Mapping[str, str]) -> Ack:
        """Post this body with these headers; tests use it for forged, stale and broken requests."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self.ack_seconds)
        started = time.perf_counter()
        try:
            connection.request("POST", parts.path or "/", body, dict(headers))
            response = connection.getresponse()
            answer = response.read()
        except TimeoutError:
            return Ack(AckStatus.TIMEOUT, time.perf_counter() - started, reason="http_timeout")
        except (OSError, http.client.HTTPException):
            return Ack(AckStatus.FAILED, time.perf_counter() - started, reason="connection_failed")
        finally:
            connection.close()
        return self._judge(response, answer, time.perf_counter() - started)

    def _judge(self, response: http.client.HTTPResponse, answer: bytes, latency: float) -> Ack:
        if latency > self.ack_seconds:
            return Ack(AckStatus.TIMEOUT, latency, reason="http_timeout")
        if response.status != http.HTTPStatus.OK:
            stop = response.getheader("x-slack-no-retry") == "1"
            return Ack(AckStatus.FAILED, latency, {"status": response.status}, "http_error", stop)
        return Ack(AckStatus.OK, latency, _carried(answer, response.getheader("content-type", "")))


def _carried(answer: bytes, content_type: str) -> Mapping[str, object] | None:
    """What an acknowledgement says: JSON, or plain text that becomes the text of a message."""
    if not answer.strip():
        return None
    if content_type.startswith(JSON_TYPE):
        body = json.loads(answer)
        return body if isinstance(body, dict) else None
    return {"text": answer.decode("utf-8", "replace")}
