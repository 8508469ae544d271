"""The result of a request, reported by whoever carries it out: signed with the key that signed the request."""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from bot.domain.recipes import Finished, Look
from bot.recipes.request import SIGNATURE, STAMP, signed

_OLDEST = timedelta(minutes=5)
Answer = tuple[HTTPStatus, str]
STRANGER: Answer = (
    HTTPStatus.UNAUTHORIZED,
    "Nothing here waits for this, or it is not signed with the key of its recipe, or more than five minutes ago.",
)
"""Who is not known learns nothing: not even whether there is such an operation."""


def operation_in(body: bytes) -> str | None:
    """The operation that a report names; None when it is no report."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    name = told.get("operation") if isinstance(told, dict) else None
    return name if isinstance(name, str) and "\0" not in name else None


def is_signed(key: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Is it signed with this key, and lately? The body names the operation, so a signature counts for no other one."""
    stamp = headers.get(STAMP, "")
    if not re.fullmatch(r"[0-9]{1,11}", stamp):
        return False
    at = datetime.fromtimestamp(int(stamp), UTC)
    wanted = signed(key, body, at)[SIGNATURE].encode()
    given = headers.get(SIGNATURE, "").encode(errors="replace")
    return abs(now - at) <= _OLDEST and hmac.compare_digest(wanted, given)


def answer(operation: str, seen: Look) -> Answer:
    """What whoever reported is told."""
    if isinstance(seen, Finished):
        return HTTPStatus.OK, f"{operation} has ended: {seen.result.verdict}."
    return HTTPStatus.ACCEPTED, f"{operation} goes on."
