"""slack_sdk's Web API client with one opener for all calls. The SDK has urllib put a new one together for each call, which is a
quarter of the CPU that an order takes."""

import ssl
from logging import Logger
from typing import Any
from urllib.request import HTTPSHandler, Request, build_opener

from slack_sdk import WebClient


class Calls(WebClient):
    """One try a call, no retries. The proxy variables and NO_PROXY are read by urllib, once, when this is made."""

    def __init__(self, token: str, base_url: str, timeout: int, tls: ssl.SSLContext, logger: Logger) -> None:
        super().__init__(token, base_url, timeout=timeout, ssl=tls, retry_handlers=[], logger=logger)
        self._opener = build_opener(HTTPSHandler(context=tls))

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:  # noqa: ARG002 - the SDK's call
        """Replaces the SDK's, which does the same with an opener of its own each time. An HTTPError goes to the SDK, as ever.
        Other schemes than http cannot come: the configuration has checked the address."""
        with self._opener.open(req, timeout=self.timeout) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            return {"status": answer.status, "headers": answer.headers, "body": answer.read().decode(charset)}
