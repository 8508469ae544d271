"""Takes secrets out of a stream of bytes, also where one is split between two reads. Of the standard library alone."""

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

MASKED = b"***"
_SHORTEST = 6


def forms(secret: str) -> set[bytes]:
    """How a secret may show: as it is, line by line, and as JSON, addresses and base64 write it."""
    lines = secret.splitlines()
    texts = {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), *lines}
    coded = base64.b64encode(secret.encode()).rstrip(b"=")
    return {form for form in (*(text.encode() for text in texts), coded) if len(form) >= _SHORTEST}


class Mask:
    """Feed it pieces as they come; what it gives back holds no secret. Ask for the rest at the end."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({form for secret in secrets for form in forms(secret)}, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(re.escape(form) for form in known)) if known else None
        # So many bytes may be the beginning of a secret whose end has not come yet.
        self._kept_back = len(known[0]) - 1 if known else 0
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        text = self._held + data
        return self._masked(text, max(len(text) - self._kept_back, 0))

    def rest(self) -> bytes:
        return self._masked(self._held, len(self._held))

    def _masked(self, text: bytes, end: int) -> bytes:
        """Mask what begins before `end`, and hold the rest."""
        if self._pattern is None:
            self._held = b""
            return text
        done, at = [], 0
        for found in self._pattern.finditer(text):
            if found.start() >= end:
                break
            done += [text[at : found.start()], MASKED]
            at = found.end()
        cut = max(at, end)
        done.append(text[at:cut])
        self._held = text[cut:]
        return b"".join(done)
