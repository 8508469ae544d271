"""Requests that are not from Slack but look like it, one declaration each: an app must answer 401 and change nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.workspace.delivery.signature import signature_headers

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
TOO_OLD = 301
"""Seconds. Slack's page tells apps to refuse requests whose timestamp is more than five minutes away."""

Forged = tuple[bytes, dict[str, str]]
Make = Callable[[str, bytes, int], Forged]


@dataclass(frozen=True)
class Forgery:
    """One way to forge. `make` takes the true secret, the true body and the time in seconds; gives body and headers."""

    sentence: str
    make: Make


def _shifted(seconds: int) -> Make:
    return lambda secret, body, now: (body, signature_headers(secret, body, str(now + seconds)))


def _wrong_secret(secret: str, body: bytes, now: int) -> Forged:
    return body, signature_headers(secret[::-1] + "x", body, str(now))


def _tampered(secret: str, body: bytes, now: int) -> Forged:
    return body + b"&admin=1", signature_headers(secret, body, str(now))


def _replayed(secret: str, body: bytes, now: int) -> Forged:
    old = signature_headers(secret, body, str(now - TOO_OLD))
    return body, {**old, TIMESTAMP: str(now)}


def _without(*names: str) -> Make:
    def make(secret: str, body: bytes, now: int) -> Forged:
        headers = signature_headers(secret, body, str(now))
        return body, {name: value for name, value in headers.items() if name not in names}

    return make


def _signature(change: Callable[[str], str]) -> Make:
    def make(secret: str, body: bytes, now: int) -> Forged:
        headers = signature_headers(secret, body, str(now))
        return body, {**headers, SIGNATURE: change(headers[SIGNATURE])}

    return make


def _timestamp(words: str) -> Make:
    """Signed with the true secret over a timestamp that is no time."""
    return lambda secret, body, _: (body, signature_headers(secret, body, words))


FORGERIES: Mapping[str, Forgery] = {
    "stale": Forgery("A true request, five minutes and a second old.", _shifted(-TOO_OLD)),
    "from_the_future": Forgery("Signed for a time ten minutes ahead.", _shifted(2 * TOO_OLD)),
    "replayed": Forgery("An old signature under a new timestamp.", _replayed),
    "wrong_secret": Forgery("Signed with another secret.", _wrong_secret),
    "tampered": Forgery("The body was changed after signing.", _tampered),
    "no_signature": Forgery("The signature is missing.", _without(SIGNATURE)),
    "no_timestamp": Forgery("The timestamp is missing.", _without(TIMESTAMP)),
    "no_headers": Forgery("Neither signature nor timestamp.", _without(SIGNATURE, TIMESTAMP)),
    "empty_signature": Forgery("The signature is empty.", _signature(lambda _: "")),
    "wrong_version": Forgery("A version of signatures that does not exist.", _signature(lambda old: "v9" + old[2:])),
    "shortened": Forgery("The signature lacks its last letter.", _signature(lambda old: old[:-1])),
    "not_ascii": Forgery("The signature has a letter outside ASCII.", _signature(lambda old: old[:-1] + "\xe9")),
    "timestamp_is_words": Forgery("The timestamp is not a number.", _timestamp("yesterday")),
    "timestamp_is_nan": Forgery("The timestamp is `nan`.", _timestamp("nan")),
    "timestamp_is_empty": Forgery("The timestamp is empty.", _timestamp("")),
}  # fmt: skip
