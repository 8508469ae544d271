"""Slack's side of HTTP delivery: signed requests, forms for commands and interactions, JSON for events; and the two
requests by which Slack tries a new address."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from bot.workspace.delivery.envelope import Ack, AckStatus, Envelope, Kind
from bot.workspace.delivery.forged import FORGERIES
from bot.workspace.delivery.signature import signature_headers

FORM = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
SUCCESS = 2
"""The hundreds of an HTTP status that is a success."""

__all__ = ["FORM", "JSON_TYPE", "OverHttp", "body_of", "signature_headers"]


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
        """Events are acknowledged by any 2xx, commands and interactions by 200 alone."""
        content_type, body = body_of(envelope)
        headers = self._signed(content_type, body)
        if envelope.attempt:
            headers |= {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
        ack = self.send(body, headers)
        if envelope.kind is Kind.EVENT and ack.reason == "http_error" and ack.http_status // 100 == SUCCESS:
            return replace(ack, status=AckStatus.OK, reason="")
        return ack

    def forge(self, name: str, envelope: Envelope) -> Ack:
        """Send this envelope forged in one of the declared ways (`forged.FORGERIES`). Raises KeyError for another name."""
        content_type, body = body_of(envelope)
        sent, headers = FORGERIES[name].make(self.secret, body, int(time.time()))
        return self.send(sent, {"Content-Type": content_type, **headers})

    def ssl_check(self) -> Ack:
        """What Slack sends now and then to see whether the certificate is good."""
        body = b"ssl_check=1&token=deprecated-verification-token"
        return self.send(body, self._signed(FORM, body))

    def verify_url(self, challenge: str) -> Ack:
        """What Slack sends when an address is entered as request URL: OK when the challenge comes back."""
        wish = {"token": "deprecated-verification-token", "challenge": challenge, "type": "url_verification"}
        body = json.dumps(wish).encode()
        ack = self.send(body, self._signed(JSON_TYPE, body))
        returned = (ack.body or {}).get("challenge") or (ack.body or {}).get("text")
        return ack if not ack.ok or returned == challenge else replace(ack, status=AckStatus.FAILED)

    def _signed(self, content_type: str, body: bytes) -> dict[str, str]:
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
            **signature_headers(self.secret, body, str(int(time.time()))),
        }

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
            return Ack(AckStatus.TIMEOUT, latency, reason="http_timeout", http_status=response.status)
        if response.status != http.HTTPStatus.OK:
            stop = response.getheader("x-slack-no-retry") == "1"
            return Ack(
                AckStatus.FAILED, latency, {"status": response.status}, "http_error", stop, response.status
            )
        carried = _carried(answer, response.getheader("content-type", ""))
        return Ack(AckStatus.OK, latency, carried, http_status=response.status)


def _carried(answer: bytes, content_type: str) -> Mapping[str, object] | None:
    """What an acknowledgement says: JSON, or plain text that becomes the text of a message."""
    if not answer.strip():
        return None
    if content_type.startswith(JSON_TYPE):
        try:
            body = json.loads(answer)
        except ValueError:
            return {"not_json": answer.decode("utf-8", "replace")}
        return body if isinstance(body, dict) else None
    return {"text": answer.decode("utf-8", "replace")}
