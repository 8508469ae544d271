"""Slack's signature of a request, made with the app's signing secret."""

import hashlib
import hmac


def signature_headers(secret: str, body: bytes, timestamp: str) -> dict[str, str]:
    """Slack's two signature headers for this body (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    text = b"v0:" + timestamp.encode() + b":" + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}
