"""What the callers of Slack share: a quiet logger, one TLS context, the right proxy."""

import logging
import ssl
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def quiet(name: str) -> logging.Logger:
    """A logger for Slack's libraries that stays silent whatever the root says.

    At DEBUG they write tickets, payloads and response addresses into the log; above it they only repeat failures
    that reach our callers as exceptions anyway.
    """
    logger = logging.getLogger(f"harbourmaster.slack.{name}")
    logger.setLevel(logging.CRITICAL)
    return logger


def tls() -> ssl.SSLContext:
    """A context to share: slack_sdk would otherwise build one for each call, about 30 ms of CPU every time."""
    return ssl.create_default_context()


def proxy_for(url: str) -> str | None:
    """The proxy the environment names for this address. Unlike slack_sdk's own look, it honours NO_PROXY."""
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return getproxies().get(scheme)
