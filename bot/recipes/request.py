"""Requests as recipes: a signed POST that begins the work, and an address that tells how far it is."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.domain.errors import OutsideError
from bot.domain.recipes import (
    Context,
    Finished,
    HttpRecipe,
    Look,
    Result,
    Running,
    Unknown,
    filled_address,
    polled,
)
from bot.domain.words import Verdict
from bot.recipes.web import MOST, Answer, Request, fetch

STAMP, SIGNATURE = "X-Harbourmaster-Timestamp", "X-Harbourmaster-Signature"
_SECONDS = 20.0


@dataclass(frozen=True)
class Call:
    """One operation over HTTP. `secret` is the key of the signature."""

    recipe: HttpRecipe
    context: Context
    secret: str
    is_sent: bool
    """The other side has said that it has the request."""
    until: datetime


def begin(call: Call, now: datetime) -> Look:
    """Ask for the work. Sent twice, it is one operation: the key tells.

    Raises OutsideError (UnknownOutcome when it may have arrived) when there is no answer or a passing refusal.
    """
    body = json.dumps({"recipe": call.recipe.name, **asdict(call.context)}).encode()
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": call.context.operation,
        **signed(call.secret, body, now),
    }
    address = filled_address(call.recipe.http, call.context)
    answer = fetch(Request(address, "POST", headers, body, min(_SECONDS, call.recipe.timeout)))
    if answer.status == 429 or answer.status >= 500:
        raise OutsideError(f"{call.recipe.name} was not taken: {address} answered {answer.status}.")
    if not 200 <= answer.status < 300:
        sentence = f"{call.recipe.name} was refused: {address} answered {answer.status}."
        return Finished(Result(Verdict.INCONCLUSIVE, sentence))
    if call.recipe.ends_later:
        return Running()
    if not answer.body.strip():
        return Finished(Result(Verdict.PASSED, f"{call.recipe.name} answered {answer.status}."))
    there = _told(call, answer)
    if isinstance(there, Running):
        sentence = (
            f"{call.recipe.name} answered that it is running; without `poll` nobody can ask how it ends."
        )
        return Finished(Result(Verdict.INCONCLUSIVE, sentence))
    return there


def look(call: Call, now: datetime) -> Look:
    """How far the work is. Raises OutsideError when that cannot be said now.

    The other side is asked also when the time is over: a clock that jumps must not hide a result.
    """
    is_late = now > call.until
    if call.recipe.poll is None:
        waits = Running("It will call back.") if call.recipe.callback and call.is_sent else Unknown()
        return Finished(_too_late(call)) if is_late else waits
    try:
        seen = _polled(call, call.recipe.poll, now)
    except OutsideError:
        if is_late:
            return Finished(_too_late(call))
        raise
    return seen if isinstance(seen, Finished) or not is_late else Finished(_too_late(call))


def _polled(call: Call, poll: str, now: datetime) -> Look:
    address = filled_address(poll, call.context)
    headers = {"Idempotency-Key": call.context.operation, **signed(call.secret, b"", now)}
    answer = fetch(Request(address, headers=headers, seconds=_SECONDS))
    if answer.status == 404:
        return Running(f"{address} does not know the operation yet.") if call.is_sent else Unknown()
    if answer.status != 200:
        raise OutsideError(
            f"How far {call.recipe.name} is cannot be read: {address} answered {answer.status}."
        )
    return _told(call, answer)


def _told(call: Call, answer: Answer) -> Look:
    if answer.is_cut:
        sentence = f"{call.recipe.name} answered with more than {MOST:,} bytes, which is too long to be read."
        return Finished(Result(Verdict.INCONCLUSIVE, sentence))
    return polled(call.recipe.name, answer.text)


def signed(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers by which either side knows the other, and refuses old requests."""
    stamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {STAMP: stamp, SIGNATURE: f"v1={digest}"}


def _too_late(call: Call) -> Result:
    name, seconds = call.recipe.name, call.recipe.timeout
    if call.is_sent:
        return Result(
            Verdict.FAILED, f"{name} did not end within {seconds} seconds; it was not told to stop."
        )
    sentence = (
        f"{name} could not be asked for within {seconds} seconds. Nobody knows whether a request arrived."
    )
    return Result(Verdict.INCONCLUSIVE, sentence)
